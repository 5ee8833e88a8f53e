"""What is remembered of callers, by scripts of facts."""

from dataclasses import replace
from typing import Any

import pytest

from acd.history import MAX_ASKED, History, Known, caller_key, family
from acd.routing import DAY_S, HistoryRules
from telephony.commands import CloseSegment, NoteCaller
from telephony.events import AgentAnswered, CallEnded, CallQueued, Outcome
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.acd.floor_play import agent

CALLER = "13800138000"
REPAYMENT = QueueId("repayment")


def queued(
    call: str,
    topic: str = "repayment.early",
    at: float = 0.0,
    *,
    caller: str = CALLER,
    named: bool = True,
    queue: QueueId = REPAYMENT,
) -> CallQueued:
    return CallQueued(CallId(call), queue, Topic(topic), caller, at, named=named)


class Past:
    """A history and the calls that made it."""

    def __init__(self) -> None:
        self.history = History(HistoryRules(), b"salt")

    def call(self, name: str, at: float, topic: str = "repayment.early", number: str = "") -> None:
        """Enters, talks to somebody if a number is given, and hangs up."""
        self.history.apply(queued(name, topic, at), at)
        if number:
            self.history.apply(AgentAnswered(CallId(name), AgentNumber(number)), at)
        else:
            self.history.apply(CloseSegment(CallId(name), REPAYMENT, Outcome.LEFT_BY_KEY, 1.0), at)
        self.history.apply(CallEnded(CallId(name), 16), at)

    def asks(self, at: float, topic: str = "repayment.early", **traits: Any) -> Known:
        return self.history.about(queued("now", topic, at, **traits), at)


def test_the_key_is_no_number_and_depends_on_the_salt() -> None:
    assert CALLER not in caller_key(CALLER, b"a")
    assert caller_key(CALLER, b"a") != caller_key(CALLER, b"b")
    assert caller_key("", b"a") == ""
    assert family(Topic("repayment.early")) == "repayment"


def test_nothing_is_known_of_a_stranger_or_of_a_withheld_number() -> None:
    past = Past()
    assert past.asks(0.0) == Known()
    past.history.apply(queued("a", caller=""), 0.0)
    assert len(past.history) == 0
    past.history.apply("no fact of history", 0.0)


def test_who_talked_to_him_last_is_known_for_a_while() -> None:
    past = Past()
    past.call("a", 0.0, number="8001")
    past.call("b", 10.0, number="8002")
    assert past.asks(20.0).last_agent == "8002"
    assert past.asks(8 * DAY_S).last_agent is None


def test_asking_again_is_a_wish_for_skill_and_the_third_call_of_a_day_for_a_senior() -> None:
    past = Past()
    past.call("a", 0.0, "repayment.bill")
    assert past.asks(100.0).wish == 1, "the same family"
    assert past.asks(100.0, "loan.quota").wish == 0
    past.call("b", 50.0)
    assert past.asks(100.0).wish == 2
    assert past.asks(2 * DAY_S).wish == 1
    assert past.asks(40 * DAY_S).wish == 0


def test_who_names_nothing_likely_wants_what_he_asked_about_last() -> None:
    past = Past()
    past.call("a", 0.0, "loan.quota")
    past.call("b", 10.0)
    known = past.asks(20.0, "general", named=False)
    assert (known.likely_topic, known.wish) == ("repayment.early", 1)
    assert past.asks(9 * DAY_S, "general", named=False).likely_topic is None
    assert past.asks(9 * DAY_S, "general", named=False).wish == 0


def test_just_asking_for_somebody_is_no_topic_to_remember() -> None:
    past = Past()
    past.history.apply(queued("a", "general", named=False), 0.0)
    assert past.asks(1.0, "general", named=False).likely_topic is None


@pytest.mark.parametrize(("traits", "back"), [({}, True), ({"queue": QueueId("loan")}, False)])
def test_a_redial_within_minutes_keeps_the_place(traits: dict[str, Any], back: bool) -> None:
    past = Past()
    past.history.apply(queued("a", at=5.0), 5.0)
    past.history.apply(CallEnded(CallId("a"), 16), 60.0)
    past.history.apply(CloseSegment(CallId("a"), REPAYMENT, Outcome.ABANDONED_QUEUED, 55.0), 60.0)
    assert past.asks(100.0, **traits).place_at == (5.0 if back else None)
    assert past.asks(100.0, "general", named=False, **traits).place_at == 5.0, "who names nothing is still the same"
    assert past.asks(361.0).place_at is None


def test_who_talked_left_or_was_sent_away_has_no_place_to_keep() -> None:
    past = Past()
    past.call("a", 0.0, number="8001")
    past.call("b", 0.0)
    assert past.asks(1.0).place_at is None


def test_a_place_had_again_is_kept_through_the_next_redial_and_a_restart() -> None:
    past = Past()
    past.history.apply(queued("a", at=100.0), 100.0)
    past.history.apply(NoteCaller(CallId("a"), Topic("repayment.early"), 5.0), 100.0)
    assert past.history.about(queued("a", at=100.0), 101.0).place_at == 5.0, "told twice"
    assert past.history.about(queued("a", at=100.0, queue=QueueId("loan")), 101.0).place_at is None
    past.history.apply(CloseSegment(CallId("a"), QueueId("loan"), Outcome.WITHDRAWN, 1.0), 110.0)
    past.history.apply(CallEnded(CallId("a"), 16), 120.0)
    assert past.asks(130.0).place_at == 5.0


def test_a_change_of_mind_within_one_call_counts_once() -> None:
    past = Past()
    past.history.apply(queued("a", "loan.quota"), 0.0)
    past.history.apply(queued("a", "repayment.early"), 1.0)
    assert past.asks(2.0, "loan.quota").wish == 0
    assert past.asks(2.0).wish == 1
    assert past.history.about(queued("a"), 2.0).wish == 0, "the call itself is nothing before it"


def test_whoever_comes_again_soon_was_not_helped() -> None:
    past = Past()
    for index in range(60):
        at = index * 2 * DAY_S
        past.call(f"a{index}", at, number="8001")
        past.call(f"b{index}", at + 60.0, number="8002")
        past.call(f"c{index}", at + DAY_S + 120.0, "loan.quota")
    steps = dict(past.history.form.steps(agent("8001", repayment=3)))
    assert steps[Topic("repayment")] < 0
    assert dict(past.history.form.steps(agent("8002", repayment=3)))[Topic("repayment")] > 0


def test_memory_is_bounded() -> None:
    history = History(max_callers=2)
    for index in range(5):
        history.apply(queued(f"c{index}", caller=f"1380013800{index}"), 0.0)
    assert len(history) == 2
    past = Past()
    for index in range(3 * MAX_ASKED):
        past.call(f"a{index}", float(index))
    (caller,) = past.history._callers.values()
    assert len(caller.asked) == MAX_ASKED


def test_what_was_named_is_remembered_though_another_queue_took_the_caller() -> None:
    past = Past()
    past.call("a", 0.0, "loan.quota")
    past.history.apply(queued("b", "complaint"), 100.0)
    moved = CallQueued(CallId("b"), QueueId("general"), Topic("general"), CALLER, 130.0, asked=Topic("complaint"))
    assert past.history.about(moved, 130.0).wish == 0
    past.history.apply(moved, 130.0)
    past.history.apply(NoteCaller(CallId("b"), Topic("general"), 100.0), 130.0)
    past.history.apply(AgentAnswered(CallId("b"), AgentNumber("8001")), 140.0)
    past.history.apply(CallEnded(CallId("b"), 16), 150.0)
    assert past.asks(200.0, "general", named=False).likely_topic == "complaint"
    again = replace(moved, call=CallId("c"))
    assert past.history.about(again, 200.0).wish == 1, "about what he named, whoever is to answer"
    past.history.apply(again, 200.0)
