"""Agents held in what is over, by what the distributor does with it."""

from dataclasses import replace
from typing import Any

import pytest

from acd.agent_state import PHONE_IDLE
from acd.queue import CallbackRules
from acd.stranded import Doubted
from telephony.commands import AgentState, CloseTalk, DistributionCommand, ShowAgent
from telephony.events import (
    AgentStranded,
    AgentWish,
    CallbackAsked,
    CallQueued,
    ConsultAsked,
    PhonesSeen,
    PhoneUse,
    TalkEndedBy,
    TalkHeld,
)
from telephony.ids import AgentNumber, CallbackId, CallId, QueueId, Topic
from tests.acd.floor_play import Stage, agent, kinds, queue

ONE, TWO, CALL = AgentNumber("8001"), AgentNumber("8002"), CallId("c")


def stage_with(*numbers: str, **queue_settings: Any) -> Stage:
    stage = Stage(*(agent(number) for number in numbers), queues=[queue(**queue_settings)])
    stage.sign_in(*numbers)
    return stage


def listed(stage: Stage, use: PhoneUse = PhoneUse.IDLE, *, after_s: float = 30.0) -> None:
    stage.after(after_s)
    stage.tell(PhonesSeen(dict.fromkeys((ONE, TWO), use), 90.0, listed=True))


def shown(orders: list[DistributionCommand], number: AgentNumber = ONE) -> ShowAgent:
    return next(order for order in orders if isinstance(order, ShowAgent) and order.agent == number)


@pytest.fixture
def talking() -> Stage:
    stage = stage_with("8001")
    stage.waits("c")
    stage.answered("c", "8001")
    return stage


def test_a_talk_nobody_told_the_end_of_is_doubted_after_two_lists_and_a_minute(talking: Stage) -> None:
    listed(talking)
    listed(talking)
    assert talking.distributor.doubted() == []
    listed(talking)
    (one,) = talking.distributor.doubted()
    assert one == Doubted(ONE, CALL, 60.0)
    orders = talking.tell(AgentStranded(one.agent, one.call, one.idle_s))
    assert orders[0] == CloseTalk(CALL, ONE, 30.0, TalkEndedBy.UNKNOWN), "until his phone was idle"
    assert (shown(orders).state, shown(orders).reason, shown(orders).call) == (AgentState.WRAP_UP, PHONE_IDLE, None)
    assert talking.distributor.doubted() == []
    assert talking.distributor.talks() == {}
    talking.after(15.0)
    assert talking.state("8001") is AgentState.READY
    assert kinds(talking.ended("c")) == []


def test_on_hold_is_doubted_like_a_talk(talking: Stage) -> None:
    listed(talking)
    talking.tell(TalkHeld(CALL, ONE, on_hold=True))
    listed(talking)
    listed(talking)
    listed(talking)
    (one,) = talking.distributor.doubted()
    assert one.idle_s == 90.0, "since he put the caller on hold"


def test_a_wish_to_be_away_is_granted_at_the_release(talking: Stage) -> None:
    talking.wish("8001", AgentWish.NOT_READY, "1")
    for _ in range(3):
        listed(talking)
    orders = talking.tell(AgentStranded(ONE, CALL, 60.0))
    assert (shown(orders).state, shown(orders).reason) == (AgentState.NOT_READY, "1")


def test_without_a_wrap_up_he_is_ready_and_the_reason_is_named() -> None:
    stage = stage_with("8001", wrap_up_s=0.0)
    stage.waits("c")
    stage.answered("c", "8001")
    for _ in range(3):
        listed(stage)
    orders = stage.tell(AgentStranded(ONE, CALL, 60.0))
    assert (shown(orders).state, shown(orders).reason) == (AgentState.READY, PHONE_IDLE)


@pytest.mark.parametrize("use", [PhoneUse.IN_USE, PhoneUse.RINGING, PhoneUse.ON_HOLD, PhoneUse.UNKNOWN])
def test_a_phone_that_is_or_was_in_use_is_no_reason_to_doubt(talking: Stage, use: PhoneUse) -> None:
    for _ in range(4):
        listed(talking, use)
    assert talking.distributor.doubted() == []
    listed(talking)
    assert talking.distributor.doubted() == []


def test_what_has_changed_since_the_question_is_left_alone(talking: Stage) -> None:
    for _ in range(3):
        listed(talking)
    assert talking.tell(AgentStranded(AgentNumber("7000"), CALL, 60.0)) == []
    assert talking.tell(AgentStranded(ONE, CallId("another"), 60.0)) == []
    talking.tell(PhonesSeen({ONE: PhoneUse.IN_USE}, 90.0))
    assert talking.tell(AgentStranded(ONE, CALL, 60.0)) == [], "his phone was used in between"
    assert talking.state("8001") is AgentState.TALKING


def test_the_bound_can_be_set_and_left_out(talking: Stage) -> None:
    patient = replace(talking.roster, limits=replace(talking.roster.limits, phone_idle_s=80.0))
    talking.distributor.reload(patient, talking.now)
    for _ in range(3):
        listed(talking)
    assert talking.distributor.doubted() == []
    listed(talking)
    assert len(talking.distributor.doubted()) == 1
    never = replace(talking.roster, limits=replace(talking.roster.limits, phone_idle_s=0.0))
    talking.distributor.reload(never, talking.now)
    assert talking.distributor.doubted() == []


def test_a_ring_is_released_without_being_offered_to_others_and_its_caller_has_patience_left() -> None:
    stage = stage_with("8001", "8002", ring_s=120.0, max_wait_s=200.0)
    stage.waits("c")
    for _ in range(3):
        listed(stage)
    (one,) = stage.distributor.doubted()
    assert (one.agent, stage.state("8001")) == ("8001", AgentState.RINGING)
    orders = stage.tell(AgentStranded(one.agent, one.call, one.idle_s))
    assert kinds(orders) == ["ShowAgent"]
    assert (shown(orders).state, shown(orders).reason) == (AgentState.READY, PHONE_IDLE)
    assert "RefuseCall" in kinds(stage.after(110.0)), "if nobody should say that he is gone"


def test_a_ring_whose_caller_gave_up_is_released_too() -> None:
    stage = stage_with("8001", ring_s=120.0)
    stage.waits("c")
    for _ in range(3):
        listed(stage)
    stage.left("c")
    stage.tell(AgentStranded(ONE, CALL, 60.0))
    assert stage.state("8001") is AgentState.READY


def test_who_is_kept_free_for_a_customer_has_an_idle_phone_and_is_not_doubted() -> None:
    stage = stage_with("8001", callback=CallbackRules())
    stage.tell(CallbackAsked(CallbackId("b"), "13800000000", QueueId("loans"), Topic("loan"), 0.0))
    assert stage.state("8001") is AgentState.RINGING
    for _ in range(3):
        listed(stage, after_s=20.0)
        assert stage.distributor.doubted() == []


def test_who_was_kept_free_is_in_the_ring_from_when_his_phone_is_rung() -> None:
    stage = stage_with("8001", callback=CallbackRules())
    listed(stage)
    stage.tell(CallbackAsked(CallbackId("b"), "13800000000", QueueId("loans"), Topic("loan"), 0.0))
    for _ in range(3):
        listed(stage, after_s=20.5)
    resumed = CallQueued(
        CallId("b.1"), QueueId("loans"), Topic("loan"), "13800000000", stage.now, place_at=0.0, resumed=True
    )
    stage.tell(resumed)
    stage.offerable("b.1")
    listed(stage, after_s=0.02)
    assert stage.state("8001") is AgentState.RINGING
    assert stage.distributor.doubted() == []


def test_who_is_gone_from_the_roster_is_still_in_the_books(talking: Stage) -> None:
    others = {TWO: talking.roster.agents[ONE]}
    talking.distributor.reload(replace(talking.roster, agents=others), talking.now)
    for _ in range(3):
        listed(talking)
    assert [one.agent for one in talking.distributor.doubted()] == [ONE]


def test_a_colleague_who_was_asked_about_a_caller_is_released_alone() -> None:
    stage = stage_with("8001", "8002", ring_s=120.0)
    stage.waits("c")
    stage.answered("c", "8001")
    stage.tell(ConsultAsked(CALL, ONE, TWO))
    for _ in range(3):
        stage.after(30.0)
        phones = {ONE: PhoneUse.IN_USE, TWO: PhoneUse.IDLE}
        stage.tell(PhonesSeen(phones, 90.0, listed=True))
    (one,) = stage.distributor.doubted()
    assert one == Doubted(TWO, None, 60.0)
    stage.tell(AgentStranded(one.agent, one.call, one.idle_s))
    assert (stage.state("8001"), stage.state("8002")) == (AgentState.TALKING, AgentState.READY)
