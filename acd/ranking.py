"""Numbers in the order of what they cost, kept in plain arrays: a walk down the order is a walk through memory.

Lists of tuples of floats are ten times as large and lie all over the memory; with hundreds of groups and lanes what a
decision waits for is memory, not reckoning.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

NEVER = float("inf")

MOST = 1e300
"""More than anything costs that there is."""

ROUNDING_S = 1e-6
"""What a sum of a cost and an instant may be off: who is as near as that is looked at closely."""


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
        costs, numbers = self.costs, self.numbers
        place, count = bisect_left(costs, cost), len(costs)
        while place < count and costs[place] == cost and numbers[place] < number:
            place += 1
        costs.insert(place, cost)
        numbers.insert(place, number)

    def remove(self, cost: float, number: int) -> None:
        """Take out a number, which is here at this cost."""
        place, numbers = bisect_left(self.costs, cost), self.numbers
        while numbers[place] != number:
            place += 1
        del self.costs[place], numbers[place]

    def move(self, before: float, now: float, number: int) -> None:
        """A number's cost has changed; `NEVER`: it was not here, or is not any more."""
        if before != NEVER:
            self.remove(before, number)
        if now != NEVER:
            self.add(now, number)


def ranked(places: Iterable[tuple[float, int]]) -> Ranking:
    """The ranking of these costs and numbers."""
    ordered = sorted(places)
    return Ranking(floats(cost for cost, _ in ordered), array("i", [number for _, number in ordered]))
