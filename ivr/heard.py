"""What was heard, made ready to be compared: units without hesitation, weighed, and without what was taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from ivr.alignment import CONTENT_GAP, GAP
from ivr.intent_phrases import PhraseBook
from ivr.negation import STRUCK
from ivr.units import BREAK, split_units

NO_WAY_ACROSS = 9.0
"""The gap of a unit taken back: no phrase reaches over it."""

MAX_CHARACTERS = 400
"""What counts of a text, from its end: more than `MAX_UNITS` of any language."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance, or as much of it as there is."""

    units: tuple[str, ...]
    """Empty if nothing in it means anything."""
    meanings: tuple[float, ...]
    """1 for a unit that means something, else 0."""
    gaps: tuple[float, ...]
    """What each unit costs inside a phrase."""
    meaning_before: tuple[float, ...]
    """The sum of the meanings before each unit, and of all of them at the end."""
    denied: bool
    """Something was taken back."""

    @property
    def meaning(self) -> float:
        """How many units mean something."""
        return self.meaning_before[-1]

    def between(self, start: int, end: int) -> float:
        """How many of these units mean something."""
        return self.meaning_before[end] - self.meaning_before[start]


def hear(text: str, book: PhraseBook) -> Heard:
    """Prepare a text: whatever a recogniser returns, in any spelling."""
    lexicon = book.lexicon
    spoken = _fluent(split_units(text[-MAX_CHARACTERS:], book.language), book)
    wanted = book.denials.strike_out(spoken, lexicon.meanings(spoken), book.denying)
    units = lexicon.without_hesitation((unit for unit in wanted if unit != BREAK), book.spoken)
    meanings = lexicon.meanings(units)
    if not any(meanings):
        meanings = [1.0] * len(units)  # 怎么办 alone may still be a phrase
    meanings = [0.0 if unit == STRUCK else meaning for unit, meaning in zip(units, meanings, strict=True)]
    return _heard(units if any(meanings) else [], meanings, denied=STRUCK in wanted)


def _fluent(units: tuple[str, ...], book: PhraseBook) -> tuple[str, ...]:
    """Leave out hesitation, which must not end a denial (别给，呀，我转人工), but for the 哦 of 哦不."""
    silent = book.lexicon.hesitations - book.spoken
    repairs = book.denials.tables.repairs
    return tuple(unit for place, unit in enumerate(units) if unit not in silent or repairs.longest(units, place))


def _heard(units: Sequence[str], meanings: Sequence[float], *, denied: bool) -> Heard:
    weighed = tuple(meanings[: len(units)])
    gaps = (
        NO_WAY_ACROSS if unit == STRUCK else GAP + CONTENT_GAP * meaning
        for unit, meaning in zip(units, weighed, strict=True)
    )
    return Heard(tuple(units), weighed, tuple(gaps), tuple(accumulate(weighed, initial=0.0)), denied)
