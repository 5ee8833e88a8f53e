"""Closed, full, nobody there: who goes on to another queue, who waits, who is told why not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from acd.doors import ASK_AGAIN_S
from acd.queue import Emptiness, Overflow, Queue, Shut, Widening
from telephony.commands import CloseSegment, DistributionCommand, MoveCall, RefuseCall, RingAgent
from telephony.events import AgentReachable, AgentWish, CallQueued, Outcome
from telephony.hours import Hours, Span
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.acd.floor_play import Stage, agent, kinds, queue

GENERAL = QueueId("general")
TO_GENERAL = Overflow(GENERAL)
NEVER = Hours(week=((),) * 7)
UNTIL_SIX = Hours(week=((Span(9 * 60, 18 * 60),),) * 7)
SIX = datetime(2026, 11, 23, 18, tzinfo=UTC).timestamp()


def stage(loans: Queue, *others: Queue, signed_in: tuple[str, ...] = ("1", "2")) -> Stage:
    one = Stage(agent("1", loan=3), agent("2", loan=3, help=3), queues=[loans, queue("general", min_level=2), *others])
    one.sign_in(*signed_in)
    return one


def moved(orders: list[DistributionCommand]) -> list[MoveCall]:
    return [order for order in orders if isinstance(order, MoveCall)]


def outcomes(orders: list[DistributionCommand]) -> list[Outcome]:
    return [order.outcome for order in orders if isinstance(order, CloseSegment)]


def test_a_closed_queue_says_so() -> None:
    orders = stage(queue(hours=NEVER)).queued("c")
    assert orders == [
        RefuseCall(CallId("c"), Outcome.REJECTED_CLOSED),
        CloseSegment(CallId("c"), QueueId("loans"), Outcome.REJECTED_CLOSED, 0.0),
    ]


def test_who_is_inside_at_closing_time_is_served() -> None:
    one = stage(queue(hours=UNTIL_SIX), signed_in=("1",))
    one.distributor.calendar.wall_offset_s = SIX - 60.0
    one.waits("first")
    one.waits("second")
    one.now = 120.0
    assert outcomes(one.queued("third")) == [Outcome.REJECTED_CLOSED]
    assert not outcomes(one.tell(CallQueued(CallId("before"), QueueId("loans"), Topic("loan"), "", 30.0, resumed=True)))
    one.answered("first", "1")
    one.talk_ended("first", "1")
    orders = one.wish("1", AgentWish.READY)
    assert [order.call for order in orders if isinstance(order, RingAgent)] == ["second"]


@pytest.mark.parametrize(
    "rules", [{"hours": NEVER}, {"max_waiting": 0}, {"turn_away_if": frozenset({Emptiness.PAUSED})}]
)
def test_who_is_passed_on_or_comes_back_is_inside_already(rules: dict[str, Any]) -> None:
    one = stage(queue(**rules), signed_in=("1",))
    one.wish("1", AgentWish.NOT_READY, "1")
    passed_on = CallQueued(CallId("c"), QueueId("loans"), Topic("loan"), "", 0.0, transferred=True)
    assert outcomes(one.queued("stranger")) != []
    assert outcomes(one.tell(passed_on)) == []
    one.offerable("c")
    orders = one.wish("1", AgentWish.READY)
    assert [order.call for order in orders if isinstance(order, RingAgent)] == ["c"]


def test_who_is_passed_on_to_where_nobody_is_goes_where_that_queue_overflows_to() -> None:
    passed_on = CallQueued(CallId("c"), QueueId("loans"), Topic("loan"), "", 0.0, place_at=-9.0, transferred=True)
    one = stage(queue(hours=NEVER, min_level=5, overflow=TO_GENERAL), signed_in=("1",))
    orders = one.tell(passed_on)
    assert MoveCall(CallId("c"), GENERAL, Topic("loan"), -9.0) in orders
    assert outcomes(orders) == [Outcome.OVERFLOWED]
    assert outcomes(stage(queue(min_level=5)).tell(passed_on)) == [Outcome.REJECTED_NO_AGENTS]


def test_whether_a_caller_passed_on_would_be_served() -> None:
    def takes(one: Stage, name: str = "loans") -> bool:
        return one.distributor.takes_transfer(QueueId(name), Topic("loan"), one.now)

    assert takes(stage(queue(hours=NEVER, max_waiting=0), signed_in=("1",)))
    assert not takes(stage(queue(), signed_in=()))
    assert not takes(stage(queue(), signed_in=("1",)), "nowhere")
    assert takes(stage(queue(min_level=5, widen=(Widening(60.0, 1),)), signed_in=("1",)))
    assert takes(stage(queue(min_level=5, overflow=TO_GENERAL), signed_in=("1",)))
    let_go = stage(queue(let_go_if=frozenset({Emptiness.PAUSED})), signed_in=("1",))
    let_go.wish("1", AgentWish.NOT_READY, "1")
    assert not takes(let_go)


def test_a_closed_queue_passes_the_caller_on_and_the_stay_has_its_outcome() -> None:
    orders = stage(queue(hours=NEVER, overflow=TO_GENERAL)).queued("c", topic="loan")
    assert orders == [
        MoveCall(CallId("c"), GENERAL, Topic("loan"), 0.0),
        CloseSegment(CallId("c"), QueueId("loans"), Outcome.OVERFLOWED, 0.0),
    ]


@pytest.mark.parametrize("other", [queue("general", hours=NEVER), queue("general", min_level=5)])
def test_where_the_other_queue_takes_nobody_either_the_first_ones_reason_is_told(other: Queue) -> None:
    one = Stage(agent("1", loan=3), queues=[queue(max_waiting=0, overflow=TO_GENERAL), other])
    one.sign_in("1")
    assert outcomes(one.queued("c")) == [Outcome.REJECTED_FULL]


def test_the_way_on_leads_through_a_queue_that_is_shut() -> None:
    middle = queue("middle", hours=NEVER, overflow=Overflow(GENERAL, topic=Topic("help")))
    one = stage(queue(max_waiting=0, overflow=Overflow(QueueId("middle"))), middle)
    assert moved(one.queued("c")) == [MoveCall(CallId("c"), GENERAL, Topic("help"), 0.0)]


def test_only_for_the_reasons_named() -> None:
    one = stage(queue(max_waiting=0, overflow=Overflow(GENERAL, when=frozenset({Shut.CLOSED}))))
    assert outcomes(one.queued("c")) == [Outcome.REJECTED_FULL]


def test_the_last_one_with_the_skill_signs_off_and_those_inside_go_on_at_their_place() -> None:
    one = Stage(
        agent("1", loan=3),
        agent("2", help=3),
        queues=[queue(overflow=Overflow(GENERAL, topic=Topic("help"))), queue("general")],
    )
    one.sign_in("1", "2")
    one.wish("1", AgentWish.NOT_READY)
    one.now = 5.0
    one.waits("c")
    one.now = 9.0
    assert moved(one.wish("1", AgentWish.SIGN_OFF)) == [MoveCall(CallId("c"), GENERAL, Topic("help"), 5.0)]


def test_without_another_queue_they_are_told() -> None:
    one = stage(queue(), signed_in=("1",))
    one.wish("1", AgentWish.NOT_READY)
    one.waits("c")
    assert outcomes(one.wish("1", AgentWish.SIGN_OFF)) == [Outcome.REJECTED_NO_AGENTS]


def test_whoever_waited_long_enough_goes_on_and_keeps_the_place() -> None:
    one = stage(queue(overflow=Overflow(GENERAL, after_s=30.0, topic=Topic("help"))), signed_in=("1",))
    one.waits("first")
    one.answered("first", "1")
    one.now = 10.0
    one.waits("second")
    assert not moved(one.after(30.0 + ASK_AGAIN_S - 1.0))  # nobody is there for help: asked again
    one.sign_in("2")
    one.wish("2", AgentWish.NOT_READY)
    orders = one.after(1.0 + ASK_AGAIN_S)
    assert moved(orders) == [MoveCall(CallId("second"), GENERAL, Topic("help"), 10.0)]
    assert outcomes(orders) == [Outcome.OVERFLOWED]
    later = CallQueued(CallId("second"), GENERAL, Topic("help"), "", one.now, place_at=10.0)
    one.tell(later)
    one.offerable("second")
    orders = one.wish("2", AgentWish.READY)
    assert [order.call for order in orders if isinstance(order, RingAgent)] == ["second"]
    [closed] = [order for order in one.answered("second", "2") if isinstance(order, CloseSegment)]
    assert closed.wait_s == pytest.approx(one.now - later.entered_at)


def test_nobody_goes_on_while_a_phone_rings() -> None:
    one = stage(queue(overflow=Overflow(GENERAL, after_s=10.0), ring_s=20.0), signed_in=("1",))
    one.waits("c")
    assert not moved(one.after(15.0))


@pytest.mark.parametrize(("rule", "comes_in"), [(frozenset[Emptiness](), True), (frozenset({Emptiness.PAUSED}), False)])
def test_everybody_paused_keeps_callers_out_if_the_queue_says_so(rule: frozenset[Emptiness], comes_in: bool) -> None:
    one = stage(queue(turn_away_if=rule))
    one.wish("1", AgentWish.NOT_READY)
    one.wish("2", AgentWish.NOT_READY)
    assert bool(outcomes(one.queued("c"))) is not comes_in


def test_everybody_paused_ends_the_wait_if_the_queue_says_so() -> None:
    one = stage(queue(let_go_if=frozenset({Emptiness.PAUSED})), signed_in=("1",))
    one.queued("c")
    assert kinds(one.wish("1", AgentWish.NOT_READY)) == ["AnswerWish", "ShowAgent", "RefuseCall", "CloseSegment"]


def test_every_telephone_gone_ends_the_wait_if_the_queue_says_so() -> None:
    one = stage(queue(let_go_if=frozenset({Emptiness.UNREACHABLE})), signed_in=("1",))
    one.queued("c")
    assert outcomes(one.tell(AgentReachable(AgentNumber("1"), reachable=False))) == [Outcome.REJECTED_NO_AGENTS]
    assert not outcomes(one.tell(AgentReachable(AgentNumber("1"), reachable=True)))
