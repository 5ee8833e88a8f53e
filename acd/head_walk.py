"""The best two callers for an agent who becomes free: over the heads of the lanes he serves."""

from collections.abc import Sequence

from acd.fifo import Fifo
from acd.pair_terms import GroupRow
from telephony.ids import CallId

NOBODY = float("-inf")
LATE = float("inf")

Found = tuple[float, int, float, int, int]
"""Score and lane of the best head and of the runner-up, and the lane of the eldest; -1: none."""


class HeadWalk:
    """The walk for one office. Notes who is held back."""

    __slots__ = ("_lines", "held")

    def __init__(self, lines: Sequence[Fifo[CallId]]) -> None:
        self._lines = lines
        self.held: list[tuple[int, float]] = []

    def take_held(self) -> list[tuple[int, float]]:
        """Lanes whose head was held back since the last time, and until when."""
        held, self.held = self.held, []
        return held

    def best(self, row: GroupRow, lanes: int, now: float) -> Found:
        """`lanes`: mask of those with somebody waiting. Between equals who entered first, then the lower ticket."""
        lines, scores, holds = self._lines, row.scores, row.holds
        best, best_lane, rival, rival_lane, eldest_at, eldest = NOBODY, -1, NOBODY, -1, LATE, -1
        for lane in row.lanes(lanes):
            entered_at = lines[lane].head[0]  # type: ignore[index]  # somebody waits in it
            if (hold_s := holds[lane]) and entered_at + hold_s > now:
                self.held.append((lane, entered_at + hold_s))
                continue
            if entered_at < eldest_at or (entered_at == eldest_at and self._before(lane, eldest)):
                eldest_at, eldest = entered_at, lane
            score = now - entered_at + scores[lane]
            if score < rival:
                continue
            if score > best or (score == best and self._before(lane, best_lane)):
                best, best_lane, rival, rival_lane = score, lane, best, best_lane
            elif score > rival or (score == rival and self._before(lane, rival_lane)):
                rival, rival_lane = score, lane
        return best, best_lane, rival, rival_lane, eldest

    def _before(self, lane: int, other: int) -> bool:
        return self._lines[lane].head < self._lines[other].head  # type: ignore[operator]  # somebody waits in both
