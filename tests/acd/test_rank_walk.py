from hypothesis import given
from hypothesis import strategies as st

from acd.pair_terms import LaneRow
from acd.rank_walk import FEW, NEVER, NOBODY, Asked, best_groups
from acd.weights import Weights

GROUP = st.tuples(
    st.sampled_from([0.0, -1.0, -20.0, -25.0, -240.0]),
    st.sampled_from([0.0, 0.0, 5.0, 10.0]),
    st.sampled_from([None, 0.0, 50.0, 390.0, 990.0, 1000.0]),
)


@given(st.lists(GROUP, max_size=3 * FEW), st.sampled_from([1000.0, 995.0, 990.0]))
def test_the_walk_finds_what_looking_at_all_finds(
    groups: list[tuple[float, float, float | None]], entered: float
) -> None:
    biases, holds = [group[0] for group in groups], [group[1] for group in groups]
    idle_since = [group[2] for group in groups]
    ranked = sorted(range(len(groups)), key=lambda group: (-biases[group], group))
    mask = sum(1 << group for group in ranked if idle_since[group] is not None)
    weights = Weights()
    scores = [
        (bias + weights.idle_s(1000.0 - since), -number)
        for number, (bias, hold, since) in enumerate(groups)
        if since is not None and entered + hold <= 1000.0
    ]
    expected = [(score, -number) for score, number in sorted(scores, reverse=True)] + [NOBODY, NOBODY]
    best, rival, held_until = best_groups(
        LaneRow(biases, holds, ranked), idle_since, mask, Asked(entered, 1000.0, weights)
    )
    assert [best, rival] == expected[:2]
    if best == NOBODY:
        held = [entered + hold for _, hold, since in groups if since is not None]
        assert held_until == min(held, default=NEVER)


def test_a_long_ranking_is_walked_past_those_without_anybody_until_nobody_better_can_come() -> None:
    many = 4 * FEW
    row = LaneRow([-float(group) for group in range(many)], [10.0] + [0.0] * (many - 1), list(range(many)))
    idle_since: list[float | None] = [None if group % 2 else 900.0 for group in range(many)]
    mask = sum(1 << group for group in range(many) if not group % 2)
    best, rival, _ = best_groups(row, idle_since, mask, Asked(995.0, 1000.0, Weights()))
    assert (best, rival) == ((3.0, 2), (1.0, 4))
