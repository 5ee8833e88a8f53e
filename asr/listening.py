"""One utterance of one caller, from the silence before it to what it means. Pure, but for the engine it is given.

The recogniser works only while somebody speaks. What came just before the onset is kept and recognised, too, so that
the first syllable is not lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import ceil
from typing import assert_never

from asr.audio import FRAME_MS, LINE_RATE, PreRoll, frame_bytes, levels_db
from asr.decoding import Decoding
from asr.endpointing import (
    Ending,
    Endpointer,
    FinalRead,
    Frame,
    Hearing,
    Onset,
    Partial,
    Patience,
    SpeechBegan,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    Stop,
    Told,
)
from asr.loudness import Loudness
from asr.recognizer import NOTHING_READ, SAMPLE_BYTES, Grammar, Matcher, Reading, Recognizer, Transcript
from asr.rejection import Limits, Trust, phrase_matters, score, trust, without_filler
from telephony.events import TimeReached

CHUNK_FRAMES = 10
"""Fed at once: 200 ms. Guesses come out of the network no more often, and what is fed in smaller pieces costs a tenth
more where fifty callers speak at once; the words of a pause are not waited for (`SpeechPaused`)."""

PRE_ROLL_S = 0.3
"""Kept from before the onset: a soft initial (s, h, f) is up to 0.15 s, and the detector wants 0.04 s of voice."""

MOST_FRAMES = 4
"""Dealt with at once, where that makes nothing later: a pause in speech matters after 80 ms. Half of what fifty callers
cost who say nothing was to be told of every second frame. A voice is noticed up to 60 ms later; what it said is not."""

STALLED_S = 0.6
"""Seconds without any sound until the utterance is over: phones that send nothing in silence, or a tap that broke."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What came from the line: any number of bytes, also half samples."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody speaks."""

    at: float
    """Seconds of sound since listening began."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The words so far have come to mean something else. Personal data."""

    text: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Spoken:
    """The utterance is over. Personal data."""

    why: Ending
    transcript: Transcript
    reading: Reading
    """Of the whole."""
    trust: Trust
    """What the sound allows to do with it."""
    score: float | None
    """As in `asr.rejection`; None without a filler."""
    voice_s: float
    """How long the caller spoke."""
    waited_s: float
    """Seconds of sound after the last voice until this was decided."""


Report = Began | Guess | Spoken

SILENT = Transcript("", (), None)


@dataclass(frozen=True, slots=True)
class _Draft:
    """All that was said, unless the caller goes on. Personal data."""

    transcript: Transcript
    reading: Reading


@dataclass(frozen=True, slots=True)
class Manner:
    """How to listen: the same for every call of a hotline."""

    rate: int = LINE_RATE
    """Of the sound, in samples per second."""
    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)
    weighs_all: bool = False
    """Ask the filler and look closer even where it changes nothing at these limits: to choose others by the scores."""


@dataclass
class Task:
    """What to listen for."""

    recognizer: Recognizer
    grammar: Grammar
    matcher: Matcher
    loudness: Loudness = field(default_factory=Loudness)
    """Kept for the next utterance of the same call: the line's noise stays."""


class Listening:
    """Handles `Sound`, `Onset`, `Stop` and `TimeReached`; returns what is to be told. One thread at a time.

    Any `RecognizerError` is passed on: this utterance is lost, the caller goes on by keys.
    """

    def __init__(self, task: Task, manner: Manner | None = None) -> None:
        self._task, self._manner = task, manner or Manner()
        self._frame_bytes = frame_bytes(self._manner.rate)
        self._endpointer = Endpointer(self._manner.patience, task.loudness)
        self._pre_roll = PreRoll(int(PRE_ROLL_S * self._manner.rate) * SAMPLE_BYTES)
        self._rest = b""
        self._decoding: Decoding | None = None
        self._draft: _Draft | None = None
        self._text = ""
        self._reading = NOTHING_READ
        self._frames = 0
        self._began_at: float | None = None
        self._sound_at: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether `Spoken` has been returned."""
        return self._endpointer.state is Hearing.ENDED

    @property
    def deadline(self) -> float | None:
        """When `TimeReached` is due, on the clock of `now`: no sound has come for too long."""
        return None if self._sound_at is None or self.is_over else self._sound_at + STALLED_S

    @property
    def frames_wanted(self) -> int:
        """How many more frames may come together without anything being told later for it."""
        ahead = (self._endpointer.due_at - self._time_s) * 1000 / FRAME_MS
        return max(1, ceil(min(MOST_FRAMES, ahead) - 1e-6))

    def is_silence(self, pcm: bytes) -> bool:
        """Whether nobody speaks and no voice is in this, so that dealing with it takes no recogniser."""
        if self._decoding is not None or self._rest:
            return False
        threshold_db = self._task.loudness.threshold_db
        return all(level < threshold_db for level in levels_db(pcm, self._manner.rate))

    def handle(self, event: Sound | Onset | Stop | TimeReached, now: float) -> list[Report]:
        """Take what happened at `now`, on the engine's clock."""
        if self.is_over:
            return []
        match event:
            case Sound():
                return self._hear(event.pcm, now)
            case Onset():
                self._sound_at = now
                return self._react(self._endpointer.handle(event, self._time_s))
            case Stop():
                return self._react(self._endpointer.handle(event, self._time_s))
            case TimeReached():
                stalled = self.deadline is not None and now >= self.deadline
                return self._react(self._endpointer.handle(Stop(Ending.STALLED), self._time_s)) if stalled else []
            case _:
                assert_never(event)

    @property
    def _time_s(self) -> float:
        """The sound's own clock: what comes late or in bursts is still 20 ms a frame."""
        return self._frames * FRAME_MS / 1000

    def _hear(self, pcm: bytes, now: float) -> list[Report]:
        sound = self._rest + pcm
        size = self._frame_bytes
        self._rest = sound[len(sound) // size * size :]
        reports: list[Report] = []
        for number, level in enumerate(levels_db(sound, self._manner.rate)):
            reports += self._hear_frame(sound[number * size : (number + 1) * size], level)
            if self.is_over:
                break
        if self._decoding is not None or self._sound_at is not None:
            self._sound_at = now
        return reports

    def _hear_frame(self, frame: bytes, level_db: float) -> list[Report]:
        self._frames += 1
        if self._decoding is None:
            self._pre_roll.add(frame)
        else:
            self._decoding.add(frame)
        reports = self._react(self._endpointer.handle(Frame(level_db), self._time_s))
        decoding = self._decoding if self._draft is None else None
        if decoding is not None and decoding.waiting_bytes >= CHUNK_FRAMES * self._frame_bytes:
            reports += self._read(decoding.catch_up())
        return reports

    def _react(self, commands: Iterable[Told]) -> list[Report]:
        reports: list[Report] = []
        for command in commands:
            match command:
                case SpeechBegan():
                    reports += self._begin(command)
                case SpeechPaused():
                    self._learn(self._weigh())
                case SpeechResumed():
                    self._go_on()
                case SpeechEnded():
                    reports += self._end(command)
                case _:
                    assert_never(command)
        return reports

    def _begin(self, began: SpeechBegan) -> list[Report]:
        self._began_at = began.at
        self._decoding = Decoding(self._task.recognizer, self._task.grammar, self._manner.rate)
        self._decoding.add(self._pre_roll.take())
        return [Began(began.at)]

    def _read(self, text: str) -> list[Report]:
        """Ask what the words so far mean, if there are new ones."""
        if text == self._text:
            return []
        before, self._text, self._reading = self._reading, text, self._task.matcher(text)
        self._endpointer.handle(Partial(self._reading), self._time_s)
        return [] if self._reading == before else [Guess(text, self._reading)]

    def _weigh(self) -> _Draft:
        """Take all the words there are: in the pause that may be the end, so that nobody waits for it after that."""
        assert self._decoding is not None
        transcript = self._decoding.finish()
        reading = self._reading if transcript.text == self._text else self._task.matcher(transcript.text)
        self._draft = _Draft(self._weighed(self._decoding, transcript, reading), reading)
        return self._draft

    def _weighed(self, decoding: Decoding, transcript: Transcript, reading: Reading) -> Transcript:
        """Compare it with whatever else might have been said, as far as that can change what is done."""
        limits, weighs_all = self._manner.limits, self._manner.weighs_all
        if not weighs_all and (guess := without_filler(transcript, reading, limits)) is not None:
            return guess
        compared = decoding.compare(transcript)
        if weighs_all or phrase_matters(compared, reading, limits):
            return decoding.look_closer(compared, reading)
        return compared

    def _learn(self, draft: _Draft) -> None:
        """The endpointer knows now how long to wait."""
        if draft.transcript.text:
            reading = self._borne_out(draft.transcript, draft.reading)
            self._endpointer.handle(FinalRead(reading), self._time_s)

    def _go_on(self) -> None:
        """The caller has more to say."""
        assert self._decoding is not None
        assert self._draft is not None
        self._text, self._reading, self._draft = self._draft.transcript.text, self._draft.reading, None
        self._decoding.go_on()

    def _end(self, ended: SpeechEnded) -> list[Report]:
        """Take the final words, unless they show that the caller is not done."""
        if self._decoding is None or ended.why is Ending.STOPPED:
            return [self._spoken(ended, SILENT, NOTHING_READ)]
        draft = self._draft
        if draft is None:
            draft = self._weigh()
            if ended.why in {Ending.SETTLED, Ending.SILENCE}:
                self._learn(draft)
        if self.is_over:
            self._decoding = None
            return [self._spoken(ended, draft.transcript, draft.reading)]
        self._go_on()
        return []

    def _borne_out(self, transcript: Transcript, reading: Reading) -> Reading:
        """Take words that the sound does not bear out for none: mostly the rest of them is still to come."""
        is_sure = trust(transcript, reading, self._manner.limits) is Trust.ACT
        return reading if is_sure else replace(reading, target="", is_clear=False)

    def _spoken(self, ended: SpeechEnded, transcript: Transcript, reading: Reading) -> Spoken:
        return Spoken(
            why=ended.why,
            transcript=transcript,
            reading=reading,
            trust=trust(transcript, reading, self._manner.limits),
            score=score(transcript, reading),
            voice_s=0.0 if self._began_at is None else max(0.0, ended.last_voice_at - self._began_at),
            waited_s=self._time_s - ended.last_voice_at,
        )
