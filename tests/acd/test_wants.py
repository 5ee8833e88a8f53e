from hypothesis import given
from hypothesis import strategies as st

from acd.lineup import Caller
from acd.wants import Wants
from telephony.ids import AgentNumber, CallId
from tests.acd.routing_play import a_call

OWN, OTHER = AgentNumber("own"), AgentNumber("other")


def a_caller(number: int, at: float, lane: int, *wanted: AgentNumber) -> Caller:
    return at, number, CallId(f"c{number}"), a_call(number, at, number, wanted=wanted), lane


@given(
    st.lists(
        st.tuples(
            st.integers(0, 7),
            st.sampled_from([1.0, 2.0, 3.0]),
            st.integers(0, 3),
            st.lists(st.sampled_from([OWN, OTHER]), min_size=1, max_size=3),
        ),
        max_size=30,
    )
)
def test_the_first_of_every_lane_is_known_by_agent(steps: list[tuple[int, float, int, list[AgentNumber]]]) -> None:
    wants, waiting = Wants(), dict[int, Caller]()
    for number, at, lane, wanted in steps:
        if number in waiting:
            wants.remove(waiting.pop(number))
        else:
            waiting[number] = a_caller(number, at, lane, *wanted)
            wants.add(waiting[number])
        for agent in (OWN, OTHER):
            who = [caller for caller in waiting.values() if agent in caller[3].wanted]
            assert (agent in wants.by_agent) == bool(who)
            if who:
                lanes = {caller[4] for caller in who}
                firsts = {min(caller for caller in who if caller[4] == lane) for lane in lanes}
                assert set(wants.heads(agent, 0b1111)) == firsts
                assert set(wants.heads(agent, 0b0101)) == {caller for caller in firsts if caller[4] in {0, 2}}


def test_every_wish_is_looked_at_once() -> None:
    wants = Wants()
    callers = [a_caller(number, 1.0, 0, OWN) for number in range(2)]
    for caller in callers:
        wants.add(caller)
    wants.remove(callers[1])
    assert [wants.take_fresh(), wants.take_fresh()] == ["c0", None]
    wants.remove(callers[0])
