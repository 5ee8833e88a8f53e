from acd.assigner import LongestIdle
from acd.explain import look_around
from acd.pricing import Prices
from telephony.commands import AgentState
from telephony.events import AgentReachable, AgentWish, RingOutcome
from telephony.ids import AgentNumber, CallId
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


def test_a_vip_is_one_by_the_flag_alone() -> None:
    stage = Stage(agent("1", loan=3), queues=[queue()])
    stage.sign_in("1")
    stage.wish("1", AgentWish.NOT_READY, "1")
    stage.queued("c")
    (segment,) = stage.distributor._hall.waiting
    assert segment.waiting.caller_class == ""
    assert stage.distributor.moment(0.0, Prices()).callers[CallId("c")].caller_class == ""
    assert isinstance(stage.distributor._hall.assigner, LongestIdle)
