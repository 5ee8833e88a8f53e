"""The walk against looking at every head."""

from hypothesis import given, settings
from hypothesis import strategies as st

from acd.fifo import Fifo
from acd.head_walk import NOBODY, HeadWalk
from acd.lineup import EMPTY, Caller
from acd.pair_terms import GroupRow
from acd.ranking import floats, ranked
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
    lines, heads_at = [], floats()
    for number, (_, _, entered_at, waits) in enumerate(lanes):
        lines.append(Fifo(living))
        heads_at.append(entered_at if waits else EMPTY)
        if waits:
            call = a_call(number, entered_at, number * 7 % 5)
            living[call.call] = caller = (entered_at, call.ticket, call.call, call, number)
            lines[-1].add(caller)
    scores, holds = [lane[0] for lane in lanes], [lane[1] for lane in lanes]
    ranking = ranked((-score, number) for number, score in enumerate(scores))
    heads = sorted(line.head for line in lines if line.head is not None)
    ages = ranked((head[0], head[4]) for head in heads)
    row, walk = GroupRow(floats(scores), floats(scores), floats(holds), ranking), HeadWalk(lines, heads_at)
    mask = sum(1 << number for number, lane in enumerate(lanes) if lane[3])
    offered = [
        (-(NOW - lane[2] + lane[0]), lane[2], number * 7 % 5, f"c{number}", number)
        for number, lane in enumerate(lanes)
        if lane[3] and lane[2] + lane[1] <= NOW
    ]
    offered.sort()
    if heads:
        score, best, rival_score, rival = walk.best(row, NOW - heads[0][0], NOW)
        assert (best, rival) == tuple([*[one[4] for one in offered], -1, -1][:2])
        assert [score, rival_score] == [*[-one[0] for one in offered], NOBODY, NOBODY][:2]
    held = [(number, lane[2] + lane[1]) for number, lane in enumerate(lanes) if lane[3] and lane[2] + lane[1] > NOW]
    assert walk.held(row, mask, NOW) == held
    for latest in (NOW, 990.0, 905.0):
        some = mask & 0b011011011011
        eldest = walk.eldest(ages, some, latest)
        among = [head for head in heads if some >> head[4] & 1 and head[0] <= latest]
        assert eldest == (min(among)[4] if among else -1)
