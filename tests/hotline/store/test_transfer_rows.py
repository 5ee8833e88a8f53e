"""What the table of transfers holds after each way of passing a caller on."""

from typing import Any

import pytest

from hotline.store.drafts import Drafts
from hotline.store.facts import Booted, Checkpoint, Fact, RecoveredCall
from hotline.store.rows import Rows
from hotline.store.tables import TRANSFERS
from hotline.store.transfer_rows import TransferRows
from telephony.commands import CloseSegment, RefuseConsult, RingColleague
from telephony.events import (
    AgentAnswered,
    CallEnded,
    CallQueued,
    CallTransferred,
    ConsultAnswered,
    ConsultAsked,
    ConsultEnded,
    Outcome,
    TalkEnded,
    TalkEndedBy,
    TransferKind,
)
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.hotline.store.journal_stories import WALL, numbered

C, A, B = CallId("c1"), AgentNumber("8001"), AgentNumber("8002")
LOAN, CARD, T = QueueId("loan"), QueueId("card"), Topic("loan.limit")
TALK: list[Fact] = [CallQueued(C, LOAN, T, "138", entered_at=101.0), AgentAnswered(C, A)]
ASKED = ConsultAsked(C, A, B)
ANY = ConsultAsked(C, A, None, CARD, T)
WARM = CallTransferred(C, A, TransferKind.WARM, LOAN, T, to_agent=B, from_queue=LOAN)
BLIND = CallTransferred(C, A, TransferKind.BLIND, CARD, T, B, LOAN)


def rows(*facts: Fact) -> list[dict[str, Any]]:
    """After a talk with 8001 that came from `loan`; the first of these facts is at WALL + 2."""
    made = Rows()
    for record in numbered([*TALK, *facts]):
        made.apply(record)
    return made.take_changes().inserts.get(TRANSFERS, [])


def only(*facts: Fact) -> dict[str, Any]:
    (row,) = rows(*facts)
    return row


def test_blindly_to_a_colleague_who_answers() -> None:
    assert only(BLIND, AgentAnswered(C, B)) == {
        "seq": 3,
        "call": "c1",
        "kind": "blind",
        "agent": "8001",
        "from_queue": "loan",
        "to_queue": "card",
        "to_agent": "8002",
        "topic": "loan.limit",
        "began_wall": WALL + 2,
        "talked_wall": None,
        "ended_wall": WALL + 3,
        "outcome": "answered",
        "answered_by": "8002",
    }


@pytest.mark.parametrize("outcome", [Outcome.LEFT_BY_KEY, Outcome.TIMED_OUT, Outcome.REJECTED_CLOSED])
def test_blindly_to_a_queue_where_nobody_talks_to_him(outcome: Outcome) -> None:
    row = only(BLIND, CloseSegment(C, CARD, outcome, 9.0))
    assert (row["outcome"], row["answered_by"]) == (outcome, None)


@pytest.mark.parametrize("outcome", [Outcome.OVERFLOWED, Outcome.ANSWERED])
def test_a_stay_that_goes_on_elsewhere_is_not_the_end(outcome: Outcome) -> None:
    row = only(BLIND, CloseSegment(C, CARD, outcome, 9.0), AgentAnswered(C, A))
    assert (row["outcome"], row["answered_by"]) == ("answered", "8001")


def test_to_the_menu_it_is_over_at_once() -> None:
    row = only(CallTransferred(C, A, TransferKind.BLIND, from_queue=LOAN))
    assert (row["to_queue"], row["outcome"], row["ended_wall"]) == (None, "menu", WALL + 2)


def test_after_asking_the_colleague_takes_over() -> None:
    row = only(ASKED, RingColleague(C, B, 20.0), ConsultAnswered(C, B), WARM, AgentAnswered(C, B))
    assert (row["kind"], row["agent"], row["from_queue"], row["to_agent"]) == ("warm", "8001", "loan", "8002")
    assert (row["began_wall"], row["talked_wall"], row["ended_wall"]) == (WALL + 2, WALL + 4, WALL + 5)
    assert (row["outcome"], row["answered_by"]) == ("completed", "8002")


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ([ASKED, RefuseConsult(C)], "nobody_free"),
        ([ASKED, RingColleague(C, B, 20.0), ConsultEnded(C, B)], "not_reached"),
        ([ASKED, ConsultAnswered(C, B), ConsultEnded(C, B)], "returned"),
        ([ASKED, ConsultAnswered(C, B), CallEnded(C, 16)], "caller_left"),
        ([BLIND, CallEnded(C, 16), CloseSegment(C, CARD, Outcome.ABANDONED_QUEUED, 1.0)], "caller_left"),
        ([ASKED, Booted()], "interrupted"),
        ([ASKED, Checkpoint()], "interrupted"),
        ([ASKED, AgentAnswered(C, A), CloseSegment(C, LOAN, Outcome.TIMED_OUT, 1.0)], None),
        ([BLIND, Booted()], None),
        ([BLIND, Checkpoint((RecoveredCall(C, "", "", "", WALL),))], None),
        ([BLIND, RingColleague(C, B, 20.0), ConsultEnded(C, B), TalkEnded(C, A, TalkEndedBy.AGENT)], None),
    ],
)
def test_how_it_may_end(facts: list[Fact], outcome: str | None) -> None:
    assert only(*facts)["outcome"] == outcome


def test_whoever_of_a_queue_is_asked_is_known_when_his_phone_rings() -> None:
    row = only(ANY, RingColleague(C, B, 20.0))
    assert (row["to_queue"], row["to_agent"]) == ("card", "8002")


def test_what_comes_first_interrupts_and_an_agent_who_hangs_up_meanwhile_sends_the_caller_on() -> None:
    assert [row["outcome"] for row in rows(ASKED, ANY)] == ["interrupted", None]
    assert [row["outcome"] for row in rows(ASKED, ConsultEnded(C, B), BLIND)] == ["not_reached", None]
    assert [row["outcome"] for row in rows(BLIND, WARM)] == ["interrupted", "completed"]


def test_asked_by_his_own_telephone_it_is_known_only_when_done() -> None:
    row = only(WARM)
    assert (row["kind"], row["outcome"], row["to_agent"], row["began_wall"]) == ("warm", "completed", "8002", WALL + 2)


def test_consultations_nobody_asked_for_make_no_rows() -> None:
    assert rows(ConsultAnswered(C, B), ConsultEnded(C, B), RefuseConsult(C)) == []


def test_an_open_row_of_the_database_goes_on() -> None:
    drafts = Drafts()
    made = TransferRows(drafts)
    made.take_up({**only(BLIND)})
    for record in numbered([AgentAnswered(C, B)]):
        made.apply(record)
    (row,) = drafts.take_changes().updates[TRANSFERS]
    assert (row["seq"], row["outcome"]) == (3, "answered")
    again = TransferRows(drafts)
    for record in numbered([ASKED]):
        again.apply(record)
    assert drafts.take_changes().inserts[TRANSFERS][0]["from_queue"] is None
