"""The best two callers for an agent who becomes free: among the heads of the lanes he serves."""

from collections.abc import Sequence

from acd.fifo import Fifo
from acd.lineup import Caller
from acd.pair_terms import GroupRow
from acd.skill_groups import bits
from acd.strip import NEVER, NOBODY, ROUNDING_S, Strip

Found = tuple[float, int, float, int]
"""Score and lane of the best head and of the runner-up; -1: none."""


class HeadWalk:
    """The walk for one office: the lanes, and when the head of each entered (`NEVER`: nobody waits there)."""

    __slots__ = ("_heads_at", "_lines")

    def __init__(self, lines: Sequence[Fifo[Caller]], heads_at: Strip) -> None:
        self._lines = lines
        self._heads_at = heads_at

    def best(self, row: GroupRow, lanes: int, now: float) -> Found:
        """Of these lanes, served and not empty. Between equals who entered first, then the lower ticket."""
        # Each head by the instant he counts as having entered at; the present does not change the order.
        counts_at = self._heads_at.all - row.scores.all
        lane = int(counts_at.argmin())
        first = counts_at.item(lane)
        counts_at[lane] = NEVER
        rival = int(counts_at.argmin())
        second = counts_at.item(rival)
        counts_at[rival] = NEVER
        third = counts_at.item(counts_at.argmin())
        if second - first > ROUNDING_S and third - second > ROUNDING_S:
            heads_at, holds, scores = self._heads_at.values, row.holds.values, row.scores.values
            entered_at, rival_at = heads_at[lane], heads_at[rival]
            if entered_at + holds[lane] <= now and rival_at + holds[rival] <= now:
                return now - entered_at + scores[lane], lane, now - rival_at + scores[rival], rival
        return self._look_closely(row, lanes, now)

    def _look_closely(self, row: GroupRow, lanes: int, now: float) -> Found:
        """At every head: some are held back, or equal, or there are fewer than three."""
        heads_at, holds, scores = self._heads_at.values, row.holds.values, row.scores.values
        best, best_lane, rival, rival_lane = NOBODY, -1, NOBODY, -1
        for lane in bits(lanes):
            entered_at = heads_at[lane]
            score = now - entered_at + scores[lane]
            if score < rival or entered_at + holds[lane] > now:
                continue
            if score > best or (score == best and self._before(lane, best_lane)):
                best, best_lane, rival, rival_lane = score, lane, best, best_lane
            elif score > rival or self._before(lane, rival_lane):
                rival, rival_lane = score, lane
        return best, best_lane, rival, rival_lane

    def held(self, row: GroupRow, lanes: int, now: float) -> list[tuple[int, float]]:
        """Which of these lanes' heads are held back, and until when."""
        heads_at, holds = self._heads_at.values, row.holds.values
        heads = [(lane, heads_at[lane] + holds[lane]) for lane in bits(lanes)]
        return [(lane, until) for lane, until in heads if until > now]

    def _before(self, lane: int, other: int) -> bool:
        """Whether the first caller of this lane comes before that of the other, both entered at the same instant."""
        return self._lines[lane].head[:3] < self._lines[other].head[:3]  # type: ignore[index]  # somebody waits in both
