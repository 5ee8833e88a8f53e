"""The journal in one process, on a real disk; what happens under kill -9 and on a full disk is in test_writer."""

import asyncio
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.store.facts import Booted, Checkpoint, Phase, Record, RecordsLost
from hotline.store.journal import Boot, Journal, JournalSettings
from hotline.store.recovery import fold
from hotline.store.segments import read_journal, segment_path, segments_in
from telephony.errors import StoreError
from telephony.events import CallArrived, CallEnded, CallQueued, DigitPressed
from telephony.ids import CallId, QueueId, Topic
from tests.hotline.store.journal_stories import WALL, busy_day

BOOT = Boot("b1", at=10.0, wall=WALL)


def arrived(n: int) -> CallArrived:
    return CallArrived(CallId(f"c{n}"), "4001", "13800138000", "张三丰")


def records(directory: Path) -> list[Record]:
    found = list(read_journal(directory))
    assert all(isinstance(each, Record) for each in found), "a sound journal"
    return [each for each in found if isinstance(each, Record)]


class Troubles:
    """Collects what the journal reports, from whichever thread."""

    def __init__(self) -> None:
        self.seen: list[StoreError | None] = []
        self._changed = threading.Condition()

    def __call__(self, trouble: StoreError | None) -> None:
        with self._changed:
            self.seen.append(trouble)
            self._changed.notify_all()

    def wait_for(self, *, trouble: bool) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.seen and (self.seen[-1] is not None) is trouble, 10.0)


@pytest.fixture
def troubles() -> Troubles:
    return Troubles()


@pytest.fixture
def opened(tmp_path: Path, troubles: Troubles) -> Iterator[Journal]:
    journal = Journal.open(tmp_path / "journal", BOOT, on_trouble=troubles)
    yield journal
    journal.close_blocking()


def test_the_first_records_of_a_new_journal(opened: Journal, tmp_path: Path) -> None:
    asyncio.run(opened.flush())
    assert records(tmp_path / "journal") == [
        Record(1, "b1", WALL, 10.0, Checkpoint()),
        Record(2, "b1", WALL, 10.0, Booted()),
    ]


def test_a_fact_gets_the_next_number_and_is_durable_after_a_flush(opened: Journal, tmp_path: Path) -> None:
    assert opened.append(arrived(1), at=11.5, wall=WALL + 1.5) == 3
    assert opened.append(DigitPressed(CallId("c1"), "2"), at=12.5, wall=WALL + 2.5) == 4
    asyncio.run(opened.flush())
    assert opened.durable_seq == 4
    assert opened.status().waiting == 0
    assert records(tmp_path / "journal")[2:] == [
        Record(3, "b1", WALL + 1.5, 11.5, arrived(1)),
        Record(4, "b1", WALL + 2.5, 12.5, DigitPressed(CallId("c1"), "2")),
    ]


def test_nobody_else_can_read_it(opened: Journal, tmp_path: Path) -> None:
    asyncio.run(opened.flush())
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "journal").iterdir()}
    assert modes == {"journal.lock": 0o600, opened.status().segment: 0o600}
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o700


def test_what_is_no_fact_is_our_bug_and_told_where_it_is_made(opened: Journal) -> None:
    with pytest.raises(TypeError, match="str is not a fact"):
        opened.append("hello", at=0.0, wall=0.0)


def test_a_fact_with_a_field_of_the_wrong_type_costs_only_itself(
    opened: Journal, troubles: Troubles, tmp_path: Path
) -> None:
    opened.append(CallArrived(CallId("c1"), "4001", b"138"), at=0.0, wall=WALL)  # type: ignore[arg-type]  # our bug
    opened.append(arrived(2), at=0.0, wall=WALL)
    asyncio.run(opened.flush())
    assert [record.fact for record in records(tmp_path / "journal")[2:]] == [RecordsLost(1), arrived(2)]
    assert opened.status().lost == 1
    assert "a CallArrived could not be written: TypeError" in str(troubles.seen[0])
    assert "138" not in str(troubles.seen[0])


def test_the_second_boot_goes_on_in_the_same_file_and_knows_what_was_going_on(tmp_path: Path) -> None:
    first = Journal.open(tmp_path, BOOT)
    first.append(arrived(1), at=11.0, wall=WALL + 1)
    first.append(arrived(2), at=11.0, wall=WALL + 1)
    first.append(CallQueued(CallId("c2"), QueueId("q"), Topic("t"), "138", 11.0), at=11.0, wall=WALL + 1)
    first.append(CallEnded(CallId("c1"), 16), at=12.0, wall=WALL + 2)
    first.close_blocking()
    second = Journal.open(tmp_path, Boot("b2", at=3.0, wall=WALL + 60))
    assert list(second.recovered.calls) == ["c2"]
    assert second.recovered.calls[CallId("c2")].phase is Phase.QUEUED
    assert second.recovered.calls[CallId("c2")].entered_wall == WALL + 1
    assert second.damages == ()
    assert second.append(arrived(3), at=4.0, wall=WALL + 61) == 8
    second.close_blocking()
    assert [(record.seq, record.boot) for record in records(tmp_path)] == [
        *((seq, "b1") for seq in range(1, 7)),
        *((seq, "b2") for seq in range(7, 9)),
    ]
    assert len(segments_in(tmp_path)) == 1


def test_a_torn_end_is_cut_and_recorded(tmp_path: Path) -> None:
    first = Journal.open(tmp_path, BOOT)
    first.close_blocking()
    with segments_in(tmp_path)[0].open("ab") as file:
        file.write(b'{"v":1,"seq":3,')
    second = Journal.open(tmp_path, Boot("b2", at=1.0, wall=WALL))
    second.close_blocking()
    assert [str(damage) for damage in second.damages] == [
        f"journal-0000000000000001.jsonl, byte {second.damages[0].offset}: torn: 15 bytes of an unfinished line"
    ]
    assert records(tmp_path)[-1].fact == Booted(cut_bytes=15, damaged=1)


def test_after_damage_a_new_segment_begins_with_what_could_be_saved(tmp_path: Path) -> None:
    first = Journal.open(tmp_path, BOOT)
    for n in range(3):
        first.append(arrived(n), at=0.0, wall=WALL)
    first.close_blocking()
    path = segments_in(tmp_path)[0]
    path.write_bytes(path.read_bytes().replace(b'"c1"', b'"cX"'))
    second = Journal.open(tmp_path, Boot("b2", at=0.0, wall=WALL))
    second.close_blocking()
    assert list(second.recovered.calls) == ["c0", "c2"]
    assert segments_in(tmp_path)[1] == segment_path(tmp_path, 6)
    third = Journal.open(tmp_path, Boot("b3", at=0.0, wall=WALL))
    third.close_blocking()
    assert list(third.recovered.calls) == ["c0", "c2"]
    assert third.damages == (), "reported once, then the checkpoint stands for it"


def test_many_segments_each_begin_with_the_state_before_them(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, BOOT, settings=JournalSettings(max_segment_bytes=8_000))
    for n, said in enumerate(busy_day(70)):
        journal.append(said.fact, at=said.at, wall=said.wall)
        if n % 20 == 0:
            asyncio.run(journal.flush())
    journal.close_blocking()
    written = records(tmp_path)
    assert len(segments_in(tmp_path)) >= 10
    assert [record.seq for record in written] == list(range(1, len(written) + 1))
    checkpoints = [n for n, record in enumerate(written) if isinstance(record.fact, Checkpoint)]
    assert len(checkpoints) == len(segments_in(tmp_path))
    for n in checkpoints:
        assert written[n].fact == fold(written[:n]).checkpoint()
    again = Journal.open(tmp_path, Boot("b2", at=0.0, wall=WALL))
    again.close_blocking()
    assert again.recovered == fold(written)


def test_a_checkpoint_larger_than_a_segment_does_not_rotate_for_ever(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, BOOT, settings=JournalSettings(max_segment_bytes=2_000))
    for n in range(300):
        journal.append(arrived(n), at=0.0, wall=WALL)
    for _ in range(20):
        journal.append(DigitPressed(CallId("c1"), "1"), at=0.0, wall=WALL)
        asyncio.run(journal.flush())
    journal.close_blocking()
    assert len(segments_in(tmp_path)) < 6


def test_a_new_segment_every_day(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, BOOT, settings=JournalSettings(max_segment_age_s=3600.0))
    for hour in range(4):
        journal.append(arrived(hour), at=0.0, wall=WALL + 3601.0 * hour)
    journal.close_blocking()
    assert len(segments_in(tmp_path)) == 4


def test_old_segments_are_deleted_at_rotation_and_on_opening(tmp_path: Path) -> None:
    settings = JournalSettings(max_segment_age_s=3600.0, keep_s=7300.0)
    journal = Journal.open(tmp_path, BOOT, settings=settings)
    for hour in range(6):
        journal.append(arrived(hour), at=0.0, wall=WALL + 3601.0 * hour)
    journal.close_blocking()
    assert len(segments_in(tmp_path)) == 4
    later = Journal.open(tmp_path, Boot("b2", 0.0, WALL + 86_400.0), settings=settings)
    later.close_blocking()
    assert len(segments_in(tmp_path)) == 2, "the newest stays until the next one has its checkpoint"
    assert len(later.recovered.calls) == 6, "calls in progress live in the checkpoint"


def test_keeping_everything(tmp_path: Path) -> None:
    settings = JournalSettings(max_segment_age_s=3600.0, keep_s=None)
    journal = Journal.open(tmp_path, BOOT, settings=settings)
    for year in range(3):
        journal.append(arrived(year), at=0.0, wall=WALL + 365 * 86_400.0 * year)
    journal.close_blocking()
    assert len(segments_in(tmp_path)) == 3


def test_one_writer_only(opened: Journal, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="another hotline"):
        Journal.open(tmp_path / "journal", BOOT)
    opened.append(arrived(1), at=0.0, wall=WALL)
    asyncio.run(opened.flush())


def test_a_directory_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"Not a directory|File exists"):
        Journal.open(tmp_path / "file" / "journal", BOOT)


def test_the_lock_is_free_again_after_an_opening_that_failed(tmp_path: Path) -> None:
    segment_path(tmp_path, 1).mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        Journal.open(tmp_path, BOOT)
    segment_path(tmp_path, 1).rmdir()
    Journal.open(tmp_path, BOOT).close_blocking()


def test_closing_twice_is_closing_once(opened: Journal) -> None:
    asyncio.run(opened.close())
    opened.close_blocking()
    seq = opened.status().last_seq
    opened.append(arrived(1), at=0.0, wall=WALL)
    assert opened.status().lost == 1, "what comes after the end is counted, not kept"
    assert opened.status().last_seq == seq + 1


def test_while_the_disk_refuses_records_wait_then_are_counted_and_the_loss_is_recorded(
    tmp_path: Path, troubles: Troubles
) -> None:
    home, away = tmp_path / "journal", tmp_path / "away"
    settings = JournalSettings(max_segment_age_s=100.0, max_waiting=50, linger_s=0.0)
    journal = Journal.open(home, BOOT, settings=settings, on_trouble=troubles)
    asyncio.run(journal.flush())
    home.rename(away)  # the next segment cannot be created
    journal.append(arrived(0), at=0.0, wall=WALL + 200.0)
    troubles.wait_for(trouble=True)
    assert journal.status().trouble is not None
    assert journal.status().trouble.retryable  # type: ignore[union-attr]  # just asserted
    for n in range(1, 81):
        journal.append(arrived(n), at=0.0, wall=WALL + 201.0)
    assert journal.status().lost == 30
    assert any("records are being lost" in str(seen) for seen in troubles.seen)
    with pytest.raises(StoreError, match="records are not durable"):
        asyncio.run(journal.flush(timeout_s=0.05))
    away.rename(home)
    troubles.wait_for(trouble=False)
    asyncio.run(journal.flush())
    journal.append(arrived(99), at=0.0, wall=WALL + 202.0)
    journal.close_blocking()
    written = records(home)
    assert [record.seq for record in written] == list(range(1, len(written) + 1))
    facts = [record.fact for record in written if not isinstance(record.fact, Checkpoint | Booted)]
    assert facts == [*map(arrived, range(51)), RecordsLost(30), arrived(99)]
    assert fold(written).counters.lost == 30
    assert journal.status().trouble is None


def test_a_new_segment_on_a_full_disk_is_tried_again(tmp_path: Path, troubles: Troubles) -> None:
    settings = JournalSettings(max_segment_age_s=100.0, linger_s=0.0)
    journal = Journal.open(tmp_path, BOOT, settings=settings, on_trouble=troubles)
    asyncio.run(journal.flush())
    segment_path(tmp_path, 3).symlink_to("/dev/full")
    journal.append(arrived(0), at=0.0, wall=WALL + 200.0)
    troubles.wait_for(trouble=True)
    assert "No space left on device" in str(troubles.seen[-1])
    segment_path(tmp_path, 3).unlink()
    troubles.wait_for(trouble=False)
    journal.close_blocking()
    assert [record.seq for record in records(tmp_path)] == [1, 2, 3, 4]


def test_an_expired_segment_that_cannot_be_deleted_is_told_and_nothing_else_suffers(
    tmp_path: Path, troubles: Troubles
) -> None:
    settings = JournalSettings(max_segment_age_s=100.0, keep_s=150.0, linger_s=0.0)
    journal = Journal.open(tmp_path, BOOT, settings=settings, on_trouble=troubles)
    for n in range(2):
        journal.append(arrived(n), at=0.0, wall=WALL + 200.0 * n)
    asyncio.run(journal.flush())
    segment_path(tmp_path, 1).unlink()
    segment_path(tmp_path, 1).mkdir()
    journal.append(arrived(2), at=0.0, wall=WALL + 400.0)
    troubles.wait_for(trouble=False)
    journal.close_blocking()
    assert "an expired segment stays" in str(troubles.seen[0])
    assert journal.status().lost == 0


def test_two_losses_are_two_records(tmp_path: Path, troubles: Troubles) -> None:
    home, away = tmp_path / "journal", tmp_path / "away"
    settings = JournalSettings(max_segment_age_s=100.0, max_waiting=5, linger_s=0.0)
    journal = Journal.open(home, BOOT, settings=settings, on_trouble=troubles)
    asyncio.run(journal.flush())
    for day in (1, 2):
        home.rename(away)
        journal.append(arrived(0), at=0.0, wall=WALL + 200.0 * day)
        troubles.wait_for(trouble=True)
        for n in range(5 + day):
            journal.append(arrived(n), at=0.0, wall=WALL + 200.0 * day)
        away.rename(home)
        troubles.wait_for(trouble=False)
        asyncio.run(journal.flush())
        troubles.seen.clear()
    journal.close_blocking()
    assert [record.fact.count for record in records(home) if isinstance(record.fact, RecordsLost)] == [1, 2]


def test_closing_while_the_disk_refuses_tells_what_is_left_behind(tmp_path: Path, troubles: Troubles) -> None:
    home = tmp_path / "journal"
    settings = JournalSettings(max_segment_age_s=100.0, linger_s=0.0)
    journal = Journal.open(home, BOOT, settings=settings, on_trouble=troubles)
    asyncio.run(journal.flush())
    home.rename(tmp_path / "away")
    journal.append(arrived(0), at=0.0, wall=WALL + 200.0)
    troubles.wait_for(trouble=True)
    journal.append(arrived(1), at=0.0, wall=WALL + 200.0)
    with pytest.raises(StoreError, match="3 records are not durable: journal: No such file"):
        asyncio.run(journal.close(timeout_s=0.1))
    assert journal.status().lost == 3
