"""Walks one caller through the menu: greeting, options, keys, words, second chances, and always a polite end.

`Walker.table` is the machine; its steps are in `ivr/walk.py`, `ivr/spoken_walk.py` and `ivr/keyed_walk.py`.

The walker ends in `EnterQueue` or `HangUp`. “正在为您转接人工服务” (`phrases.to_agent`) is not its to say: the waiting
room says it, because every way to an agent leads through it and the recording notice belongs in the same breath.
"""

# ruff: noqa: SLF001 - the table names the steps of the classes it extends

from collections.abc import Mapping
from typing import ClassVar

from ivr.keyed_walk import KeyedWalk
from ivr.speaker import latest_only
from ivr.walk import Commands
from ivr.walker_state import AFTER_KEYS, AFTER_WORDS, AT_A_NODE, WalkerState
from telephony.commands import StopPrompt
from telephony.events import CallArrived, CallEnded, CallResumed, DigitBegan, DigitPressed, PromptEnded, TimeReached
from telephony.machine import Step, Table, ignore, step
from telephony.speech import SpeechFailed, SpeechHeard, SpeechOffered, SpeechStarted, SpeechStopped

SOUNDS = (SpeechStarted, SpeechStopped, SpeechHeard)
"""What may come of a caller's side that nobody listens to."""

NEWS = (SpeechFailed, SpeechOffered)
"""What may become of those who listen."""

LATE = (CallResumed, DigitBegan, DigitPressed, PromptEnded, TimeReached, *SOUNDS, *NEWS)
"""What may still arrive when the walk is over."""


class Walker(KeyedWalk):
    """One caller in the menu."""

    def handle(self, event: object, now: float) -> Commands:
        """Take one fact, return what is to be done about it, and who is to listen from now on."""
        commands = super().handle(event, now)
        return [*commands, *self._attend()]

    def _time_reached(self, _event: TimeReached, now: float) -> Commands:
        if self.deadline is None or now < self.deadline:
            return []
        if now >= self._menu_until:
            return self._part(self._menu.phrases.goodbye, now)
        match self.state:
            case WalkerState.COLLECTING:
                return self._act(now, waited=True)
            case WalkerState.LISTENING:
                return self._no_input(now)
            case WalkerState.ATTENDING:
                return self._false_alarm(now)
            case _:  # the end of the prompt was never reported: make sure of it and go on
                return latest_only([StopPrompt(self._call), *self._go_on(now)])

    def _no_input(self, now: float) -> Commands:
        phrases = self._menu.phrases
        if self._here.is_leaf and self._asked is None:
            return self._hand_over(now)
        return self._fail(phrases.not_heard if self._attention.is_on else phrases.no_input, now)

    # ---- the machine ------------------------------------------------------------------------------

    _ALWAYS: ClassVar[Mapping[type, Step[WalkerState]]] = {
        CallResumed: step(KeyedWalk._resume, *AT_A_NODE),
        CallEnded: step(KeyedWalk._end, WalkerState.ENDED),
    }

    table: ClassVar[Table[WalkerState]] = {
        WalkerState.NEW: {
            CallArrived: step(KeyedWalk._arrive, *AT_A_NODE),
            **_ALWAYS,
            SpeechOffered: step(KeyedWalk._speech_offered, WalkerState.NEW),
            **ignore(WalkerState.NEW, DigitBegan, DigitPressed, PromptEnded, TimeReached, *SOUNDS, SpeechFailed),
        },
        WalkerState.SPEAKING: {
            **_ALWAYS,
            DigitBegan: step(KeyedWalk._key_down, WalkerState.LISTENING),
            DigitPressed: step(KeyedWalk._press, *AFTER_KEYS),
            PromptEnded: step(KeyedWalk._prompt_ended, *AT_A_NODE),
            TimeReached: step(_time_reached, *AT_A_NODE),
            SpeechStarted: step(KeyedWalk._speech_started, WalkerState.SPEAKING, WalkerState.ATTENDING),
            SpeechHeard: step(KeyedWalk._speech_heard, *AFTER_WORDS),
            SpeechFailed: step(KeyedWalk._speech_failed, *AT_A_NODE),
            SpeechOffered: step(KeyedWalk._speech_offered, WalkerState.SPEAKING),
            **ignore(WalkerState.SPEAKING, SpeechStopped),
        },
        WalkerState.INSISTING: {
            **_ALWAYS,
            DigitPressed: step(KeyedWalk._press, WalkerState.INSISTING),
            PromptEnded: step(KeyedWalk._prompt_ended, *AFTER_KEYS),
            TimeReached: step(_time_reached, *AFTER_KEYS),
            SpeechFailed: step(KeyedWalk._speech_failed, WalkerState.INSISTING),
            SpeechOffered: step(KeyedWalk._speech_offered, WalkerState.INSISTING),
            **ignore(WalkerState.INSISTING, DigitBegan, *SOUNDS),
        },
        WalkerState.LISTENING: {
            **_ALWAYS,
            DigitBegan: step(KeyedWalk._key_down, WalkerState.LISTENING),
            DigitPressed: step(KeyedWalk._press, *AFTER_KEYS),
            TimeReached: step(_time_reached, *AT_A_NODE, WalkerState.GIVING_UP),
            SpeechStarted: step(KeyedWalk._speech_started, WalkerState.LISTENING, WalkerState.ATTENDING),
            SpeechHeard: step(KeyedWalk._speech_heard, *AFTER_WORDS),
            SpeechFailed: step(KeyedWalk._speech_failed, *AT_A_NODE),
            SpeechOffered: step(KeyedWalk._speech_offered, WalkerState.LISTENING),
            **ignore(WalkerState.LISTENING, PromptEnded, SpeechStopped),
        },
        WalkerState.COLLECTING: {
            **_ALWAYS,
            DigitBegan: step(KeyedWalk._key_down, WalkerState.COLLECTING),
            DigitPressed: step(KeyedWalk._press, *AFTER_KEYS),
            TimeReached: step(_time_reached, *AFTER_KEYS),
            SpeechFailed: step(KeyedWalk._speech_failed, WalkerState.COLLECTING),
            SpeechOffered: step(KeyedWalk._speech_offered, WalkerState.COLLECTING),
            **ignore(WalkerState.COLLECTING, PromptEnded, *SOUNDS),
        },
        WalkerState.ATTENDING: {
            **_ALWAYS,
            DigitBegan: step(KeyedWalk._key_down, WalkerState.LISTENING),
            DigitPressed: step(KeyedWalk._press, *AFTER_KEYS),
            PromptEnded: step(KeyedWalk._paused_prompt_ended, WalkerState.ATTENDING),
            TimeReached: step(_time_reached, *AFTER_WORDS),
            SpeechStarted: step(KeyedWalk._speech_goes_on, WalkerState.ATTENDING),
            SpeechStopped: step(KeyedWalk._speech_stopped, WalkerState.ATTENDING),
            SpeechHeard: step(KeyedWalk._speech_heard, *AFTER_WORDS),
            SpeechFailed: step(KeyedWalk._speech_failed, *AT_A_NODE),
            SpeechOffered: step(KeyedWalk._speech_offered, WalkerState.ATTENDING),
        },
        WalkerState.GIVING_UP: {
            **_ALWAYS,
            DigitPressed: step(KeyedWalk._gave_up, WalkerState.HANDED_OVER),
            PromptEnded: step(KeyedWalk._gave_up, WalkerState.GIVING_UP, WalkerState.HANDED_OVER),
            TimeReached: step(KeyedWalk._gave_up, WalkerState.GIVING_UP, WalkerState.HANDED_OVER),
            **ignore(WalkerState.GIVING_UP, DigitBegan, *SOUNDS, *NEWS),
        },
        WalkerState.PARTING: {
            PromptEnded: step(KeyedWalk._parted, WalkerState.PARTING, WalkerState.ENDED),
            TimeReached: step(KeyedWalk._parted, WalkerState.PARTING, WalkerState.ENDED),
            CallEnded: step(KeyedWalk._end, WalkerState.ENDED),
            **ignore(WalkerState.PARTING, CallResumed, DigitBegan, DigitPressed, *SOUNDS, *NEWS),
        },
        WalkerState.HANDED_OVER: {
            CallEnded: step(KeyedWalk._end, WalkerState.ENDED),
            **ignore(WalkerState.HANDED_OVER, *LATE),
        },
        WalkerState.ENDED: ignore(WalkerState.ENDED, *LATE, CallEnded),
    }
    """A second `CallArrived` is the one thing that has no cell: a call arrives once."""
