"""Agents who pass callers on, seen by the distributor: who is reserved, who talks, who wraps up."""

from dataclasses import replace

import pytest

from acd.queue import Emptiness, Queue, Widening
from telephony.commands import (
    AgentState,
    CancelRing,
    CloseSegment,
    CloseTalk,
    DistributionCommand,
    RefuseConsult,
    RingAgent,
    RingColleague,
)
from telephony.events import (
    AgentWish,
    CallEnded,
    CallQueued,
    CallTransferred,
    ConsultAnswered,
    ConsultAsked,
    ConsultEnded,
    Outcome,
    RingOutcome,
    TalkEndedBy,
    TransferKind,
)
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.acd.floor_play import Stage, agent, kinds, queue, roster

C, ONE, TWO, THREE = CallId("c"), AgentNumber("1"), AgentNumber("2"), AgentNumber("3")
LOANS = QueueId("loans")


def talking(others: list[Queue] | None = None, **settings: object) -> Stage:
    """Agent 1 talks to c; 2, who speaks English, and 3 are free, 3 for longer."""
    english = replace(agent("2", loan=3), languages=("zh", "en"))
    agents = agent("1", loan=5), english, agent("3", help=2, loan=1)
    stage = Stage(*agents, queues=[queue("loans", **settings), *(others or [])])
    stage.sign_in("1")
    stage.waits("c", topic="loan")
    stage.answered("c", "1")
    stage.sign_in("3")
    stage.now = 5.0
    stage.sign_in("2")
    return stage


def ask(stage: Stage, colleague: AgentNumber | None = TWO, **about: object) -> list[DistributionCommand]:
    return stage.tell(ConsultAsked(C, ONE, colleague, **about))  # type: ignore[arg-type]


def test_the_colleague_is_reserved_rung_and_takes_over() -> None:
    stage = talking()
    assert ask(stage)[-1] == RingColleague(C, TWO, 20.0)
    assert stage.state("2") is AgentState.RINGING
    stage.waits("d", topic="loan")
    assert stage.distributor.talks() == {C: ONE}
    stage.tell(ConsultAnswered(C, TWO))
    assert stage.state("2") is AgentState.TALKING
    stage.now = 60.0
    orders = stage.tell(CallTransferred(C, ONE, TransferKind.WARM, LOANS, Topic("loan"), TWO, LOANS))
    assert [order.by for order in orders if isinstance(order, CloseTalk)] == [TalkEndedBy.AGENT]
    assert stage.state("1") is AgentState.WRAP_UP
    stage.answered("c", "2")
    assert stage.distributor.talks() == {C: TWO}
    stage.talk_ended("c", "2")
    assert stage.state("2") is AgentState.WRAP_UP


@pytest.mark.parametrize("busy", [False, True])
def test_a_colleague_asked_by_the_agents_own_telephone_has_the_caller_at_once(busy: bool) -> None:
    stage = talking()
    if busy:
        stage.wish("2", AgentWish.NOT_READY, "1")
    stage.now = 60.0
    stage.tell(CallTransferred(C, ONE, TransferKind.WARM, LOANS, Topic("loan"), TWO, LOANS))
    stage.answered("c", "2")
    assert stage.distributor.talks() == {C: TWO}
    assert (stage.state("1"), stage.state("2")) == (AgentState.WRAP_UP, AgentState.TALKING)
    stage.talk_ended("c", "2")
    assert stage.state("2") is AgentState.WRAP_UP


def test_news_of_a_transfer_by_somebody_who_has_no_such_talk_change_nothing() -> None:
    stage = talking()
    assert stage.tell(CallTransferred(C, TWO, TransferKind.WARM, LOANS, Topic("loan"), THREE, LOANS)) == []
    assert stage.distributor.talks() == {C: ONE}


def somebody(stage: Stage, of: QueueId = LOANS) -> AgentNumber | None:
    """Whose phone rings for the question; taken back at once."""
    orders = ask(stage, None, queue=of, topic=Topic("loan"))
    stage.tell(ConsultEnded(C, TWO))
    return next((order.agent for order in orders if isinstance(order, RingColleague)), None)


def test_somebody_of_the_queue_is_who_has_been_idle_for_longest_and_speaks_its_language() -> None:
    assert somebody(talking()) == THREE
    english = talking(others=[queue("english", language="en")])
    assert somebody(english, QueueId("english")) == TWO
    english.wish("2", AgentWish.NOT_READY, "1")
    assert somebody(english, QueueId("english")) is None


def test_somebody_may_have_less_skill_where_the_queue_widens() -> None:
    stage = talking(min_level=2, widen=(Widening(30.0, 1),))
    assert somebody(stage) == TWO
    stage = talking(min_level=2, widen=(Widening(30.0, 1),))
    stage.wish("2", AgentWish.NOT_READY, "1")
    assert somebody(stage) == THREE
    stage.wish("3", AgentWish.SIGN_OFF)
    assert somebody(stage) is None


def test_a_ring_taken_back_costs_nobody_his_turn_to_be_asked() -> None:
    stage = talking()
    stage.now = 8.0
    stage.waits("d", topic="help")
    stage.tell(CallEnded(CallId("d"), 16))
    stage.ring_ended("d", "3", RingOutcome.CANCELLED)
    stage.now = 60.0
    assert somebody(stage) == THREE


def test_a_colleague_who_does_not_answer_is_free_again_at_no_cost() -> None:
    stage = talking()
    ask(stage)
    assert kinds(stage.tell(ConsultEnded(C, TWO))) == ["ShowAgent"]
    assert stage.state("2") is AgentState.READY
    assert stage.tell(ConsultEnded(C, TWO)) == []


def test_a_colleague_who_was_asked_and_does_not_take_the_call_wraps_up() -> None:
    stage = talking()
    ask(stage)
    stage.tell(ConsultAnswered(C, TWO))
    stage.tell(ConsultEnded(C, TWO))
    assert stage.state("2") is AgentState.WRAP_UP
    assert stage.distributor.talks() == {C: ONE}


def test_the_caller_who_hangs_up_ends_the_question_too() -> None:
    stage = talking()
    ask(stage)
    stage.ended("c")
    assert (stage.state("1"), stage.state("2")) == (AgentState.WRAP_UP, AgentState.READY)


def test_a_ring_to_a_colleague_whose_end_nobody_reports_is_swept() -> None:
    stage = talking()
    ask(stage)
    stage.after(60.0)
    assert stage.state("2") is AgentState.READY
    stage.tell(ConsultEnded(C, TWO))
    assert stage.state("2") is AgentState.READY


def test_a_colleague_whose_ring_was_given_up_is_free_for_others_and_news_of_it_do_not_touch_them() -> None:
    stage = talking()
    ask(stage)
    stage.after(60.0)
    stage.wish("3", AgentWish.NOT_READY)
    assert rung(stage.waits("other", topic="loan")) == [TWO]
    assert stage.tell(ConsultEnded(C, TWO)) == []
    assert stage.state("2") is AgentState.RINGING
    stage.answered("other", "2")
    assert stage.distributor.talks() == {C: ONE, CallId("other"): TWO}


@pytest.mark.parametrize("talks", [False, True])
def test_a_colleague_who_answers_after_that_is_with_the_agent_and_nobody_else(talks: bool) -> None:
    stage = talking()
    ask(stage)
    stage.after(60.0)
    stage.wish("3", AgentWish.NOT_READY)
    stage.waits("other", topic="loan")
    if talks:
        stage.answered("other", "2")
    orders = stage.tell(ConsultAnswered(C, TWO))
    assert [type(order) for order in orders if isinstance(order, CancelRing | CloseTalk)] == [
        CloseTalk if talks else CancelRing
    ]
    assert stage.state("2") is AgentState.TALKING
    assert stage.distributor.talks() == {C: ONE}
    stage.tell(ConsultEnded(C, TWO))
    assert stage.state("2") is AgentState.WRAP_UP


def test_a_colleague_the_roster_no_longer_has_leaves_nothing_of_the_question() -> None:
    stage = talking()
    ask(stage)
    stage.distributor.reload(roster([agent("1", loan=5), agent("3", loan=1)], stage.roster.queues.values()), stage.now)
    stage.after(60.0)
    assert stage.state("2") is None
    assert stage.tell(ConsultAnswered(C, TWO)) == []
    assert stage.tell(ConsultEnded(C, TWO)) == []
    assert ask(stage, THREE)[-1] == RingColleague(C, THREE, 20.0)


@pytest.mark.parametrize("colleague", [ONE, AgentNumber("9"), None])
def test_nobody_to_ask(colleague: AgentNumber | None) -> None:
    assert ask(talking(), colleague) == [RefuseConsult(C)]


def test_only_one_at_a_time_and_only_about_ones_own_call() -> None:
    stage = talking()
    ask(stage)
    assert ask(stage, THREE) == [RefuseConsult(C)]
    other = talking()
    assert other.tell(ConsultAsked(C, TWO, THREE)) == [RefuseConsult(C)]
    assert other.tell(ConsultAsked(CallId("x"), ONE, THREE)) == [RefuseConsult(CallId("x"))]


def test_anybody_of_a_queue_the_longest_idle_first() -> None:
    assert ask(talking(), None, queue=LOANS, topic=Topic("loan"))[-1] == RingColleague(C, THREE, 20.0)
    assert ask(talking(min_level=2), None, queue=LOANS, topic=Topic("loan"))[-1] == RingColleague(C, TWO, 20.0)
    assert ask(talking(min_level=6), None, queue=LOANS) == [RefuseConsult(C)]


def test_news_of_a_question_nobody_asked_change_nothing() -> None:
    stage = talking()
    assert stage.tell(ConsultAnswered(C, TWO)) == []
    assert stage.tell(ConsultEnded(C, TWO)) == []
    assert stage.tell(CallTransferred(C, TWO, TransferKind.BLIND)) == []
    assert stage.distributor.talks() == {C: ONE}


def passed_on(stage: Stage, wanted: AgentNumber | None) -> list[DistributionCommand]:
    stage.tell(CallTransferred(C, ONE, TransferKind.BLIND, LOANS, Topic("loan"), wanted, LOANS))
    assert stage.state("1") is AgentState.WRAP_UP
    stage.tell(
        CallQueued(C, LOANS, Topic("loan"), "", stage.now, place_at=stage.now - 51.0, wanted=wanted, transferred=True)
    )
    return stage.offerable("c")


def rung(orders: list[DistributionCommand]) -> list[AgentNumber]:
    return [order.agent for order in orders if isinstance(order, RingAgent)]


def test_who_the_caller_was_transferred_to_is_rung_though_another_has_been_idle_for_longer() -> None:
    stage = talking()
    orders = passed_on(stage, TWO)
    assert rung(orders) == [TWO]
    (choice,) = (order.choice for order in orders if isinstance(order, RingAgent))
    assert choice is not None
    assert (choice.named, choice.rival, choice.terms, choice.version) == (True, None, {}, "/")
    orders = stage.ring_ended("c", "2", RingOutcome.NO_ANSWER)
    assert rung(orders) == [THREE]  # then anybody with the skill


def test_a_colleague_who_is_not_free_is_not_waited_for() -> None:
    stage = talking()
    stage.wish("2", AgentWish.NOT_READY)
    assert rung(passed_on(stage, TWO)) == [THREE]


def test_the_colleague_a_caller_was_passed_on_to_is_rung_though_everybody_of_the_queue_is_away() -> None:
    stage = Stage(agent("1"), agent("2", card=3), queues=[queue(let_go_if=frozenset({Emptiness.PAUSED}))])
    stage.sign_in("1", "2")
    stage.waits("c")
    stage.answered("c", "1")
    stage.wish("1", AgentWish.NOT_READY)
    stage.tell(CallTransferred(C, ONE, TransferKind.BLIND, LOANS, Topic("loan"), TWO, LOANS))
    assert stage.state("1") is AgentState.NOT_READY
    orders = stage.tell(CallQueued(C, LOANS, Topic("loan"), "", stage.now, wanted=TWO, transferred=True))
    orders += stage.offerable("c")
    assert rung(orders) == [TWO]
    closed = [order for order in stage.ring_ended("c", "2", RingOutcome.BUSY) if isinstance(order, CloseSegment)]
    assert [order.outcome for order in closed] == [Outcome.REJECTED_NO_AGENTS]


def test_a_caller_passed_on_has_waited_for_as_long_as_he_waited() -> None:
    stage = talking()
    stage.wish("2", AgentWish.NOT_READY)
    stage.wish("3", AgentWish.NOT_READY)
    stage.waits("earlier", topic="loan")
    stage.now = 50.0
    passed_on(stage, None)
    orders = stage.wish("2", AgentWish.READY)
    assert [order.call for order in orders if isinstance(order, RingAgent)] == [C]
