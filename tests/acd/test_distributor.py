import pytest

from acd.agent_state import CANCEL_GRACE_S, RING_GRACE_S
from acd.limits import CoolDowns, Limits
from acd.queue import Widening
from telephony.commands import (
    AgentState,
    AnswerWish,
    CancelRing,
    CloseSegment,
    CloseTalk,
    RefuseCall,
    RingAgent,
    ShowAgent,
    TellPlace,
)
from telephony.events import (
    AgentReachable,
    AgentRinging,
    AgentWish,
    Outcome,
    RingOutcome,
    TalkEndedBy,
    TimeReached,
)
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.acd.floor_play import Stage, agent, kinds, queue

C1, C2 = CallId("c1"), CallId("c2")
A1, A2 = AgentNumber("8001"), AgentNumber("8002")
LOANS = QueueId("loans")


def one_agent(**settings: float) -> Stage:
    stage = Stage(agent("8001"), queues=[queue("loans", **settings)])
    stage.sign_in("8001")
    return stage


def two_agents(**settings: float) -> Stage:
    stage = Stage(agent("8001"), agent("8002"), queues=[queue("loans", **settings)])
    stage.sign_in("8001")
    stage.now = 1.0
    stage.sign_in("8002")
    return stage


# ---- the good path --------------------------------------------------------------------------------


def test_a_caller_reaches_an_agent() -> None:
    stage = one_agent(wrap_up_s=15.0, ring_s=20.0)
    stage.now = 10.0
    assert stage.queued("c1") == []
    stage.now = 13.0
    reason = "longest idle 13.0 s, level 3 ≥ 1, waited 3.0 s"
    assert stage.offerable("c1") == [
        RingAgent(C1, A1, LOANS, 20.0, reason),
        ShowAgent(A1, AgentState.RINGING, call=C1),
    ]
    assert stage.tell(AgentRinging(C1, A1)) == []
    stage.now = 17.0
    assert stage.answered("c1", "8001") == [
        CloseSegment(C1, LOANS, Outcome.ANSWERED, 7.0, A1),
        ShowAgent(A1, AgentState.TALKING, call=C1),
    ]
    assert stage.distributor.talks() == {C1: A1}
    stage.now = 77.0
    assert stage.talk_ended("c1", "8001") == [
        CloseTalk(C1, A1, 60.0, TalkEndedBy.CALLER),
        ShowAgent(A1, AgentState.WRAP_UP),
    ]
    assert stage.distributor.deadline == 92.0
    assert stage.after(20.0) == [ShowAgent(A1, AgentState.READY, "wrap_up_over")]
    assert stage.distributor.deadline == 92.0 + Limits().ready_s
    assert stage.ended("c1") == []


def test_only_an_offerable_call_is_offered() -> None:
    stage = one_agent()
    stage.queued("c1")
    assert stage.after(60.0) == []
    assert kinds(stage.offerable("c1")) == ["RingAgent", "ShowAgent"]
    assert stage.offerable("c1") == []
    assert stage.offerable("unknown") == []


def test_the_place_is_from_entering_not_from_being_offerable() -> None:
    stage = one_agent()
    stage.wish("8001", AgentWish.NOT_READY)
    stage.queued("c1")
    stage.now = 1.0
    stage.waits("c2")
    stage.offerable("c1")
    (_, _, ring, _) = stage.wish("8001", AgentWish.READY)
    assert isinstance(ring, RingAgent)
    assert ring.call == C1


def test_no_wrap_up_means_ready_at_once_and_the_next_call_rings() -> None:
    stage = one_agent(wrap_up_s=0)
    stage.waits("c1")
    stage.answered("c1", "8001")
    stage.waits("c2")
    assert kinds(stage.talk_ended("c1", "8001")) == ["CloseTalk", "ShowAgent", "RingAgent", "ShowAgent"]


# ---- rings that fail ------------------------------------------------------------------------------


def test_no_answer_goes_to_the_next_agent_and_the_place_is_kept() -> None:
    stage = two_agents()
    stage.waits("c1")
    stage.wish("8002", AgentWish.NOT_READY)
    stage.now = 5.0
    stage.waits("c2")
    stage.now = 21.0
    stage.wish("8002", AgentWish.READY)  # takes c2
    orders = stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)
    assert orders == [ShowAgent(A1, AgentState.READY)]
    orders = stage.ring_ended("c2", "8002", RingOutcome.CANCELLED)
    stage.wish("8002", AgentWish.READY)
    assert stage.state("8002") is AgentState.RINGING
    assert stage.answered("c1", "8002")[0] == CloseSegment(C1, LOANS, Outcome.ANSWERED, 20.0, A2)


@pytest.mark.parametrize(
    ("outcome", "cool_down_s"),
    [
        (RingOutcome.NO_ANSWER, 15.0),
        (RingOutcome.BUSY, 30.0),
        (RingOutcome.REJECTED, 10.0),
        (RingOutcome.UNREACHABLE, 31.0),
        (RingOutcome.CANCELLED, 1.0),
    ],
)
def test_the_same_agent_is_not_rung_again_and_again(outcome: RingOutcome, cool_down_s: float) -> None:
    stage = Stage(agent("8001"), cool_downs=CoolDowns(unreachable_s=31.0))
    stage.sign_in("8001")
    stage.waits("c1")
    assert kinds(stage.ring_ended("c1", "8001", outcome)) == ["ShowAgent"]
    assert stage.after(cool_down_s - 0.5) == []
    assert kinds(stage.after(0.5)) == ["RingAgent", "ShowAgent"]


def test_saying_ready_ends_a_cool_down() -> None:
    stage = one_agent()
    stage.waits("c1")
    stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)
    assert kinds(stage.wish("8001", AgentWish.READY)) == ["AnswerWish", "RingAgent", "ShowAgent"]


def test_missed_rings_in_a_row_set_the_agent_not_ready() -> None:
    stage = one_agent()
    stage.waits("c1")
    for _ in range(2):
        stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)
        stage.after(15.0)
    assert stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER) == [
        ShowAgent(A1, AgentState.NOT_READY, "missed_rings")
    ]
    assert stage.after(60.0) == []
    assert kinds(stage.wish("8001", AgentWish.READY)) == ["AnswerWish", "ShowAgent", "RingAgent", "ShowAgent"]


def test_a_missed_ring_counts_as_an_offer_for_the_order_of_agents() -> None:
    stage = two_agents()
    stage.waits("c1")  # to 8001, idle the longest
    stage.now = 20.0
    stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)  # to 8002
    stage.answered("c1", "8002")
    stage.after(100.0)
    stage.talk_ended("c1", "8002")
    stage.after(100.0)
    stage.waits("c3")
    assert stage.state("8001") is AgentState.RINGING


def test_a_ring_end_that_fits_no_ring_is_ignored() -> None:
    stage = two_agents()
    stage.waits("c1")
    assert stage.ring_ended("c1", "8002", RingOutcome.NO_ANSWER) == []
    assert stage.ring_ended("c9", "8001", RingOutcome.NO_ANSWER) == []


def test_a_ring_nobody_reports_the_end_of_is_swept() -> None:
    stage = two_agents(ring_s=20.0)
    stage.waits("c1")
    orders = stage.after(20.0 + RING_GRACE_S)
    assert orders[:2] == [
        CancelRing(C1, A1),
        ShowAgent(A1, AgentState.READY, "8001 released: ringing for 40 s and no end reported"),
    ]
    assert kinds(orders[2:]) == ["RingAgent", "ShowAgent"]
    assert stage.state("8002") is AgentState.RINGING


# ---- callers who leave ----------------------------------------------------------------------------


def test_a_caller_who_hangs_up_while_waiting() -> None:
    stage = one_agent()
    stage.queued("c1")
    stage.now = 4.0
    assert stage.ended("c1") == [CloseSegment(C1, LOANS, Outcome.ABANDONED_QUEUED, 4.0)]
    assert stage.ended("c1") == []
    assert stage.left("c1") == []


def test_a_caller_who_hangs_up_while_ringing_costs_the_agent_nothing() -> None:
    stage = two_agents()
    stage.waits("c1")
    stage.now = 6.0
    assert stage.ended("c1") == [
        CloseSegment(C1, LOANS, Outcome.ABANDONED_RINGING, 5.0),
        ShowAgent(A1, AgentState.READY),
    ]
    assert stage.ring_ended("c1", "8001", RingOutcome.CANCELLED) == []
    stage.waits("c2")
    assert stage.state("8001") is AgentState.RINGING  # still before 8002


def test_leaving_by_key_while_waiting() -> None:
    stage = one_agent()
    stage.queued("c1")
    stage.now = 2.0
    assert stage.left("c1") == [CloseSegment(C1, LOANS, Outcome.LEFT_BY_KEY, 2.0)]


def test_leaving_by_key_while_ringing_takes_the_ring_back_and_waits_for_its_end() -> None:
    stage = one_agent()
    stage.waits("c1")
    assert stage.left("c1") == [CloseSegment(C1, LOANS, Outcome.LEFT_BY_KEY, 0.0), CancelRing(C1, A1)]
    stage.waits("c2")
    assert stage.state("8001") is AgentState.RINGING
    assert kinds(stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)) == ["ShowAgent", "RingAgent", "ShowAgent"]


def test_a_taken_back_ring_whose_end_is_lost_is_swept() -> None:
    stage = one_agent()
    stage.waits("c1")
    stage.left("c1")
    (shown,) = stage.after(CANCEL_GRACE_S)
    assert isinstance(shown, ShowAgent)
    assert shown.state is AgentState.READY


def test_an_agent_who_answers_as_the_caller_leaves_talks_all_the_same() -> None:
    stage = one_agent()
    stage.waits("c1")
    stage.left("c1")
    assert stage.answered("c1", "8001") == [ShowAgent(A1, AgentState.TALKING, call=C1)]
    stage.now = 3.0
    assert kinds(stage.talk_ended("c1", "8001")) == ["CloseTalk", "ShowAgent"]


def test_the_end_of_a_call_ends_its_talk() -> None:
    stage = one_agent()
    stage.waits("c1")
    stage.answered("c1", "8001")
    assert stage.ended("c1") == [
        CloseTalk(C1, A1, 0.0, TalkEndedBy.UNKNOWN),
        ShowAgent(A1, AgentState.WRAP_UP),
    ]


def test_a_talk_ends_only_for_the_agent_who_has_it() -> None:
    stage = two_agents()
    stage.waits("c1")
    stage.answered("c1", "8001")
    assert stage.talk_ended("c1", "8002") == []
    assert stage.talk_ended("c2", "8001") == []


# ---- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "topic"), [("loans", "loan"), ("loans", "repayment"), ("unknown", "loan")])
def test_nobody_there_is_said_at_once(name: str, topic: str) -> None:
    stage = Stage(agent("8001"))
    if topic == "repayment":
        stage.sign_in("8001")
    assert stage.queued("c1", name, topic) == [
        RefuseCall(C1, Outcome.REJECTED_NO_AGENTS),
        CloseSegment(C1, QueueId(name), Outcome.REJECTED_NO_AGENTS, 0.0),
    ]
    assert stage.left("c1", Outcome.REJECTED_NO_AGENTS) == []


def test_agents_on_a_break_count_as_there() -> None:
    stage = one_agent()
    stage.wish("8001", AgentWish.NOT_READY, "1")
    assert stage.waits("c1") == []


def test_the_last_able_agent_signs_off_while_callers_wait() -> None:
    stage = Stage(agent("8001"), agent("8002", repayment=1), queues=[queue(), queue("repayments")])
    stage.sign_in("8001", "8002")
    stage.wish("8001", AgentWish.NOT_READY)
    stage.wish("8002", AgentWish.NOT_READY)
    stage.queued("c1")
    stage.now = 2.0
    stage.waits("c2")
    stage.waits("c3", "repayments", "repayment")
    orders = stage.wish("8001", AgentWish.SIGN_OFF)
    assert orders[2:] == [
        RefuseCall(C1, Outcome.REJECTED_NO_AGENTS),
        CloseSegment(C1, LOANS, Outcome.REJECTED_NO_AGENTS, 2.0),
        RefuseCall(C2, Outcome.REJECTED_NO_AGENTS),
        CloseSegment(C2, LOANS, Outcome.REJECTED_NO_AGENTS, 0.0),
    ]
    assert stage.ended("c3")[0] == CloseSegment(CallId("c3"), QueueId("repayments"), Outcome.ABANDONED_QUEUED, 0.0)


def test_a_full_queue() -> None:
    stage = one_agent(max_waiting=1)
    stage.wish("8001", AgentWish.NOT_READY)
    stage.queued("c1")
    assert stage.queued("c2") == [
        RefuseCall(C2, Outcome.REJECTED_FULL),
        CloseSegment(C2, LOANS, Outcome.REJECTED_FULL, 0.0),
    ]
    stage.ended("c1")
    assert stage.queued("c2") == []


def test_waited_as_long_as_the_queue_allows() -> None:
    stage = one_agent(max_wait_s=60.0)
    stage.wish("8001", AgentWish.NOT_READY)
    stage.waits("c1")
    assert stage.after(59.0) == []
    assert stage.after(1.0) == [RefuseCall(C1, Outcome.TIMED_OUT), CloseSegment(C1, LOANS, Outcome.TIMED_OUT, 60.0)]


def test_nobody_is_let_go_while_a_phone_rings_for_him() -> None:
    stage = one_agent(max_wait_s=60.0)
    stage.wish("8001", AgentWish.NOT_READY)
    stage.waits("c1")
    stage.after(55.0)
    stage.wish("8001", AgentWish.READY)
    assert stage.after(10.0) == []
    assert kinds(stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)) == ["ShowAgent", "RefuseCall", "CloseSegment"]


# ---- places ---------------------------------------------------------------------------------------


def test_a_caller_who_can_be_connected_at_once_is_not_told_a_place() -> None:
    stage = one_agent(announce_every_s=30.0)
    assert stage.queued("c1") == []
    assert kinds(stage.offerable("c1")) == ["RingAgent", "ShowAgent"]
    assert stage.after(35.0) == []
    assert kinds(stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)) == ["ShowAgent", "TellPlace"]


def test_places_are_told_once_the_notice_is_over_and_periodically() -> None:
    stage = one_agent(announce_every_s=30.0)
    stage.waits("c1")
    stage.answered("c1", "8001")
    assert stage.queued("c2") == []
    assert stage.offerable("c2") == [TellPlace(C2, 1, None)]
    stage.now = 5.0
    assert stage.waits("c3") == [TellPlace(CallId("c3"), 2, None)]
    assert stage.after(25.0) == [TellPlace(C2, 1, None)]
    assert stage.ended("c2")[1:] == []
    assert stage.after(5.0) == [TellPlace(CallId("c3"), 1, None)]
    assert stage.after(29.0) == []
    assert stage.after(1.0) == [TellPlace(CallId("c3"), 1, None)]


def test_expected_wait_is_told_once_there_is_something_to_go_on() -> None:
    stage = one_agent(announce_every_s=30.0, wrap_up_s=10.0)
    for number in range(10):
        stage.waits(f"past{number}")
        stage.answered(f"past{number}", "8001")
        stage.after(90.0)
        stage.talk_ended(f"past{number}", "8001")
        stage.after(10.0)
    stage.waits("c1")
    stage.answered("c1", "8001")
    (told,) = stage.waits("c2")
    assert isinstance(told, TellPlace)
    assert told.expected_wait_s is not None
    low, high = told.expected_wait_s
    assert low < 100.0 < high


# ---- agents ---------------------------------------------------------------------------------------


def test_wishes_are_answered() -> None:
    stage = one_agent()
    assert stage.wish("8001", AgentWish.NOT_READY, "1") == [
        AnswerWish(A1, AgentWish.NOT_READY, granted=True),
        ShowAgent(A1, AgentState.NOT_READY, "1"),
    ]
    assert stage.wish("8001", AgentWish.NOT_READY, "9") == [
        AnswerWish(A1, AgentWish.NOT_READY, granted=False, explanation="unknown_reason")
    ]
    assert stage.wish("9999", AgentWish.READY) == [
        AnswerWish(AgentNumber("9999"), AgentWish.READY, granted=False, explanation="unknown_agent")
    ]
    assert stage.wish("8001", AgentWish.EXTEND_WRAP_UP) == [
        AnswerWish(A1, AgentWish.EXTEND_WRAP_UP, granted=False, explanation="not_ready")
    ]


def test_an_extended_wrap_up_lasts_longer() -> None:
    stage = one_agent(wrap_up_s=15.0)
    stage.waits("c1")
    stage.answered("c1", "8001")
    stage.talk_ended("c1", "8001")
    assert stage.wish("8001", AgentWish.EXTEND_WRAP_UP) == [
        AnswerWish(A1, AgentWish.EXTEND_WRAP_UP, granted=True),
        ShowAgent(A1, AgentState.WRAP_UP),  # for the journal: a restart must not cut it short
    ]
    assert stage.distributor.deadline == 75.0


@pytest.mark.parametrize(
    ("wish", "state"), [(AgentWish.NOT_READY, AgentState.NOT_READY), (AgentWish.SIGN_OFF, AgentState.SIGNED_OFF)]
)
def test_who_goes_away_while_ringing_lets_the_caller_go_to_the_next_at_once(wish: AgentWish, state: AgentState) -> None:
    stage = two_agents()
    stage.waits("c1")
    assert stage.wish("8001", wish) == [
        AnswerWish(A1, wish, granted=True, explanation="later"),
        ShowAgent(A1, AgentState.RINGING, call=C1),  # for the journal: the wish survives a restart
        CancelRing(C1, A1),
    ]
    assert stage.wish("8001", wish) == [AnswerWish(A1, wish, granted=True, explanation="later")]
    orders = stage.ring_ended("c1", "8001", RingOutcome.CANCELLED)
    assert orders[0] == ShowAgent(A1, state)
    assert kinds(orders[1:]) == ["RingAgent", "ShowAgent"]
    assert stage.state("8002") is AgentState.RINGING


def test_the_last_agent_signs_off_while_his_phone_rings() -> None:
    stage = one_agent()
    stage.waits("c1")
    stage.wish("8001", AgentWish.SIGN_OFF)
    assert kinds(stage.ring_ended("c1", "8001", RingOutcome.CANCELLED)) == ["ShowAgent", "RefuseCall", "CloseSegment"]


def test_an_unreachable_phone_is_not_offered_calls_and_the_state_is_kept() -> None:
    stage = one_agent()
    stage.tell(AgentReachable(A1, reachable=False))
    assert stage.waits("c1") == []
    assert stage.state("8001") is AgentState.READY
    assert kinds(stage.tell(AgentReachable(A1, reachable=True))) == ["RingAgent", "ShowAgent"]
    assert stage.tell(AgentReachable(AgentNumber("9999"), reachable=False)) == []


def test_a_phone_that_registers_ends_the_cool_down_for_unreachable_only() -> None:
    stage = one_agent()
    stage.waits("c1")
    stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)
    assert stage.tell(AgentReachable(A1, reachable=True)) == []
    stage.after(15.0)
    stage.ring_ended("c1", "8001", RingOutcome.UNREACHABLE)
    assert kinds(stage.tell(AgentReachable(A1, reachable=True))) == ["RingAgent", "ShowAgent"]


def test_a_very_long_talk_is_flagged_and_goes_on() -> None:
    stage = one_agent()
    stage.waits("c1")
    stage.answered("c1", "8001")
    (flag,) = stage.after(Limits().talk_s)
    assert isinstance(flag, ShowAgent)
    assert (flag.state, flag.call) == (AgentState.TALKING, C1)
    assert "flagged" in flag.reason
    assert flag.late


def test_a_break_too_long_is_shown_then_ended_and_lets_go_of_those_who_wait_for_it() -> None:
    stage = one_agent()
    stage.wish("8001", AgentWish.NOT_READY, "1")
    stage.waits("c1")
    (late,) = [order for order in stage.after(1800.0) if isinstance(order, ShowAgent)]
    assert (late.state, late.reason, late.late) == (AgentState.NOT_READY, "1", True)
    stage.now = 4 * 3600.0 - 1.0
    stage.waits("c2")
    orders = stage.after(1.0)
    assert orders[0] == ShowAgent(A1, AgentState.SIGNED_OFF, "not_ready_too_long")
    assert RefuseCall(CallId("c2"), Outcome.REJECTED_NO_AGENTS) in orders


def test_an_agent_whose_phone_is_gone_is_signed_off_with_that_reason() -> None:
    stage = one_agent()
    stage.tell(AgentReachable(A1, reachable=False))
    assert stage.after(599.0) == []
    assert stage.after(1.0) == [ShowAgent(A1, AgentState.SIGNED_OFF, "phone_gone")]
    assert stage.distributor.deadline is None


def test_time_reached_with_nothing_due_orders_nothing() -> None:
    assert one_agent().tell(TimeReached()) == []


# ---- facts that contradict what we believed -------------------------------------------------------


def test_queued_twice_keeps_the_place() -> None:
    stage = one_agent()
    stage.wish("8001", AgentWish.NOT_READY)
    stage.queued("c1")
    stage.now = 50.0
    assert stage.queued("c1") == []
    assert stage.ended("c1") == [CloseSegment(C1, LOANS, Outcome.ABANDONED_QUEUED, 50.0)]


def test_queued_elsewhere_withdraws_the_first_and_waits_for_its_ring_to_end() -> None:
    stage = Stage(agent("8001"), queues=[queue(), queue("vip")])
    stage.sign_in("8001")
    stage.waits("c1")
    assert kinds(stage.queued("c1", "vip")) == ["CloseSegment", "CancelRing"]
    assert stage.offerable("c1") == []
    orders = stage.ring_ended("c1", "8001", RingOutcome.CANCELLED)
    assert kinds(orders) == ["ShowAgent", "RingAgent", "ShowAgent"]
    assert stage.answered("c1", "8001")[0] == CloseSegment(C1, QueueId("vip"), Outcome.ANSWERED, 0.0, A1)


def test_who_asks_for_an_agent_is_not_talking_to_one() -> None:
    stage = one_agent()
    stage.waits("c1")
    stage.answered("c1", "8001")
    assert kinds(stage.queued("c1")) == ["CloseTalk", "ShowAgent"]
    assert stage.state("8001") is AgentState.WRAP_UP


def test_an_answer_after_the_ring_was_given_up_is_still_an_answer() -> None:
    stage = two_agents(ring_s=20.0)
    stage.waits("c1")
    stage.after(20.0 + RING_GRACE_S)  # swept, rings 8002 now
    orders = stage.answered("c1", "8001")
    assert kinds(orders) == ["CancelRing", "ShowAgent", "CloseSegment", "ShowAgent"]
    assert (stage.state("8001"), stage.state("8002")) == (AgentState.TALKING, AgentState.READY)
    assert stage.distributor.talks() == {C1: A1}


def test_an_agent_answers_one_call_while_another_rings() -> None:
    stage = one_agent()
    stage.waits("c1")
    stage.waits("c2")
    orders = stage.answered("c2", "8001")
    assert orders[-1] == ShowAgent(A1, AgentState.TALKING, call=C2)
    assert CancelRing(C1, A1) in orders
    stage.ended("c2")
    stage.after(15.0)
    assert stage.state("8001") is AgentState.RINGING  # c1 kept its place


def test_an_agent_hears_another_call_than_we_believed() -> None:
    stage = one_agent()
    stage.waits("c1")
    stage.answered("c1", "8001")
    stage.waits("c2")
    orders = stage.answered("c2", "8001")
    assert orders[0] == CloseTalk(C1, A1, 0.0, TalkEndedBy.UNKNOWN)
    assert stage.distributor.talks() == {C2: A1}


def test_an_answer_nobody_waits_for_is_ignored() -> None:
    stage = one_agent()
    assert stage.answered("c1", "8001") == []


def test_somebody_answers_who_is_no_agent_of_ours() -> None:
    stage = one_agent()
    stage.queued("c1")
    assert stage.answered("c1", "7777") == [CloseSegment(C1, LOANS, Outcome.ANSWERED, 0.0, AgentNumber("7777"))]
    stage.now = 9.0
    assert stage.talk_ended("c1", "7777") == [CloseTalk(C1, AgentNumber("7777"), 9.0, TalkEndedBy.CALLER)]


def test_an_unknown_agent_has_no_state() -> None:
    assert one_agent().state("9999") is None


def test_a_queue_demands_further_skills_and_less_of_them_with_time() -> None:
    demand = queue(min_level=2, skills=((Topic("vip_care"), 3),), widen=(Widening(30.0, 1),))
    care = [agent("1", loan=2), agent("2", loan=5, vip_care=2), agent("3", loan=2, vip_care=3)]
    stage = Stage(*care, queues=[demand])
    stage.sign_in("1", "2", "3")
    (ring, _) = stage.waits("c1")
    assert isinstance(ring, RingAgent)
    assert ring.agent == "3"
    assert stage.waits("c2") == [], "3 is taken, and nobody else cares enough"
    orders = stage.after(30.0)
    assert [order.agent for order in orders if isinstance(order, RingAgent) and order.call == "c2"] == ["2"]
    nobody = Stage(care[0], queues=[demand])
    nobody.sign_in("1")
    assert kinds(nobody.queued("c1"))[:1] == ["RefuseCall"], "who has no such skill never gets the call"
