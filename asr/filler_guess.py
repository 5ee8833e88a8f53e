"""What the filler would say of a sound, guessed from what the grammar says: to ask it only where its answer decides.

The filler is a second recogniser over the same sound and costs as much as the first. How likely any syllables at all
are follows closely from how long the sound is, how much of it is words, and how likely the grammar's best path is: by a
straight line, fitted on speech of which both are known, it is never more likely than some two units a character above
it. Many wishes are clearer than that. In loud noise it is less likely than the line says, which speaks for the words
only. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from asr.recognizer import Transcript

FEWEST = 100
"""Utterances to fit by; with fewer the furthest that any of them is off tells little about others."""

MARGIN = 1.2
"""Times the furthest that any of them was above the line: others may be a little further."""


@dataclass(frozen=True, slots=True)
class FillerGuess:
    """One model's line. Belongs to the model, as its limits do."""

    per_second: float
    """Of sound."""
    per_word_second: float
    """From the first word's beginning to the last one's end."""
    per_character: float
    """Of the words."""
    per_menu: float
    """Of the grammar's own log-likelihood."""
    constant: float
    highest_off: float
    """How far above the line it may be."""
    longest_s: float
    """Of the sounds it was fitted on: nothing is known of longer ones."""

    def guess(self, transcript: Transcript) -> float | None:
        """Return the filler's likely answer; None where too little is known."""
        features = _features(transcript)
        if features is None or transcript.sound_s > self.longest_s:
            return None
        weights = (self.per_second, self.per_word_second, self.per_character, self.per_menu, self.constant)
        return sum(weight * value for weight, value in zip(weights, features, strict=True))


def fit_filler_guess(heard: Iterable[Transcript]) -> FillerGuess | None:
    """Fit the line to utterances that were compared with the filler; None if there are too few."""
    known = [
        (features, one.evidence.filler)
        for one in heard
        if one.evidence is not None
        and one.evidence.filler is not None
        and not one.evidence.is_guess
        and (features := _features(one)) is not None
    ]
    if len(known) < FEWEST:
        return None
    inputs, fillers = np.array([one for one, _ in known]), np.array([filler for _, filler in known])
    weights, *_ = np.linalg.lstsq(inputs, fillers, rcond=None)
    furthest = float((fillers - inputs @ weights).max())
    return FillerGuess(*[*weights.tolist(), MARGIN * furthest, float(inputs[:, 0].max())])


def _features(transcript: Transcript) -> tuple[float, ...] | None:
    if transcript.evidence is None or not transcript.spans or not transcript.sound_s:
        return None
    words_s = transcript.spans[-1].end_s - transcript.spans[0].start_s
    characters = len(transcript.text.replace(" ", ""))
    return (transcript.sound_s, words_s, characters, transcript.evidence.menu, 1.0)
