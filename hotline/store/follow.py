"""Following a journal that another process writes: only what is durable, over file after file, from any place."""

import os
from dataclasses import dataclass
from pathlib import Path

from hotline.store.facts import Record
from hotline.store.segments import (
    Damage,
    DamageKind,
    Line,
    Sequence,
    first_seq,
    read_segment,
    segment_path,
    segments_in,
    sync_directory,
)
from telephony.errors import StoreError


@dataclass(frozen=True, slots=True)
class Place:
    """The last record that was taken; everything zero before the first."""

    seq: int = 0
    crc: int = 0
    """Checksum of its line: tells whether it is still the same journal."""
    segment: str = ""
    offset: int = 0
    """Where its line begins in that file."""


class Follower:
    """Reads on from a place. It never writes, and needs nothing from the writer."""

    def __init__(self, directory: Path, place: Place) -> None:
        """StoreError if the journal no longer is the one in which this place was."""
        self.place = place
        """Where the last record returned was."""
        self._directory = directory
        self._sequence = Sequence(place.seq + 1)
        self._listed: list[Path] = []
        self._listed_at = -1
        self._path: Path | None = None
        self._offset = 0
        if place.segment and (directory / place.segment).exists():
            self._path = directory / place.segment
            self._offset = self._end_of_known_record(self._path)
        elif place.seq and not any(first_seq(path) > place.seq for path in segments_in(directory)):
            raise _other_journal(f"record {place.seq} is not there")

    def _end_of_known_record(self, path: Path) -> int:
        found = next(read_segment(path, self.place.offset), None)
        if isinstance(found, Line) and (found.record.seq, found.record.crc) == (self.place.seq, self.place.crc):
            return found.end
        raise _other_journal(f"record {self.place.seq} is not what it was")

    def read(self, limit: int) -> list[Record | Damage]:
        """What has become durable since the last time, at most about `limit` of it; empty when all is read."""
        found: list[Record | Damage] = []
        while len(found) < limit:
            following = self._following()  # looked up first: once it exists, the current one is complete
            if self._path is not None:
                self._read_segment(self._path, limit, found, is_complete=following is not None)
            if len(found) >= limit or following is None:
                break
            self._path, self._offset = following, 0
        return found

    def _following(self) -> Path | None:
        """The segment after the current one."""
        expected = segment_path(self._directory, self._sequence.next_seq)
        if expected != self._path and expected.exists():
            return expected
        if self._path is None and not self.place.seq:
            return next(iter(self._segments()), None)
        current = first_seq(self._path) if self._path is not None else self.place.seq
        return next((path for path in self._segments() if first_seq(path) > current), None)

    def _segments(self) -> list[Path]:
        """All segments; the directory, which may hold years, is only read again when something in it has changed."""
        try:
            changed = self._directory.stat().st_mtime_ns
        except FileNotFoundError:
            return []
        if changed != self._listed_at:
            self._listed, self._listed_at = segments_in(self._directory), changed
        return self._listed

    def _read_segment(self, path: Path, limit: int, found: list[Record | Damage], *, is_complete: bool) -> None:
        if path.stat().st_size <= self._offset:
            return
        _make_durable(path)
        if self._offset == 0:
            sync_directory(self._directory)
        for each in read_segment(path, self._offset):
            if isinstance(each, Line):
                self._take(each, path.name, found)
            elif each.kind is not DamageKind.TORN:
                self._sequence.doubt(each)
                self._offset = each.offset + each.length
                found.append(each)
            elif is_complete:
                found.append(each)
            if len(found) >= limit:
                return

    def _take(self, line: Line, segment: str, found: list[Record | Damage]) -> None:
        problem = self._sequence.check(line, segment)
        self._offset = line.end
        if problem is not None:
            found.append(problem)
        if problem is None or problem.kind is not DamageKind.REPEATED:
            self.place = Place(line.record.seq, line.record.crc, segment, line.offset)
            found.append(line.record)


def _make_durable(path: Path) -> None:
    """A record may be seen here before its writer has synced it: what goes into the tables must not vanish again."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def _other_journal(reason: str) -> StoreError:
    message = f"the tables were made from another journal than this one ({reason}); make them anew with --rebuild"
    return StoreError(message, retryable=False)
