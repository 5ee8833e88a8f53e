"""The journal's files: naming, listing, and reading them to the end whatever has happened to them."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from hotline.store.facts import Record
from hotline.store.journal_line import SHORTEST_LINE, LineError, NewerVersionError, decode_line
from telephony.errors import StoreError

PREFIX, SUFFIX = "journal-", ".jsonl"

SEQ_DIGITS = 16
"""Width of the number in a file's name: names sort as numbers do, for 300 years of a million records a second."""


class DamageKind(StrEnum):
    """What is wrong at a place of the journal."""

    TORN = "torn"
    """A last line without its end: the machine or the program stopped while writing it. Never acknowledged."""
    CORRUPT = "corrupt"
    """A complete line that is not what was written."""
    MISSING = "missing"
    """Numbers are left out here."""
    REPEATED = "repeated"
    """A number that was already read."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A damaged place. It holds no content, so it can be logged."""

    segment: str
    """The file's name."""
    offset: int
    """Byte in the file where the damaged place begins."""
    length: int
    """Bytes; 0 where something is missing."""
    kind: DamageKind
    detail: str

    def __str__(self) -> str:
        return f"{self.segment}, byte {self.offset}: {self.kind}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Line:
    """A readable record, where its line begins and where the next one does."""

    record: Record
    offset: int
    end: int


def segment_path(directory: Path, first_seq: int) -> Path:
    """The file whose first record has this number."""
    return directory / f"{PREFIX}{first_seq:0{SEQ_DIGITS}d}{SUFFIX}"


def first_seq(path: Path) -> int:
    """The number in a segment's name; -1 for a file that is no segment."""
    name = path.name
    number = name.removeprefix(PREFIX).removesuffix(SUFFIX)
    if name != f"{PREFIX}{number}{SUFFIX}" or len(number) != SEQ_DIGITS or not (number.isascii() and number.isdigit()):
        return -1
    return int(number)


def segments_in(directory: Path) -> list[Path]:
    """All segments, oldest first."""
    try:
        return sorted(path for path in directory.iterdir() if first_seq(path) >= 0)
    except FileNotFoundError:
        return []


def read_segment(path: Path, offset: int = 0) -> Iterator[Line | Damage]:
    """Every complete line from `offset` on. A damaged one is skipped and reported; a torn end is reported last."""
    name = path.name
    with path.open("rb") as file:
        file.seek(offset)
        for raw in file:
            if not raw.endswith(b"\n"):
                yield Damage(name, offset, len(raw), DamageKind.TORN, f"{len(raw)} bytes of an unfinished line")
                return
            yield _read_line(name, offset, raw)
            offset += len(raw)


def _read_line(segment: str, offset: int, raw: bytes) -> Line | Damage:
    try:
        return Line(decode_line(raw), offset, offset + len(raw))
    except NewerVersionError as error:
        # Neither skipped nor cut: what a newer version wrote must survive until that version is back.
        message = f"{segment}, byte {offset}: {error}; start the version that wrote it"
        raise StoreError(message, retryable=False) from error
    except LineError as error:
        return Damage(segment, offset, len(raw), DamageKind.CORRUPT, str(error))


class Sequence:
    """Watches the numbers go by: one up each time."""

    def __init__(self, next_seq: int) -> None:
        self.next_seq = next_seq
        """What the next intact record should be called."""
        self._doubtful = 0
        """Numbers that damaged lines since the last intact one may have had."""

    @property
    def safe_next_seq(self) -> int:
        """The next number to give away: surely none that a damaged line had, so that no number means two facts."""
        return self.next_seq + self._doubtful

    def check(self, line: Line, segment: str) -> Damage | None:
        """Take note of a record; tell if numbers before it are missing or it repeats one."""
        seq, expected = line.record.seq, self.next_seq
        if seq < expected:
            detail = f"number {seq} again where {expected} was due"
            return Damage(segment, line.offset, 0, DamageKind.REPEATED, detail)
        self.next_seq, self._doubtful = seq + 1, 0
        if seq == expected:
            return None
        return Damage(segment, line.offset, 0, DamageKind.MISSING, f"numbers {expected} to {seq - 1} are missing")

    def doubt(self, damage: Damage) -> None:
        """Take note of a line that could not be read."""
        if damage.kind is DamageKind.CORRUPT:
            self._doubtful += max(1, damage.length // SHORTEST_LINE)


def read_checked(path: Path, sequence: Sequence) -> Iterator[Record | Damage]:
    """A segment's records in order, with everything that is wrong, gaps and repetitions included."""
    for found in read_segment(path):
        if isinstance(found, Damage):
            sequence.doubt(found)
            yield found
            continue
        problem = sequence.check(found, path.name)
        if problem is not None:
            yield problem
        if problem is None or problem.kind is not DamageKind.REPEATED:
            yield found.record


def read_journal(directory: Path) -> Iterator[Record | Damage]:
    """All that is kept, oldest first: for replays, searches and checks. Never changes anything."""
    segments = segments_in(directory)
    sequence = Sequence(first_seq(segments[0]) if segments else 1)
    for path in segments:
        yield from read_checked(path, sequence)


def sync_directory(directory: Path) -> None:
    """Make a file's creation or removal durable."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_expired(directory: Path, *, before_wall: float) -> list[str]:
    """Delete segments whose last record is older than this; returns their names. The newest always stays."""
    removed: list[str] = []
    segments = segments_in(directory)
    for path, following in pairwise(segments):
        started = next((line.record.wall for line in read_segment(following) if isinstance(line, Line)), None)
        if started is None or started >= before_wall:
            break
        with suppress(FileNotFoundError):
            path.unlink()
        removed.append(path.name)
    if removed:
        sync_directory(directory)
    return removed
