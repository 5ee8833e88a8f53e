from pathlib import Path

import pytest

from hotline.store.facts import Record
from hotline.store.follow import Follower, Place
from hotline.store.journal_line import encode_line
from hotline.store.segments import Damage, DamageKind, segment_path, segments_in
from telephony.errors import StoreError
from telephony.events import CallEnded
from telephony.ids import CallId
from tests.hotline.store.journal_files import JournalFiles
from tests.hotline.store.journal_stories import busy_day


@pytest.fixture
def files(tmp_path: Path) -> JournalFiles:
    return JournalFiles(tmp_path / "journal")


def ended(n: int) -> CallEnded:
    return CallEnded(CallId(f"c{n}"), 16)


def seqs(found: list[Record | Damage]) -> list[int]:
    return [each.seq for each in found if isinstance(each, Record)]


def kinds(found: list[Record | Damage]) -> list[DamageKind]:
    return [each.kind for each in found if isinstance(each, Damage)]


def test_a_journal_that_is_not_there_yet(tmp_path: Path) -> None:
    follower = Follower(tmp_path / "journal", Place())
    assert follower.read(10) == []
    JournalFiles(tmp_path / "journal").facts(ended(1))
    assert seqs(follower.read(10)) == [1, 2]


def test_what_is_added_later_is_read_later(files: JournalFiles) -> None:
    files.facts(ended(1))
    follower = Follower(files.directory, Place())
    assert seqs(follower.read(10)) == [1, 2]
    assert follower.read(10) == []
    files.facts(ended(2))
    assert seqs(follower.read(10)) == [3]


def test_a_line_is_read_when_it_is_complete(files: JournalFiles) -> None:
    files.facts(ended(1))
    line = encode_line(3, "b", ended(2), at=0.0, wall=0.0)
    follower = Follower(files.directory, Place())
    with segment_path(files.directory, 1).open("ab", buffering=0) as file:
        file.write(line[:30])
        assert seqs(follower.read(10)) == [1, 2]
        assert follower.read(10) == []
        file.write(line[30:])
    assert seqs(follower.read(10)) == [3]


def test_a_torn_end_that_is_cut_and_written_over(files: JournalFiles) -> None:
    files.facts(ended(1))
    path = segment_path(files.directory, 1)
    sound = path.read_bytes()
    path.write_bytes(sound + b'{"v":1,"seq":3,"bo')
    follower = Follower(files.directory, Place())
    assert seqs(follower.read(10)) == [1, 2]
    path.write_bytes(sound)
    files.facts(ended(2))
    assert seqs(follower.read(10)) == [3]


@pytest.mark.parametrize("limit", [1, 3, 7, 1000])
@pytest.mark.parametrize("anew", [True, False])
def test_file_after_file_in_portions_of_any_size(files: JournalFiles, limit: int, *, anew: bool) -> None:
    files.write_split(busy_day(5), every=6)
    follower, read = Follower(files.directory, Place()), []
    while found := follower.read(limit):
        read += seqs(found)
        if anew:
            follower = Follower(files.directory, follower.place)
    assert len(segments_in(files.directory)) > 5
    assert read == list(range(1, files.next_seq))


def test_following_over_a_rotation(files: JournalFiles) -> None:
    files.facts(ended(1))
    follower = Follower(files.directory, Place())
    follower.read(10)
    files.facts(ended(2))
    files.rotate()
    files.facts(ended(3))
    assert seqs(follower.read(10)) == [3, 4, 5]


def test_damage_is_told_once_and_passed(files: JournalFiles) -> None:
    files.facts(ended(1), ended(2), ended(3))
    path = segment_path(files.directory, 1)
    path.write_bytes(path.read_bytes().replace(b'"c2"', b'"cX"'))
    follower = Follower(files.directory, Place())
    found = follower.read(10)
    assert (seqs(found), kinds(found)) == ([1, 2, 4], [DamageKind.CORRUPT, DamageKind.MISSING])
    assert follower.read(10) == []


def test_damage_at_the_end_is_told_once(files: JournalFiles) -> None:
    files.facts(ended(1))
    follower = Follower(files.directory, Place())
    with segment_path(files.directory, 1).open("ab") as file:
        file.write(b"nonsense\n")
    assert kinds(follower.read(10)) == [DamageKind.CORRUPT]
    assert follower.read(10) == []


def test_a_repeated_record_is_not_taken_twice(files: JournalFiles) -> None:
    files.facts(ended(1))
    with segment_path(files.directory, 1).open("ab") as file:
        file.write(encode_line(2, "b", ended(1), at=0.0, wall=0.0))
    found = Follower(files.directory, Place()).read(10)
    assert (seqs(found), kinds(found)) == ([1, 2], [DamageKind.REPEATED])


def test_a_torn_end_of_a_finished_segment_is_told(files: JournalFiles) -> None:
    files.facts(ended(1))
    with segment_path(files.directory, 1).open("ab") as file:
        file.write(b'{"v":1')
    files.rotate()
    found = Follower(files.directory, Place()).read(10)
    assert (seqs(found), kinds(found)) == ([1, 2, 3], [DamageKind.TORN])


def test_a_place_in_a_file_that_has_expired(files: JournalFiles) -> None:
    files.write_split(busy_day(5), every=6)
    follower = Follower(files.directory, Place())
    follower.read(3)
    for path in segments_in(files.directory)[:2]:
        path.unlink()
    found = Follower(files.directory, follower.place).read(10_000)
    assert seqs(found) == list(range(15, files.next_seq))
    assert kinds(found) == [DamageKind.MISSING]


def test_a_file_that_has_just_expired_without_a_gap(files: JournalFiles) -> None:
    files.facts(ended(1))
    follower = Follower(files.directory, Place())
    follower.read(10)
    files.rotate()
    segments_in(files.directory)[0].unlink()
    assert seqs(Follower(files.directory, follower.place).read(10)) == [3]


def test_another_journal_is_noticed(files: JournalFiles) -> None:
    files.facts(ended(1), ended(2))
    follower = Follower(files.directory, Place())
    follower.read(10)
    place = follower.place
    path = segment_path(files.directory, 1)
    content = path.read_bytes()
    last = encode_line(3, "b", ended(7), at=0.0, wall=0.0)
    path.write_bytes(content[: place.offset] + last)
    with pytest.raises(StoreError, match=r"record 3 is not what it was.*--rebuild"):
        Follower(files.directory, place)
    path.write_bytes(content[: place.offset])
    with pytest.raises(StoreError, match="--rebuild"):
        Follower(files.directory, place)
    path.unlink()
    with pytest.raises(StoreError, match="record 3 is not there") as caught:
        Follower(files.directory, place)
    assert not caught.value.retryable
