import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from hotline.clock import engine_now
from hotline.store.database import open_database
from hotline.store.journal import Boot, Journal, JournalSettings
from hotline.store.projector import FIRST_RETRY_S, POLL_S, Projector, main
from hotline.store.segments import segment_path, segments_in
from hotline.store.tables import CALLS, METADATA, OPEN_UNTIL, PROGRESS
from telephony.errors import StoreError
from telephony.events import CallArrived, CallEnded
from telephony.ids import CallId
from tests.hotline.store.journal_files import JournalFiles
from tests.hotline.store.journal_stories import WALL, busy_day
from tests.hotline.store.test_journal_line import signed

ROOT = Path(__file__).parents[3]
DAY_S = 86_400.0


@pytest.fixture
def files(tmp_path: Path) -> JournalFiles:
    return JournalFiles(tmp_path / "journal")


@pytest.fixture
def make_engine(tmp_path: Path) -> Iterator[Callable[[str], Engine]]:
    engines: list[Engine] = []

    def make(name: str = "x") -> Engine:
        engines.append(open_database(address(tmp_path, name), busy_s=0.05))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def engine(make_engine: Callable[[str], Engine]) -> Engine:
    return make_engine("x")


def address(tmp_path: Path, name: str = "x") -> str:
    return f"sqlite:///{tmp_path / name}.sqlite"


def catch_up(projector: Projector) -> int:
    total = 0
    while read := projector.project():
        total += read
    return total


def tables(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for name, table in METADATA.tables.items()
        }


def count(engine: Engine, name: str = "calls") -> int:
    return len(tables(engine)[name])


def test_a_day_in_the_tables(files: JournalFiles, engine: Engine) -> None:
    files.write_split(busy_day(60), every=200)
    assert catch_up(Projector(files.directory, engine)) == files.next_seq - 1
    found = tables(engine)
    assert len(found["calls"]) == 60
    assert len(found["segments"]) > 20
    assert len(found["talks"]) > 10
    assert len(found["rings"]) > len(found["talks"])
    with engine.connect() as connection:
        for table, column in OPEN_UNTIL.items():
            if table.name != "agent_states":
                assert connection.execute(select(table).where(table.c[column].is_(None))).all() == []
        assert connection.execute(select(PROGRESS.c.seq)).scalar() == files.next_seq - 1


def test_any_number_of_restarts_makes_the_same_tables(
    files: JournalFiles, make_engine: Callable[[str], Engine]
) -> None:
    files.write_split(busy_day(60), every=150)
    once, often = make_engine("once"), make_engine("often")
    catch_up(Projector(files.directory, once, keep_s=50.0))
    rng = random.Random(3)
    while Projector(files.directory, often, keep_s=50.0, batch=rng.randrange(1, 60)).project():
        pass
    assert tables(often) == tables(once)


def test_following_a_journal_that_is_being_written(tmp_path: Path, make_engine: Callable[[str], Engine]) -> None:
    """The real writer, with rotations, and two projectors: one that follows and one that comes at the end."""
    settings = JournalSettings(max_segment_bytes=10_000)
    journal = Journal.open(tmp_path / "journal", Boot("b1", 0.0, WALL), settings=settings)
    live = Projector(tmp_path / "journal", make_engine("live"))
    for n, said in enumerate(busy_day(40)):
        journal.append(said.fact, at=said.at, wall=said.wall)
        if n % 25 == 0:
            asyncio.run(journal.flush())
            live.project()
    journal.close_blocking()
    catch_up(live)
    later = Projector(tmp_path / "journal", make_engine("later"))
    catch_up(later)
    assert len(segments_in(tmp_path / "journal")) > 3
    assert tables(make_engine("live")) == tables(make_engine("later"))


def test_a_batch_that_fails_leaves_nothing_and_is_made_again(
    files: JournalFiles, engine: Engine, tmp_path: Path
) -> None:
    files.write_split(busy_day(20), every=100)
    projector = Projector(files.directory, engine, batch=30)
    projector.project()
    before = tables(engine)
    other = sqlite3.connect(tmp_path / "x.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked") as caught:
        projector.project()
    assert caught.value.retryable
    assert tables(engine) == before
    other.execute("ROLLBACK")
    other.close()
    catch_up(projector)
    assert count(engine) == 20


def test_an_outage_is_waited_for_with_growing_pauses_and_nothing_is_lost(
    files: JournalFiles, engine: Engine, tmp_path: Path
) -> None:
    files.write_split(busy_day(20), every=100)
    other = sqlite3.connect(tmp_path / "x.sqlite", isolation_level=None)
    pauses: list[float] = []

    def pause(seconds: float) -> bool:
        pauses.append(seconds)
        if len(pauses) == 1:
            other.execute("BEGIN EXCLUSIVE")
            files.facts(CallArrived(CallId("late"), "4001", "138"), wall=WALL)
        if len(pauses) == 4:
            other.execute("ROLLBACK")
        return len(pauses) == 6

    Projector(files.directory, engine).run(pause)
    other.close()
    assert pauses == [0.0, FIRST_RETRY_S, 2 * FIRST_RETRY_S, 4 * FIRST_RETRY_S, 0.0, POLL_S]
    assert count(engine) == 21


def test_running_once_ends_at_the_end(files: JournalFiles, engine: Engine) -> None:
    files.write_split(busy_day(5), every=100)
    Projector(files.directory, engine).run(lambda _seconds: False, once=True)
    assert count(engine) == 5


def test_what_waiting_cannot_mend_ends_the_run(files: JournalFiles, engine: Engine) -> None:
    files.facts(CallEnded(CallId("c"), 16))
    catch_up(Projector(files.directory, engine))
    for path in segments_in(files.directory):
        path.unlink()
    with pytest.raises(StoreError, match="--rebuild"):
        Projector(files.directory, engine).run(lambda _seconds: False)


def test_rebuilding_makes_the_same_tables_from_scratch(files: JournalFiles, engine: Engine) -> None:
    files.write_split(busy_day(30), every=100)
    projector = Projector(files.directory, engine)
    catch_up(projector)
    before = tables(engine)
    with engine.begin() as connection:
        connection.execute(update(CALLS).values(caller="scribbled over"))
    projector.rebuild()
    catch_up(projector)
    assert tables(engine) == before


def test_damage_and_unknown_facts_are_passed_counted_and_told(
    files: JournalFiles, make_engine: Callable[[str], Engine], capsys: pytest.CaptureFixture[str]
) -> None:
    files.facts(*(CallArrived(CallId(f"c{n}"), "4001", "13800138000") for n in range(5)), wall=WALL)
    path = segment_path(files.directory, 1)
    stranger = {"v": 1, "seq": 7, "boot": "b", "wall": WALL, "at": 0.0, "fact": "CallTeleported", "fields": {}}
    path.write_bytes(path.read_bytes().replace(b'"c2"', b'"cX"') + signed(stranger))
    for name, limit in (("once", 5_000), ("often", 1)):
        while Projector(files.directory, make_engine(name), batch=limit).project():
            pass
    assert tables(make_engine("once")) == tables(make_engine("often"))
    assert count(make_engine("once")) == 4
    with make_engine("once").connect() as connection:
        assert connection.execute(select(PROGRESS.c.damages, PROGRESS.c.unknown)).one() == (2, 1)
    told = capsys.readouterr().out
    assert "journal_damaged" in told
    assert "13800138000" not in told


def test_old_rows_are_deleted_by_the_journals_own_clock(files: JournalFiles, engine: Engine) -> None:
    for day in range(4):
        wall = WALL + day * DAY_S
        files.rotate(wall=wall)
        call = CallId(f"c{day}")
        files.facts(CallArrived(call, "4001", "138"), CallEnded(call, 16), wall=wall + 1)
    files.rotate(wall=WALL + 4 * DAY_S)
    catch_up(Projector(files.directory, engine, keep_s=2 * DAY_S))
    with engine.connect() as connection:
        assert list(connection.execute(select(CALLS.c.call)).scalars()) == ["c2", "c3"]


def test_two_projectors_on_the_same_tables_are_noticed(files: JournalFiles, engine: Engine) -> None:
    files.facts(CallArrived(CallId("c1"), "4001", "138"))
    first, second = Projector(files.directory, engine), Projector(files.directory, engine)
    first.project()
    second.project()
    files.facts(CallEnded(CallId("c1"), 16))
    first.project()
    with pytest.raises(StoreError, match="another projector"):
        second.project()


def test_an_unreadable_journal_is_an_outage(files: JournalFiles, engine: Engine) -> None:
    segment_path(files.directory, 1).mkdir()
    with pytest.raises(StoreError, match="Is a directory") as caught:
        Projector(files.directory, engine).project()
    assert caught.value.retryable


# ---- the process -------------------------------------------------------------------------------


def command(tmp_path: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "hotline.store.projector", "--journal", str(tmp_path / "journal"), *more]


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def test_kill_9_again_and_again_makes_the_same_tables(tmp_path: Path, make_engine: Callable[[str], Engine]) -> None:
    files = JournalFiles(tmp_path / "journal")
    files.write_split(busy_day(300), every=1_500)
    catch_up(Projector(files.directory, make_engine("once")))
    rng = random.Random(5)
    project = command(tmp_path, "--database", address(tmp_path, "killed"), "--once", "--batch", "100")
    for _ in range(3):
        reached = watermark(tmp_path / "killed.sqlite")
        with subprocess.Popen(project, env=ENVIRONMENT, stderr=subprocess.DEVNULL) as projector:
            wait_for_progress(tmp_path / "killed.sqlite", beyond=reached)
            time.sleep(rng.uniform(0.0, 0.05))  # so that the kill comes at any moment of a batch
            projector.kill()
    assert reached < files.next_seq - 100, "it was killed before the end every time"
    ran = subprocess.run(project, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert tables(make_engine("killed")) == tables(make_engine("once"))


def wait_for_progress(path: Path, beyond: int = -1, patience_s: float = 20.0) -> int:
    """Until the tables have a watermark above this."""
    until = engine_now() + patience_s
    while engine_now() < until:
        found = watermark(path)
        if found > beyond:
            return found
        time.sleep(0.01)
    raise AssertionError(f"no progress beyond {beyond}")


def watermark(path: Path) -> int:
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    except sqlite3.OperationalError:
        return -1
    try:
        return int(connection.execute("SELECT seq FROM progress").fetchone()[0])
    except (sqlite3.OperationalError, TypeError):
        return -1
    finally:
        connection.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_clean_stop(tmp_path: Path, how: signal.Signals) -> None:
    files = JournalFiles(tmp_path / "journal")
    files.write(busy_day(5))
    environment = {**ENVIRONMENT, "HOTLINE_DATABASE_URL": address(tmp_path)}
    with subprocess.Popen(command(tmp_path), env=environment, stderr=subprocess.PIPE, text=True) as projector:
        wait_for_progress(tmp_path / "x.sqlite", beyond=files.next_seq - 2)
        files.facts(CallArrived(CallId("late"), "4001", "138"))
        wait_for_progress(tmp_path / "x.sqlite", beyond=files.next_seq - 2)
        projector.send_signal(how)
        _, told = projector.communicate(timeout=10)
        assert (projector.returncode, told) == (0, "")


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOTLINE_DATABASE_URL", raising=False)
    monkeypatch.setattr(signal, "pthread_sigmask", lambda *_: None)  # of this process, which is not the projector's
    monkeypatch.setattr("hotline.store.projector.open_logs", lambda _settings: None)
    files = JournalFiles(tmp_path / "journal")
    files.write(busy_day(5))
    given = ["--journal", str(files.directory), "--once", "--keep-days", "30"]
    with pytest.raises(SystemExit, match="2"):
        main(given)
    assert "--database is required" in capsys.readouterr().err
    given += ["--database", address(tmp_path)]
    assert main(given) == 0
    assert main([*given, "--rebuild"]) == 0
    segment_path(files.directory, 1).unlink()
    assert main(given) == 1
    assert "--rebuild" in capsys.readouterr().out
