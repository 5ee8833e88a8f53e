from telephony.commands import CloseSegment, RefuseCall
from telephony.events import Outcome
from telephony.ids import CallId, QueueId
from tests.acd.floor_play import Stage, agent, kinds, queue


def test_a_caller_is_offered_once_he_has_heard_all() -> None:
    stage = Stage(agent("1"))
    stage.sign_in("1")
    assert "RingAgent" not in kinds(stage.queued("c"))
    assert "RingAgent" in kinds(stage.offerable("c"))
    assert stage.offerable("c") == []


def test_a_queue_nobody_knows_ends_the_segment_as_it_begins() -> None:
    stage = Stage(agent("1"))
    assert stage.queued("c", "gone") == [
        RefuseCall(CallId("c"), Outcome.REJECTED_NO_AGENTS),
        CloseSegment(CallId("c"), QueueId("gone"), Outcome.REJECTED_NO_AGENTS, 0.0),
    ]


def test_who_is_sent_to_another_queue_leaves_the_first() -> None:
    stage = Stage(agent("1"), agent("2"), queues=[queue(), queue("night")])
    stage.sign_in("1")
    stage.queued("c")
    stage.now = 5.0
    assert stage.queued("c", "night")[:1] == [CloseSegment(CallId("c"), QueueId("loans"), Outcome.WITHDRAWN, 5.0)]
    assert stage.left("unknown") == []
