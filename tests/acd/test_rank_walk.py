"""The walk against looking at every group."""

from hypothesis import given, settings
from hypothesis import strategies as st

from acd.pair_terms import LaneRow
from acd.rank_walk import RankWalk
from acd.weights import Weights

NOW = 1000.0
WEIGHTS = Weights()

GROUP = st.tuples(
    st.sampled_from([0.0, -5.0, -40.0, -240.0]),
    st.sampled_from([0.0, 0.0, 6.0]),
    st.one_of(st.none(), st.sampled_from([NOW, 900.0, 0.0])),
)


def by_looking(row: LaneRow, idle_since: list[float | None], entered_at: float) -> list[tuple[float, int]]:
    found = [
        (-row.biases[group] - WEIGHTS.idle_s(NOW - since), group)
        for group, since in enumerate(idle_since)
        if since is not None and entered_at + row.holds[group] <= NOW
    ]
    return sorted(found)


@settings(max_examples=500, deadline=None)
@given(st.lists(GROUP, max_size=80), st.sampled_from([NOW, NOW - 5.0, NOW - 6.0]))
def test_the_best_two_are_found(groups: list[tuple[float, float, float | None]], entered_at: float) -> None:
    biases, holds, idle_since = ([group[part] for group in groups] for part in range(3))
    ranked = sorted(range(len(groups)), key=lambda group: (-groups[group][0], group))
    at_once = [group for group in ranked if not groups[group][1]]
    row = LaneRow(biases, holds, ranked, at_once, 6.0)  # type: ignore[arg-type]
    mask = sum(1 << group for group, since in enumerate(idle_since) if since is not None)
    walk = RankWalk(WEIGHTS, idle_since)
    best, group, rival, rival_group = walk.best(row, mask, entered_at, NOW)
    expected = by_looking(row, idle_since, entered_at)
    assert (group, rival_group) == tuple([*[number for _, number in expected], -1, -1][:2])
    for score, (found, _) in zip((best, rival), expected, strict=False):
        assert abs(score + found) < 1e-9
    if mask and not expected:
        assert walk.held_until(row, mask, entered_at) == entered_at + 6.0
