from dataclasses import replace

import pytest

from acd.agent import Agent
from acd.continuity import Remembered
from acd.limits import CoolDowns, Limits
from acd.queue import Queue
from telephony.commands import AgentState, Carried, CloseSegment, CloseTalk, DistributionCommand, ShowAgent, WidenCall
from telephony.events import AgentWish, CallEnded, Outcome, RingOutcome, TalkEndedBy
from telephony.ids import AgentNumber, CallId, QueueId
from tests.acd.floor_play import Stage, agent, kinds, queue, roster

C1, A1 = CallId("c1"), AgentNumber("8001")
LOANS = QueueId("loans")


def reload(stage: Stage, *agents: Agent, queues: list[Queue] | None = None) -> list[DistributionCommand]:
    return stage.distributor.reload(roster(agents, queues or []), stage.now)


def ready(*numbers: str) -> Stage:
    stage = Stage(*(agent(number) for number in numbers))
    stage.sign_in(*numbers)
    return stage


# ---- a new roster ---------------------------------------------------------------------------------


def test_a_new_agent_appears_signed_off_and_the_others_are_left_alone() -> None:
    stage = ready("8001")
    assert reload(stage, agent("8001"), agent("8002")) == [ShowAgent(AgentNumber("8002"), AgentState.SIGNED_OFF)]
    assert stage.state("8001") is AgentState.READY
    assert kinds(stage.sign_in("8002")) == ["AnswerWish", "ShowAgent"]


def test_who_is_gone_from_the_roster_is_signed_off_and_forgotten() -> None:
    stage = Stage(agent("8001"), agent("8002"))
    stage.sign_in("8001")
    assert reload(stage, agent("8003"))[0] == ShowAgent(A1, AgentState.SIGNED_OFF)
    assert (stage.state("8001"), stage.state("8002")) == (None, None)
    assert stage.distributor.deadline is None


def test_callers_are_told_when_the_roster_leaves_them_nobody() -> None:
    stage = ready("8001")
    stage.wish("8001", AgentWish.NOT_READY)
    stage.waits("c1")
    assert kinds(reload(stage, agent("8001", repayment=5))) == ["RefuseCall", "CloseSegment"]


def test_a_talk_goes_on_and_its_agent_leaves_after_it() -> None:
    stage = ready("8001")
    stage.waits("c1")
    stage.answered("c1", "8001")
    reload(stage, agent("8003"))
    assert stage.state("8001") is AgentState.TALKING
    (refused,) = stage.wish("8001", AgentWish.READY)
    assert "unknown_agent" in str(refused)
    orders = stage.talk_ended("c1", "8001")
    assert orders[:2] == [CloseTalk(C1, A1, 0.0, TalkEndedBy.CALLER), ShowAgent(A1, AgentState.SIGNED_OFF)]
    assert stage.state("8001") is None


def test_a_ring_goes_on_and_its_agent_leaves_if_he_misses_it() -> None:
    stage = ready("8001", "8002")
    stage.waits("c1")
    reload(stage, agent("8002"))
    assert stage.state("8001") is AgentState.RINGING
    orders = stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)
    assert kinds(orders) == ["ShowAgent", "RingAgent", "ShowAgent"]
    assert stage.state("8001") is None
    assert stage.after(60.0) != []  # the cool-down of the forgotten agent does no harm


def test_an_agent_taken_back_before_his_talk_ends_stays() -> None:
    stage = ready("8001")
    stage.waits("c1")
    stage.answered("c1", "8001")
    reload(stage, agent("8003"))
    reload(stage, agent("8001"))
    stage.talk_ended("c1", "8001")
    assert stage.state("8001") is AgentState.WRAP_UP


def test_new_skills_count_at_once() -> None:
    stage = Stage(agent("8001", loan=1), queues=[queue(min_level=1)])
    stage.sign_in("8001")
    stage.queued("c1")
    new_level = WidenCall(CallId("c1"), 4)
    assert reload(stage, agent("8001", loan=5), queues=[queue(min_level=4)]) == [new_level]
    (ring, _) = stage.offerable("c1")
    assert "level 5 ≥ 4" in str(ring)


def test_who_waits_waits_by_the_new_rules_at_the_same_place() -> None:
    stage = ready("8001")
    stage.wish("8001", AgentWish.NOT_READY)
    stage.waits("c1")
    stage.queued("c2")
    stage.now = 10.0
    assert reload(stage, agent("8001"), queues=[queue(max_wait_s=30.0)]) == []
    assert stage.distributor.deadline == 30.0
    assert kinds(stage.wish("8001", AgentWish.READY)) == ["AnswerWish", "ShowAgent", "RingAgent", "ShowAgent"]
    assert reload(stage, agent("8001"), queues=[queue(max_wait_s=20.0)]) == []  # c1 rings, c2 is not due yet
    assert stage.distributor.deadline == 20.0


def test_a_queue_gone_from_the_roster_serves_those_on_their_way() -> None:
    stage = ready("8001")
    reload(stage, agent("8001"), queues=[queue("other")])
    assert kinds(stage.waits("c1")) == ["RingAgent", "ShowAgent"]


def test_a_new_roster_may_allow_a_longer_break() -> None:
    stage = ready("8001")
    stage.wish("8001", AgentWish.NOT_READY, "1")
    stage.after(1800.0)
    longer = replace(roster([agent("8001")]), limits=Limits(not_ready_s=3600.0))
    orders = stage.distributor.reload(longer, stage.now)
    assert orders == [ShowAgent(A1, AgentState.NOT_READY, "1")]
    (late,) = stage.after(1800.0)
    assert isinstance(late, ShowAgent)
    assert late.late


def test_a_new_roster_may_have_other_cool_downs() -> None:
    stage = ready("8001")
    stage.waits("c1")
    stage.distributor.reload(replace(roster([agent("8001")]), cool_downs=CoolDowns(busy_s=2.0)), stage.now)
    stage.ring_ended("c1", "8001", RingOutcome.BUSY)
    assert stage.after(1.9) == []
    assert kinds(stage.after(0.1)) == ["RingAgent", "ShowAgent"]


# ---- after a restart ------------------------------------------------------------------------------


def restore(
    stage: Stage, number: str, state: AgentState, reason: str = "", *, since: float, call: CallId | None = None
) -> list[DistributionCommand]:
    """As from a journal that has the state and no more."""
    return stage.distributor.restore_agent(AgentNumber(number), Remembered(state, reason, since, call))


def restarted(stage: Stage, orders: list[DistributionCommand]) -> Stage:
    """The same agents and queues, and of each agent what was shown of him last."""
    last = {order.agent: order for order in orders if isinstance(order, ShowAgent)}
    again = Stage(*stage.roster.agents.values(), queues=stage.roster.queues.values())
    again.now = stage.now
    for number, shown in last.items():
        assert shown.since is not None
        remembered = Remembered(shown.state, shown.reason, shown.since, shown.call, shown.carried)
        again.distributor.restore_agent(number, remembered)
    return again


LONG = queue(wrap_up_s=40.0)


def talked(wish: AgentWish | None = None) -> tuple[Stage, list[DistributionCommand]]:
    """An agent in a talk, with a wish."""
    stage = Stage(agent("8001", loan=1), queues=[LONG])
    orders = stage.sign_in("8001") + stage.waits("c1") + stage.answered("c1", "8001")
    return stage, orders + (stage.wish("8001", wish, "1") if wish else [])


def test_a_wrap_up_ends_when_it_would_have() -> None:
    stage, orders = talked()
    stage.now = 100.0
    orders += stage.talk_ended("c1", "8001")
    stage.now = 110.0
    assert restarted(stage, orders).distributor.deadline == 140.0
    orders += stage.wish("8001", AgentWish.EXTEND_WRAP_UP)
    again = restarted(stage, orders)
    assert again.distributor.deadline == 200.0
    again.after(90.0)
    assert again.state("8001") is AgentState.READY


def test_a_wrap_up_never_outlasts_its_limit_whatever_the_wall_clock_says() -> None:
    stage = Stage(agent("8001", loan=1), queues=[LONG])
    late = Carried(queue=LOANS, ends_at=1e9)
    stage.distributor.restore_agent(A1, Remembered(AgentState.WRAP_UP, "", 5.0, None, late))
    assert stage.distributor.deadline == 905.0


def test_the_wrap_up_after_a_talk_that_went_on_is_its_queues() -> None:
    stage, orders = talked()
    again = restarted(stage, orders)
    again.talk_ended("c1", "8001")
    assert again.distributor.deadline == 40.0


@pytest.mark.parametrize(
    ("wish", "state"), [(AgentWish.NOT_READY, AgentState.NOT_READY), (AgentWish.SIGN_OFF, AgentState.SIGNED_OFF)]
)
def test_a_wish_to_be_away_still_waits_for_the_end_of_the_talk(wish: AgentWish, state: AgentState) -> None:
    again = restarted(*talked(wish))
    assert again.state("8001") is AgentState.TALKING
    (_, shown) = again.talk_ended("c1", "8001")
    assert shown == ShowAgent(A1, state, "1")


def test_a_wish_taken_back_is_not_remembered() -> None:
    stage, orders = talked(AgentWish.NOT_READY)
    again = restarted(stage, orders + stage.wish("8001", AgentWish.READY))
    again.talk_ended("c1", "8001")
    assert again.state("8001") is AgentState.WRAP_UP


def test_a_wish_to_be_away_is_granted_where_the_ring_did_not_survive() -> None:
    stage = ready("8001")
    orders = stage.waits("c1") + stage.wish("8001", AgentWish.NOT_READY, "1")
    again = restarted(stage, orders)
    assert again.state("8001") is AgentState.NOT_READY
    assert again.waits("c2") == []


def test_rings_missed_in_a_row_go_on_being_counted() -> None:
    stage = Stage(replace(agent("8001"), max_missed_rings=2))
    orders = stage.sign_in("8001") + stage.waits("c1") + stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)
    again = restarted(stage, orders)
    again.after(60.0)
    again.waits("c2")
    again.ring_ended("c2", "8001", RingOutcome.NO_ANSWER)
    assert again.state("8001") is AgentState.NOT_READY


@pytest.mark.parametrize(("outcome", "rest_s"), [(RingOutcome.NO_ANSWER, 15.0), (RingOutcome.BUSY, 30.0)])
def test_a_rest_after_a_ring_that_failed_goes_on(outcome: RingOutcome, rest_s: float) -> None:
    stage = ready("8001")
    orders = stage.waits("c1") + stage.ring_ended("c1", "8001", outcome)
    stage.now = 5.0
    again = restarted(stage, orders)
    assert again.waits("c2") == []
    assert again.after(rest_s - 5.1) == []
    assert kinds(again.after(0.1)) == ["RingAgent", "ShowAgent"]
    third = restarted(stage, orders)
    third.waits("c2")
    assert "RingAgent" in kinds(third.wish("8001", AgentWish.READY)), "and ends as ever"


def test_how_busy_an_agent_has_been_is_not_forgotten() -> None:
    stage, orders = talked()
    stage.now = 3000.0
    orders += stage.talk_ended("c1", "8001") + stage.after(41.0)
    again = restarted(stage, orders)
    (_, shown) = again.wish("8001", AgentWish.NOT_READY)
    (_, eased) = again.wish("8001", AgentWish.READY)
    assert isinstance(shown, ShowAgent)
    assert shown.carried is not None
    assert shown.carried.busy_ratio > 0.9
    assert isinstance(eased, ShowAgent)
    assert eased.availability is not None
    assert eased.availability.band == 2


def test_who_was_in_line_for_a_call_keeps_his_place_in_it() -> None:
    stage = ready("8001")
    orders = stage.waits("c1")
    stage.now = 10.0
    orders += stage.tell(CallEnded(CallId("c1"), 16)) + stage.ring_ended("c1", "8001", RingOutcome.CANCELLED)
    (shown,) = [order for order in orders[-2:] if isinstance(order, ShowAgent)]
    assert shown.carried is not None
    assert (shown.since, shown.carried.idle_since) == (10.0, 0.0)
    again = restarted(stage, orders)
    (show,) = again.distributor.restore_agent(A1, Remembered(AgentState.READY, "", 10.0, None, shown.carried))
    assert isinstance(show, ShowAgent)
    assert show.availability is not None
    assert show.availability.idle_since == 0.0


def test_agents_go_on_in_the_state_they_had() -> None:
    stage = Stage(agent("8001"), agent("8002"))
    assert restore(stage, "8001", AgentState.NOT_READY, "1", since=5.0) == [ShowAgent(A1, AgentState.NOT_READY, "1")]
    assert restore(stage, "9999", AgentState.READY, since=5.0) == []
    restore(stage, "8002", AgentState.WRAP_UP, since=5.0)
    assert stage.distributor.deadline == 20.0


def test_callers_keep_their_places() -> None:
    stage = Stage(agent("8001"))
    restore(stage, "8001", AgentState.NOT_READY, "1", since=-100.0)
    stage.now = 10.0
    stage.queued("late", entered_at=-5.0)
    stage.queued("early", entered_at=-20.0)
    stage.offerable("late")
    stage.offerable("early")
    (_, _, ring, _) = stage.wish("8001", AgentWish.READY)
    assert "early" in str(ring)
    assert "waited 30.0 s" in str(ring)


def test_an_agent_whose_phone_rang_is_left_in_peace_for_a_moment() -> None:
    stage = Stage(agent("8001"))
    restore(stage, "8001", AgentState.RINGING, since=0.0, call=C1)
    stage.now = 10.0
    assert stage.waits("c2") == []
    assert kinds(stage.after(20.0)) == ["RingAgent", "ShowAgent"]


def test_a_talk_both_the_journal_and_asterisk_know_goes_on() -> None:
    stage = Stage(agent("8001", loan=1), queues=[queue(wrap_up_s=40.0)])
    restore(stage, "8001", AgentState.TALKING, since=5.0, call=C1)
    assert stage.distributor.restore_talk(C1, A1, LOANS, since=50.0) == []
    stage.now = 65.0
    assert stage.talk_ended("c1", "8001")[0] == CloseTalk(C1, A1, 60.0, TalkEndedBy.CALLER)
    assert stage.distributor.deadline == 105.0


def test_a_talk_only_the_journal_knows_is_ended_by_the_shell() -> None:
    stage = Stage(agent("8001"))
    restore(stage, "8001", AgentState.TALKING, since=5.0, call=C1)
    assert stage.distributor.talks() == {C1: A1}
    stage.now = 6.0
    assert kinds(stage.talk_ended("c1", "8001", TalkEndedBy.UNKNOWN)) == ["CloseTalk", "ShowAgent"]


def test_a_talk_only_asterisk_knows_closes_its_segment() -> None:
    stage = Stage(agent("8001"))
    restore(stage, "8001", AgentState.READY, since=5.0)
    assert stage.distributor.restore_talk(C1, A1, LOANS, since=50.0, entered_at=30.0) == [
        CloseSegment(C1, LOANS, Outcome.ANSWERED, 20.0, A1),
        ShowAgent(A1, AgentState.TALKING, call=C1),
    ]
    assert stage.distributor.restore_talk(C1, A1, LOANS, since=50.0) == []


def test_a_talk_of_a_caller_we_believed_waiting() -> None:
    stage = ready("8001")
    stage.queued("c1")
    assert stage.distributor.restore_talk(C1, A1, LOANS, since=4.0) == [
        CloseSegment(C1, LOANS, Outcome.ANSWERED, 4.0, A1),
        ShowAgent(A1, AgentState.TALKING, call=C1),
    ]


def test_a_talk_found_with_somebody_who_is_no_agent() -> None:
    stage = ready("8001")
    other = AgentNumber("7777")
    assert kinds(stage.distributor.restore_talk(C1, other, LOANS, since=4.0)) == ["CloseSegment"]
    assert stage.distributor.restore_talk(C1, other, QueueId("gone"), since=4.0) == []
    reload(stage, agent("8001"), agent("7777"))
    assert kinds(stage.talk_ended("c1", "7777")) == ["CloseTalk", "ShowAgent"]
    assert stage.state("7777") is AgentState.SIGNED_OFF, "he has never signed in"


def test_equal_agents_are_not_touched_by_a_reload() -> None:
    stage = ready("8001")
    assert reload(stage, replace(agent("8001"))) == []


def test_a_caller_whose_last_agent_lost_the_skill_waits_for_the_ring_that_is_going_on() -> None:
    stage = ready("8001")
    stage.waits("c1")
    assert reload(stage, agent("8001", repayment=1)) == []
    orders = stage.ring_ended("c1", "8001", RingOutcome.NO_ANSWER)
    assert kinds(orders) == ["ShowAgent", "RefuseCall", "CloseSegment"]


def test_an_agent_who_is_in_the_roster_again_while_his_phone_has_a_talk_is_in_it() -> None:
    stage = ready("8001", "8002")
    stage.queued("c1")
    stage.offerable("c1")
    reload(stage, agent("8002"))
    stage.after(60.0)
    assert stage.state("8001") is None
    stage.distributor.restore_talk(C1, A1, LOANS, since=stage.now)
    orders = reload(stage, agent("8001"), agent("8002"))
    shown = [order.state for order in orders if isinstance(order, ShowAgent) and order.agent == A1]
    assert shown == [AgentState.SIGNED_OFF, AgentState.TALKING]
    stage.sign_in("8001")
    assert stage.state("8001") is AgentState.TALKING
