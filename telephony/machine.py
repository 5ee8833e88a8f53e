"""What every machine shares: one table of state, event and step that *is* the machine, and the error where it ends."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

State = TypeVar("State", bound=StrEnum)
Command = TypeVar("Command")


class MachineError(Exception):
    """Our own bug; names machine, state and kind of event, never what a caller did."""


@dataclass(frozen=True, slots=True)
class Step(Generic[State]):
    """What one kind of event does in one state."""

    do: Callable[..., list[Any]]
    """Method of the machine, called with the event and `now`; returns commands."""
    to: frozenset[State]
    """States it may lead to: the diagram is drawn from them, and any other is our bug."""


Table = Mapping[State, Mapping[type, Step[State]]]


def step(do: Callable[..., list[Any]], *to: State) -> Step[State]:
    """Write one cell of a table."""
    return Step(do, frozenset(to))


def steps(do: Callable[..., list[Any]], events: Iterable[type], *to: State) -> dict[type, Step[State]]:
    """Write several cells of one state that do the same."""
    return {event: step(do, *to) for event in events}


def ignore(state: State, *events: type) -> dict[type, Step[State]]:
    """Write the cells of one state for events that mean nothing there: late, repeated or not for us."""
    return steps(_nothing, events, state)


def is_ignored(cell: Step[Any]) -> bool:
    """Whether a cell was written by `ignore`."""
    return cell.do is _nothing


def _nothing(_machine: object, _event: object, _now: float) -> list[Any]:
    return []


class Machine(Generic[State, Command]):
    """A machine driven by its table: `handle(event, now)` returns commands, `deadline` says when to come back."""

    table: ClassVar[Mapping[Any, Mapping[type, Step[Any]]]]
    state: State

    @property
    def deadline(self) -> float | None:
        """When `TimeReached` is due, on the engine's clock; None: nothing to wait for."""
        raise NotImplementedError

    def handle(self, event: object, now: float) -> list[Command]:
        """Take one fact, return what is to be done about it."""
        name, before, kind = type(self).__name__, self.state, type(event).__name__
        cell = self.table.get(before, {}).get(type(event))
        if cell is None:
            raise MachineError(f"{name} in state {before} does not know what to do with {kind}")
        commands = cell.do(self, event, now)
        if self.state not in cell.to:
            raise MachineError(f"{name} went from {before} by {kind} to {self.state}, which its table does not allow")
        return commands
