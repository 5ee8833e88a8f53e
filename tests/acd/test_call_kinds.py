import pytest

from acd.call_kinds import CallKinds, Demanded, kind_in
from acd.demand import DemandSeen
from acd.queue import Overflow
from telephony.ids import QueueId, Topic
from tests.acd.floor_play import queue

LOAN, CARD, CARE = Topic("loan"), Topic("card"), Topic("care")
PLAIN = queue("plain", min_level=3)
ENGLISH = queue("english", language="en", skills=((CARE, 2),))
BETTER = queue("better", min_level=4, language="en", skills=((CARE, 1),))
IN_ENGLISH = kind_in(ENGLISH, LOAN)


def kinds(*asked: tuple[str, Topic], more: object = ()) -> CallKinds:
    queues = {one.id: one for one in (PLAIN, ENGLISH, BETTER, *more)}  # type: ignore[misc]
    return CallKinds([(QueueId(name), topic) for name, topic in asked], queues)


def test_a_topic_is_of_as_many_kinds_as_its_queues_demand_different_things() -> None:
    found = kinds(("plain", LOAN), ("plain", CARD), ("english", LOAN), ("nowhere", CARE))
    assert found.asked == {
        LOAN: Demanded(LOAN, 3),
        CARD: Demanded(CARD, 3),
        IN_ENGLISH: Demanded(LOAN, 1, "en", ((CARE, 2),)),
    }
    assert not found.sent_on


def test_queues_that_differ_by_levels_alone_have_one_kind_at_the_least_of_them() -> None:
    found = kinds(("better", LOAN), ("english", LOAN))
    assert found.asked == {IN_ENGLISH: Demanded(LOAN, 1, "en", ((CARE, 1),))}


def test_who_is_sent_on_is_expected_where_he_asked_and_priced_where_he_comes() -> None:
    first = queue("first", overflow=Overflow(QueueId("english"), topic=None))
    last = queue("last", overflow=Overflow(QueueId("gone"), topic=None))
    found = kinds(("first", LOAN), ("first", CARD), ("last", CARD), ("english", CARD), more=(first, last))
    assert set(found.asked) == {LOAN, CARD, kind_in(ENGLISH, CARD)}
    assert found.sent_on == {IN_ENGLISH: Demanded(LOAN, 1, "en", ((CARE, 2),))}
    demand = DemandSeen()
    found.expect(demand, 3, 0.0)
    demand.handled(LOAN, 900.0)
    expected = found.expect(demand, 3, 0.0)
    assert expected[IN_ENGLISH][0].calls_per_s == 0.0
    assert expected[IN_ENGLISH][0].handle_s == expected[LOAN][0].handle_s > expected[CARD][0].handle_s
    assert expected[IN_ENGLISH][1] == found.sent_on[IN_ENGLISH]
    busy = sum(one.calls_per_s * one.handle_s for one, _ in expected.values())
    assert busy == pytest.approx(0.85 * 3), "all the work there is, once"
