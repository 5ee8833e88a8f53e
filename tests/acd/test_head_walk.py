"""The walk against looking at every head."""

from hypothesis import given, settings
from hypothesis import strategies as st

from acd.fifo import Fifo
from acd.head_walk import HeadWalk
from acd.lineup import EMPTY, Caller
from acd.pair_terms import GroupRow
from acd.strip import NOBODY, Strip
from telephony.ids import CallId
from tests.acd.routing_play import a_call

NOW = 1000.0

LANE = st.tuples(
    st.sampled_from([0.0, -10.0, -10.0, 75.0, 2.5]),
    st.sampled_from([0.0, 0.0, 0.0, 6.0]),
    st.sampled_from([NOW, 996.0, 990.0, 980.0, 911.5, 900.25]),
    st.booleans(),
)
"""Score, hold, when the head entered, whether somebody waits."""


@settings(max_examples=600, deadline=None)
@given(st.lists(LANE, max_size=12))
def test_the_best_two_are_found(lanes: list[tuple[float, float, float, bool]]) -> None:
    living: dict[CallId, Caller] = {}
    lines, heads_at = [], Strip(EMPTY)
    row = GroupRow(Strip(0.0), Strip(NOBODY), Strip(0.0))
    for number, (score, hold_s, entered_at, waits) in enumerate(lanes):
        lines.append(Fifo(living))
        row.scores.values[number], row.holds.values[number] = score, hold_s
        if waits:
            heads_at.values[number] = entered_at
            call = a_call(number, entered_at, number * 7 % 5)
            living[call.call] = caller = (entered_at, call.ticket, call.call, call, number)
            lines[-1].add(caller)
    mask = sum(1 << number for number, lane in enumerate(lanes) if lane[3])
    offered = [
        (-(NOW - lane[2] + lane[0]), lane[2], number * 7 % 5, f"c{number}", number)
        for number, lane in enumerate(lanes)
        if lane[3] and lane[2] + lane[1] <= NOW
    ]
    offered.sort()
    walk = HeadWalk(lines, heads_at)
    score, best, rival_score, rival = walk.best(row, mask, NOW)
    assert (best, rival) == tuple([*[one[4] for one in offered], -1, -1][:2])
    assert [score, rival_score] == [*[-one[0] for one in offered], NOBODY, NOBODY][:2]
    held = [(number, lane[2] + lane[1]) for number, lane in enumerate(lanes) if lane[3] and lane[2] + lane[1] > NOW]
    assert walk.held(row, mask, NOW) == held
