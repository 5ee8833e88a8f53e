"""An engine that hears what a script says, by how much sound has come: for tests of everything around it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from asr.audio import LINE_RATE
from asr.recognizer import SAMPLE_BYTES, Evidence, Grammar, Span, Transcript
from telephony.errors import RecognizerError


@dataclass(frozen=True, slots=True)
class Script:
    """One utterance."""

    words: Sequence[tuple[float, str]]
    """From so many seconds of sound on it sounds like this; in order."""
    final: str | None = None
    """None: the last of the words that has come."""
    evidence: Evidence | None = None
    unknown: int = 0
    """Words besides that the grammar has not."""
    spans: tuple[Span, ...] = ()
    """Of the final words."""
    fails_at_s: float | None = None
    """From so many seconds of sound on the engine fails."""


@dataclass
class ScriptedRecognizer:
    """Takes its scripts one after the other; the last one again and again."""

    scripts: Sequence[Script]
    rate: int = LINE_RATE
    name: str = "scripted"
    vocabulary: Callable[[str], bool] = lambda _: True
    grammars: list[Grammar] = field(default_factory=list)
    """Those it was asked to listen for."""
    utterances: "list[ScriptedUtterance]" = field(default_factory=list)
    filled: int = 0
    """How often the filler was asked."""

    def knows(self, word: str) -> bool:
        """Whether the test wants it to."""
        return self.vocabulary(word)

    def begin(self, grammar: Grammar) -> "ScriptedUtterance":
        """Take the next script."""
        script = self.scripts[min(len(self.grammars), len(self.scripts) - 1)]
        self.grammars.append(grammar)
        self.utterances.append(ScriptedUtterance(script, self.rate))
        return self.utterances[-1]

    def fill(self, pcm: bytes) -> float | None:  # noqa: ARG002 - whatever the sound
        """What the script of the last utterance says."""
        self.filled += 1
        evidence = self.utterances[-1].script.evidence
        return None if evidence is None else evidence.filler


class ScriptedUtterance:
    """One script being played."""

    def __init__(self, script: Script, rate: int) -> None:
        self.script, self._bytes_per_s = script, rate * SAMPLE_BYTES
        self._bytes = 0
        self.is_over = False

    @property
    def heard_s(self) -> float:
        """How much sound it was fed."""
        return self._bytes / self._bytes_per_s

    def feed(self, pcm: bytes) -> str:
        """Count the sound."""
        self._check()
        self._bytes += len(pcm)
        self._check()
        return self._said()

    def finish(self) -> Transcript:
        """End it, once."""
        self._check()
        self.is_over = True
        script = self.script
        text = self._said() if script.final is None else script.final
        evidence = None if script.evidence is None or not text else replace(script.evidence, filler=None)
        return Transcript(text, tuple(text.split()), evidence, script.unknown, script.spans if text else ())

    def _said(self) -> str:
        return _last((text for at, text in self.script.words if at * self._bytes_per_s <= self._bytes), "")

    def _check(self) -> None:
        if self.is_over:
            raise RuntimeError("this utterance is over")
        fails_at_s = self.script.fails_at_s
        if fails_at_s is not None and self._bytes >= fails_at_s * self._bytes_per_s:
            raise RecognizerError("the script fails here", retryable=True)


def _last(texts: Iterable[str], otherwise: str) -> str:
    last = otherwise
    for text in texts:
        last = text
    return last
