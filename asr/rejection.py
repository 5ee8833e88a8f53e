"""Whether the caller meant us: the words alone cannot tell, since a small grammar hears itself in everything. Pure.

A second decoder that knows nothing but syllables says how well *any* words would explain the sound. SPEECH.md:
score = min(match, 1) + 0.3 · min(likelihood ratio, 8).
"""

from dataclasses import dataclass
from enum import StrEnum

from asr.recognizer import Reading, Transcript

RATIO_WEIGHT = 0.3
"""Of the likelihood ratio against the match (SPEECH.md, the best of 0, .1, .2 and .3)."""

RATIO_CAP = 8.0
"""From here on it is certain that the words were said (SPEECH.md)."""


class Trust(StrEnum):
    """What the sound allows to do with the words."""

    ACT = "act"
    ASK = "ask"
    """Not without a question."""
    REJECT = "reject"
    """Noise, or something that has nothing to do with the menu."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From which score on; belongs to a model (its `hotline.json`), chosen on other speech than is reported."""

    act: float = 1.0
    ask: float = 0.6


def score(transcript: Transcript, reading: Reading) -> float | None:
    """How sure it is that this was said and meant; None where the model has no filler to compare with."""
    ratio = transcript.likelihood_ratio
    if ratio is None:
        return None
    return min(reading.match, 1.0) + RATIO_WEIGHT * min(ratio, RATIO_CAP)


def trust(transcript: Transcript, reading: Reading, limits: Limits) -> Trust:
    """Judge an utterance. Without a filler the words must do: whoever reads them has limits of his own."""
    if not transcript.text:
        return Trust.REJECT
    sure = score(transcript, reading)
    if sure is None or sure >= limits.act:
        return Trust.ACT
    return Trust.ASK if sure >= limits.ask else Trust.REJECT
