from acd.assigner import LongestIdle
from telephony.ids import AgentNumber, CallId
from tests.whatif.whatif_play import ALONE
from whatif.callers import Visit, visit
from whatif.centre import Ring
from whatif.policy_centre import PolicyCentre

FIRST, SECOND, AGENT = CallId("1.0"), CallId("2.0"), AgentNumber("1001")


def centre() -> PolicyCentre:
    alone = PolicyCentre(ALONE, "alone", LongestIdle())
    assert alone.open(0.0) == []
    return alone


def loan() -> Visit:
    return visit(ALONE, 1, 1)


def test_a_call_an_agent_and_his_wrap_up() -> None:
    alone = centre()
    assert alone.enter(FIRST, loan(), 1.0) == [Ring(FIRST, AGENT)]
    assert alone.answer(FIRST, AGENT, 4.0) == ()
    assert alone.enter(SECOND, loan(), 5.0) == []
    assert alone.end_talk(FIRST, AGENT, 100.0) == []
    assert alone.deadline == 120.0
    assert alone.wake(120.0) == [Ring(SECOND, AGENT)]
    assert alone.deadline is None


def test_a_missed_ring_keeps_the_place_and_rests_the_agent() -> None:
    alone = centre()
    alone.enter(FIRST, loan(), 1.0)
    alone.enter(SECOND, loan(), 2.0)
    assert alone.miss(FIRST, AGENT, 21.0) == []
    assert alone.deadline == 36.0
    assert alone.wake(36.0) == [Ring(FIRST, AGENT)]


def test_who_hangs_up_leaves_the_agent_rung_for_him_to_the_next() -> None:
    alone = centre()
    alone.enter(FIRST, loan(), 1.0)
    alone.enter(SECOND, loan(), 2.0)
    assert alone.hang_up(FIRST, 3.0) == [Ring(SECOND, AGENT)]
    third = CallId("3.0")
    assert alone.enter(third, loan(), 4.0) == []
    assert alone.hang_up(third, 5.0) == []
