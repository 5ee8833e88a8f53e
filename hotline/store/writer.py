"""The journal's writing thread: takes what has been appended, encodes it, commits it to the disk in groups."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hotline.store.facts import Fact, Record, RecordsLost
from hotline.store.journal_line import encode_line
from hotline.store.recovery import Fold
from hotline.store.segment_file import SegmentFile
from hotline.store.segments import remove_expired, segment_path
from telephony.errors import StoreError

BATCH = 256
"""Records of one commit at most. Encoding holds the interpreter's lock: 256 take about 3 ms, less than Python's
switch interval of 5 ms, so the engine's loop is never kept longer than by any other thread."""

FIRST_RETRY_S, LAST_RETRY_S = 0.1, 5.0
"""Pauses after a failed write, doubling: soon enough after a short fault, gentle to a full disk."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Holds the number of the checkpoint that begins a new segment."""

    expired_wall: float | None
    """Segments that ended before this may be deleted."""


class Loss:
    """Holds the number of a `RecordsLost` and counts until it is written."""

    def __init__(self) -> None:
        self._count = 1
        self._sealed = False
        self._lock = threading.Lock()  # both threads touch the count; far from the usual path

    def add(self) -> bool:
        """One more; False if the record has already been written, so that a new one is due."""
        with self._lock:
            if not self._sealed:
                self._count += 1
            return not self._sealed

    def seal(self) -> RecordsLost:
        """The fact to write; no more can be added."""
        with self._lock:
            self._sealed = True
            return RecordsLost(self._count)


Entry = tuple[int, float, float, Fact | Rotation | Loss]
"""Number, `at`, `wall`, and a fact, a `Rotation` or a `Loss`."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Encoded records that are committed together."""

    lines: bytes
    count: int
    last_seq: int
    rotation: tuple[Path, Rotation] | None = None
    """The new segment they begin."""


class Writer:
    """The thread. Its public attributes are each written by one thread and read by the other."""

    def __init__(
        self, directory: Path, boot: str, *, fold: Fold, on_trouble: Callable[[StoreError | None], None]
    ) -> None:
        self.buffer: deque[Entry] = deque()
        self.wake = threading.Event()
        self.durable_seq = 0
        self.lost = 0
        """Records that could not be encoded or were left behind on closing."""
        self.trouble: StoreError | None = None
        self.segment_full = False
        """Asks the appending side for a rotation."""
        self._directory = directory
        self._boot = boot
        self._fold = fold
        self._on_trouble = on_trouble
        self._file: SegmentFile | None = None
        self._halt = threading.Event()
        self._durable = threading.Condition()
        self._rotation_asked = False
        self._linger_s = 0.0
        self._max_segment_bytes = 0
        self._full_at_bytes = 0
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)

    @property
    def segment(self) -> str:
        """Name of the file being written."""
        return self._file.path.name if self._file else ""

    # ---- called by the appending side ----------------------------------------------------------

    def go_on_with(self, path: Path, size: int) -> None:
        """Append to an existing segment; before `begin`."""
        self._file = SegmentFile(path, size)

    def begin(self, *, linger_s: float, max_segment_bytes: int) -> None:
        """Start the thread."""
        self._linger_s, self._max_segment_bytes = linger_s, max_segment_bytes
        self._full_at_bytes = max_segment_bytes
        self._thread.start()

    def wait_durable(self, seq: int, timeout_s: float) -> bool:
        """Block until this number is durable; False if it takes too long."""
        with self._durable:
            return self._durable.wait_for(lambda: self.durable_seq >= seq, timeout_s)

    def stop(self, timeout_s: float) -> None:
        """One last try to write what is left, then the end."""
        self._halt.set()
        self.wake.set()
        self._thread.join(timeout_s)

    def report(self, trouble: StoreError | None) -> None:
        """Keep and tell what is wrong, or that nothing is any more."""
        self.trouble = trouble
        self._on_trouble(trouble)

    # ---- the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._halt.is_set():
                self.wake.wait()
                self.wake.clear()
                self._halt.wait(self._linger_s)
                self._drain()
        except Exception as error:  # noqa: BLE001 - our bug must not silence the journal unnoticed
            self.report(StoreError(f"journal: writer stopped by {type(error).__name__}", retryable=False))
        finally:
            self.lost += len(self.buffer)
            if self._file is not None:
                self._file.close()

    def _drain(self) -> None:
        while self.buffer:
            batch = self._next_batch()
            if not self._commit_patiently(batch):
                return
            if self.trouble is not None:
                self.report(None)
            with self._durable:
                self.durable_seq = batch.last_seq
                self._durable.notify_all()

    def _next_batch(self) -> Batch:
        """Encode what waits; a rotation begins a batch of its own, so that a batch belongs to one segment."""
        lines: list[bytes] = []
        rotation: tuple[Path, Rotation] | None = None
        last_seq = self.durable_seq
        while self.buffer and len(lines) < BATCH:
            if isinstance(self.buffer[0][3], Rotation):
                if lines:
                    break
                rotation = segment_path(self._directory, self.buffer[0][0]), self.buffer[0][3]
            entry = self.buffer.popleft()
            lines.append(self._encode(entry))
            last_seq = entry[0]
        return Batch(b"".join(lines), len(lines), last_seq, rotation)

    def _encode(self, entry: Entry) -> bytes:
        seq, at, wall, what = entry
        fact = self._fact_of(what)
        try:
            line = encode_line(seq, self._boot, fact, at=at, wall=wall)
        except (TypeError, ValueError, KeyError) as error:
            # A field of the wrong type is our bug; the others' records and the row of numbers go on.
            self.lost += 1
            message = f"journal: a {type(fact).__name__} could not be written: {type(error).__name__}"
            self.report(StoreError(message, retryable=False))
            fact = RecordsLost(1)
            line = encode_line(seq, self._boot, fact, at=at, wall=wall)
        self._fold.apply(Record(seq, self._boot, wall, at, fact))
        return line

    def _fact_of(self, what: Fact | Rotation | Loss) -> Fact:
        if isinstance(what, Rotation):
            return self._fold.recovered().checkpoint()
        return what.seal() if isinstance(what, Loss) else what

    def _commit_patiently(self, batch: Batch) -> bool:
        """Commit, trying again for as long as the disk refuses; False if the journal is closed meanwhile."""
        pause_s = FIRST_RETRY_S
        while True:
            closing = self._halt.is_set()
            try:
                self._commit(batch)
            except OSError as error:
                message = f"journal: {error.strerror}; {batch.count + len(self.buffer)} records wait in memory"
                self.report(StoreError(message, retryable=True))
            else:
                return True
            if closing:
                self.lost += batch.count
                return False
            self._halt.wait(pause_s)
            pause_s = min(2 * pause_s, LAST_RETRY_S)

    def _commit(self, batch: Batch) -> None:
        if batch.rotation is not None:
            path, rotation = batch.rotation
            self._begin_segment(path, batch.lines)
            self._remove_expired(rotation)
        elif self._file is not None:
            self._file.commit(batch.lines)
        if self._file is not None and self._file.size >= self._full_at_bytes and not self._rotation_asked:
            self._rotation_asked = True  # once: the appending side answers with one rotation
            self.segment_full = True

    def _begin_segment(self, path: Path, lines: bytes) -> None:
        """The old segment is complete and durable before the new one exists: a reader may move on at once."""
        following = SegmentFile(path, 0)
        try:
            following.commit(lines)
        except OSError:
            following.close()
            raise
        if self._file is not None:
            self._file.close()
        self._file = following
        self._full_at_bytes = following.size + self._max_segment_bytes  # however large the checkpoint is
        self._rotation_asked = False

    def _remove_expired(self, rotation: Rotation) -> None:
        if rotation.expired_wall is None:
            return
        try:
            remove_expired(self._directory, before_wall=rotation.expired_wall)
        except OSError as error:  # no reason to write the batch again: it is durable
            self.report(StoreError(f"journal: an expired segment stays: {error.strerror}", retryable=True))
