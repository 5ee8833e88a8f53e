"""Numbers in the order of what they cost, kept in plain arrays: a walk down the order is a walk through memory.

Lists of tuples of floats are ten times as large and lie all over the memory; with hundreds of groups and lanes what a
decision waits for is memory, not reckoning.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

NEVER = float("inf")


def floats(values: Iterable[float] = ()) -> "array[float]":
    """An array of floats."""
    return array("d", values)


@dataclass(slots=True)
class Ranking:
    """The least cost first, between equals the lower number. Every number is in it at most once."""

    costs: "array[float]" = field(default_factory=floats)
    numbers: "array[int]" = field(default_factory=lambda: array("i"))

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[tuple[float, int]]:
        return zip(self.costs, self.numbers, strict=True)

    def add(self, cost: float, number: int) -> None:
        """Put a number in its place."""
        place = self._place(cost, number)
        self.costs.insert(place, cost)
        self.numbers.insert(place, number)

    def remove(self, cost: float, number: int) -> None:
        """Take out a number, which is here at this cost."""
        place = self._place(cost, number)
        del self.costs[place], self.numbers[place]

    def _place(self, cost: float, number: int) -> int:
        place, count = bisect_left(self.costs, cost), len(self.costs)
        while place < count and self.costs[place] == cost and self.numbers[place] < number:
            place += 1
        return place


def ranked(places: Iterable[tuple[float, int]]) -> Ranking:
    """The ranking of these costs and numbers."""
    ordered = sorted(places)
    return Ranking(floats(cost for cost, _ in ordered), array("i", [number for _, number in ordered]))
