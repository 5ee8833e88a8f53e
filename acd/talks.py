"""The talks going on: which call with which agent, since when, for which queue."""

from dataclasses import dataclass

from acd.queue import Queue
from telephony.ids import AgentNumber, CallId


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk."""

    call: CallId
    agent: AgentNumber
    queue: Queue | None
    """None if the queue is not known any more."""
    answered_at: float


class Talks:
    """At most one per call and one per agent."""

    def __init__(self) -> None:
        self._by_call: dict[CallId, Talk] = {}
        self._by_agent: dict[AgentNumber, Talk] = {}

    def begin(self, talk: Talk) -> None:
        """Agent and caller hear each other, and nobody else."""
        for old in (self._by_call.get(talk.call), self._by_agent.get(talk.agent)):
            if old is not None:
                self.end(old)
        self._by_call[talk.call] = talk
        self._by_agent[talk.agent] = talk

    def end(self, talk: Talk) -> None:
        """They no longer do."""
        self._by_call.pop(talk.call, None)
        self._by_agent.pop(talk.agent, None)

    def of_call(self, call: CallId) -> Talk | None:
        """The talk of this call."""
        return self._by_call.get(call)

    def of_agent(self, agent: AgentNumber) -> Talk | None:
        """The talk of this agent."""
        return self._by_agent.get(agent)

    def by_call(self) -> dict[CallId, AgentNumber]:
        """Who talks to whom."""
        return {call: talk.agent for call, talk in self._by_call.items()}
