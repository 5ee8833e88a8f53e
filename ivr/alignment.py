"""Where in a caller's words a phrase is said, and at what cost: semi-global alignment of speech units.

The phrase must be there as a whole; what the caller says before and after it costs nothing here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter, mul

MISSING = 0.9
"""Leaving a unit of the phrase out, as a fraction of its weight: a little less than saying another in its place."""

GAP = 0.1
"""Any unit said inside the phrase, as 嗯 in 提前嗯还款."""

CONTENT_GAP = 0.4
"""What a unit inside the phrase costs more if it means something."""

BETWEEN = "\0"
"""Between units in a row of them: no unit has it."""

Costs = Mapping[str, float]
"""For one unit that was heard: how unlike it is, from 0 to 1, each unit of a phrase."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is looked for, made ready once for all utterances."""

    units: tuple[str, ...]
    weights: tuple[float, ...]
    """How much each unit matters."""
    text: str
    """The units one after the other, to be found where they are said word by word."""
    costs: Callable[[Costs], tuple[float, ...]] = field(compare=False, repr=False)
    """Picks the costs of all units at once."""

    @classmethod
    def of(cls, units: Sequence[str], weights: Sequence[float]) -> "Pattern":
        """Make it of units and as many weights."""
        only = units[0]
        pick = itemgetter(*units) if len(units) > 1 else lambda costs: (costs[only],)
        return cls(tuple(units), tuple(weights), _as_text(units), pick)


@dataclass(frozen=True, slots=True)
class Alignment:
    """The best place of a phrase."""

    cost: float
    """0 where the phrase is said exactly; the phrase's weight times `MISSING` where nothing of it is."""
    start: int
    """The first unit of the caller's words that belongs to it."""
    end: int
    """The unit after the last; equal to `start` if nothing belongs to it."""


class Aligner:
    """Finds phrases in one utterance, which must have a unit at least."""

    def __init__(self, heard: Sequence[str], gaps: Sequence[float], costs_of: Callable[[str], Costs]) -> None:
        """`gaps` is what each heard unit costs inside a phrase."""
        self._costs = [costs_of(said) for said in heard]
        self._gaps = gaps
        self._text = _as_text(heard)
        self._free = [0.0] * (len(heard) + 1)
        self._places = list(range(len(heard) + 1))

    def least_cost(self, pattern: Pattern) -> float:
        """Return what a phrase costs at least, as if only each unit itself mattered: much quicker than its place."""
        nearest = map(min, repeat(MISSING), *map(pattern.costs, self._costs))
        return float(sum(map(mul, pattern.weights, nearest)))

    def place(self, pattern: Pattern) -> Alignment:
        """Find where a phrase costs least; of as good places the first."""
        if (at := self._text.find(pattern.text)) >= 0:
            start = self._text.count(BETWEEN, 0, at)
            return Alignment(0.0, start, start + len(pattern.units))
        costs, starts = self._free, self._places
        for unlike, weight in zip(zip(*map(pattern.costs, self._costs), strict=True), pattern.weights, strict=True):
            costs, starts = self._longer(costs, starts, unlike, weight)
        cost = min(costs)
        end = costs.index(cost)
        return Alignment(cost, starts[end], end)

    def _longer(
        self, costs: list[float], starts: list[int], unlike: Sequence[float], weight: float
    ) -> tuple[list[float], list[int]]:
        """Go on by one unit: what it costs to have said so much by each place, and where it begins then.

        Of as cheap ways, another unit in its place comes first, then more said inside, then less.
        """
        missing = weight * MISSING
        above, above_start = costs[0] + missing, 0
        new_costs, new_starts = [above], [0]
        for one, gap, before, before_start, left, left_start in zip(
            unlike, self._gaps, costs, starts, costs[1:], starts[1:], strict=False
        ):
            above += gap
            if (cost := before + weight * one) <= above:
                above, above_start = cost, before_start
            if (cost := left + missing) < above:
                above, above_start = cost, left_start
            new_costs.append(above)
            new_starts.append(above_start)
        return new_costs, new_starts


def _as_text(units: Sequence[str]) -> str:
    return BETWEEN + BETWEEN.join(units) + BETWEEN
