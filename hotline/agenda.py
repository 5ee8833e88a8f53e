"""Whose deadline is next: one heap for every machine of the engine. Pure."""

import heapq
import itertools
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Agenda(Generic[Key]):
    """One deadline per key; setting it again replaces it in O(log n) by leaving the old entry to be skipped."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Key]] = []
        self._current: dict[Key, tuple[float, int]] = {}
        self._order = itertools.count()

    def __len__(self) -> int:
        return len(self._current)

    def put(self, key: Key, deadline: float | None) -> None:
        """Set or, with None, clear the key's deadline (engine clock, seconds)."""
        known = self._current.get(key)
        if deadline is None:
            if known is not None:
                del self._current[key]
            return
        if known is not None and known[0] == deadline:
            return
        order = next(self._order)
        self._current[key] = (deadline, order)
        heapq.heappush(self._heap, (deadline, order, key))
        if len(self._heap) > 64 + 4 * len(self._current):
            self._heap = [(at, number, name) for name, (at, number) in self._current.items()]
            heapq.heapify(self._heap)

    @property
    def next_at(self) -> float | None:
        """The earliest deadline."""
        self._skip()
        return self._heap[0][0] if self._heap else None

    def due(self, now: float) -> list[Key]:
        """Take out every key whose deadline has come, earliest first."""
        keys: list[Key] = []
        self._skip()
        while self._heap and self._heap[0][0] <= now:
            _, _, key = heapq.heappop(self._heap)
            del self._current[key]
            keys.append(key)
            self._skip()
        return keys

    def _skip(self) -> None:
        while self._heap and self._current.get(self._heap[0][2]) != self._heap[0][:2]:
            heapq.heappop(self._heap)
