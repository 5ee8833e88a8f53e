"""Agents whom our books hold in a ring or talk that is over: the news of its end was lost.

Who is in doubt is known from the phones alone; whoever runs the machine looks for channels of the call, and says
`AgentStranded` only of those who have none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from acd.agent_state import AgentMachine
from acd.agent_table import ENGAGED
from acd.hall import Hall
from telephony.events import AgentStranded, TalkEndedBy
from telephony.ids import AgentNumber, CallId


@dataclass(frozen=True, slots=True)
class Doubted:
    """An agent whose phone has been idle for too long to be in what we hold him in."""

    agent: AgentNumber
    call: CallId | None
    """None: he was asked about another agent's caller."""
    idle_s: float


def doubted(hall: Hall) -> Iterator[Doubted]:
    """Everybody in doubt, as of the last list of the phones. Looks at all agents, so not on a call."""
    for machine in hall.floor:
        if (idle_s := _doubtful_s(hall, machine)) is not None:
            yield Doubted(machine.agent.number, machine.call, idle_s)


def release(hall: Hall, event: AgentStranded, now: float) -> None:
    """Let the agent go, unless he has begun something else since the question was asked."""
    machine = hall.floor.machine(event.agent)
    if machine is None or machine.call != event.call or _doubtful_s(hall, machine) is None:
        return
    ring, talk = hall.rings.of_agent(event.agent), hall.talks.of_agent(event.agent)
    machine.strand(now)
    if ring is not None:
        hall.rings.end(ring)
        if (segment := hall.waiting.segment(ring.call)) is not None:
            hall.waiting.resume_patience(segment)  # not offered to others: nobody is on the line
    if talk is not None:
        hall.close_talk(talk, TalkEndedBy.UNKNOWN, now - event.idle_s)
    hall.follow(machine)


def _doubtful_s(hall: Hall, machine: AgentMachine) -> float | None:
    """For how long his phone has been idle although it should ring or talk; None where that is in order."""
    number, limit_s = machine.agent.number, machine.limits.phone_idle_s
    ring = hall.rings.of_agent(number)
    if machine.state not in ENGAGED or not limit_s or (ring is not None and ring.reserved):
        return None
    rung_at = machine.since if ring is None or ring.rung_at is None else ring.rung_at
    idle_s = hall.floor.phones.idle_s(number, rung_at)
    return idle_s if idle_s is not None and idle_s >= limit_s else None
