"""Tests as scripts: facts in, exact orders out, with the waiting between them; after mitmproxy's Playbook.

    assert (
        Playbook(walker)
        >> CallArrived(...)
        << PlayPrompt(...)
        >> Ended()                # the prompt ordered last ends by itself
        >> Wait(5.0)              # time passes; the machine is woken whenever its deadline comes
        << PlayPrompt(...)
    )

The script runs when it is asserted. A difference shows both scripts, line by line. A script nobody asserts is an error.
"""

import dataclasses
import difflib
import traceback
from collections.abc import Iterable, Iterator
from typing import Protocol, Self

from telephony.commands import PlayPrompt
from telephony.events import PromptEnded, TimeReached
from telephony.prompt import BargeIn, Prompt

WAKE_UPS_AT_ONE_INSTANT = 100
"""A machine woken as often as this without time passing is going in circles."""


class PlayedMachine(Protocol):
    """What a script can be played with."""

    @property
    def deadline(self) -> float | None: ...

    def handle(self, event: object, now: float, /) -> Iterable[object]: ...


@dataclasses.dataclass(frozen=True)
class Wait:
    """Time passes, in seconds."""

    s: float


@dataclasses.dataclass(frozen=True)
class Ended:
    """The prompt ordered last has ended."""

    completed: bool = True


@dataclasses.dataclass(frozen=True)
class _Order:
    command: object


@dataclasses.dataclass(frozen=True)
class _Raised:
    text: str


class Playbook:
    """A script of what happens (`>>`) and what must follow from it (`<<`), in order and nothing else."""

    def __init__(self, machine: PlayedMachine, *, now: float = 0.0) -> None:
        self.machine = machine
        self.now = now
        self._expected: list[object] = []
        self._actual: list[object] = []
        self._played = 0
        self._failed = False

    def __rshift__(self, event: object) -> Self:
        self._expected.append(event)
        return self

    def __lshift__(self, command: object) -> Self:
        self._expected.append(_Order(command))
        return self

    def __bool__(self) -> bool:
        asserted = len(self._actual)
        for entry in self._expected[self._played :]:
            if not isinstance(entry, _Order):
                self._actual.append(entry)
                self._actual.extend(self._play(entry))
        self._played = len(self._expected)
        if self._expected != self._actual:
            self._failed = True
            raise AssertionError(f"the machine plays another script\n{self._diff(asserted)}")
        return True

    def __del__(self) -> None:
        if not self._failed and self._played < len(self._expected):
            raise RuntimeError("a script was written but never asserted")

    def _play(self, entry: object) -> Iterator[object]:
        try:
            if isinstance(entry, Wait):
                yield from self._pass_time(self.now + entry.s)
            else:
                yield from self._tell(self._resolve(entry))
        except Exception:  # noqa: BLE001 - shown where it happened in the script
            yield _Raised(traceback.format_exc())

    def _pass_time(self, until: float) -> Iterator[object]:
        wake_ups = 0
        while (deadline := self.machine.deadline) is not None and deadline <= until + 1e-9:
            wake_ups = wake_ups + 1 if deadline <= self.now else 0
            assert wake_ups < WAKE_UPS_AT_ONE_INSTANT, f"woken again and again at {self.now}"
            self.now = max(self.now, deadline)
            yield from self._tell(TimeReached())
        self.now = until

    def _tell(self, event: object) -> Iterator[object]:
        for command in self.machine.handle(event, self.now):
            yield _Order(command)

    def _resolve(self, entry: object) -> object:
        if not isinstance(entry, Ended):
            return entry
        ordered = [one.command for one in self._actual if isinstance(one, _Order)]
        last = next(command for command in reversed(ordered) if isinstance(command, PlayPrompt))
        return PromptEnded(last.call, last.prompt, completed=entry.completed)

    def _diff(self, asserted: int) -> str:
        lines = list(difflib.ndiff([shown(one) for one in self._expected], [shown(one) for one in self._actual]))
        if asserted:
            lines.insert(asserted, "  ---- was right until here ----")
        return "\n".join(line for line in lines if not line.startswith("?"))


def shown(entry: object) -> str:
    """One line of a script, as short as it can be told apart."""
    match entry:
        case _Order(command):
            return f"    << {_words(command)}"
        case _Raised(text):
            return f"    !! {text}"
        case _:
            return f">> {_words(entry)}"


def _words(thing: object) -> str:
    if not dataclasses.is_dataclass(thing):
        return repr(thing)
    values = ((field.name, getattr(thing, field.name)) for field in dataclasses.fields(thing))
    return " ".join((type(thing).__name__, *(_word(name, value) for name, value in values if _is_told(name, value))))


def _is_told(name: str, value: object) -> bool:
    """The call is always the same one, and few prompts go on where another stopped."""
    return name != "call" and not (name == "resumes" and value == 0)


def _word(name: str, value: object) -> str:
    if isinstance(value, Prompt):
        text = "|".join(segment.text for segment in value.segments)
        return f"“{text}”" + (" (insists)" if value.barge_in is BargeIn.OFF else "")
    return f"{name}={value}"
