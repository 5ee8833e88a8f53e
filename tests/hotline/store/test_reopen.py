import os
import stat
from pathlib import Path

import pytest

from hotline.store.facts import Checkpoint, RecoveredCall
from hotline.store.journal_line import VERSION, encode_line
from hotline.store.recovery import Recovered
from hotline.store.reopen import Reopened, lock, reopen
from hotline.store.segments import DamageKind, read_journal, segment_path
from telephony.errors import StoreError
from telephony.events import CallArrived, CallEnded
from telephony.ids import CallId
from tests.hotline.store.test_journal_line import signed

CALL = RecoveredCall(CallId("c0"), "4001", "138", "", 0.0)


def arrived(seq: int) -> bytes:
    return encode_line(seq, "b", CallArrived(CallId(f"c{seq}"), "4001", "138"), at=0.0, wall=float(seq))


def checkpoint(seq: int, *calls: RecoveredCall) -> bytes:
    return encode_line(seq, "b", Checkpoint(calls), at=0.0, wall=float(seq))


def calls(found: Reopened) -> list[str]:
    return list(found.recovered.calls)


def test_an_empty_directory_begins_at_one(tmp_path: Path) -> None:
    assert reopen(tmp_path) == Reopened(Recovered(), 1, (), 0, None, 0, 0.0)


def test_only_what_follows_the_newest_checkpoint_is_read(tmp_path: Path) -> None:
    segment_path(tmp_path, 1).write_bytes(b"this would be damage\n")
    newest = segment_path(tmp_path, 7)
    newest.write_bytes(checkpoint(7, CALL) + arrived(8))
    found = reopen(tmp_path)
    assert calls(found) == ["c0", "c8"]
    assert (found.next_seq, found.damages, found.cut_bytes, found.newest) == (9, (), 0, newest)
    assert (found.size, found.began_wall) == (newest.stat().st_size, 7.0)


def test_every_possible_power_cut_loses_the_unfinished_line_and_nothing_else(tmp_path: Path) -> None:
    parts = [checkpoint(1), arrived(2), arrived(3), arrived(4)]
    whole = b"".join(parts)
    ends = [len(b"".join(parts[:n])) for n in range(len(parts) + 1)]
    path = segment_path(tmp_path, 1)
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        found = reopen(tmp_path)
        kept = max(end for end in ends if end <= length)
        assert path.read_bytes() == whole[:kept]
        assert found.cut_bytes == length - kept
        assert [damage.kind for damage in found.damages] == [DamageKind.TORN] * (length > kept)
        assert found.next_seq == ends.index(kept) + 1
        assert list(read_journal(tmp_path)) == list(read_journal(tmp_path))
        assert found.newest == (path if kept else None)


def test_zeros_left_by_a_power_cut_are_cut_too(tmp_path: Path) -> None:
    path = segment_path(tmp_path, 1)
    path.write_bytes(checkpoint(1) + arrived(2) + bytes(4096))
    assert reopen(tmp_path).cut_bytes == 4096
    assert path.read_bytes() == checkpoint(1) + arrived(2)


def test_a_corrupt_line_in_the_middle_stays_and_a_new_segment_is_begun(tmp_path: Path) -> None:
    path = segment_path(tmp_path, 1)
    content = checkpoint(1) + arrived(2).replace(b"138", b"139") + arrived(3)
    path.write_bytes(content)
    found = reopen(tmp_path)
    assert calls(found) == ["c3"]
    assert [damage.kind for damage in found.damages] == [DamageKind.CORRUPT, DamageKind.MISSING]
    assert (found.newest, found.cut_bytes, path.read_bytes()) == (None, 0, content)


def test_the_number_of_a_corrupt_last_line_is_never_given_away_again(tmp_path: Path) -> None:
    joined = (arrived(2) + arrived(3)).replace(b"\n", b" ", 1)  # two records, one line
    segment_path(tmp_path, 1).write_bytes(checkpoint(1) + joined)
    assert reopen(tmp_path).next_seq > 3


def test_a_damaged_checkpoint_falls_back_on_the_segment_before(tmp_path: Path) -> None:
    segment_path(tmp_path, 1).write_bytes(checkpoint(1) + arrived(2))
    segment_path(tmp_path, 3).write_bytes(checkpoint(3).replace(b"0", b"1", 1) + arrived(4))
    found = reopen(tmp_path)
    assert calls(found) == ["c2", "c4"]
    assert [damage.kind for damage in found.damages] == [DamageKind.CORRUPT, DamageKind.MISSING]


def test_a_segment_that_was_only_created_is_used(tmp_path: Path) -> None:
    segment_path(tmp_path, 1).write_bytes(checkpoint(1) + arrived(2))
    segment_path(tmp_path, 3).write_bytes(b"")
    found = reopen(tmp_path)
    assert (calls(found), found.next_seq, found.newest, found.damages) == (["c2"], 3, None, ())


def test_without_any_checkpoint_everything_is_read(tmp_path: Path) -> None:
    segment_path(tmp_path, 5).write_bytes(
        encode_line(5, "b", CallEnded(CallId("x"), 16), at=0.0, wall=0.0) + arrived(6)
    )
    assert (calls(reopen(tmp_path)), reopen(tmp_path).next_seq) == (["c6"], 7)


def test_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = segment_path(tmp_path, 1)
    content = checkpoint(1) + signed({"v": VERSION + 1}) + b"half a li"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="start the version"):
        reopen(tmp_path)
    assert path.read_bytes() == content


def test_one_writer_only(tmp_path: Path) -> None:
    held = lock(tmp_path)
    assert stat.S_IMODE((tmp_path / "journal.lock").stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="another hotline") as caught:
        lock(tmp_path)
    assert not caught.value.retryable
    os.close(held)
    os.close(lock(tmp_path))
