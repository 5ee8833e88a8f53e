from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hotline.store.database import open_database
from hotline.store.facts import Fact
from hotline.store.projector import Projector
from hotline.store.reports import CallLife, CallReport, Freshness, Reports, Ring, Segment, Talk, Transfer, Visit
from telephony.commands import CloseSegment, CloseTalk, EnterNode, RingAgent
from telephony.errors import StoreError
from telephony.events import (
    AgentAnswered,
    CallArrived,
    CallEnded,
    CallQueued,
    CallTransferred,
    ConsultAnswered,
    ConsultAsked,
    Outcome,
    TalkEnded,
    TalkEndedBy,
    TransferKind,
)
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic
from tests.hotline.store.journal_files import JournalFiles
from tests.hotline.store.journal_stories import WALL, Said, busy_day

C, A, Q, T = CallId("c1"), AgentNumber("8001"), QueueId("loan"), Topic("loan.limit")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    yield opened
    opened.dispose()


def tell(tmp_path: Path, engine: Engine, story: list[Said]) -> Reports:
    files = JournalFiles(tmp_path / "journal")
    files.write(story)
    Projector(files.directory, engine).run(lambda _seconds: False, once=True)
    return Reports(engine)


def second(n: int) -> datetime:
    return datetime.fromtimestamp(WALL, UTC) + timedelta(seconds=n)


def test_nothing_is_known_yet(engine: Engine) -> None:
    reports = Reports(engine)
    assert reports.last_calls() == []
    assert reports.call_life(C) is None
    assert reports.freshness() == Freshness(0, 0, 0)


def test_one_calls_life(tmp_path: Path, engine: Engine) -> None:
    facts: list[Fact] = [
        CallArrived(C, "4001", "138", "张"),
        EnterNode(C, NodeId("main")),
        CallQueued(C, Q, T, "138", entered_at=2.0),
        RingAgent(C, A, Q, 20.0, "waits 1"),
        AgentAnswered(C, A),
        CloseSegment(C, Q, Outcome.ANSWERED, 2.0, A),
        TalkEnded(C, A, TalkEndedBy.CALLER),
        CloseTalk(C, A, 2.0, TalkEndedBy.CALLER),
        CallEnded(C, 16),
    ]
    story = [Said(fact, float(n), WALL + n) for n, fact in enumerate(facts)]
    reports = tell(tmp_path, engine, story)
    assert reports.call_life(C) == CallLife(
        CallReport(C, "4001", "138", "张", second(0), second(8), 16, NodeId("main"), Q, T, A, vip=False, resumed=0),
        (Visit(NodeId("main"), second(1)),),
        (Segment(Q, T, second(2), second(4), second(5), Outcome.ANSWERED, 2.0, A),),
        (Ring(A, Q, "waits 1", second(3), None, second(4), "answered"),),
        (Talk(A, Q, second(4), second(6), TalkEndedBy.CALLER, 2.0),),
    )
    assert reports.freshness() == Freshness(len(facts) + 1, 0, 0)


def test_a_call_in_progress(tmp_path: Path, engine: Engine) -> None:
    facts: list[Fact] = [CallArrived(C, "4001", ""), CallQueued(C, Q, T, "", 1.0), AgentAnswered(C, A)]
    life = tell(tmp_path, engine, [Said(fact, float(n), WALL + n) for n, fact in enumerate(facts)]).call_life(C)
    assert life is not None
    assert (life.call.ended_on, life.segments[0].outcome, life.talks[0].ended_on) == (None, None, None)
    assert life.talks[0].ended_by is None


def test_an_id_that_came_twice_means_the_later_call(tmp_path: Path, engine: Engine) -> None:
    facts: list[Fact] = [
        CallArrived(C, "first", ""),
        EnterNode(C, NodeId("main")),
        CallEnded(C, 16),
        CallArrived(C, "second", ""),
    ]
    life = tell(tmp_path, engine, [Said(fact, float(n), WALL + n) for n, fact in enumerate(facts)]).call_life(C)
    assert life is not None
    assert (life.call.dialled, life.visits) == ("second", ())


def test_the_last_calls_newest_first(tmp_path: Path, engine: Engine) -> None:
    reports = tell(tmp_path, engine, busy_day(30))
    assert [call.call for call in reports.last_calls(3)] == ["1750000000.29", "1750000000.28", "1750000000.27"]
    assert len(reports.last_calls(100)) == 30


def test_a_database_that_is_gone(tmp_path: Path, engine: Engine) -> None:
    reports = Reports(engine)
    engine.dispose()
    for path in tmp_path.glob("x.sqlite*"):
        path.unlink()
    (tmp_path / "x.sqlite").mkdir()
    with pytest.raises(StoreError) as caught:
        reports.last_calls()
    assert caught.value.retryable


def test_who_passed_the_caller_on_and_what_became_of_it(tmp_path: Path, engine: Engine) -> None:
    colleague = AgentNumber("8002")
    facts: list[Fact] = [
        CallArrived(C, "4001", "138", "张"),
        CallQueued(C, Q, T, "138", entered_at=1.0),
        AgentAnswered(C, A),
        ConsultAsked(C, A, colleague),
        ConsultAnswered(C, colleague),
        CallTransferred(C, A, TransferKind.WARM, Q, T, colleague, Q),
    ]
    life = tell(tmp_path, engine, [Said(fact, float(n), WALL + n) for n, fact in enumerate(facts)]).call_life(C)
    assert life is not None
    began, talked, ended = second(3), second(4), second(5)
    assert life.transfers == (
        Transfer(TransferKind.WARM, A, Q, None, colleague, None, began, talked, ended, "completed", colleague),
    )
