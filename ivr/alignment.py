"""Where in a caller's words a phrase is said, and at what cost: semi-global alignment of speech units.

The phrase must be there as a whole; what the caller says before and after it costs nothing here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

MISSING = 0.9
"""Leaving a unit of the phrase out, as a fraction of its weight: a little less than saying another in its place."""

GAP = 0.1
"""Any unit said inside the phrase, as 嗯 in 提前嗯还款."""

CONTENT_GAP = 0.4
"""What a unit inside the phrase costs more if it means something."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The best place of a phrase."""

    cost: float
    """0 where the phrase is said exactly; the phrase's weight times `MISSING` where nothing of it is."""
    start: int
    """The first unit of the caller's words that belongs to it."""
    end: int
    """The unit after the last; equal to `start` if nothing belongs to it."""


def align(
    heard: Sequence[str],
    gaps: Sequence[float],
    phrase: Sequence[str],
    weights: Sequence[float],
    *,
    unit_cost: Callable[[str, str], float],
) -> Alignment:
    """Find where the phrase costs least; `gaps` is what each heard unit costs inside it."""
    columns = tuple(
        (column, unit, weight, weight * MISSING)
        for column, (unit, weight) in enumerate(zip(phrase, weights, strict=True), 1)
    )
    costs = [0.0, *accumulate(missing for _, _, _, missing in columns)]
    starts = [0] * len(costs)
    best, start, end = costs[-1], 0, 0
    for place, (said, gap) in enumerate(zip(heard, gaps, strict=True)):
        diagonal, diagonal_start = 0.0, place
        left, left_start = 0.0, place + 1
        for column, unit, weight, missing in columns:
            above, above_start = costs[column], starts[column]
            cost, origin = diagonal, diagonal_start
            if said != unit:
                cost += weight * unit_cost(said, unit)
            if above + gap < cost:
                cost, origin = above + gap, above_start
            if left + missing < cost:
                cost, origin = left + missing, left_start
            diagonal, diagonal_start = above, above_start
            costs[column] = left = cost
            starts[column] = left_start = origin
        if left < best:
            best, start, end = left, left_start, place + 1
    return Alignment(best, start, end)
