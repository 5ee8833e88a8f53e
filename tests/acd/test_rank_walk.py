"""The walk against looking at every group."""

from hypothesis import given, settings
from hypothesis import strategies as st

from acd.pair_terms import LaneRow
from acd.rank_walk import RankWalk
from acd.ranking import NEVER, floats, ranked
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
    biases, holds = floats(group[0] for group in groups), floats(group[1] for group in groups)
    idle_since = [group[2] for group in groups]
    ranking = ranked((-group[0], number) for number, group in enumerate(groups))
    at_once = ranked(place for place in ranking if not groups[place[1]][1])
    row = LaneRow(biases, holds, ranking, at_once, 6.0)
    mask = sum(1 << group for group, since in enumerate(idle_since) if since is not None)
    since = floats(NEVER if since is None else since for since in idle_since)
    walk = RankWalk(WEIGHTS, since, floats(WEIGHTS.idle_per_s * at for at in since))
    best, group, rival, rival_group = walk.best(row, mask, entered_at, NOW)
    expected = by_looking(row, idle_since, entered_at)
    assert (group, rival_group) == tuple([*[number for _, number in expected], -1, -1][:2])
    for score, (found, _) in zip((best, rival), expected, strict=False):
        assert abs(score + found) < 1e-9
    if mask and not expected:
        assert walk.held_until(row, mask, entered_at) == entered_at + 6.0
