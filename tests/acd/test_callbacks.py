"""Customers who are called back: at their turn, at the place they had, one at a time, not for ever."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from acd.assigner import LongestIdle
from acd.callbacks import CUSTOMER_RINGS_S, GREETING_S
from acd.limits import Limits
from acd.priced_assigner import PricedAssigner
from acd.queue import CallbackRules, Widening
from acd.routing import Routing
from acd.weights import Weights
from telephony.commands import (
    AgentState,
    CallbackState,
    CallCustomer,
    CancelRing,
    CloseSegment,
    DistributionCommand,
    RingAgent,
    ShowAgent,
    ShowCallback,
    TellPlace,
    WidenCall,
)
from telephony.events import (
    AgentWish,
    CallbackAsked,
    CallbackCancelled,
    CallbackFailed,
    CallQueued,
    Outcome,
    RingOutcome,
)
from telephony.hours import Hours, Span
from telephony.ids import AgentNumber, CallbackId, CallId, QueueId, Topic
from tests.acd.floor_play import Stage, agent, queue, roster

LOANS, ONE = QueueId("loans"), AgentNumber("1")
RULES = CallbackRules(tries=2, gap_s=60.0, expires_s=3600.0)
MORNING = Hours(week=((Span(9 * 60, 12 * 60),),) * 7)
NIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC).timestamp()


def asked(
    name: str = "cb-1", number: str = "13800138000", *, place_at: float = 0.0, to: str = "loans"
) -> CallbackAsked:
    return CallbackAsked(CallbackId(name), number, QueueId(to), Topic("loan"), place_at, "95001")


def stage(*agents: str, **settings: object) -> Stage:
    one = Stage(agent("1", loan=3), agent("2", loan=3), queues=[queue("loans", **({"callback": RULES} | settings))])
    one.sign_in(*agents)
    return one


def called(orders: list[DistributionCommand]) -> list[CallCustomer]:
    return [order for order in orders if isinstance(order, CallCustomer)]


def shown(orders: list[DistributionCommand]) -> list[tuple[str, CallbackState, int]]:
    return [(one.callback, one.state, one.tries) for one in orders if isinstance(one, ShowCallback)]


def rings(orders: list[DistributionCommand]) -> list[tuple[CallId, AgentNumber]]:
    return [(order.call, order.agent) for order in orders if isinstance(order, RingAgent)]


def answers(one: Stage, call: str = "cb-1.1", place_at: float = 0.0) -> list[DistributionCommand]:
    return one.tell(
        CallQueued(CallId(call), LOANS, Topic("loan"), "13800138000", one.now, place_at=place_at, resumed=True)
    )


def test_at_his_turn_the_agent_is_reserved_and_the_customer_called() -> None:
    one = stage()
    assert shown(one.tell(asked())) == [("cb-1", CallbackState.WAITING, 0)]
    one.now = 100.0
    orders = one.sign_in("1")
    [call] = called(orders)
    assert (call.call, call.number, call.queue, call.dialled) == ("cb-1.1", "13800138000", "loans", "95001")
    assert not rings(orders)
    assert one.state("1") is AgentState.RINGING
    assert shown(orders) == [("cb-1", CallbackState.CALLING, 1)]
    one.waits("other", topic="loan")
    assert one.state("1") is AgentState.RINGING  # nobody else gets him


def test_he_answers_hears_the_greeting_and_that_agents_phone_rings() -> None:
    one = stage("1")
    one.tell(asked())
    assert shown(answers(one)) == [("cb-1", CallbackState.DONE, 1)]
    one.now = 40.0
    assert rings(one.offerable("cb-1.1")) == [("cb-1.1", "1")]
    assert not one.offerable("cb-1.1")
    orders = one.answered("cb-1.1", "1")
    [closed] = [order for order in orders if isinstance(order, CloseSegment)]
    assert (closed.outcome, closed.wait_s) == (Outcome.ANSWERED, 40.0)
    one.talk_ended("cb-1.1", "1")
    assert one.distributor.callbacks() == []


def test_the_reserved_agent_does_not_answer_and_another_is_rung() -> None:
    one = stage("1")
    one.tell(asked())
    answers(one)
    one.offerable("cb-1.1")
    one.sign_in("2")
    assert rings(one.ring_ended("cb-1.1", "1", RingOutcome.NO_ANSWER)) == [("cb-1.1", "2")]


def test_the_place_is_kept_before_those_who_came_later() -> None:
    one = stage()
    one.sign_in("1")
    one.wish("1", AgentWish.NOT_READY)
    one.now = 10.0
    one.tell(asked(place_at=4.0))
    one.waits("earlier", topic="loan")
    assert not called(one.tell(asked("cb-2", "13900139000", place_at=20.0)))
    [call] = called(one.wish("1", AgentWish.READY))
    assert call.callback == "cb-1"
    assert [known.id for known in one.distributor.callbacks()] == ["cb-1", "cb-2"]


def test_no_answer_frees_the_agent_and_is_tried_again_after_a_gap_then_given_up() -> None:
    one = stage("1")
    one.tell(asked())
    orders = one.tell(CallbackFailed(CallbackId("cb-1")))
    assert shown(orders) == [("cb-1", CallbackState.WAITING, 1)]
    assert one.state("1") is AgentState.READY
    assert one.tell(CallbackFailed(CallbackId("cb-1"))) == []
    assert not called(one.after(59.0))
    assert [call.call for call in called(one.after(2.0))] == ["cb-1.2"]
    assert shown(one.tell(CallbackFailed(CallbackId("cb-1")))) == [("cb-1", CallbackState.FAILED, 2)]
    assert not called(one.after(Limits().ready_s))
    assert one.distributor.deadline is None


@pytest.mark.parametrize("wish", [AgentWish.NOT_READY, AgentWish.SIGN_OFF])
def test_an_agent_who_is_away_while_he_is_reserved_is_let_go_at_once_and_another_kept_free(wish: AgentWish) -> None:
    one = stage("1", "2")
    one.tell(asked())
    orders = one.wish("1", wish)
    assert not [order for order in orders if isinstance(order, CancelRing | CallCustomer | ShowCallback)]
    assert one.state("1") in {AgentState.NOT_READY, AgentState.SIGNED_OFF}
    assert one.state("2") is AgentState.RINGING
    answers(one)
    assert rings(one.offerable("cb-1.1")) == [("cb-1.1", "2")]


def test_an_agent_who_is_away_while_the_customer_is_greeted_is_not_rung() -> None:
    one = stage("1")
    one.tell(asked())
    answers(one)
    assert one.wish("1", AgentWish.NOT_READY)[-1] == ShowAgent(ONE, AgentState.NOT_READY)
    one.now = 3.0
    assert not rings(one.offerable("cb-1.1"))
    assert rings(one.wish("1", AgentWish.READY)) == [("cb-1.1", "1")], "at once: he has missed nothing"


def test_a_customer_whose_reserved_agent_is_gone_waits_at_his_place_like_any_other() -> None:
    one = stage("1")
    one.tell(asked())
    one.wish("1", AgentWish.NOT_READY)
    one.after(CUSTOMER_RINGS_S)
    answers(one)
    one.sign_in("2")
    assert rings(one.offerable("cb-1.1")) == [("cb-1.1", "2")]


def test_a_customer_who_does_not_answer_after_his_agent_has_gone_is_tried_again_later() -> None:
    one = stage("1")
    one.tell(asked())
    one.wish("1", AgentWish.NOT_READY)
    assert shown(one.tell(CallbackFailed(CallbackId("cb-1")))) == [("cb-1", CallbackState.WAITING, 1)]
    assert not called(one.wish("1", AgentWish.READY))
    assert called(one.after(60.0))


def test_who_leaves_the_queue_while_an_agent_is_kept_free_for_him_frees_that_agent_at_once() -> None:
    one = stage("1")
    one.tell(asked())
    answers(one)
    orders = one.left("cb-1.1")
    assert not [order for order in orders if isinstance(order, CancelRing)]
    assert one.state("1") is AgentState.READY


def test_an_agent_the_roster_no_longer_has_is_not_kept_free() -> None:
    one = stage("1", "2")
    one.tell(asked())
    without = roster([agent("2", loan=3)], one.roster.queues.values())
    one.distributor.reload(without, one.now)
    assert (one.state("1"), one.state("2")) == (None, AgentState.RINGING)
    one.distributor.reload(roster([agent("3", loan=3)], one.roster.queues.values()), one.now)
    one.distributor.reload(one.roster, one.now, LongestIdle())
    one.sign_in("1")
    assert one.state("1") is AgentState.RINGING, "the new policy knows of who is being called"


def test_a_reserved_agent_who_answers_something_else_is_kept_free_no_longer() -> None:
    one = stage("1")
    one.tell(asked())
    one.waits("other", topic="loan")
    one.answered("other", "1")
    assert one.distributor.talks() == {"other": "1"}
    answers(one)
    assert not rings(one.offerable("cb-1.1"))


# ---- the caller he was ------------------------------------------------------------------------------

TO_ONE = {"min_level": 4, "widen": (Widening(30.0, 3), Widening(60.0, 1))}


def test_a_long_wait_is_for_more_agents_also_without_being_on_the_line() -> None:
    one = Stage(agent("1", loan=5), agent("2", loan=1), queues=[queue("loans", callback=RULES, **TO_ONE)])
    one.sign_in("1", "2")
    one.wish("1", AgentWish.NOT_READY)
    one.now = 5.0
    assert not called(one.tell(asked(place_at=2.0)))
    assert not called(one.after(56.0))
    assert called(one.after(1.0)), "60 s from his place"
    assert one.state("2") is AgentState.RINGING
    one.tell(CallbackFailed(CallbackId("cb-1")))
    assert called(one.after(60.0)), "and so he stays"


def test_the_journal_is_told_to_which_level() -> None:
    one = Stage(agent("1", loan=5), agent("2", loan=2), queues=[queue("loans", callback=RULES, **TO_ONE)])
    one.sign_in("1", "2")
    one.wish("1", AgentWish.NOT_READY)
    orders = [*one.tell(asked()), *one.after(30.0), *one.after(30.0)]
    cb = CallId("cb-1")
    assert [order for order in orders if isinstance(order, WidenCall)] == [WidenCall(cb, 3), WidenCall(cb, 1)]
    one.tell(CallbackFailed(CallbackId("cb-1")))
    assert not [order for order in one.after(60.0) if isinstance(order, WidenCall)], "as before"


def test_where_nobody_signed_in_has_the_level_less_is_demanded_at_once() -> None:
    one = stage("1", **TO_ONE)
    assert called(one.tell(asked()))
    other = Stage(agent("1", loan=4), agent("2", loan=3), queues=[queue("loans", callback=RULES, **TO_ONE)])
    other.sign_in("1", "2")
    other.wish("1", AgentWish.NOT_READY)
    assert not called(other.tell(asked()))
    assert called(other.wish("1", AgentWish.SIGN_OFF))


def test_another_roster_may_demand_as_much_of_everybody() -> None:
    one = Stage(agent("1", loan=4), agent("2", loan=3), queues=[queue("loans", callback=RULES, **TO_ONE)])
    one.sign_in("1", "2")
    one.wish("1", AgentWish.NOT_READY)
    one.tell(asked())
    one.distributor.reload(roster(one.roster.agents.values(), [queue("loans", min_level=4)]), one.now)
    assert not called(one.after(100.0))
    assert called(one.wish("1", AgentWish.READY))


def test_class_wishes_and_head_start_are_those_of_the_caller() -> None:
    routing = Routing(Weights(class_bonus_s={"fraud": 50.0}), {Topic("loan"): "fraud"})
    policy = PricedAssigner(weights=routing.weights)
    one = Stage(agent("1"), agent("2"), queues=[queue("loans", callback=RULES)], assigner=policy)
    one.distributor.reload(replace(one.roster, routing=routing), one.now)
    one.sign_in("2")
    one.after(300.0)
    one.sign_in("1")
    wants = replace(asked(place_at=290.0), wish=2, wanted=(ONE, AgentNumber("gone")), transferred=True)
    [call] = called(one.tell(wants))
    assert one.state("1") is AgentState.RINGING, "his own agent, though the other has been idle for longer"
    assert call.transferred
    one.tell(CallbackFailed(CallbackId("cb-1")))
    one.wish("1", AgentWish.NOT_READY)
    one.wish("2", AgentWish.NOT_READY)
    one.after(60.0)
    one.wish("2", AgentWish.READY)
    answers(one, "cb-1.2")
    [ring] = [order for order in one.offerable("cb-1.2") if isinstance(order, RingAgent)]
    assert "fraud 50.0 + transferred 120.0" in ring.reason


def test_the_agent_is_not_kept_for_ever() -> None:
    one = stage("1")
    one.tell(asked())
    one.after(CUSTOMER_RINGS_S + GREETING_S + 60.0)
    assert one.state("1") is AgentState.READY
    assert shown(one.tell(CallbackFailed(CallbackId("cb-1")))) == [("cb-1", CallbackState.WAITING, 1)]


def test_a_customer_who_hangs_up_during_the_greeting_costs_the_agent_nothing() -> None:
    one = stage("1")
    one.tell(asked())
    answers(one)
    one.ended("cb-1.1")
    assert one.state("1") is AgentState.READY


def test_one_call_back_per_number() -> None:
    one = stage()
    one.tell(asked(place_at=1.0))
    assert shown(one.tell(asked("cb-2", place_at=9.0))) == [("cb-2", CallbackState.CANCELLED, 0)]
    assert one.tell(asked(place_at=9.0)) == []
    assert [known.asked.place_at for known in one.distributor.callbacks()] == [1.0]


def test_it_expires_unless_it_is_being_made() -> None:
    one = stage()
    one.tell(asked())
    assert shown(one.after(3600.0)) == [("cb-1", CallbackState.EXPIRED, 0)]
    other = stage()
    other.tell(asked())
    other.now = 3590.0
    other.sign_in("1")
    assert not shown(other.after(20.0))
    assert shown(other.tell(CallbackFailed(CallbackId("cb-1")))) == [("cb-1", CallbackState.EXPIRED, 1)]


def test_it_is_cancelled_unless_it_is_being_made() -> None:
    one = stage()
    one.tell(asked())
    assert shown(one.tell(CallbackCancelled(CallbackId("cb-1")))) == [("cb-1", CallbackState.CANCELLED, 0)]
    assert one.tell(CallbackCancelled(CallbackId("cb-1"))) == []
    one.tell(asked("cb-2"))
    one.sign_in("1")
    assert one.tell(CallbackCancelled(CallbackId("cb-2"))) == []


def test_nobody_is_called_at_night() -> None:
    one = stage("1", hours=MORNING, callback=CallbackRules(expires_s=12 * 3600.0))
    one.distributor.calendar.wall_offset_s = NIGHT
    orders = one.tell(asked())
    assert not called(orders)
    opens_at = one.now + 6 * 3600.0
    assert [order.next_at for order in orders if isinstance(order, ShowCallback)] == [None, opens_at]
    assert not called(one.after(6 * 3600.0 - 1))
    assert called(one.after(1.0))


def test_a_queue_that_never_opens_again_calls_nobody() -> None:
    one = stage("1", hours=Hours(week=((),) * 7))
    orders = one.tell(asked())
    assert not called(orders)
    never = one.distributor.callbacks()[0].expires_at
    assert [order.next_at for order in orders if isinstance(order, ShowCallback)] == [None, never]


def test_a_new_roster_and_another_policy_keep_the_place_in_line() -> None:
    one = stage()
    one.tell(asked())
    one.tell(asked("cb-2", "13900139000", place_at=9.0))
    one.distributor.reload(one.roster, one.now, LongestIdle())
    assert [call.callback for call in called(one.sign_in("1"))] == ["cb-1"]
    one.tell(CallbackFailed(CallbackId("cb-1")))
    assert not called(
        one.distributor.reload(one.roster, one.now, LongestIdle())
    )  # cb-1 is to wait, cb-2 is being called


def test_a_queue_nobody_knows_calls_nobody() -> None:
    assert shown(stage("1").tell(asked(to="gone"))) == [("cb-1", CallbackState.CANCELLED, 0)]


@pytest.mark.parametrize("tries", [0, 1])
def test_after_a_restart_it_goes_on_with_the_tries_it_had(tries: int) -> None:
    one = stage("1", callback=None)
    one.now = 500.0
    orders = one.distributor.restore_callback(asked(), one.now, asked_at=100.0, tries=tries)
    assert [call.call for call in called(orders)] == [f"cb-1.{tries + 1}"]


def test_who_is_called_back_counts_in_the_places_of_those_behind_him() -> None:
    one = stage(announce_every_s=30.0)
    one.sign_in("1")
    one.wish("1", AgentWish.NOT_READY)

    def told(orders: list[DistributionCommand]) -> list[tuple[str, int]]:
        return [(order.call, order.position) for order in orders if isinstance(order, TellPlace)]

    one.now = 10.0
    assert told(one.waits("before", topic="loan")) == [("before", 1)]
    one.now = 20.0
    one.tell(asked(place_at=15.0))
    one.tell(asked("cb-2", "13900139000", place_at=16.0))
    assert told(one.waits("behind", topic="loan")) == [("behind", 4)]
    assert told(one.after(25.0)) == [("before", 1)]
    one.tell(CallbackCancelled(CallbackId("cb-2")))
    assert told(one.after(10.0)) == [("behind", 3)]
    one.wish("1", AgentWish.READY)
    one.ring_ended("before", "1", RingOutcome.REJECTED)
    one.ended("before")
    orders = one.after(30.0)
    assert len(called(orders)) == 1
    assert told(orders)[-1] == ("behind", 1)
