from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table

from hotline.store.drafts import Changes
from hotline.store.facts import Booted, Checkpoint, Fact, RecoveredCall
from hotline.store.rows import Rows
from hotline.store.tables import AGENT_STATES, CALLS, OPEN_UNTIL, RINGS, SEGMENTS, TALKS, VISITS
from telephony.commands import AgentState, CloseSegment, CloseTalk, EnterNode, OfferCall, RingAgent, ShowAgent
from telephony.events import (
    AgentAnswered,
    AgentRinging,
    CallArrived,
    CallEnded,
    CallOfferable,
    CallQueued,
    CallResumed,
    Outcome,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
)
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic
from tests.hotline.store.journal_stories import ANY_FACT, WALL, numbered

C, A, B = CallId("c1"), AgentNumber("8001"), AgentNumber("8002")
Q, T = QueueId("loan"), Topic("loan.limit")
ARRIVED = CallArrived(C, "4001", "138", "张")
QUEUED = CallQueued(C, Q, T, "138", entered_at=101.0, vip=True)
RING = RingAgent(C, A, Q, 20.0, "waits 5")
ANSWERED = CloseSegment(C, Q, Outcome.ANSWERED, 2.5, A)


def rows(table: Table, *facts: Fact) -> list[dict[str, Any]]:
    """What the table holds after these facts, a second apart from WALL on, number 1 and `at` 100 first."""
    made = Rows()
    for record in numbered(list(facts)):
        made.apply(record)
    return made.take_changes().inserts.get(table, [])


def only(table: Table, *facts: Fact) -> dict[str, Any]:
    found = rows(table, *facts)
    assert len(found) == 1
    return found[0]


def test_a_call_from_arrival_to_end() -> None:
    facts: list[Fact] = [ARRIVED, EnterNode(C, NodeId("main")), QUEUED, AgentAnswered(C, A), CallEnded(C, 16)]
    assert only(CALLS, *facts) == {
        "seq": 1,
        "call": "c1",
        "dialled": "4001",
        "caller": "138",
        "caller_name": "张",
        "arrived_wall": WALL,
        "node": "main",
        "queue": "loan",
        "topic": "loan.limit",
        "vip": True,
        "agent": "8001",
        "resumed": 0,
        "ended_wall": WALL + 4,
        "cause": 16,
    }
    assert rows(VISITS, *facts) == [{"seq": 2, "call": "c1", "node": "main", "entered_wall": WALL + 1}]


def test_a_call_that_comes_again_after_its_end_is_another_row() -> None:
    assert [row["seq"] for row in rows(CALLS, ARRIVED, ARRIVED, CallEnded(C, 16), ARRIVED)] == [1, 4]


def test_a_resumed_call() -> None:
    known = only(CALLS, ARRIVED, CallResumed(C, NodeId("main.x")), CallResumed(C, NodeId("main.y")))
    assert (known["resumed"], known["node"], known["caller"]) == (2, "main.y", "138")
    lost = only(CALLS, CallResumed(C, NodeId("main")))
    assert (lost["resumed"], lost["caller"], lost["arrived_wall"]) == (1, "", WALL)


@pytest.mark.parametrize("heard", [CallOfferable(C), OfferCall(C)])
def test_an_answered_stay(heard: Fact) -> None:
    facts: list[Fact] = [ARRIVED, QUEUED, heard, OfferCall(C), RING, AgentAnswered(C, A), ANSWERED, CallEnded(C, 16)]
    assert only(SEGMENTS, *facts) == {
        "seq": 2,
        "call": "c1",
        "queue": "loan",
        "topic": "loan.limit",
        "vip": True,
        "entered_wall": WALL + 1,
        "offerable_wall": WALL + 2,
        "answered_wall": WALL + 5,
        "agent": "8001",
        "ended_wall": WALL + 6,
        "wait_s": 2.5,
        "outcome": "answered",
        "boot": "b1",
    }


def test_an_abandoned_stay_ended_when_the_caller_hung_up() -> None:
    closed = CloseSegment(C, Q, Outcome.ABANDONED_QUEUED, 1.0)
    row = only(SEGMENTS, ARRIVED, QUEUED, CallEnded(C, 16), closed, closed)
    assert (row["ended_wall"], row["outcome"], row["wait_s"]) == (WALL + 2, "abandoned_queued", 1.0)


def test_a_stay_entered_before_a_restart_keeps_its_place_and_its_row() -> None:
    found = rows(SEGMENTS, ARRIVED, QUEUED, Booted(), QUEUED, ANSWERED)
    assert [row["seq"] for row in found] == [2]


def test_a_stay_that_moves_to_another_queue_unclosed_is_withdrawn() -> None:
    moved = CallQueued(C, QueueId("complaint"), T, "138", entered_at=104.0)
    first, second = rows(SEGMENTS, ARRIVED, QUEUED, moved)
    assert (first["outcome"], first["wait_s"], first["ended_wall"]) == ("withdrawn", 1.0, WALL + 2)
    assert (second["queue"], second["outcome"]) == ("complaint", None)


@pytest.mark.parametrize(
    ("facts", "outcome", "wait_s"),
    [
        ([ARRIVED, QUEUED, CallEnded(C, 16), Booted()], "abandoned_queued", 1.0),
        ([ARRIVED, QUEUED, AgentAnswered(C, A), CallEnded(C, 16), Booted()], "answered", 1.0),
        ([ARRIVED, QUEUED, Booted()], None, None),
        ([ARRIVED, QUEUED, Booted(), CallEnded(C, 0)], "abandoned_queued", 2.0),
        ([ARRIVED, QUEUED, Booted(), QUEUED, CallEnded(C, 0)], None, None),
        ([ARRIVED, QUEUED, AgentAnswered(C, A), Booted(), CallEnded(C, 0)], "answered", 1.0),
        ([ARRIVED, QUEUED, Booted(), CallResumed(C, NodeId("main"))], "withdrawn", 2.0),
        ([ARRIVED, QUEUED, CallResumed(C, NodeId("main"))], None, None),
    ],
)
def test_a_stay_nobody_closed_in_the_run_that_began_it(
    facts: list[Fact], outcome: str | None, wait_s: float | None
) -> None:
    row = only(SEGMENTS, *facts)
    assert (row["outcome"], row["wait_s"]) == (outcome, wait_s)


def test_rings() -> None:
    facts: list[Fact] = [
        ARRIVED,
        QUEUED,
        RING,
        AgentRinging(C, A),
        AgentRinging(C, B),
        RingEnded(C, B, RingOutcome.BUSY),
    ]
    assert only(RINGS, *facts, RingEnded(C, A, RingOutcome.NO_ANSWER)) == {
        "seq": 3,
        "call": "c1",
        "agent": "8001",
        "queue": "loan",
        "reason": "waits 5",
        "ordered_wall": WALL + 2,
        "rung_wall": WALL + 3,
        "ended_wall": WALL + 6,
        "outcome": "no_answer",
    }
    assert only(RINGS, RING, AgentAnswered(C, A))["outcome"] == "answered"
    assert only(RINGS, RING, CallEnded(C, 16), RingEnded(C, A, RingOutcome.BUSY))["outcome"] == "cancelled"
    assert [row["outcome"] for row in rows(RINGS, RING, RING)] == ["cancelled", None]


def test_a_talk() -> None:
    ended = TalkEnded(C, A, TalkEndedBy.AGENT)
    facts: list[Fact] = [ARRIVED, QUEUED, AgentAnswered(C, A), ANSWERED, ended, CloseTalk(C, A, 1.9, TalkEndedBy.AGENT)]
    assert only(TALKS, *facts) == {
        "seq": 3,
        "call": "c1",
        "agent": "8001",
        "queue": "loan",
        "began_wall": WALL + 2,
        "ended_wall": WALL + 4,
        "ended_by": "agent",
        "talk_s": 1.9,
        "boot": "b1",
    }


def test_a_talk_of_which_only_the_order_tells() -> None:
    row = only(TALKS, AgentAnswered(C, A), AgentAnswered(C, A), CloseTalk(C, A, 1.9, TalkEndedBy.UNKNOWN))
    assert (row["queue"], row["ended_wall"], row["ended_by"], row["talk_s"]) == (None, WALL + 2, "unknown", 1.9)


def test_a_talk_ends_with_its_call() -> None:
    row = only(TALKS, ARRIVED, AgentAnswered(C, A), CallEnded(C, 16), TalkEnded(C, A, TalkEndedBy.CALLER), Booted())
    assert (row["ended_wall"], row["ended_by"], row["talk_s"]) == (WALL + 2, "unknown", 1.0)


@pytest.mark.parametrize(
    "last", [TalkEnded(C, A, TalkEndedBy.AGENT), CloseTalk(C, A, 0.5, TalkEndedBy.AGENT), CallEnded(C, 0)]
)
def test_a_talk_that_goes_on_over_a_restart_is_as_long_as_the_wall_clock_says(last: Fact) -> None:
    row = only(TALKS, AgentAnswered(C, A), Booted(), last, CloseTalk(C, A, 0.5, TalkEndedBy.AGENT))
    assert (row["ended_wall"], row["talk_s"]) == (WALL + 2, 2.0)


def test_a_second_agent_begins_a_second_talk() -> None:
    assert [row["talk_s"] for row in rows(TALKS, AgentAnswered(C, A), AgentAnswered(C, B))] == [1.0, None]


def test_a_queue_left_before_the_talk_is_still_known_from_the_call() -> None:
    assert only(TALKS, ARRIVED, QUEUED, ANSWERED, AgentAnswered(C, A))["queue"] == "loan"


def test_agents_one_row_for_each_stay_in_a_state() -> None:
    found = rows(
        AGENT_STATES,
        ShowAgent(A, AgentState.READY),
        ShowAgent(A, AgentState.READY),
        ShowAgent(A, AgentState.NOT_READY, "1"),
        ShowAgent(A, AgentState.NOT_READY, "2"),
        ShowAgent(B, AgentState.READY),
    )
    assert [(row["agent"], row["state"], row["reason"], row["until_wall"]) for row in found] == [
        ("8001", "ready", "", WALL + 2),
        ("8001", "not_ready", "1", WALL + 3),
        ("8001", "not_ready", "2", None),
        ("8002", "ready", "", None),
    ]


def test_a_stay_that_lasts_too_long_is_one_stay_and_its_reason_says_so() -> None:
    found = rows(
        AGENT_STATES,
        ShowAgent(A, AgentState.TALKING),
        ShowAgent(A, AgentState.TALKING, "8001 flagged: talking for 14400 s", late=True),
        ShowAgent(B, AgentState.NOT_READY, "1"),
        ShowAgent(B, AgentState.NOT_READY, "1", late=True),
    )
    assert [(row["state"], row["reason"][:12], row["since_wall"] - WALL, row["until_wall"]) for row in found] == [
        ("talking", "8001 flagged", 0.0, None),
        ("not_ready", "1", 2.0, None),
    ]


def test_a_checkpoint_ends_calls_whose_end_was_lost() -> None:
    alive = RecoveredCall(C, "", "", "", WALL)
    assert only(CALLS, ARRIVED, Checkpoint((alive,)))["ended_wall"] is None
    row = only(CALLS, ARRIVED, Checkpoint())
    assert (row["ended_wall"], row["cause"]) == (WALL + 1, None)


def test_open_rows_from_the_database_go_on() -> None:
    call, talk = {"seq": 1, "call": "c1"}, {"seq": 2, "call": "c1", "boot": "b1", "ended_wall": None}
    made = Rows([(CALLS, call), (TALKS, talk)])
    made.apply(numbered([CallEnded(C, 17)])[0])
    changes = made.take_changes()
    assert changes.inserts == {}
    assert changes.updates[CALLS] == [{"seq": 1, "call": "c1", "ended_wall": WALL, "cause": 17}]


class Database:
    """Tables in memory."""

    def __init__(self) -> None:
        self.tables: dict[Table, dict[int, dict[str, Any]]] = {}

    def write(self, changes: Changes) -> None:
        for kind in (changes.inserts, changes.updates):
            for table, written in kind.items():
                for row in written:
                    present = row["seq"] in self.tables.setdefault(table, {})
                    assert present is (kind is changes.updates)
                    self.tables[table][row["seq"]] = dict(row)

    def open_rows(self) -> list[tuple[Table, dict[str, Any]]]:
        return [
            (table, dict(row))
            for table, column in OPEN_UNTIL.items()
            for _, row in sorted(self.tables.get(table, {}).items())
            if row[column] is None
        ]


@given(st.lists(ANY_FACT, max_size=60), st.sets(st.integers(0, 60)))
def test_whatever_happened_stopping_anywhere_makes_no_difference(facts: list[Fact], stops: set[int]) -> None:
    once, often = Database(), Database()
    in_one_go, restarted = Rows(), Rows()
    for n, record in enumerate(numbered(facts)):
        in_one_go.apply(record)
        restarted.apply(record)
        if n in stops:
            often.write(restarted.take_changes())
            restarted = Rows(often.open_rows())
    once.write(in_one_go.take_changes())
    often.write(restarted.take_changes())
    assert often.tables == once.tables


def test_facts_about_calls_nobody_knows_make_no_rows() -> None:
    facts: list[Fact] = [CallEnded(C, 16), OfferCall(C), ANSWERED, TalkEnded(C, A, TalkEndedBy.AGENT)]
    made = Rows()
    for record in numbered([*facts, CloseTalk(C, A, 1.0, TalkEndedBy.AGENT), AgentRinging(C, A)]):
        made.apply(record)
    assert not made.take_changes().inserts
