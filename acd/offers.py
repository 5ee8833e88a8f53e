"""Offers: which phone rings for which call, and how long an agent is left in peace after a ring that failed."""

from dataclasses import dataclass

from acd.queue import Queue
from telephony.commands import Choice
from telephony.events import RingOutcome
from telephony.ids import AgentNumber, CallId


@dataclass(frozen=True, slots=True)
class CoolDowns:
    """Seconds until an agent is offered calls again after a ring that failed, by how it failed.

    Saying ready (置闲) ends any of them at once, a phone that registers ends the one for unreachable.
    """

    no_answer_s: float = 15.0
    """Long enough for the caller to be offered to others, short enough for somebody who was just too slow;
    mod_callcenter's samples have 10 to 30 s."""
    busy_s: float = 30.0
    """The phone was in use for something else; mod_callcenter's sample has 60 s."""
    rejected_s: float = 10.0
    """The agent pressed the call away: a moment to say not ready; mod_callcenter's sample has 10 s."""
    unreachable_s: float = 30.0
    """The phone is off or its network is gone; phones register again about once a minute."""

    cancelled_s: float = 1.0
    """The ring was taken back, but not by us: a breath, so that what prevented it can not make a busy loop. A ring
    that we take back ourselves costs nothing."""

    def after(self, outcome: RingOutcome) -> float:
        """How long after this outcome."""
        return {
            RingOutcome.NO_ANSWER: self.no_answer_s,
            RingOutcome.BUSY: self.busy_s,
            RingOutcome.REJECTED: self.rejected_s,
            RingOutcome.UNREACHABLE: self.unreachable_s,
            RingOutcome.CANCELLED: self.cancelled_s,
        }[outcome]


@dataclass(slots=True)
class Ring:
    """One ring, from its order until its end is known."""

    call: CallId
    agent: AgentNumber
    queue: Queue
    reserved: bool = False
    """The agent is kept free for a customer who is being called; his phone does not ring yet."""
    reason: str = ""
    """Of a reservation: why this agent."""
    choice: Choice | None = None
    """Of a reservation: the whole record, from policies that keep one."""
    taken_back: bool = False
    """Its end was ordered; it may still be answered, if the agent was quicker."""


class Rings:
    """The rings going on: at most one per call and one per agent."""

    def __init__(self) -> None:
        self._by_call: dict[CallId, Ring] = {}
        self._by_agent: dict[AgentNumber, Ring] = {}

    def begin(self, ring: Ring) -> None:
        """The order to ring has been given."""
        self._by_call[ring.call] = ring
        self._by_agent[ring.agent] = ring

    def end(self, ring: Ring) -> None:
        """The ring is over, however it ended."""
        del self._by_call[ring.call]
        del self._by_agent[ring.agent]

    def of_call(self, call: CallId) -> Ring | None:
        """The ring going on for this call."""
        return self._by_call.get(call)

    def of_agent(self, agent: AgentNumber) -> Ring | None:
        """The ring going on at this agent's phone."""
        return self._by_agent.get(agent)

    def between(self, call: CallId, agent: AgentNumber) -> Ring | None:
        """The ring of this call at this agent's phone, if it is going on."""
        ring = self._by_call.get(call)
        return ring if ring is not None and ring.agent == agent else None
