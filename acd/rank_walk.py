"""The best two groups for a call: down the lane's ranking, until nobody better can come."""

from acd.pair_terms import LaneRow
from acd.skill_groups import bits
from acd.weights import Weights

FEW = 4
"""Idle groups up to which all are looked at instead of walking the ranking."""

SPARSE = 8
"""Groups in the ranking per idle one from which on that is quicker, too: a step costs about a tenth of a look."""

NEVER = float("inf")

Found = tuple[float, int, float, int]
"""Score and number of the best group and of the runner-up; -1: none."""


class RankWalk:
    """The walk for one office: its weights, and since when the longest idle agent of every group is."""

    __slots__ = ("_cap_s", "_idle_since", "_most_s", "_rate")

    def __init__(self, weights: Weights, idle_since: list[float | None]) -> None:
        self._rate, self._cap_s, self._most_s = weights.idle_per_s, weights.idle_cap_s, weights.idle_most_s
        self._idle_since = idle_since

    def best(self, row: LaneRow, groups: int, entered_at: float, now: float) -> Found:
        """`groups`: mask of the able groups with somebody idle. Between equals the lower number wins."""
        idle_since, rate, most_s = self._idle_since, self._rate, self._most_s
        biases, holds, floor_at = row.biases, row.holds, now - self._cap_s
        ranked = row.at_once if entered_at + row.least_hold_s > now else row.ranked
        idle = groups.bit_count()
        few = idle <= FEW or idle * SPARSE < len(ranked)
        best, best_group, rival, rival_group = -NEVER, -1, -NEVER, -1
        for group in bits(groups) if few else ranked:
            since = idle_since[group]
            if since is None:
                continue
            bias = biases[group]
            if bias + most_s < rival:
                if few:
                    continue
                break
            if (hold_s := holds[group]) and entered_at + hold_s > now:
                continue
            score = bias + rate * (now - (since if since > floor_at else floor_at))  # noqa: FURB136 - a call costs more
            if score > best or (score == best and group < best_group):
                best, best_group, rival, rival_group = score, group, best, best_group
            elif score > rival or (score == rival and group < rival_group):
                rival, rival_group = score, group
        return best, best_group, rival, rival_group

    @staticmethod
    def held_until(row: LaneRow, groups: int, entered_at: float) -> float:
        """When the first of these groups may be had, if none may yet."""
        return entered_at + min(row.holds[group] for group in bits(groups))
