"""Whether the caller meant us: the words alone cannot tell, since a small grammar hears itself in everything. Pure.

Four things speak for it: that the words are like a phrase of the menu; that the grammar explains the sound better than
any syllables do; that the phrase itself explains its own piece of the sound better; and that little was said besides.
docs/decisions/0009 tells how the weights were chosen.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from asr.filler_guess import FillerGuess
from asr.recognizer import Reading, Transcript

RATIO_WEIGHT = 0.25
"""Of the likelihood ratio of all that was said, against the likeness of the words."""

RATIO_CAP = 8.0
"""From here on it is certain that the words were said (SPEECH.md)."""

PHRASE_WEIGHT = 0.15
"""Of the likelihood ratio of the phrase's own piece of the sound."""

PHRASE_CAP = 3.0
"""Most phrases that were said have more; how much more tells nothing, and must not outweigh the rest."""

PHRASE_FLOOR = -1.0
"""What is worse was not said; how much worse tells nothing, either. Between these two it decides about half of the
wishes in carriers; the others need not be heard again."""

SHARE_WEIGHT = 1.0
"""Of the phrase's share of all that was said."""


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

    act: float = 2.3
    ask: float = 1.9
    filler: FillerGuess | None = None
    """To ask the filler only where that matters; without it, it is always asked."""


def score(transcript: Transcript, reading: Reading) -> float | None:
    """How sure it is that this was said and meant; None where the model has no filler to compare with."""
    ratio = transcript.likelihood_ratio
    if ratio is None:
        return None
    of_phrase = ratio if transcript.phrase_ratio is None else transcript.phrase_ratio
    share = len(reading.phrase.replace(" ", "")) / max(1, transcript.length)
    return (
        min(reading.match, 1.0)
        + RATIO_WEIGHT * min(ratio, RATIO_CAP)
        + PHRASE_WEIGHT * min(max(of_phrase, PHRASE_FLOOR), PHRASE_CAP)
        + SHARE_WEIGHT * min(share, 1.0)
    )


def without_filler(transcript: Transcript, reading: Reading, limits: Limits) -> Transcript | None:
    """Weigh it by a guess at what the filler would say, where the worst it and a closer look could say is good enough.

    None: they must be asked. Nothing is rejected by a guess.
    """
    if limits.filler is None or (likely := limits.filler.guess(transcript)) is None:
        return None
    worst = transcript.with_filler(likely + limits.filler.highest_off, is_guess=True)
    if not transcript.is_only(reading.phrase):
        worst = replace(worst, phrase_ratio=PHRASE_FLOOR)
    is_good = trust(worst, reading, limits) is Trust.ACT and beats_filler(worst)
    return transcript.with_filler(likely, is_guess=True) if is_good else None


def beats_filler(transcript: Transcript) -> bool:
    """Whether no syllables at all would explain the sound better; True without a filler.

    Enough for an answer: a syllable gives the filler little to be worse at, so that 是 has less than any wish.
    """
    ratio = transcript.likelihood_ratio
    return ratio is None or ratio >= 0.0


def phrase_matters(transcript: Transcript, reading: Reading, limits: Limits) -> bool:
    """Whether the likelihood of the phrase's own piece of the sound can still change what is done."""
    worst, best = (
        trust(replace(transcript, phrase_ratio=ratio), reading, limits) for ratio in (PHRASE_FLOOR, PHRASE_CAP)
    )
    return worst is not best


def trust(transcript: Transcript, reading: Reading, limits: Limits) -> Trust:
    """Judge an utterance. Without a filler the words must do: whoever reads them has limits of his own."""
    if not transcript.text:
        return Trust.REJECT
    sure = score(transcript, reading)
    if sure is None or sure >= limits.act:
        return Trust.ACT
    return Trust.ASK if sure >= limits.ask else Trust.REJECT
