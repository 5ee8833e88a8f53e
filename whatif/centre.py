"""The seam between a simulated day and whatever distributes its calls: facts in, what callers and phones notice out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from telephony.ids import AgentNumber, CallId
from whatif.callers import Visit


@dataclass(frozen=True, slots=True)
class Ring:
    """This agent's phone rings for this call."""

    call: CallId
    agent: AgentNumber


@dataclass(frozen=True, slots=True)
class Refusal:
    """This caller is told that he can not be served (any more)."""

    call: CallId


Notice = Ring | Refusal
Notices = Sequence[Notice]


class Centre(Protocol):
    """Who gets which call, and who is free when. Instants in seconds of the day, never before the last one given."""

    name: str

    @property
    def deadline(self) -> float | None:
        """When `wake` is wanted though nothing happened; None: never. After a call with `now`, later than that."""
        ...

    def open(self, now: float) -> Notices:
        """Everybody signs in."""
        ...

    def enter(self, call: CallId, visit: Visit, now: float) -> Notices:
        """A caller asks for an agent."""
        ...

    def hang_up(self, call: CallId, now: float) -> Notices:
        """A caller who waits, or for whom a phone rings, gives up."""
        ...

    def answer(self, call: CallId, agent: AgentNumber, now: float) -> Notices:
        """The agent rung picks up."""
        ...

    def miss(self, call: CallId, agent: AgentNumber, now: float) -> Notices:
        """The agent rung did not pick up; the phone is silent."""
        ...

    def end_talk(self, call: CallId, agent: AgentNumber, now: float) -> Notices:
        """The talk is over and the caller gone; the agent wraps up."""
        ...

    def wake(self, now: float) -> Notices:
        """The deadline has come."""
        ...
