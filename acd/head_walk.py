"""The best two callers for an agent who becomes free: over the heads of the lanes he serves."""

from collections.abc import Sequence

from acd.fifo import Fifo
from acd.pair_terms import GroupRow
from telephony.ids import CallId

NOBODY = float("-inf")

Found = tuple[float, int, float, int, float]
"""Score and lane of the best head and of the runner-up (-1: none), and when the eldest looked at entered."""


class HeadWalk:
    """The walk for one office. Notes who is held back."""

    __slots__ = ("_held", "_lines")

    def __init__(self, lines: Sequence[Fifo[CallId]]) -> None:
        self._lines = lines
        self._held: list[tuple[int, float]] = []

    def take_held(self) -> list[tuple[int, float]]:
        """Lanes whose head was held back since the last time, and until when."""
        if not self._held:
            return self._held
        held, self._held = self._held, []
        return held

    def best(self, row: GroupRow, lanes: int, now: float) -> Found:
        """`lanes`: mask of those with somebody waiting. Between equals who entered first, then the lower ticket."""
        lines, scores, holds = self._lines, row.scores, row.holds
        best, best_lane, rival, rival_lane, eldest_at = NOBODY, -1, NOBODY, -1, now
        for lane in row.lanes(lanes):
            entered_at = lines[lane].head[0]  # type: ignore[index]  # somebody waits in it
            if (hold_s := holds[lane]) and entered_at + hold_s > now:
                self._held.append((lane, entered_at + hold_s))
                continue
            eldest_at = min(eldest_at, entered_at)
            score = now - entered_at + scores[lane]
            if score > best or (score == best and self._before(lane, best_lane)):
                best, best_lane, rival, rival_lane = score, lane, best, best_lane
            elif score > rival or (score == rival and self._before(lane, rival_lane)):
                rival, rival_lane = score, lane
        return best, best_lane, rival, rival_lane, eldest_at

    def _before(self, lane: int, other: int) -> bool:
        return self._lines[lane].head < self._lines[other].head  # type: ignore[operator]  # somebody waits in both
