"""What must not be interrupted: a new roster while calls go on, and a new controller that finds them going on."""

from collections.abc import Mapping
from dataclasses import dataclass

from acd.agent_state import LATER, AgentMachine
from acd.hall import Hall
from acd.queue import Queue, Roster
from acd.talks import Talk
from telephony.commands import AgentState, Carried, CloseSegment, ShowAgent, WidenCall
from telephony.events import AgentWish, Outcome, RingOutcome
from telephony.ids import AgentNumber, CallId, QueueId


@dataclass(frozen=True, slots=True)
class Remembered:
    """An agent's state as the journal has it."""

    state: AgentState
    reason: str
    since: float
    call: CallId | None
    carried: Carried | None = None
    """None from a journal of before there was any."""


@dataclass(frozen=True, slots=True)
class FoundTalk:
    """A talk found going on."""

    call: CallId
    agent: AgentNumber
    queue_id: QueueId
    queue: Queue | None
    """None if the roster no longer has it."""
    since: float


def take_over(hall: Hall, roster: Roster, queues: Mapping[QueueId, Queue], now: float) -> None:
    """Work by this roster from now on; `queues` has also those only an older one had."""
    for machine in hall.floor.take_rules(roster.limits, roster.cool_downs, now):
        hall.follow(machine)
    for machine in hall.floor:
        if machine.agent.number not in roster.agents:
            _dismiss(hall, machine, now)
    for agent in roster.agents.values():
        known = hall.floor.machine(agent.number)
        if known is not None and hall.is_going(agent.number):
            hall.expect_back(agent.number)
            known.pending = None
        if known is None or known.agent != agent:
            hall.floor.seat(agent)
        if known is None:
            _welcome(hall, agent.number, now)
    _requeue(hall, queues)
    hall.somebody_left = True  # or lost the skill: the effect on callers is the same


def _welcome(hall: Hall, number: AgentNumber, now: float) -> None:
    """A new agent; one whose phone has a talk already, as when he was gone from the roster for a while, is in it."""
    hall.orders.append(ShowAgent(number, AgentState.SIGNED_OFF))
    talk, machine = hall.talks.of_agent(number), hall.floor.machine(number)
    if talk is not None and machine is not None:
        machine.connect(talk.call, talk.queue, now)
        machine.wish(AgentWish.SIGN_OFF, now)  # after it, unless he signs in meanwhile
        hall.follow(machine)


def _dismiss(hall: Hall, machine: AgentMachine, now: float) -> None:
    number = machine.agent.number
    if machine.state is AgentState.SIGNED_OFF:
        hall.floor.unseat(number)
        return
    hall.expect_gone(number)
    if machine.wish(AgentWish.SIGN_OFF, now).explanation != LATER:
        hall.follow(machine)
    ring = hall.rings.of_agent(number)
    if ring is not None and ring.reserved:
        hall.take_back(ring, now)  # his phone does not ring yet, and is not to


def _requeue(hall: Hall, queues: Mapping[QueueId, Queue]) -> None:
    """Everybody who waits, waits by the new rules, at the same place."""
    for segment in hall.waiting:
        queue = queues[segment.queue.id]
        if queue == segment.queue:
            continue
        hall.assigner.remove_call(segment.call)
        if queue.min_level != segment.waiting.min_level:
            hall.orders.append(WidenCall(segment.call, queue.min_level))
        hall.waiting.move(segment, queue, hall.floor.staffing.lane(queue, segment.waiting.topic))
        hall.waiting.widen_when_due(segment)
        if hall.rings.of_call(segment.call) is None:
            hall.waiting.resume_patience(segment)
            if segment.offerable:
                hall.assigner.add_call(segment.waiting)


def restore_agent(hall: Hall, number: AgentNumber, remembered: Remembered, queues: Mapping[QueueId, Queue]) -> None:
    """The agent goes on in the state the journal has; ignored if the roster has no such agent any more."""
    machine = hall.floor.machine(number)
    if machine is None:
        return
    carried = remembered.carried or Carried()
    machine.queue = queues.get(carried.queue or QueueId(""))
    machine.resume(remembered.state, remembered.reason, remembered.since, remembered.call, carried=carried)
    hall.floor.carry_on(machine, carried)
    if remembered.state is AgentState.RINGING:
        # The phone may still ring for a call of the controller before us.
        hall.floor.cool_down(machine, RingOutcome.UNREACHABLE, remembered.since)
    if machine.call is not None:
        hall.talks.begin(Talk(machine.call, number, machine.queue, remembered.since))
    hall.floor.seat(machine.agent)
    hall.follow(machine)


def restore_talk(hall: Hall, found: FoundTalk, *, wait_s: float) -> None:
    """A talk is going on, whether or not the journal had it."""
    known = hall.talks.of_call(found.call)
    if known is not None and known.agent == found.agent:
        hall.talks.begin(Talk(found.call, found.agent, found.queue, known.answered_at))
        if (machine := hall.floor.machine(found.agent)) is not None:
            machine.queue = found.queue
        return
    if hall.waiting.segment(found.call) is None:
        hall.orders.append(CloseSegment(found.call, found.queue_id, Outcome.ANSWERED, wait_s, found.agent))
    hall.connect(found.call, found.agent, found.queue, found.since)
