from hypothesis import given
from hypothesis import strategies as st

from acd.assigner import WaitingCall
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


def enter(people: Lineup, call: WaitingCall) -> int:
    """The caller's lane."""
    caller = people.place(call)
    people.add_call(caller)
    return caller[4]


def heads(people: Lineup) -> list[float]:
    """When the first of each lane entered."""
    return list(people.heads_at.values[: len(people.lanes)])


def idle(people: Lineup) -> list[float]:
    """Since when the longest idle of each group is."""
    return list(people.idle_since.values[: len(people.groups)])


def test_a_lane_is_what_makes_callers_alike() -> None:
    people = lineup()
    lanes = [
        enter(people, call)
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
    assert heads(people) == [4.0, 3.0, 2.0, 1.0]
    assert people.earliest(0b0111) == 2
    assert people.earliest(0b0010) == 1


def test_who_leaves_is_in_no_mask() -> None:
    people = lineup()
    call = a_call(1, 5.0, 1)
    enter(people, call)
    assert people.remove_call(call.call) == (5.0, 1, "c1", call, 0)
    assert people.remove_call(CallId("c1")) is None
    assert (people.waiting, heads(people)) == (0, [EMPTY])


def test_agents_alike_share_a_group_and_the_longest_idle_stands_for_it() -> None:
    people = lineup()
    for number, since in (("1", 30.0), ("2", 20.0), ("3", 25.0)):
        people.add_agent(people.known(agent(number), since, USUAL))
    people.add_agent(people.known(agent("4"), 1.0, Standing(1)))
    assert (people.longest_idle(0)[2], idle(people)) == ("2", [20.0, 1.0])
    people.remove_agent(AgentNumber("2"))
    people.remove_agent(AgentNumber("4"))
    people.remove_agent(AgentNumber("4"))
    assert (people.longest_idle(0)[2], idle(people), people.idle) == (
        "3",
        [25.0, EMPTY],
        0b01,
    )


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
def test_the_eldest_of_the_first_is_found(steps: list[tuple[int, str, int]]) -> None:
    """Callers come, in order or not, and leave, from the front or the middle."""
    people = lineup()
    for ticket, (number, topic, at) in enumerate(steps):
        if people.remove_call(CallId(f"c{number}")) is None:
            enter(people, a_call(number, float(at), ticket, topic=topic))
        first = [min(line) for lane in range(len(people.lanes)) if (line := _in_lane(people, lane))]
        if ticket % 3:
            for lanes in (-1, 0b01, 0b10, 0):
                served = sorted(head for head in first if lanes >> head[4] & 1)
                for latest in (-1.0, 2.0, 5.0):
                    among = [head for head in served if head[0] <= latest]
                    assert people.eldest(lanes, latest) == next(iter(among), None)
        assert heads(people) == [
            min([one[0] for one in _in_lane(people, n)], default=EMPTY) for n in range(len(people.lanes))
        ]
        assert people.waiting == sum(1 << head[4] for head in first)


def _in_lane(people: Lineup, lane: int) -> list[Caller]:
    return [caller for caller in people.calls.values() if caller[4] == lane]


def test_a_caller_who_comes_back_to_another_lane_is_no_more_in_the_first() -> None:
    """Widened: the same call at the same place, of which the last look knew otherwise."""
    for topics in (("loan", "card"), ("card", "loan")):
        people = lineup()
        enter(people, a_call(1, 5.0, 1, topic="loan"))
        enter(people, a_call(2, 6.0, 2, topic="card"))
        people.remove_call(CallId(f"c{1 if topics[0] == 'loan' else 2}"))
        enter(people, a_call(3, 1.0, 3, topic=topics[0]))
        assert people.eldest(-1, 9.0) == people.calls[CallId("c3")]
        people.remove_call(CallId("c3"))
        lane = enter(people, a_call(3, 1.0, 3, topic=topics[1], wish=1))
        assert people.eldest(-1, 9.0) == people.calls[CallId("c3")]
        assert people.eldest(~(1 << lane), 9.0) != people.calls[CallId("c3")]
