from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.store.facts import Checkpoint, Record
from hotline.store.journal_line import VERSION, encode_line
from hotline.store.segments import (
    Damage,
    DamageKind,
    Line,
    first_seq,
    read_journal,
    read_segment,
    remove_expired,
    segment_path,
    segments_in,
)
from telephony.errors import StoreError
from telephony.events import CallEnded
from telephony.ids import CallId
from tests.hotline.store.test_journal_line import signed


def line(seq: int, wall: float = 0.0) -> bytes:
    fact = Checkpoint() if seq % 10 == 1 else CallEnded(CallId(f"c{seq}"), 16)
    return encode_line(seq, "b", fact, at=0.0, wall=wall)


def journal(directory: Path, *parts: tuple[int, bytes]) -> Path:
    directory.mkdir(exist_ok=True)
    for old in directory.iterdir():
        old.unlink()
    for first, content in parts:
        segment_path(directory, first).write_bytes(content)
    return directory


def lines(first: int, last: int) -> bytes:
    return b"".join(line(seq) for seq in range(first, last + 1))


def seqs(found: list[Record | Damage]) -> list[int]:
    return [each.seq for each in found if isinstance(each, Record)]


def damages(found: list[Record | Damage]) -> list[tuple[DamageKind, int]]:
    return [(each.kind, each.offset) for each in found if isinstance(each, Damage)]


def test_names_sort_as_numbers_do(tmp_path: Path) -> None:
    for first in (1, 900, 1000, 10**12):
        segment_path(tmp_path, first).touch()
    for other in (
        "journal.lock",
        "journal-1.jsonl",
        "journal-000000000000000x.jsonl",
        "journal-²²²²²²²²²²²²²²²².jsonl",
    ):
        (tmp_path / other).touch()
    assert [first_seq(path) for path in segments_in(tmp_path)] == [1, 900, 1000, 10**12]
    assert segments_in(tmp_path / "nowhere") == []


def test_a_sound_journal_reads_from_end_to_end(tmp_path: Path) -> None:
    found = list(read_journal(journal(tmp_path, (1, lines(1, 10)), (11, lines(11, 15)))))
    assert seqs(found) == list(range(1, 16))
    assert damages(found) == []


def test_nothing_written_yet(tmp_path: Path) -> None:
    assert list(read_journal(tmp_path)) == []


def test_reading_begins_where_told(tmp_path: Path) -> None:
    journal(tmp_path, (1, lines(1, 3)))
    found = list(read_segment(segment_path(tmp_path, 1), offset=len(line(1))))
    assert [each.record.seq for each in found if isinstance(each, Line)] == [2, 3]
    assert isinstance(found[0], Line)
    assert (found[0].offset, found[0].end) == (len(line(1)), len(lines(1, 2)))


def test_a_torn_end_is_told_with_its_place(tmp_path: Path) -> None:
    found = list(read_journal(journal(tmp_path, (1, lines(1, 2) + line(3)[:20]))))
    assert seqs(found) == [1, 2]
    assert found[-1] == Damage(
        "journal-0000000000000001.jsonl", len(lines(1, 2)), 20, DamageKind.TORN, "20 bytes of an unfinished line"
    )
    assert (
        str(found[-1])
        == f"journal-0000000000000001.jsonl, byte {len(lines(1, 2))}: torn: 20 bytes of an unfinished line"
    )


def test_a_corrupt_line_is_skipped_and_told_with_what_is_missing(tmp_path: Path) -> None:
    bad = line(2).replace(b"c2", b"cX")
    found = list(read_journal(journal(tmp_path, (1, line(1) + bad + line(3)))))
    assert seqs(found) == [1, 3]
    assert damages(found) == [(DamageKind.CORRUPT, len(line(1))), (DamageKind.MISSING, len(line(1) + bad))]
    assert "numbers 2 to 2 are missing" in str(found[2])


def test_a_lost_file_is_told(tmp_path: Path) -> None:
    found = list(read_journal(journal(tmp_path, (1, lines(1, 10)), (21, lines(21, 22)))))
    assert seqs(found) == [*range(1, 11), 21, 22]
    assert damages(found) == [(DamageKind.MISSING, 0)]


def test_a_repeated_number_is_told_and_left_out(tmp_path: Path) -> None:
    found = list(read_journal(journal(tmp_path, (1, lines(1, 3) + line(2) + line(4)))))
    assert seqs(found) == [1, 2, 3, 4]
    assert damages(found) == [(DamageKind.REPEATED, len(lines(1, 3)))]


def test_what_a_newer_version_wrote_is_never_passed_over(tmp_path: Path) -> None:
    journal(tmp_path, (1, line(1) + signed({"v": VERSION + 1})))
    with pytest.raises(StoreError, match="start the version that wrote it") as caught:
        list(read_journal(tmp_path))
    assert not caught.value.retryable


SOUND = lines(1, 10) + lines(11, 20)


@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(1, 255)), min_size=1, max_size=4))
def test_changed_bytes_never_crash_and_are_always_told(
    tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[int, int]]
) -> None:
    changed = bytearray(SOUND)
    for place, flip in flips:
        changed[place] ^= flip
    if changed == SOUND:
        return
    found = list(read_journal(journal(tmp_path_factory.getbasetemp() / "flips", (1, bytes(changed)))))
    records = [each for each in found if isinstance(each, Record)]
    assert damages(found), "damage went by unnoticed"
    assert [each.seq for each in records] == sorted({each.seq for each in records})
    for record in records:
        fact = Checkpoint() if record.seq % 10 == 1 else CallEnded(CallId(f"c{record.seq}"), 16)
        assert record.fact == fact


def test_expired_files_go_and_the_newest_always_stays(tmp_path: Path) -> None:
    parts = [(1, line(1, 0.0)), (2, line(2, 100.0)), (3, line(3, 200.0)), (4, line(4, 300.0))]
    journal(tmp_path, *parts)
    assert remove_expired(tmp_path, before_wall=50.0) == []
    assert remove_expired(tmp_path, before_wall=250.0) == [
        "journal-0000000000000001.jsonl",
        "journal-0000000000000002.jsonl",
    ]
    assert remove_expired(tmp_path, before_wall=9e9) == ["journal-0000000000000003.jsonl"]
    assert [first_seq(path) for path in segments_in(tmp_path)] == [4]


def test_a_file_whose_successor_has_no_date_yet_stays(tmp_path: Path) -> None:
    journal(tmp_path, (1, line(1)), (2, b""))
    assert remove_expired(tmp_path, before_wall=9e9) == []
