"""When a caller has finished speaking: loudness says that nothing is said, the words say how long to wait. Pure.

Where the words are clear and nothing longer could follow, a short pause is enough; after 嗯 or 我想问一下 a long one
is not the end. Its clock is that of the sound: `now` is how many seconds of it have come.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import ClassVar, assert_never

from asr.audio import FRAME_MS
from asr.loudness import Loudness
from asr.recognizer import Reading
from telephony.events import TimeReached
from telephony.machine import Machine, Table, ignore, step

FRAME_S = FRAME_MS / 1000


class Ending(StrEnum):
    """Why an utterance is over."""

    SETTLED = "settled"
    """Early: the words were clear, and nothing could follow that would change them."""
    SILENCE = "silence"
    TOO_LONG = "too_long"
    NO_SPEECH = "no_speech"
    """The line said that somebody speaks, but nobody did."""
    STALLED = "stalled"
    """No sound comes any more."""
    STOPPED = "stopped"
    """From outside: the caller pressed a key or left the node."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds of sound."""

    settled_s: float = 0.13
    """Clear words, nothing can follow. Stops in the middle of a word (不, 提) take up to 0.1 s."""
    usual_s: float = 0.3
    """SPEECH.md: cutting the sound there cost no accuracy."""
    growing_s: float = 0.4
    """The words are clear, but may become others: 返回… is 返回主菜单 where somebody takes a breath of 0.3 s in it."""
    incomplete_s: float = 0.7
    """The words are no wish yet: 提前… RFC 6787 calls this the speech-incomplete timeout; 0.5 to 1.5 s are common."""
    left_open_s: float = 1.0
    """嗯, 那个, 我想问一下: people look for their words for about this long."""
    longest_s: float = 10.0
    """The longest utterance: what is said after it would not help the menu."""
    no_speech_s: float = 1.0
    """From a reported onset until a voice is to be heard."""
    stable_s: float = 0.08
    """How long words must have meant the same to be settled."""
    draft_s: float = 0.08
    """When a pause is taken for the end on trial: all the words are known, and weighed, by the time it is the end."""


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of sound have come."""

    level_db: float
    """Below full scale."""


@dataclass(frozen=True, slots=True)
class Onset:
    """The line itself reports that somebody speaks (Asterisk's TALK_DETECT)."""


@dataclass(frozen=True, slots=True)
class Partial:
    """The words so far have been read."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class FinalRead:
    """All the words so far have been read, in a pause or after the machine has said that the utterance is over."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class Stop:
    """Nobody wants to hear the rest."""

    why: Ending = Ending.STOPPED


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """A voice is to be heard."""

    at: float


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """This may be the end: a good moment to read all the words, before it is certain."""


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """It was not, after `SpeechPaused`."""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The utterance is over."""

    why: Ending
    last_voice_at: float
    """When the voice fell silent; the end of the sound if it did not."""


Told = SpeechBegan | SpeechPaused | SpeechResumed | SpeechEnded


class Hearing(StrEnum):
    """States of the machine."""

    QUIET = "quiet"
    SPEAKING = "speaking"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass
class _Words:
    """What is known of the words."""

    reading: Reading | None = None
    """None before the first word."""
    since: float = 0.0
    """When they began to mean this."""


VOICED_FRAMES = 2
"""In a row, until it counts as a voice: a click is shorter than 40 ms."""

MOST_DRAFTS = 3
"""Pauses of one utterance that are announced: to go on after one, all of it must be heard again."""


@dataclass
class Endpointer(Machine[Hearing, Told]):
    """One utterance."""

    patience: Patience = field(default_factory=Patience)
    loudness: Loudness = field(default_factory=Loudness)
    """Shared by the utterances of one call: the noise on the line stays the same."""
    state: Hearing = Hearing.QUIET

    def __post_init__(self) -> None:
        self._words = _Words()
        self._voiced = 0
        self._expected_at: float | None = None
        self._began_at = 0.0
        self._last_voice_at = 0.0
        self._drafts = 0
        self._has_told_pause = False

    @property
    def deadline(self) -> float | None:
        """When the utterance ends if no voice is heard until then."""
        match self.state:
            case Hearing.QUIET:
                return None if self._expected_at is None else self._expected_at + self.patience.no_speech_s
            case Hearing.SPEAKING:
                return self._began_at + self.patience.longest_s
            case Hearing.PAUSED:
                return min(self._began_at + self.patience.longest_s, self._last_voice_at + self._hang_over())
            case Hearing.ENDED:
                return None
            case _:
                assert_never(self.state)

    @property
    def due_at(self) -> float:
        """The earliest moment at which anything can be told but that a voice begins or goes on."""
        if self.state not in {Hearing.SPEAKING, Hearing.PAUSED}:
            return inf if self.deadline is None else self.deadline
        silence_s = self._hang_over()
        if self._announces:
            silence_s = min(silence_s, self.patience.draft_s)
        return min(self._began_at + self.patience.longest_s, self._last_voice_at + silence_s)

    @property
    def _announces(self) -> bool:
        """Whether the next pause is told, or this one still."""
        return not self._has_told_pause and self._drafts < MOST_DRAFTS

    def _hang_over(self) -> float:
        """How long the silence must be."""
        reading, patience = self._words.reading, self.patience
        if reading is None:
            return patience.usual_s
        if reading.is_left_open:
            return patience.left_open_s
        if reading.is_clear:
            return patience.growing_s if reading.may_grow else self._settling()
        is_complete = reading.target and not reading.may_grow
        return patience.usual_s if is_complete else patience.incomplete_s

    def _settling(self) -> float:
        """Clear words must have been so for a moment: the last syllable may still be on its way."""
        stable_at = self._words.since + self.patience.stable_s
        return min(self.patience.usual_s, max(self.patience.settled_s, stable_at - self._last_voice_at))

    def _listen(self, event: Frame, now: float) -> list[Told]:
        """QUIET: wait for a voice."""
        if not self._is_voice(event):
            return self._check_time(event, now)
        self._began_at = now - VOICED_FRAMES * FRAME_S
        self._last_voice_at = now
        self.state = Hearing.SPEAKING
        return [SpeechBegan(self._began_at)]

    def _follow(self, event: Frame, now: float) -> list[Told]:
        """SPEAKING or PAUSED: notice where the voice falls silent, and where it goes on."""
        told: list[Told] = []
        if self._is_voice(event):
            self._last_voice_at = now
            self.state = Hearing.SPEAKING
            told += self._resume()
        elif not self._voiced:
            self.state = Hearing.PAUSED
        return told + (self._check_time(event, now) or self._pause(now))

    def _pause(self, now: float) -> list[Told]:
        """Announce a pause, once."""
        is_silent = self.state is Hearing.PAUSED and not self._voiced
        is_due = is_silent and now >= self._last_voice_at + self.patience.draft_s - 1e-6
        if not is_due or not self._announces:
            return []
        self._drafts += 1
        self._has_told_pause = True
        return [SpeechPaused()]

    def _resume(self) -> list[Told]:
        was_told, self._has_told_pause = self._has_told_pause, False
        return [SpeechResumed()] if was_told else []

    def _is_voice(self, event: Frame) -> bool:
        self._voiced = self._voiced + 1 if self.loudness.is_voice(event.level_db) else 0
        return self._voiced >= VOICED_FRAMES

    def _expect(self, _event: Onset, now: float) -> list[Told]:
        self._expected_at = now
        return []

    def _read(self, event: Partial, now: float) -> list[Told]:
        """Take new words; the time they mean the same counts on."""
        before, reading = self._words, event.reading
        is_same = before.reading is not None and (
            (reading.target, reading.is_clear) == (before.reading.target, before.reading.is_clear)
        )
        self._words = _Words(reading, before.since if is_same else now)
        return []

    def _check_time(self, _event: Frame | TimeReached, now: float) -> list[Told]:
        if self.deadline is None or now < self.deadline - 1e-6:
            return []
        return self._end(self._why(now), now)

    def _why(self, now: float) -> Ending:
        if self.state is Hearing.QUIET:
            return Ending.NO_SPEECH
        if now >= self._began_at + self.patience.longest_s - 1e-6:
            return Ending.TOO_LONG
        return Ending.SETTLED if self._hang_over() < self.patience.usual_s else Ending.SILENCE

    def _learn(self, event: FinalRead, _now: float) -> list[Told]:
        """PAUSED: these are all the words there are, so that none of them is still on its way."""
        self._words = _Words(event.reading, -inf)
        return []

    def _reconsider(self, event: FinalRead, now: float) -> list[Told]:
        """Go on listening where the last words, which no partial had yet, ask for more patience than there was."""
        reading = event.reading
        self._words = _Words(reading, now)
        if reading.is_clear and not reading.may_grow:
            return []
        if self._last_voice_at + self._hang_over() > now + 1e-6 and now < self._began_at + self.patience.longest_s:
            self.state = Hearing.PAUSED
        return []

    def _stop(self, event: Stop, now: float) -> list[Told]:
        return self._end(event.why, now)

    def _end(self, why: Ending, now: float) -> list[Told]:
        was_paused = self.state is Hearing.PAUSED
        self.state = Hearing.ENDED
        return [SpeechEnded(why, self._last_voice_at if was_paused else now)]

    table: ClassVar[Table[Hearing]] = {
        Hearing.QUIET: {
            Frame: step(_listen, Hearing.QUIET, Hearing.SPEAKING, Hearing.ENDED),
            Onset: step(_expect, Hearing.QUIET),
            TimeReached: step(_check_time, Hearing.QUIET, Hearing.ENDED),
            Stop: step(_stop, Hearing.ENDED),
            **ignore(Hearing.QUIET, Partial),
        },
        Hearing.SPEAKING: {
            Frame: step(_follow, Hearing.SPEAKING, Hearing.PAUSED, Hearing.ENDED),
            Partial: step(_read, Hearing.SPEAKING),
            TimeReached: step(_check_time, Hearing.SPEAKING, Hearing.ENDED),
            Stop: step(_stop, Hearing.ENDED),
            **ignore(Hearing.SPEAKING, Onset),
        },
        Hearing.PAUSED: {
            Frame: step(_follow, Hearing.SPEAKING, Hearing.PAUSED, Hearing.ENDED),
            Partial: step(_read, Hearing.PAUSED),
            TimeReached: step(_check_time, Hearing.PAUSED, Hearing.ENDED),
            FinalRead: step(_learn, Hearing.PAUSED),
            Stop: step(_stop, Hearing.ENDED),
            **ignore(Hearing.PAUSED, Onset),
        },
        Hearing.ENDED: {
            FinalRead: step(_reconsider, Hearing.ENDED, Hearing.PAUSED),
            **ignore(Hearing.ENDED, Frame, Partial, TimeReached, Stop, Onset),
        },
    }
