"""The present moment as explanations want it: everybody in the hall, agents, callers, and who is to be called back."""

from dataclasses import dataclass

from acd.assigner import WaitingCall
from acd.callbacks import Callback, Callbacks
from acd.explain import AgentThen, CallerThen, Moment
from acd.hall import Hall
from acd.pricing import Prices
from acd.queue import Roster
from acd.weights import VIP
from telephony.ids import AgentNumber, CallId


@dataclass(frozen=True, slots=True)
class CallbackNow:
    """A customer who is still to be called back. In the moment's line he stands by the call-back's id, if he does."""

    callback: Callback
    back_in_line_at: float | None
    """Not in line until then, between two tries or while his queue is shut."""
    kept_free: AgentNumber | None
    """The agent reserved for him while he is called."""


def moment_of(hall: Hall, callbacks: Callbacks, roster: Roster, *, now: float, prices: Prices) -> Moment:
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
    callers = {
        segment.call: _caller(
            hall, segment.waiting, offerable=segment.offerable, rings=hall.rings.of_call(segment.call) is not None
        )
        for segment in hall.waiting
    }
    callers |= {waiting.call: _caller(hall, waiting) for waiting in callbacks.in_line()}
    return Moment(now, agents, callers, prices, roster.routing.weights)


def callback_now(hall: Hall, callbacks: Callbacks, call: CallId) -> CallbackNow | None:
    """The call-back asked for in this call, or made by it, or of this id; None if nothing of it is to be done."""
    for one in callbacks.listed():
        if call in {one.asked.asked_in, one.id, one.call}:
            ring = hall.rings.of_call(one.call)
            return CallbackNow(one, callbacks.back_in_line_at(one), None if ring is None else ring.agent)
    return None


def _caller(hall: Hall, waiting: WaitingCall, *, offerable: bool = True, rings: bool = False) -> CallerThen:
    return CallerThen(
        waiting.call,
        waiting.queue,
        waiting.topic,
        waiting.min_level,
        waiting.entered_at,
        waiting.ticket,
        waiting.caller_class or (VIP if waiting.vip else ""),
        waiting.wish,
        waiting.wanted,
        offerable,
        rings,
        waiting.transferred,
        hall.waiting.position_at(waiting.queue.id, (waiting.entered_at, waiting.ticket)),
    )
