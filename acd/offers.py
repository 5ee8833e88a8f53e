"""Offers: which phone rings for which call."""

from dataclasses import dataclass

from acd.queue import Queue
from telephony.commands import Choice
from telephony.ids import AgentNumber, CallId


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
    rung_at: float | None = None
    """Of what was a reservation: when his phone was rung after all."""
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
