"""Speech units: a Chinese character or a whole word of letters is one unit. How they are cut and compared."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from ivr.pinyin import character_cost, rough_sounds

BREAK = ","
"""Stands for any punctuation: a unit nobody says."""

DIGITS = {
    "zh-CN": tuple("零一二三四五六七八九"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
"""How a figure is said, by language."""

MAX_UNITS = 60
"""What counts of one utterance: its last units, some fifteen seconds of speech. People say what they want last."""

SHORT_WORD = 4
"""Letters below which a word must be heard exactly: for and four are nearly all the same."""

LETTERS = 4.0
"""A word with a quarter of its letters wrong is another word."""

_UNIT = re.compile(
    r"(?P<digit>\d)|(?P<word>[a-z]+(?:'[a-z]+)*)|(?P<hanzi>[\u3400-\u9fff])|(?P<mark>[,.!?;:、，。！？；：…\n])"
)


def split_units(text: str, language: str) -> tuple[str, ...]:
    """Cut a text into its units, with a `BREAK` for punctuation between them; whatever is never spoken is left out."""
    units: list[str] = []
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    for found in _UNIT.finditer(plain):
        match found.lastgroup:
            case "mark":
                if units and units[-1] != BREAK:
                    units.append(BREAK)
            case "digit":
                units.append(DIGITS[language][unicodedata.digit(found[0])])
            case _:
                units.append(found[0])
    return tuple(units[-MAX_UNITS:])


class Ways:
    """A set of phrases, to be found where they are said word by word."""

    def __init__(self, phrases: Iterable[Sequence[str]]) -> None:
        self._phrases = frozenset(tuple(phrase) for phrase in phrases)
        lengths: dict[str, set[int]] = {}
        for phrase in self._phrases:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        self._lengths = {first: sorted(of_first, reverse=True) for first, of_first in lengths.items()}

    def longest(self, units: tuple[str, ...], place: int) -> int:
        """Return the length of the longest phrase that is said from this place on, 0 if none is."""
        for length in self._lengths.get(units[place], ()):
            said = units[place : place + length]  # shorter at the end
            if said in self._phrases:
                return len(said)
        return 0

    def may_begin(self, units: Iterable[str]) -> bool:
        """Whether one of these units is the first of a phrase: if not, none is said."""
        return not self._lengths.keys().isdisjoint(units)


UNITS_HEARD = 1024
"""Heard units whose costs are kept; what callers of one hotline say has some hundreds."""

UNITS_MEANT = 512
"""How many of the menu's units are kept for each: some 50 MB when all is full, of which calls need a tenth."""


class _Costs(dict[str, float]):
    """How unlikely it is, from 0 to 1, that this was heard where another unit was meant."""

    def __init__(self, heard: str) -> None:
        super().__init__()
        self._heard = heard

    def __missing__(self, meant: str) -> float:
        if len(self) >= UNITS_MEANT:
            self.clear()
        self[meant] = cost = unit_cost(self._heard, meant)
        return cost


@lru_cache(maxsize=UNITS_HEARD)
def costs_of(heard: str) -> Mapping[str, float]:
    """Return what it costs to have heard this where any unit was meant, reckoned once for each."""
    return _Costs(heard)


def unit_cost(heard: str, meant: str) -> float:
    """How unlikely it is, from 0 to 1, that who meant the one was heard as the other."""
    if heard == meant:
        return 0.0
    if heard.isascii() != meant.isascii():
        return 1.0
    return _word_cost(heard, meant) if heard.isascii() else character_cost(heard, meant)


@lru_cache(maxsize=30_000)
def rough_keys(unit: str) -> tuple[str, ...]:
    """Under which keys an index finds this unit, and those that are taken for it, again."""
    return (unit[:SHORT_WORD],) if unit.isascii() else rough_sounds(unit)


def _word_cost(heard: str, meant: str) -> float:
    if min(len(heard), len(meant)) < SHORT_WORD:
        return 1.0
    return min(1.0, LETTERS * (1.0 - SequenceMatcher(None, heard, meant, autojunk=False).ratio()))
