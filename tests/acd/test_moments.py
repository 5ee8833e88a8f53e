from acd.assigner import LongestIdle
from acd.explain import look_around
from acd.pricing import Prices
from acd.queue import CallbackRules
from telephony.commands import AgentState
from telephony.events import AgentReachable, AgentWish, CallbackAsked, CallbackFailed, RingOutcome
from telephony.ids import AgentNumber, CallbackId, CallId, QueueId, Topic
from tests.acd.floor_play import Stage, agent, queue


def test_everybody_in_the_hall_is_in_the_moment() -> None:
    stage = Stage(agent("1", loan=3), agent("2", loan=3), agent("3", loan=3), queues=[queue()])
    stage.sign_in("1", "2")
    stage.waits("c")
    stage.ring_ended("c", "1", RingOutcome.NO_ANSWER)
    stage.tell(AgentReachable(AgentNumber("2"), reachable=False))
    stage.waits("d")
    moment = stage.distributor.moment(stage.now, Prices())
    assert {number: then.state for number, then in moment.agents.items()} == {
        "1": AgentState.READY,
        "2": AgentState.RINGING,
        "3": AgentState.SIGNED_OFF,
    }
    assert moment.callers[CallId("c")].rings
    caller = moment.callers[CallId("d")]
    assert not caller.rings
    assert [(one.who, one.removed_by) for one in look_around(caller, moment)] == [
        ("1", "resting"),
        ("2", "ringing"),
        ("3", "signed_off"),
    ]


def test_who_is_to_be_called_back_stands_in_line_where_he_stood() -> None:
    stage = Stage(agent("1", loan=3), agent("2", loan=1), queues=[queue(min_level=2, callback=CallbackRules(tries=2))])
    stage.sign_in("1", "2")
    stage.wish("1", AgentWish.NOT_READY, "1")
    stage.now = 50.0
    stage.waits("c")
    asked = CallbackAsked(
        CallbackId("cb"), "138", QueueId("loans"), Topic("loan"), 10.0, wanted=(AgentNumber("1"),), vip=True, wish=1,
        transferred=True, asked_in=CallId("1.1"),
    )  # fmt: skip
    stage.tell(asked)
    moment = stage.distributor.moment(stage.now, Prices())
    kept, caller = moment.callers[CallId("cb")], moment.callers[CallId("c")]
    assert (kept.place_at, kept.position, caller.position) == (10.0, 1, 2)
    assert (kept.topic, kept.min_level, kept.wish, kept.wanted, kept.transferred) == ("loan", 2, 1, ("1",), True)
    assert (kept.offerable, kept.rings, kept.caller_class) == (True, False, "vip")
    assert [(one.who, one.removed_by) for one in look_around(kept, moment)] == [
        ("1", "not_ready"),
        ("2", "level_too_low"),
    ]
    for name in ("1.1", "cb"):
        now = stage.distributor.callback_now(CallId(name))
        assert now is not None
        assert (now.callback.asked, now.back_in_line_at, now.kept_free) == (asked, None, None)
    assert stage.distributor.callback_now(CallId("c")) is None


def test_while_he_is_called_and_between_two_tries_he_stands_in_no_line() -> None:
    stage = Stage(agent("1", loan=3), agent("2", loan=3), queues=[queue(callback=CallbackRules(tries=2, gap_s=60.0))])
    stage.sign_in("1")
    stage.tell(CallbackAsked(CallbackId("cb"), "138", QueueId("loans"), Topic("loan"), 0.0))
    now = stage.distributor.callback_now(CallId("cb.1"))
    assert now is not None
    assert (now.kept_free, now.back_in_line_at) == ("1", None)
    assert not stage.distributor.moment(stage.now, Prices()).callers
    stage.wish("1", AgentWish.SIGN_OFF)
    assert list(stage.distributor.moment(stage.now, Prices()).callers) == ["cb"], "another agent is looked for"
    stage.tell(CallbackFailed(CallbackId("cb")))
    now = stage.distributor.callback_now(CallId("cb"))
    assert now is not None
    assert (now.kept_free, now.back_in_line_at) == (None, 60.0)
    assert not stage.distributor.moment(stage.now, Prices()).callers


def test_a_vip_is_one_by_the_flag_alone() -> None:
    stage = Stage(agent("1", loan=3), queues=[queue()])
    stage.sign_in("1")
    stage.wish("1", AgentWish.NOT_READY, "1")
    stage.queued("c")
    (segment,) = stage.distributor._hall.waiting
    assert segment.waiting.caller_class == ""
    assert stage.distributor.moment(0.0, Prices()).callers[CallId("c")].caller_class == ""
    assert isinstance(stage.distributor._hall.assigner, LongestIdle)
