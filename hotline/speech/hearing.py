"""One caller's sound inside a worker: what is listened for, and what came of it. One thread at a time; pure but for it.

Between two listenings the last moments are kept, so that a caller who is quicker than the menu loses no syllable.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from asr.audio import FRAME_MS, LINE_RATE, PreRoll, frame_bytes, levels_db
from asr.endpointing import Onset
from asr.listening import MOST_FRAMES, PRE_ROLL_S, Began, Listening, Manner, Report, Sound, Spoken, Task
from asr.loudness import Loudness
from asr.recognizer import SAMPLE_BYTES
from hotline.speech.protocol import Heard, ListenTo, Pause, SoundBegan
from hotline.speech.understanding import Understanding
from telephony.events import TimeReached
from telephony.ids import NodeId
from telephony.wish import Meaning

SILENT_FRAMES = 10
"""Of 20 ms: a caller who pressed a key in the middle of a word has fallen silent after so many, as a pause in speech is
shorter than 0.2 s."""

MOST_KEPT_BYTES = 20 * LINE_RATE * SAMPLE_BYTES
"""Of one utterance, where the setting says that it is kept: 20 s; nobody says more to a menu."""

NOT_SPEAKING = 0.0
"""Before every instant."""

_FRAME_BYTES = frame_bytes(LINE_RATE)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Sound that came together."""

    pcm: bytes
    came_at: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said, for whoever may keep it. Personal data."""

    pcm: bytes
    """The line's own rate, 16 bit."""
    text: str
    node: str
    """Where the caller was."""
    meaning: Meaning


Keep = Callable[[Utterance], None]

Happening = Chunk | ListenTo | SoundBegan | Pause | TimeReached


class Hearing:
    """One tap."""

    def __init__(self, understanding: Understanding, manner: Manner, keep: Keep | None = None) -> None:
        """Sound is forgotten unless there is a `keep`."""
        self._understanding = understanding
        self._keep_utterance = keep
        self._heard = PreRoll(MOST_KEPT_BYTES)
        """Of this utterance, where it is to be kept."""
        self._manner = manner
        self._loudness = Loudness()
        self._kept = PreRoll(int(PRE_ROLL_S * LINE_RATE) * SAMPLE_BYTES)
        self._order: ListenTo | None = None
        self._listening: Listening | None = None
        self._silent_frames: int | None = None
        """Frames of silence so far, while a word begun before must end first; None: nothing must."""
        self._rest = b""
        self.speaking_since = NOT_SPEAKING
        """When the recogniser was first given work on this utterance, on the engine's clock."""

    @property
    def is_listening(self) -> bool:
        """Whether an utterance is waited for."""
        return self._order is not None

    @property
    def deadline(self) -> float | None:
        """When `TimeReached` is due: no sound has come for too long."""
        return None if (listening := self._listening) is None else listening.deadline

    @property
    def frames_wanted(self) -> int:
        """How many frames may come together."""
        return MOST_FRAMES if (listening := self._listening) is None else listening.frames_wanted

    def is_silence(self, happening: Happening) -> bool:
        """Whether this is sound in which nobody speaks, or that nobody waits for: to hear it takes microseconds."""
        if not isinstance(happening, Chunk):
            return False
        return self._listening is None or self._listening.is_silence(happening.pcm)

    def handle(self, happening: Happening, now: float) -> list[Heard]:
        """Take what happened. `RecognizerError`: nothing more is to be expected of this tap."""
        match happening:
            case Chunk(pcm, came_at):
                return self._hear(pcm, came_at, now)
            case ListenTo():
                return self._listen(happening, now)
            case Pause():
                self._order = self._listening = self._silent_frames = None
                return []
            case SoundBegan():
                return self._tell(self._listening.handle(Onset(), now), now, now) if self._listening else []
            case TimeReached():
                return self._tell(self._listening.handle(happening, now), now, now) if self._listening else []

    def _listen(self, order: ListenTo, now: float) -> list[Heard]:
        node, asks = NodeId(order.node), order.asks
        understanding = self._understanding
        task = Task(
            understanding.recognizer,
            understanding.grammar(asks=asks),
            understanding.matcher(node, asks=asks),
            self._loudness,
        )
        self._order, self._listening, self.speaking_since = order, Listening(task, self._manner), NOT_SPEAKING
        self._heard.take()
        kept = self._kept.take()
        self._silent_frames = 0 if order.fresh else None
        return [] if order.fresh else self._tell(self._take(kept, now), now, now)

    def _hear(self, pcm: bytes, came_at: float, now: float) -> list[Heard]:
        if self._listening is None:
            self._keep(pcm)
            return []
        if self._silent_frames is not None:
            pcm = self._after_silence(pcm)
        return self._tell(self._take(pcm, now), came_at, now)

    def _take(self, pcm: bytes, now: float) -> Iterable[Report]:
        assert self._listening is not None
        if self._keep_utterance is not None:
            self._heard.add(pcm)
        return self._listening.handle(Sound(pcm), now)

    def _keep(self, pcm: bytes) -> None:
        """Nobody listens; the line's noise is learned all the same."""
        self._kept.add(pcm)
        for level in levels_db(pcm, LINE_RATE):
            self._loudness.is_voice(level)

    def _after_silence(self, pcm: bytes) -> bytes:
        """Leave out the end of a word begun before a key was pressed."""
        sound = self._rest + pcm
        levels = levels_db(sound, LINE_RATE)
        self._rest = sound[len(levels) * _FRAME_BYTES :]
        silent = self._silent_frames or 0
        for number, level in enumerate(levels, 1):
            silent = 0 if self._loudness.is_voice(level) else silent + 1
            if silent >= SILENT_FRAMES:
                self._silent_frames, rest = None, self._rest
                self._rest = b""
                return sound[number * _FRAME_BYTES : len(levels) * _FRAME_BYTES] + rest
        self._silent_frames = silent
        return b""

    def _tell(self, reports: Iterable[Report], came_at: float, now: float) -> list[Heard]:
        """Of an utterance that is over: what it meant. Its words go no further, unless they are to be kept."""
        spoken = None
        for report in reports:
            if isinstance(report, Began):
                self.speaking_since = now
            elif isinstance(report, Spoken):
                spoken = report
        if spoken is None or self._order is None:
            return []
        order, self._order, self._listening, self.speaking_since = self._order, None, None, NOT_SPEAKING
        meaning = self._understanding.meaning(spoken, NodeId(order.node), asks=order.asks)
        heard = self._heard.take()
        if self._keep_utterance is not None and spoken.voice_s > 0:
            self._keep_utterance(Utterance(_voice_of(spoken, heard), spoken.transcript.text, order.node, meaning))
        return [
            Heard(order.tap, order.listening, meaning, spoken.why.value, spoken.waited_s, max(0.0, now - came_at)),
        ]


def _voice_of(spoken: Spoken, heard: bytes) -> bytes:
    """What was heard from a little before the first voice on."""
    length = round((PRE_ROLL_S + spoken.voice_s + spoken.waited_s) * LINE_RATE) * SAMPLE_BYTES
    return heard[-length:]


def seconds(pcm_bytes: int) -> float:
    """How long so much sound lasts."""
    return pcm_bytes / _FRAME_BYTES * FRAME_MS / 1000
