"""The best two groups for a call: down the lane's ranking, until nobody better can come."""

from array import array

from acd.pair_terms import LaneRow
from acd.ranking import MOST, NEVER, ROUNDING_S, Ranking, ranked
from acd.skill_groups import bits
from acd.weights import Weights

FEW = 4
"""Idle groups up to which all are looked at instead of walking the ranking."""

SPARSE = 8
"""Groups in the ranking per idle one from which on that is quicker, too: a step costs about a tenth of a look."""

Found = tuple[float, int, float, int]
"""Score and number of the best group and of the runner-up; -1: none."""


class RankWalk:
    """The walk for one office: its weights, and since when the longest idle agent of every group is.

    `idle_cost`: the same times `idle_per_s`, `NEVER` without one.
    """

    __slots__ = ("_cap_s", "_idle_cost", "_idle_since", "_rate")

    def __init__(self, weights: Weights, idle_since: "array[float]", idle_cost: "array[float]") -> None:
        self._idle_cost = idle_cost
        self._rate, self._cap_s = weights.idle_per_s, weights.idle_cap_s
        self._idle_since = idle_since

    def best(self, row: LaneRow, groups: int, entered_at: float, now: float) -> Found:
        """`groups`: mask of the able groups with somebody idle. Between equals the lower number wins."""
        idle_since, idle_cost, rate, cap_s = self._idle_since, self._idle_cost, self._rate, self._cap_s
        holds = row.holds
        ranking = _looked_at(row, groups, at_once=entered_at + row.least_hold_s > now)
        least, least_group, rival, rival_group, stop, bar = NEVER, -1, NEVER, -1, NEVER, MOST
        for cost, group in zip(ranking.costs, ranking.numbers, strict=True):
            # A cost is minus a score, so that rows are in order: the least is the best.
            if cost > stop:
                break
            if cost + idle_cost[group] > bar:
                continue
            idle_s = now - idle_since[group]
            cost -= rate * (idle_s if idle_s < cap_s else cap_s)  # noqa: FURB136, PLW2901 - a call costs more
            if cost > rival or ((hold_s := holds[group]) and entered_at + hold_s > now):
                continue
            if cost < least or (cost == least and group < least_group):
                least, least_group, rival, rival_group = cost, group, least, least_group
            elif cost < rival or group < rival_group:
                rival, rival_group = cost, group
            else:
                continue
            if rival_group >= 0:
                stop, bar = rival + rate * cap_s, rival + rate * now + ROUNDING_S
        return -least, least_group, -rival, rival_group

    @staticmethod
    def held_until(row: LaneRow, groups: int, entered_at: float) -> float:
        """When the first of these groups may be had, if none may yet."""
        return entered_at + min(row.holds[group] for group in bits(groups))


def _looked_at(row: LaneRow, groups: int, *, at_once: bool) -> Ranking:
    """The lane's ranking; or only the groups with somebody idle, where they are few."""
    ranking = row.at_once if at_once else row.ranked
    idle = groups.bit_count()
    if idle <= FEW or idle * SPARSE < len(ranking):
        return ranked((-row.biases[group], group) for group in bits(groups))
    return ranking
