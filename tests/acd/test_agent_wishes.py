from acd.agent_wishes import AWAY_WISHES
from telephony.commands import AgentState, AnswerWish, CancelRing, ShowAgent
from telephony.events import AgentWish
from telephony.ids import AgentNumber, CallId
from tests.acd.floor_play import Stage, agent


def test_what_can_not_be_granted_is_answered_with_the_reason() -> None:
    stage = Stage(agent("1"))
    assert stage.wish("2", AgentWish.SIGN_IN) == [
        AnswerWish(AgentNumber("2"), AgentWish.SIGN_IN, granted=False, explanation="unknown_agent")
    ]
    stage.sign_in("1")
    assert stage.wish("1", AgentWish.NOT_READY, "9") == [
        AnswerWish(AgentNumber("1"), AgentWish.NOT_READY, granted=False, explanation="unknown_reason")
    ]
    assert stage.state("1") is AgentState.READY


def test_whoever_goes_away_is_rung_no_longer() -> None:
    for wish in AWAY_WISHES:
        stage = Stage(agent("1"))
        stage.sign_in("1")
        stage.waits("c")
        assert CancelRing(CallId("c"), AgentNumber("1")) in stage.wish("1", wish)


def test_a_wish_that_changes_nothing_is_shown_to_nobody() -> None:
    stage = Stage(agent("1"))
    assert any(isinstance(order, ShowAgent) for order in stage.sign_in("1"))
    assert stage.wish("1", AgentWish.READY) == [AnswerWish(AgentNumber("1"), AgentWish.READY, granted=True)]
