"""The last words, and then the line is put down, again if need be: an order to hang up can be lost with the link."""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from ivr.speaker import Speaker
from telephony.commands import CallCommand, HangUp
from telephony.events import CallEnded, PromptEnded, TimeReached
from telephony.ids import CallId
from telephony.machine import Machine, Table, ignore, step
from telephony.prompt import Prompt

AGAIN_S = 5.0
"""Until a hang-up without effect is repeated: the time-out of one action on the link."""

MOST_REPEATS = 12
"""A minute of trying; after that comparing our calls with Asterisk's channels will find what is left."""

Commands = list[CallCommand]


class FarewellState(StrEnum):
    """How far the end has come."""

    NEW = "new"
    SPEAKING = "speaking"
    HANGING_UP = "hanging_up"
    ENDED = "ended"


class Farewell(Machine[FarewellState, CallCommand]):
    """The end of one call; begun by one of `say`, `hang_up` and `expect_end`."""

    def __init__(self, call: CallId, *, first_prompt: int = 1) -> None:
        self.state = FarewellState.NEW
        self._call = call
        self._speaker = Speaker(call, first_prompt)
        self._again_at = 0.0
        self._repeats = 0

    @property
    def next_prompt(self) -> int:
        """The number the next prompt will get."""
        return self._speaker.next_prompt

    @property
    def deadline(self) -> float | None:
        """When `TimeReached` is due."""
        return self._again_at if self.state is FarewellState.HANGING_UP else self._speaker.deadline

    def say(self, last_words: Iterable[Prompt], now: float) -> Commands:
        """Say these, then hang up."""
        self.state = FarewellState.SPEAKING
        return self._speaker.say(last_words, now)

    def hang_up(self, now: float) -> Commands:
        """Hang up without a word."""
        self.expect_end(now)
        return [HangUp(self._call)]

    def expect_end(self, now: float) -> None:
        """The line should be down any moment; if not, hang up."""
        self.state = FarewellState.HANGING_UP
        self._speaker.forget()
        self._again_at = now + AGAIN_S

    def _said(self, event: PromptEnded | TimeReached, now: float) -> Commands:
        if not self._speaker.is_over(event, now):
            return []
        return self._speaker.go_on(now) or self.hang_up(now)

    def _again(self, _event: TimeReached, now: float) -> Commands:
        if now < self._again_at:
            return []
        if self._repeats == MOST_REPEATS:
            self.state = FarewellState.ENDED
            return []
        self._repeats += 1
        return self.hang_up(now)

    def _end(self, _event: CallEnded, _now: float) -> Commands:
        self.state = FarewellState.ENDED
        self._speaker.forget()
        return []

    table: ClassVar[Table[FarewellState]] = {
        FarewellState.SPEAKING: {
            PromptEnded: step(_said, FarewellState.SPEAKING, FarewellState.HANGING_UP),
            TimeReached: step(_said, FarewellState.SPEAKING, FarewellState.HANGING_UP),
            CallEnded: step(_end, FarewellState.ENDED),
        },
        FarewellState.HANGING_UP: {
            TimeReached: step(_again, FarewellState.HANGING_UP, FarewellState.ENDED),
            CallEnded: step(_end, FarewellState.ENDED),
            **ignore(FarewellState.HANGING_UP, PromptEnded),
        },
        FarewellState.ENDED: ignore(FarewellState.ENDED, PromptEnded, TimeReached, CallEnded),
    }
