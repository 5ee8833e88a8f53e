"""The present moment as explanations want it: everybody in the hall, agents and callers."""

from acd.explain import AgentThen, CallerThen, Moment
from acd.hall import Hall
from acd.pricing import Prices
from acd.queue import Roster
from acd.waiting_calls import Segment
from acd.weights import VIP


def moment_of(hall: Hall, roster: Roster, now: float, prices: Prices) -> Moment:
    """Everybody who is there."""
    floor = hall.floor
    agents = {
        machine.agent.number: AgentThen(
            machine.agent,
            machine.state,
            machine.reason,
            floor.availability(machine),
            floor.is_reachable(machine.agent.number),
        )
        for machine in floor
    }
    callers = {segment.call: _caller(hall, segment) for segment in hall.waiting}
    return Moment(now, agents, callers, prices, roster.routing.weights)


def _caller(hall: Hall, segment: Segment) -> CallerThen:
    waiting = segment.waiting
    return CallerThen(
        segment.call,
        segment.queue,
        waiting.topic,
        waiting.min_level,
        waiting.entered_at,
        waiting.ticket,
        waiting.caller_class or (VIP if waiting.vip else ""),
        waiting.wish,
        waiting.wanted,
        segment.offerable,
        hall.rings.of_call(segment.call) is not None,
        waiting.transferred,
    )
