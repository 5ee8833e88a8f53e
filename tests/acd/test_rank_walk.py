"""The walk against looking at every group."""

from hypothesis import given, settings
from hypothesis import strategies as st

from acd.pair_terms import LaneRow
from acd.rank_walk import RankWalk
from acd.strip import NEVER, NOBODY, Strip
from acd.weights import Weights

NOW = 1000.0
WEIGHTS = Weights()

GROUP = st.tuples(
    st.sampled_from([0.0, -5.0, -40.0, -240.0]),
    st.sampled_from([0.0, 0.0, 6.0, 9.0]),
    st.one_of(st.none(), st.sampled_from([NOW, 900.0, 0.0])),
)


Group = tuple[float, float, float | None]


def by_looking(weights: Weights, groups: list[Group], entered_at: float) -> list[tuple[float, int]]:
    found = [
        (-bias_s - weights.idle_s(NOW - since), number)
        for number, (bias_s, hold_s, since) in enumerate(groups)
        if since is not None and entered_at + hold_s <= NOW
    ]
    return sorted(found)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(GROUP, max_size=80),
    st.sampled_from([NOW, NOW - 5.0, NOW - 6.0, NOW - 9.0]),
    st.sampled_from([WEIGHTS, Weights(idle_per_s=0.0)]),
)
def test_the_best_two_are_found(groups: list[Group], entered_at: float, weights: Weights) -> None:
    row = LaneRow(Strip(NOBODY, 80), Strip(NOBODY, 80), Strip(0.0, 80))
    idle_since = Strip(NEVER, 80)
    for number, (bias_s, hold_s, since) in enumerate(groups):
        row.enter(number, bias_s, hold_s)
        idle_since.values[number] = NEVER if since is None else since
    mask = sum(1 << number for number, group in enumerate(groups) if group[2] is not None)
    walk = RankWalk(weights, idle_since)
    best, group, rival, rival_group = walk.best(row, entered_at, NOW)
    expected = by_looking(weights, groups, entered_at)
    assert (group, rival_group) == tuple([*[number for _, number in expected], -1, -1][:2])
    assert [best, rival] == [*[-score for score, _ in expected], NOBODY, NOBODY][:2]
    if mask and not expected:
        first = min(hold_s for _, hold_s, since in groups if since is not None)
        assert walk.held_until(row, mask, entered_at) == entered_at + first
