"""What a caller takes back: “我不要还款，我要投诉” is about a complaint, “还款，不对，投诉” too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ivr.phrase_templates import expand
from ivr.units import BREAK, Ways, split_units

STRUCK = "~"
"""Stands for a unit taken back: nothing is like it, and no phrase reaches across."""


@dataclass(frozen=True)
class Denials:
    """How one language takes things back, in templates."""

    language: str
    negators: tuple[str, ...]
    """What follows is not wanted, up to the next turn."""
    turns: tuple[str, ...]
    """A new clause begins: whatever was denied ends before it."""
    weak_turns: tuple[str, ...]
    """The same, but only after something was denied: in 不是要还款 the 要 still belongs to the denial."""
    repairs: tuple[str, ...]
    """What was said before is not wanted, if anything follows."""

    @cached_property
    def tables(self) -> "Tables":
        """All of them in units."""
        groups = (self.negators, self.turns, self.weak_turns, self.repairs)
        return Tables(*(self._table(group) for group in groups))

    def _table(self, templates: tuple[str, ...]) -> Ways:
        return Ways(split_units(phrase, self.language) for template in templates for phrase in expand(template))

    def may_be_in(self, units: Iterable[str]) -> bool:
        """Whether there is a word to look at: mostly there is none."""
        return self.tables.negators.may_begin(units) or self.tables.repairs.may_begin(units)

    def strike_out(self, units: tuple[str, ...], meanings: Sequence[float], own: Ways) -> tuple[str, ...]:
        """Replace what is taken back by `STRUCK`; `own` are phrases of the menu that contain such words, as 还不上."""
        if not self.may_be_in(units):
            return units
        kept = _places(units, own)
        return self._strike_denied(self._strike_repaired(units, meanings, kept), meanings, kept)

    def _strike_repaired(
        self, units: tuple[str, ...], meanings: Sequence[float], kept: frozenset[int]
    ) -> tuple[str, ...]:
        for place in range(len(units) - 1, 0, -1):
            end = place + (0 if place in kept else self.tables.repairs.longest(units, place))
            if end > place and any(meanings[end:]):
                return (STRUCK,) * end + units[end:]
        return units

    def _strike_denied(
        self, units: tuple[str, ...], meanings: Sequence[float], kept: frozenset[int]
    ) -> tuple[str, ...]:
        left = list(units)
        place = 0
        while place < len(units):
            length = 0 if place in kept or _asks(units, place) else self.tables.negators.longest(units, place)
            end = self._end_of_denial(units, meanings, kept, place + length) if length else place + 1
            if length:
                left[place:end] = [STRUCK] * (end - place)
            place = end
        return tuple(left)

    def _end_of_denial(
        self, units: tuple[str, ...], meanings: Sequence[float], kept: frozenset[int], start: int
    ) -> int:
        denied = False
        for place in range(start, len(units)):
            if units[place] == BREAK or self.tables.turns.longest(units, place):
                return place
            if denied and (place in kept or self.tables.weak_turns.longest(units, place)):
                return place
            denied = denied or meanings[place] > 0
        return len(units)


@dataclass(frozen=True, slots=True)
class Tables:
    """The phrases of `Denials`, ready to be found."""

    negators: Ways
    turns: Ways
    weak_turns: Ways
    repairs: Ways


def _asks(units: tuple[str, ...], place: int) -> bool:
    """Whether a denial is half of a question: 要不要, 是不是."""
    return 0 < place < len(units) - 1 and units[place - 1] == units[place + 1]


def _places(units: tuple[str, ...], own: Ways) -> frozenset[int]:
    """The places where a phrase of the menu is said word by word."""
    return frozenset(place + offset for place in range(len(units)) for offset in range(own.longest(units, place)))


DENIALS = {
    "zh-CN": Denials(
        language="zh-CN",
        negators=(
            "[并]不是[说][我|我要|我想]",
            "不(要|想|用|需要|必|打算|准备)[再|给我|帮我|跟我]",
            "不(办|办理|做|查|问|选|转|改|修改|换)",
            "(别|甭)[再|给我|帮我|跟我]",
            "没[有](说|想|要|打算)",
            "无需",
        ),
        turns=("我(要|想|是|就|只|需要|打算)", "(而是|但是|只是|就要|改成|换成)", "(麻烦|请帮|请给|请问)", "(帮|给)我"),
        weak_turns=("(是|要|想|转人工|转接|换成)",),
        repairs=("不对", "[我](说错了|搞错了|弄错了)", "(哦|噢|啊|呃)不[是]", "不不[不]"),
    ),
    "en": Denials(
        language="en",
        negators=(
            "(don't|do not|didn't|did not|wouldn't) [want|need|mean|like] [to|a|an|the|my]",
            "(not|no|never) [about|the|a|an|my]",
        ),
        turns=("(i|i'd|i'm|but|instead|rather|please|just)",),
        weak_turns=("(it's|its|want)",),
        repairs=("(no wait|wait no|sorry no|i mean|actually)",),
    ),
}
"""By the menu's language."""
