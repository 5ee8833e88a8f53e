"""Totals of the journal add up; what a fact is follows from the unions of events and orders."""

from typing import get_args

from hotline.store.facts import Booted, Checkpoint, Counters, Fact, Record, RecordsLost
from telephony.commands import CallCommand, DistributionCommand
from telephony.events import CallEvent, DistributionEvent, Outcome


def test_who_has_no_outcome_yet_waits() -> None:
    assert Counters().waiting == 0
    assert Counters(offered=7, outcomes={Outcome.ANSWERED: 4, Outcome.ABANDONED_QUEUED: 2}).waiting == 1


def test_every_event_and_order_is_a_fact() -> None:
    known = set(get_args(Fact))
    for union in (CallEvent, DistributionEvent, CallCommand, DistributionCommand):
        assert set(get_args(union)) <= known
    assert {Booted, Checkpoint, RecordsLost} <= known


def test_two_checkpoints_never_share_their_counters() -> None:
    Checkpoint().counters.outcomes[Outcome.ANSWERED] = 1
    assert Checkpoint().counters.outcomes == {}


def test_records_are_equal_by_what_they_say_not_by_their_checksum() -> None:
    assert Record(1, "b", 2.0, 3.0, Booted(), crc=1) == Record(1, "b", 2.0, 3.0, Booted(), crc=2)
