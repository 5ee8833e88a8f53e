"""The best two callers for an agent who becomes free: over the heads of the lanes he serves."""

from collections.abc import Sequence

from acd.fifo import Fifo
from acd.lineup import EMPTY, Caller
from acd.pair_terms import GroupRow

NOBODY = float("-inf")

Found = tuple[float, int, float, int]
"""Score and lane of the best head and of the runner-up; -1: none."""


class HeadWalk:
    """The walk for one office: when the head of every lane entered, and the lanes themselves for who is equal."""

    __slots__ = ("_heads_at", "_lines")

    def __init__(self, lines: Sequence[Fifo[Caller]], heads_at: list[float]) -> None:
        self._lines = lines
        self._heads_at = heads_at

    def best(self, row: GroupRow, lanes: int, now: float) -> Found:
        """`lanes`: mask of those with somebody waiting. Between equals who entered first, then the lower ticket."""
        heads_at, holds = self._heads_at, row.holds
        best, best_lane, rival, rival_lane = NOBODY, -1, NOBODY, -1
        for lane, terms_s in row.heads(lanes):
            entered_at = heads_at[lane]
            score = now - entered_at + terms_s
            if score < rival or ((hold_s := holds[lane]) and entered_at + hold_s > now):
                continue
            if score > best or (score == best and self._before(lane, best_lane)):
                best, best_lane, rival, rival_lane = score, lane, best, best_lane
            elif score > rival or (score == rival and self._before(lane, rival_lane)):
                rival, rival_lane = score, lane
        return best, best_lane, rival, rival_lane

    def eldest(self, row: GroupRow, lanes: int, now: float) -> int:
        """Of these lanes the one whose head entered first, of those who are not held back; -1: none."""
        heads_at, holds, eldest_at, eldest = self._heads_at, row.holds, EMPTY, -1
        for lane, _ in row.heads(lanes):
            entered_at = heads_at[lane]
            if entered_at > eldest_at or ((hold_s := holds[lane]) and entered_at + hold_s > now):
                continue
            if entered_at < eldest_at or self._before(lane, eldest):
                eldest_at, eldest = entered_at, lane
        return eldest

    def held(self, row: GroupRow, lanes: int, now: float) -> list[tuple[int, float]]:
        """Which of these lanes' heads are held back, and until when."""
        heads = [(lane, self._heads_at[lane] + row.holds[lane]) for lane, _ in row.heads(lanes)]
        return [(lane, until) for lane, until in heads if until > now]

    def _before(self, lane: int, other: int) -> bool:
        """Whether the first caller of this lane comes before that of the other, both entered at the same instant."""
        return self._lines[lane].head[:3] < self._lines[other].head[:3]  # type: ignore[index]  # somebody waits in both
