"""The best two groups for a call, among all with somebody idle."""

import numpy as np

from acd.pair_terms import LaneRow
from acd.skill_groups import bits
from acd.strip import NOBODY, Strip
from acd.weights import Weights

Found = tuple[float, int, float, int]
"""Score and number of the best group and of the runner-up; -1: none."""


class RankWalk:
    """The walk for one office: its weights, and since when the longest idle agent of every group is (`NEVER`: none)."""

    __slots__ = ("_cap_s", "_idle_since", "_now", "_rate")

    def __init__(self, weights: Weights, idle_since: Strip) -> None:
        # Arrays without dimensions are quicker to reckon with than floats.
        self._rate, self._cap_s = np.array(weights.idle_per_s), np.array(weights.idle_cap_s)
        self._now = np.array(0.0)
        self._idle_since = idle_since

    def best(self, row: LaneRow, entered_at: float, now: float) -> Found:
        """Between equals the lower number wins."""
        self._now[()] = now
        scores = self._now - self._idle_since.all
        np.minimum(scores, self._cap_s, out=scores)
        if self._rate:
            scores *= self._rate
        else:
            scores[scores > NOBODY] = 0.0
        if entered_at + row.least_hold_s > now:
            scores += row.at_once.all
        else:
            scores += row.biases.all
            if entered_at + row.most_hold_s > now:
                scores[entered_at + row.holds.all > now] = NOBODY
        group = int(scores.argmax())
        best = scores.item(group)
        scores[group] = NOBODY
        rival = int(scores.argmax())
        second = scores.item(rival)
        return best, (-1 if best == NOBODY else group), second, (-1 if second == NOBODY else rival)

    @staticmethod
    def held_until(row: LaneRow, groups: int, entered_at: float) -> float:
        """When the first of these groups may be had, if none may yet."""
        holds = row.holds.values
        return entered_at + min(holds[group] for group in bits(groups))
