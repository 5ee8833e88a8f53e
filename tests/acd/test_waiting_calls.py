from dataclasses import replace

from acd.assigner import WaitingCall
from acd.waiting_calls import Segment, WaitingCalls
from telephony.ids import CallId, QueueId, Topic
from tests.acd.floor_play import queue

LOANS = queue(announce_every_s=30.0, max_wait_s=600.0)


def segment(call: str, entered_at: float, ticket: int = 1, lane: int = 0) -> Segment:
    return Segment(WaitingCall(CallId(call), LOANS, Topic("loan"), entered_at, ticket), lane)


def test_places_are_by_entering_then_by_ticket() -> None:
    waiting = WaitingCalls()
    late, early, tied = segment("late", 9.0), segment("early", 1.0, 1), segment("tied", 1.0, 2)
    for one in (late, tied, early):
        waiting.add(one)
    assert [waiting.position(one) for one in (early, tied, late)] == [1, 2, 3]
    assert waiting.count(LOANS.id) == 3
    waiting.remove(tied)
    assert waiting.position(late) == 2
    assert waiting.count(QueueId("other")) == 0
    assert waiting.segment(tied.call) is None
    assert {one.call for one in waiting} == {"late", "early"}


def test_who_waits_for_the_same_agents_by_the_same_rules_is_found_by_one_of_them() -> None:
    waiting = WaitingCalls()
    second, first = segment("second", 2.0, lane=3), segment("first", 1.0, lane=3)
    waiting.add(second)
    waiting.add(first)
    assert waiting.samples() == [second]
    assert waiting.like(second) == [first, second]
    waiting.move(first, replace(LOANS, ring_s=9.0), 4)
    assert first.queue.ring_s == 9.0
    assert waiting.samples() == [second, first]
    waiting.remove(second)
    waiting.move(first, replace(LOANS, id=QueueId("other")), 4)
    assert waiting.samples() == waiting.like(first) == [first]


def test_patience_and_announcements_have_their_instants() -> None:
    waiting = WaitingCalls()
    one = segment("c", 10.0)
    waiting.add(one)
    assert waiting.deadlines() == (None, None, None, None)
    waiting.resume_patience(one)
    waiting.tell_when_due(one, 12.0)
    assert waiting.deadlines() == (610.0, 12.0, None, None)
    assert waiting.to_be_told(12.0) == [one]
    one.told_at = 12.0
    waiting.tell_when_due(one, 13.0)
    assert waiting.deadlines() == (610.0, 42.0, None, None)
    waiting.suspend_patience(one)
    assert waiting.deadlines() == (None, None, None, None)
    waiting.resume_patience(one)
    waiting.tell_when_due(one, 100.0)
    assert waiting.deadlines() == (610.0, 100.0, None, None)
    assert waiting.out_of_patience(609.0) == []
    assert waiting.out_of_patience(610.0) == [one]


def test_a_queue_that_announces_nothing_sets_no_instant() -> None:
    waiting = WaitingCalls()
    one = segment("c", 10.0)
    one.waiting = replace(one.waiting, queue=queue(announce_every_s=0))
    waiting.add(one)
    waiting.tell_when_due(one, 10.0)
    assert waiting.deadlines() == (None, None, None, None)


def test_a_place_kept_for_somebody_who_is_not_on_the_line_counts() -> None:
    waiting = WaitingCalls()
    one = segment("a", 5.0, 1)
    waiting.add(one)
    for place in ((3.0, 0), (5.0, 0), (7.0, 0)):
        waiting.keep_place(one.queue.id, place)
    assert (waiting.position(one), waiting.count(one.queue.id)) == (3, 1)
    waiting.give_up_place(one.queue.id, (3.0, 0))
    assert waiting.position(one) == 2
