import pytest

from acd.queue import Emptiness
from acd.staffing import Staffing
from telephony.commands import AgentState
from telephony.ids import Topic
from tests.acd.floor_play import agent, queue

LOAN, REPAYMENT = Topic("loan"), Topic("repayment")


def test_who_is_signed_in_is_there_though_on_a_break() -> None:
    staffing = Staffing()
    lane = staffing.lane(queue(), LOAN)
    one = agent("1", loan=2)
    assert not staffing.anybody(lane)
    staffing.count(one, AgentState.NOT_READY, free=False)
    assert staffing.anybody(lane)
    assert staffing.strength(lane) == 0
    staffing.count(one, AgentState.SIGNED_OFF, free=False)
    assert not staffing.anybody(lane)


def test_somebody_else_of_the_same_skills_is_still_there() -> None:
    staffing = Staffing()
    lane = staffing.lane(queue(), LOAN)
    staffing.count(agent("1", loan=2), AgentState.READY, free=True)
    staffing.count(agent("2", loan=2), AgentState.READY, free=False)
    staffing.count(agent("1", loan=2), AgentState.SIGNED_OFF, free=False)
    assert staffing.anybody(lane)
    assert not staffing.anybody_free(lane)
    staffing.forget(agent("2").number)
    assert not staffing.anybody(lane)


def test_a_shared_agent_counts_in_part() -> None:
    staffing = Staffing()
    loans = staffing.lane(queue("loans"), LOAN)
    staffing.count(agent("1", loan=2), AgentState.TALKING, free=False)
    staffing.count(agent("2", loan=2, repayment=2), AgentState.READY, free=True)
    staffing.count(agent("3", loan=2), AgentState.NOT_READY, free=False)
    assert staffing.strength(loans) == 2.0
    repayments = staffing.lane(queue("repayments"), REPAYMENT)
    assert staffing.lane(queue("repayments"), REPAYMENT) == repayments
    assert staffing.strength(loans) == pytest.approx(1.5)
    assert staffing.strength(repayments) == pytest.approx(0.5)
    staffing.count(agent("3", loan=2), AgentState.RINGING, free=False)
    assert staffing.strength(loans) == pytest.approx(2.5)


def test_an_agent_who_learned_is_counted_anew() -> None:
    staffing = Staffing()
    lane = staffing.lane(queue(min_level=3), LOAN)
    staffing.count(agent("1", loan=2), AgentState.READY, free=True)
    assert not staffing.anybody(lane)
    staffing.count(agent("1", loan=3), AgentState.READY, free=True)
    staffing.count(agent("1", loan=3), AgentState.READY, free=True)
    assert staffing.anybody(lane)
    assert staffing.strength(lane) == 1.0


def test_why_nobody_would_answer() -> None:
    staffing = Staffing()
    lane = staffing.lane(queue(), LOAN)
    assert staffing.emptiness(lane) is Emptiness.NOBODY
    staffing.count(agent("1", loan=2), AgentState.NOT_READY, free=False)
    assert staffing.emptiness(lane) is Emptiness.PAUSED
    staffing.count(agent("1", loan=2), AgentState.READY, free=False, reachable=False)
    assert staffing.emptiness(lane) is Emptiness.UNREACHABLE
    staffing.count(agent("1", loan=2), AgentState.READY, free=True)
    assert staffing.emptiness(lane) is None
