"""The best two callers for an agent who becomes free: over the heads of the lanes he serves."""

from array import array
from collections.abc import Sequence

from acd.fifo import Fifo
from acd.lineup import Caller
from acd.pair_terms import GroupRow
from acd.ranking import MOST, NEVER, ROUNDING_S, Ranking
from acd.skill_groups import bits

NOBODY = float("-inf")

Found = tuple[float, int, float, int]
"""Score and lane of the best head and of the runner-up; -1: none."""


class HeadWalk:
    """The walk for one office: the lanes, and when the head of each entered."""

    __slots__ = ("_heads_at", "_lines")

    def __init__(self, lines: Sequence[Fifo[Caller]], heads_at: "array[float]") -> None:
        self._lines = lines
        self._heads_at = heads_at

    def best(self, row: GroupRow, longest_s: float, now: float) -> Found:
        """Between equals who entered first, then the lower ticket. `longest_s`: nobody has waited longer."""
        heads_at, holds = self._heads_at, row.holds
        best, best_lane, rival, rival_lane, stop, bar = NOBODY, -1, NOBODY, -1, NEVER, MOST
        for cost, lane in zip(row.ranked.costs, row.ranked.numbers, strict=True):
            # A cost is minus a score, so that rows are in order.
            if cost > stop:
                break
            if cost + heads_at[lane] > bar:
                continue
            entered_at = heads_at[lane]
            score = now - entered_at - cost
            if score < rival or ((hold_s := holds[lane]) and entered_at + hold_s > now):
                continue
            if score > best or (score == best and self._before(lane, best_lane)):
                best, best_lane, rival, rival_lane = score, lane, best, best_lane
            elif score > rival or (score == rival and self._before(lane, rival_lane)):
                rival, rival_lane = score, lane
            if rival_lane >= 0:
                stop, bar = longest_s - rival + ROUNDING_S, now - rival + ROUNDING_S
        return best, best_lane, rival, rival_lane

    def eldest(self, ages: Ranking, lanes: int, latest: float) -> int:
        """Of these lanes the one whose head entered first, if that was not after `latest`; -1: none."""
        eldest, first_at = -1, latest
        for entered_at, lane in zip(ages.costs, ages.numbers, strict=True):
            if entered_at > first_at:
                break
            if lanes >> lane & 1 and (eldest < 0 or self._before(lane, eldest)):
                eldest, first_at = lane, entered_at
        return eldest

    def held(self, row: GroupRow, lanes: int, now: float) -> list[tuple[int, float]]:
        """Which of these lanes' heads are held back, and until when."""
        heads = [(lane, self._heads_at[lane] + row.holds[lane]) for lane in bits(lanes)]
        return [(lane, until) for lane, until in heads if until > now]

    def _before(self, lane: int, other: int) -> bool:
        """Whether the first caller of this lane comes before that of the other, both entered at the same instant."""
        return self._lines[lane].head[:3] < self._lines[other].head[:3]  # type: ignore[index]  # somebody waits in both
