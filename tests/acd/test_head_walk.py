"""The walk against looking at every head."""

from hypothesis import given, settings
from hypothesis import strategies as st

from acd.fifo import Fifo
from acd.head_walk import NOBODY, HeadWalk
from acd.pair_terms import GroupRow
from telephony.ids import CallId

NOW = 1000.0

LANE = st.tuples(
    st.sampled_from([0.0, -10.0, -10.0, 75.0]),
    st.sampled_from([0.0, 0.0, 6.0]),
    st.sampled_from([NOW, 996.0, 990.0, 980.0]),
    st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LANE, max_size=12))
def test_the_best_two_are_found(lanes: list[tuple[float, float, float, bool]]) -> None:
    lines: list[Fifo[CallId]] = []
    for number, (_, _, entered_at, waits) in enumerate(lanes):
        lines.append(Fifo())
        if waits:
            lines[-1].add(CallId(str(number)), entered_at, number * 7 % 5)
    scores, holds = [lane[0] for lane in lanes], [lane[1] for lane in lanes]
    row, walk = GroupRow(scores, scores, holds), HeadWalk(lines)
    mask = sum(1 << number for number, lane in enumerate(lanes) if lane[3])
    offered = [
        (-(NOW - lane[2] + lane[0]), lane[2], number * 7 % 5, str(number), number)
        for number, lane in enumerate(lanes)
        if lane[3] and lane[2] + lane[1] <= NOW
    ]
    offered.sort()
    score, best, rival_score, rival, eldest = walk.best(row, mask, NOW)
    assert (best, rival) == tuple([*[one[4] for one in offered], -1, -1][:2])
    assert [score, rival_score] == [*[-one[0] for one in offered], NOBODY, NOBODY][:2]
    assert eldest == min((one[1:] for one in offered), default=(-1,))[-1]
    held = [(number, lane[2] + lane[1]) for number, lane in enumerate(lanes) if lane[3] and lane[2] + lane[1] > NOW]
    assert walk.take_held() == held
    assert walk.take_held() == []
