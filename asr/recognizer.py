"""The port to a speech engine: a loaded model, one utterance at a time, and what is known when it has ended. Pure.

A model may be shared by threads. An utterance may not: whoever feeds it is the only one who does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

SAMPLE_BYTES = 2
"""Audio is signed 16-bit little-endian, one channel, everywhere above the line's own code."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What may be said, in words the model knows. Made by `asr.vocabulary.fit`, never by hand."""

    phrases: tuple[str, ...]
    """Each is its words, one space between them."""
    refused: tuple[str, ...] = ()
    """Phrases as their author wrote them that the model has no words for; callers who say them are not understood."""
    is_closed: bool = False
    """Nothing but these can be heard, whatever is said: else an engine may leave room for unknown words."""

    @property
    def is_empty(self) -> bool:
        """Nothing that may be said can be recognised: such a node listens to keys only."""
        return not self.phrases


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the sound bears out the words."""

    menu: float
    """Log-likelihood of the best path through the grammar; comparable within the same audio only."""
    filler: float | None
    """The same through any syllables at all; None until compared, or where the model has no such words."""
    is_guess: bool = False
    """Whether the filler was not asked, since nothing it could say would change what is done (`asr.filler_guess`)."""


@dataclass(frozen=True, slots=True)
class Span:
    """When a word was said, in seconds of the utterance's sound."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an utterance was heard as, at its end. Personal data."""

    text: str
    """Chinese words joined, others with a space between; empty if nothing was heard."""
    words: tuple[str, ...]
    evidence: Evidence | None
    """None where nothing was heard, or the engine has none."""
    unknown: int = 0
    """How many words were heard besides that the grammar has not, as far as the engine tells: the carriers of a wish,
    or all of what has nothing to do with the menu."""
    spans: tuple[Span, ...] = ()
    """Of each word; empty if the engine does not tell."""
    phrase_ratio: float | None = None
    """As `likelihood_ratio`, of the sound of the menu's phrase alone (`Decoding.look_closer`); None where it was not
    looked at, since there was nothing else."""
    sound_s: float = 0.0
    """How long the sound was that the words were heard in."""

    @property
    def length(self) -> int:
        """Characters of all that was said; of an unknown word nothing more is known than that it is one."""
        return len(self.text.replace(" ", "")) + self.unknown

    def is_only(self, phrase: str) -> bool:
        """Whether nothing was said besides this phrase."""
        return self.length <= len(phrase.replace(" ", ""))

    def with_filler(self, filler: float | None, *, is_guess: bool = False) -> "Transcript":
        """The same, and what the filler says, or is thought to say, of the sound. Only of words with evidence."""
        assert self.evidence is not None
        return replace(self, evidence=Evidence(self.evidence.menu, filler, is_guess))

    @property
    def likelihood_ratio(self) -> float | None:
        """By how much the grammar explains the sound better than any syllables do, per character (SPEECH.md: LR)."""
        if self.evidence is None or self.evidence.filler is None:
            return None
        return (self.evidence.menu - self.evidence.filler) / max(1, len(self.text.replace(" ", "")))


class Utterance(Protocol):
    """One utterance being recognised. One thread at a time. Every call may raise `RecognizerError`."""

    def feed(self, pcm: bytes) -> str:
        """Take the next audio (16 bit, the rate it was begun with) and return what it sounds like so far."""
        ...

    def finish(self) -> Transcript:
        """End it, once; nothing may be fed afterwards. Nothing is compared with the filler yet."""
        ...


class Recognizer(Protocol):
    """A loaded model."""

    @property
    def name(self) -> str:
        """Shown to the admin."""
        ...

    @property
    def rate(self) -> int:
        """Samples per second it takes; audio of another rate is resampled before (`asr.audio`)."""
        ...

    def knows(self, word: str) -> bool:
        """Whether this word is in its vocabulary."""
        ...

    def begin(self, grammar: Grammar) -> Utterance:
        """Listen to one utterance of what the grammar allows. Raise `RecognizerError` if that fails."""
        ...

    def fill(self, pcm: bytes) -> float | None:
        """Log-likelihood of this sound through any syllables at all; None where the model has no such words."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What words mean at the caller's node, by whoever knows the menu; `asr` only asks what to do about silence."""

    target: str
    """A key of what the words lead to, the same as long as the meaning is; empty while nothing is clear."""
    match: float = 0.0
    """How like the menu's phrase the words are: 0 to 1, and a little above for the caller's own menu."""
    is_clear: bool = False
    """To act on it would be right, if the caller says no more."""
    may_grow: bool = False
    """The words begin something longer that means something else: 还款 may become 还款方式."""
    is_left_open: bool = False
    """Nobody ends like this: 嗯, 那个, 我想问一下."""
    phrase: str = ""
    """The menu's phrase that the words were taken for; empty with an empty target."""


Matcher = Callable[[str], Reading]
"""Reads the partials of one utterance, each of which replaces the one before; made anew for each utterance."""

NOTHING_READ = Reading("")
"""Of words that mean nothing yet."""
