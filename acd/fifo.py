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

    __slots__ = ("_last", "_late", "_row", "head")

    def __init__(self) -> None:
        self._row: OrderedDict[K, Entry[K]] = OrderedDict()
        self._last: Entry[K] | None = None
        """The last that was put into the row, who may have left it since."""
        self._late: Line[K] | None = None
        """Made for the first who comes out of order; most lines never need it."""
        self.head: Entry[K] | None = None
        """Instant, tie and key of the first, None if the line is empty."""

    def __bool__(self) -> bool:
        return self.head is not None

    def add(self, key: K, at: float, tie: int) -> None:
        """Put a key, which is not in the line, in its place; `tie` decides between equal instants."""
        entry, last, head = (at, tie, key), self._last, self.head
        if last is None or entry >= last:
            self._row[key] = self._last = entry
            if head is None or entry < head:  # who came out of order may stand behind
                self.head = entry
        else:
            if self._late is None:
                self._late = Line()
            self._late.add(key, at, tie=tie)
            self._find_head()

    def discard(self, key: K) -> None:
        """Take a key out, if it is there."""
        row, head = self._row, self.head
        if row.pop(key, None) is None:
            if self._late is not None:
                self._late.discard(key)
        elif not row:
            self._last = None
        if head is not None and head[2] == key:
            if self._late is None:
                self.head = row[next(iter(row))] if row else None
            else:
                self._find_head()

    def _find_head(self) -> None:
        row, late = self._row, None if self._late is None else self._late.first()
        first = row[next(iter(row))] if row else None
        self.head = late if first is None or (late is not None and late < first) else first
