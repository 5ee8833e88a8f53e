"""A line of places ordered by an instant, made for those that come in order: coming and going is O(1)."""

import heapq
from collections import deque
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

Place = tuple[float, int, Any, Any, int]
"""Instant, tie, key, and what else is known of whoever stands there."""

P = TypeVar("P", bound=Place)

DEAD_ALLOWED = 64
"""Places; a line is swept only when the empty ones outnumber the others by this, which amortises the sweeping."""


class Fifo(Generic[P]):
    """Who leaves from the middle leaves an empty place, which is dropped when it comes to the front.

    The line keeps no index of its own, which would be one more cold memory access for every caller: whoever has it
    says in `living` who is there, and a place is empty when that is not the one.
    """

    __slots__ = ("_added", "_dead", "_late", "_living", "_row", "head")

    def __init__(self, living: Mapping[Any, P]) -> None:
        self._living = living
        self._row: deque[P] = deque()
        self._late: list[tuple[float, int, Any, int, P]] = []
        """A heap of those who came out of order, such as calls whose ring failed; the last added decides no tie."""
        self._added = 0
        self._dead = 0
        """Empty places."""
        self.head: P | None = None
        """Who is first, None if the line is empty."""

    def add(self, place: P) -> None:
        """Put somebody in his place; `living` has him already, and nobody else in this line has his key."""
        row, head = self._row, self.head
        if not row or place[0] > row[-1][0] or place[:3] >= row[-1][:3]:
            row.append(place)
        else:
            self._added += 1
            heapq.heappush(self._late, (*place[:3], self._added, place))
        if head is None or (place[0] <= head[0] and place[:3] < head[:3]):
            self.head = place

    def leave(self, place: P) -> P | None:
        """Somebody of this line is gone; `living` does not have him any more. Who is first now."""
        row = self._row
        if place is not self.head:
            self._dead += 1
            if 2 * self._dead > len(row) + len(self._late) + DEAD_ALLOWED:
                self._sweep()
            return self.head
        if row and row[0] is place:
            row.popleft()
        else:
            heapq.heappop(self._late)
        if self._dead or self._late:
            return self._find_head()
        self.head = head = row[0] if row else None
        return head

    def _find_head(self) -> P | None:
        row, late, living = self._row, self._late, self._living
        while row and living.get(row[0][2]) is not row[0]:
            row.popleft()
            self._dead -= 1
        while late and living.get(late[0][2]) is not late[0][4]:
            heapq.heappop(late)
            self._dead -= 1
        first = row[0] if row else None
        if late and (first is None or late[0][:3] < first[:3]):
            first = late[0][4]
        self.head = first
        return first

    def _sweep(self) -> None:
        living = self._living
        self._row = deque(place for place in self._row if living.get(place[2]) is place)
        self._late = [entry for entry in self._late if living.get(entry[2]) is entry[4]]
        heapq.heapify(self._late)
        self._dead = 0
