from hypothesis import given
from hypothesis import strategies as st

from acd.lineup import EMPTY, Caller, Lineup
from acd.pair_terms import PairTerms
from acd.pricing import Prices
from acd.standing import USUAL, Standing
from acd.weights import Weights
from telephony.ids import AgentNumber, CallId
from tests.acd.floor_play import agent
from tests.acd.routing_play import a_call


def lineup() -> Lineup:
    return Lineup(PairTerms(Prices(), Weights()))


def test_a_lane_is_what_makes_callers_alike() -> None:
    people = lineup()
    lanes = [
        people.add_call(call)
        for call in (
            a_call(1, 5.0, 1),
            a_call(2, 4.0, 2),
            a_call(3, 3.0, 3, vip=True),
            a_call(4, 2.0, 4, caller_class="fraud", vip=True),
            a_call(5, 1.0, 5, wish=1),
        )
    ]
    assert lanes == [0, 0, 1, 2, 3]
    assert [key.caller_class for key in people.terms.lanes] == ["", "vip", "fraud", ""]
    assert people.waiting == 0b1111
    assert people.head(0)[:3] == (4.0, 2, "c2")
    assert list(people.heads_at) == [4.0, 3.0, 2.0, 1.0]
    assert people.earliest(0b0111) == 2
    assert people.earliest(0b0010) == 1


def test_who_leaves_is_in_no_mask() -> None:
    people = lineup()
    call = a_call(1, 5.0, 1)
    people.add_call(call)
    assert people.remove_call(call.call) == (5.0, 1, "c1", call, 0)
    assert people.remove_call(CallId("c1")) is None
    assert (people.waiting, list(people.heads_at)) == (0, [EMPTY])


def test_agents_alike_share_a_group_and_the_longest_idle_stands_for_it() -> None:
    people = lineup()
    for number, since in (("1", 30.0), ("2", 20.0), ("3", 25.0)):
        people.add_agent(people.known(agent(number), since, USUAL))
    people.add_agent(people.known(agent("4"), 1.0, Standing(1)))
    assert (people.longest_idle(0)[2], list(people.idle_since)) == ("2", [20.0, 1.0])
    people.remove_agent(AgentNumber("2"))
    people.remove_agent(AgentNumber("4"))
    people.remove_agent(AgentNumber("4"))
    assert (people.longest_idle(0)[2], list(people.idle_since), people.idle) == ("3", [25.0, EMPTY], 0b01)


def test_an_agent_who_learnt_or_got_busier_changes_group() -> None:
    people = lineup()
    one = agent("1")
    for changed, standing in (
        (one, USUAL),
        (one, USUAL),
        (one, Standing(1)),
        (one, Standing(1)),
        (agent("1", loan=4), USUAL),
    ):
        people.add_agent(people.known(changed, 0.0, standing))
        people.remove_agent(AgentNumber("1"))
    assert [group.band for group in people.terms.groups] == [0, 1, 0]


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["loan", "card"]), st.integers(0, 5)), max_size=40))
def test_the_heads_of_all_lanes_stand_in_the_order_they_came(steps: list[tuple[int, str, int]]) -> None:
    """Callers come, in order or not, and leave, from the front or the middle."""
    people = lineup()
    for ticket, (number, topic, at) in enumerate(steps):
        if people.remove_call(CallId(f"c{number}")) is None:
            people.add_call(a_call(number, float(at), ticket, topic=topic))
        heads = [min(line) for lane in range(len(people.lanes)) if (line := _in_lane(people, lane))]
        if ticket % 3:
            assert list(people.by_age()) == sorted((head[0], head[4]) for head in heads)
        assert list(people.heads_at) == [
            min([one[0] for one in _in_lane(people, n)], default=EMPTY) for n in range(len(people.lanes))
        ]
        assert people.waiting == sum(1 << head[4] for head in heads)


def _in_lane(people: Lineup, lane: int) -> list[Caller]:
    return [caller for caller in people.calls.values() if caller[4] == lane]
