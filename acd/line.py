"""A line of keys ordered by an instant: callers by arrival, agents by idleness, timers by when they are due."""

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

STALE_ALLOWED = 64
"""Entries; a heap is rebuilt only when the discarded outnumber the living by this, which amortises the rebuilding."""


class Line(Generic[K]):
    """A heap that forgets lazily: every operation is O(log n) amortised, and nobody in it is ever searched for."""

    __slots__ = ("_added", "_heap", "_living")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, K]] = []
        self._living: dict[K, tuple[float, int, K]] = {}
        self._added = 0

    def __len__(self) -> int:
        return len(self._living)

    def __contains__(self, key: K) -> bool:
        return key in self._living

    def add(self, key: K, at: float, *, tie: int | None = None) -> None:
        """Put a key in its place, moving it if it is there already; `tie` breaks ties, else who was added first."""
        self._added += 1
        entry = (at, self._added if tie is None else tie, key)
        self._living[key] = entry
        heapq.heappush(self._heap, entry)
        if len(self._heap) > 2 * len(self._living) + STALE_ALLOWED:
            self._heap = list(self._living.values())
            heapq.heapify(self._heap)
        self._bury_stale_heads()

    def discard(self, key: K) -> None:
        """Take a key out, if it is there."""
        if self._living.pop(key, None) is not None:
            self._bury_stale_heads()

    def first(self) -> tuple[float, int, K] | None:
        """Instant, tie and key of the first, None if the line is empty."""
        return self._heap[0] if self._heap else None

    @property
    def first_at(self) -> float | None:
        """The first instant, None if the line is empty."""
        return self._heap[0][0] if self._heap else None

    def at(self, key: K) -> float | None:
        """The instant of a key, None if it is not in the line."""
        entry = self._living.get(key)
        return None if entry is None else entry[0]

    def take_due(self, now: float) -> list[K]:
        """Take out every key whose instant has come, in order."""
        due = []
        while self._heap and self._heap[0][0] <= now:
            due.append(self._heap[0][2])
            self.discard(self._heap[0][2])
        return due

    def _bury_stale_heads(self) -> None:
        """Keep the head alive, so that asking for it is free."""
        heap, living = self._heap, self._living
        while heap and living.get(heap[0][2]) is not heap[0]:
            heapq.heappop(heap)
