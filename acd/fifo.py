"""A line of keys ordered by an instant, made for those that come in order: putting in and taking out is O(1)."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from acd.line import Line

K = TypeVar("K", bound=Hashable)

Entry = tuple[float, int, K]
"""Instant, tie, key."""


class Fifo(Generic[K]):
    """Does what a `Line` does. Who comes out of order, such as a call whose ring failed, stands in one beside it."""

    __slots__ = ("_late", "_row", "head")

    def __init__(self) -> None:
        self._row: OrderedDict[K, Entry[K]] = OrderedDict()
        self._late: Line[K] = Line()
        self.head: Entry[K] | None = None
        """Instant, tie and key of the first, None if the line is empty."""

    def __bool__(self) -> bool:
        return self.head is not None

    def add(self, key: K, at: float, tie: int) -> None:
        """Put a key, which is not in the line, in its place; `tie` decides between equal instants."""
        row = self._row
        entry = (at, tie, key)
        if not row or entry >= row[next(reversed(row))]:
            row[key] = entry
            if self.head is None or entry < self.head:  # who came out of order may stand behind
                self.head = entry
        else:
            self._late.add(key, at, tie=tie)
            self._find_head()

    def discard(self, key: K) -> None:
        """Take a key out, if it is there."""
        if self._row.pop(key, None) is None:
            self._late.discard(key)
        head = self.head
        if head is not None and head[2] == key:
            self._find_head()

    def _find_head(self) -> None:
        row, late = self._row, self._late.first()
        first = row[next(iter(row))] if row else None
        self.head = late if first is None or (late is not None and late < first) else first
