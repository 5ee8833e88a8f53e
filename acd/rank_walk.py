"""The best two groups for a call: down the lane's ranking, until nobody better can come."""

from typing import NamedTuple

from acd.pair_terms import LaneRow
from acd.skill_groups import bits
from acd.weights import Weights

FEW = 24
"""Idle groups up to which all are looked at instead of walking the ranking, which also passes those without anybody."""

NOBODY = (float("-inf"), -1)
"""Score and number of no group."""

NEVER = float("inf")


class Asked(NamedTuple):
    """The call that asks."""

    entered_at: float
    now: float
    weights: Weights


def best_groups(
    row: LaneRow, idle_since: list[float | None], groups: int, asked: Asked
) -> tuple[tuple[float, int], tuple[float, int], float]:
    """Score and number of the best group and of the runner-up, and when the first of those held back may be had.

    `groups`: mask of the able groups with somebody idle, whose longest idle agent stands for them. Between equals the
    lower number wins. The instant is that of the earliest among all only if nobody was found.
    """
    entered_at, now, weights = asked
    rate, cap_s, most_s = weights.idle_per_s, weights.idle_cap_s, weights.idle_most_s
    few = groups.bit_count() <= FEW
    biases, holds, floor_at = row.biases, row.holds, now - cap_s
    best, best_group = rival, rival_group = NOBODY
    held_until = NEVER
    for group in bits(groups) if few else row.ranked:
        since = idle_since[group]
        if since is None:
            continue
        bias = biases[group]
        if bias + most_s < rival:
            if few:
                continue
            break
        if (until := entered_at + holds[group]) > now:
            held_until = min(held_until, until)
            continue
        score = bias + rate * (now - since if since > floor_at else cap_s)
        if score > best or (score == best and group < best_group):
            best, best_group, rival, rival_group = score, group, best, best_group
        elif score > rival or (score == rival and group < rival_group):
            rival, rival_group = score, group
    return (best, best_group), (rival, rival_group), held_until
