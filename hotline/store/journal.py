"""The journal: every fact and order, appended in memory by the engine and made durable by a thread of its own."""

import asyncio
import os
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from hotline.store.codec import ENCODERS
from hotline.store.facts import Booted, Fact
from hotline.store.recovery import Fold, Recovered
from hotline.store.reopen import Reopened, lock, reopen
from hotline.store.segments import Damage, remove_expired
from hotline.store.writer import Entry, Loss, Rotation, Writer
from telephony.errors import StoreError

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class JournalSettings:
    """Sizes and times of the journal."""

    max_segment_bytes: int = 4 * MIB
    """A new file from here on: some 24,000 records, which a restart reads in under a second."""
    max_segment_age_s: float = 86_400.0
    """A new file at least daily, so that retention works by the day."""
    max_waiting: int = 100_000
    """Records kept in memory while the disk does not take them (some 50 MB): 100 s at 1,000 a second."""
    linger_s: float = 0.005
    """How long the writer gathers records for one sync: bounds the disk's syncs to 200 a second."""
    keep_s: float | None = 180 * 86_400.0
    """Age at which a file is deleted; None keeps everything. Half a year: see docs/guide/records.md."""


@dataclass(frozen=True, slots=True)
class Boot:
    """One run of the hotline."""

    id: str
    at: float
    """When it began, on the engine's clock."""
    wall: float
    """The same in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class JournalStatus:
    """How the journal is doing."""

    last_seq: int
    """Number of the latest record."""
    durable_seq: int
    """Everything up to here survives a power cut."""
    lost: int
    """Facts of this boot that were not kept."""
    trouble: StoreError | None
    """What is wrong now; None: all is well."""
    segment: str
    """Name of the file being written."""

    @property
    def waiting(self) -> int:
        """Records in memory only."""
        return self.last_seq - self.durable_seq


def _ignore(_trouble: StoreError | None) -> None:
    """For those who only look at the status."""


class Journal:
    """The one writer of a journal's directory.

    `append` belongs to one thread, the engine's, and only touches memory. There is no lock in its path: the deque
    has one producer and one consumer, and every other attribute it reads is written by one side only.
    """

    def __init__(self, settings: JournalSettings, writer: Writer, *, next_seq: int, began_wall: float) -> None:
        self.recovered = Recovered()
        """What was going on when the journal was opened."""
        self.damages: tuple[Damage, ...] = ()
        """What was found wrong when it was opened; to be logged, loudly."""
        self._settings = settings
        self._writer = writer
        self._buffer: deque[Entry] = writer.buffer
        self._next_seq = next_seq
        self._rotate_wall = began_wall + settings.max_segment_age_s
        self._loss: Loss | None = None
        self._lost = 0
        self._closed = False
        self._lock_descriptor = -1

    @classmethod
    def open(
        cls,
        directory: Path,
        boot: Boot,
        *,
        settings: JournalSettings | None = None,
        on_trouble: Callable[[StoreError | None], None] = _ignore,
    ) -> "Journal":
        """Recover, cut a torn end, begin a new boot. Blocks while reading; StoreError if it cannot be used.

        `on_trouble` gets a StoreError when the disk stops taking records and None when it takes them again. It is
        called in either thread, so it should only hand over, as with `loop.call_soon_threadsafe`.
        """
        settings = settings or JournalSettings()
        try:
            with ExitStack() as undo:
                directory.mkdir(parents=True, exist_ok=True, mode=0o700)
                descriptor = lock(directory)
                undo.callback(os.close, descriptor)
                reopened = reopen(directory)
                if settings.keep_s is not None:
                    remove_expired(directory, before_wall=boot.wall - settings.keep_s)
                writer = Writer(directory, boot.id, fold=Fold(reopened.recovered), on_trouble=on_trouble)
                journal = cls(settings, writer, next_seq=reopened.next_seq, began_wall=reopened.began_wall)
                journal._begin(boot, reopened, descriptor)
                undo.pop_all()
                return journal
        except OSError as error:
            raise StoreError(f"journal in {directory}: {error.strerror}", retryable=True) from error

    def _begin(self, boot: Boot, reopened: Reopened, lock_descriptor: int) -> None:
        self.recovered, self.damages = reopened.recovered, reopened.damages
        self._lock_descriptor = lock_descriptor
        settings = self._settings
        self._writer.durable_seq = reopened.next_seq - 1
        if reopened.newest is None or reopened.size >= settings.max_segment_bytes:
            self._rotate(at=boot.at, wall=boot.wall)
        else:
            self._writer.go_on_with(reopened.newest, reopened.size)
        self._writer.begin(linger_s=settings.linger_s, max_segment_bytes=settings.max_segment_bytes)
        self.append(Booted(reopened.cut_bytes, len(reopened.damages)), at=boot.at, wall=boot.wall)

    @property
    def durable_seq(self) -> int:
        """Everything up to this number survives a power cut."""
        return self._writer.durable_seq

    def status(self) -> JournalStatus:
        """How the journal is doing."""
        writer = self._writer
        return JournalStatus(
            last_seq=self._next_seq - 1,
            durable_seq=writer.durable_seq,
            lost=self._lost + writer.lost,
            trouble=writer.trouble,
            segment=writer.segment,
        )

    def append(self, fact: object, *, at: float, wall: float) -> int:
        """Remember a fact, an event or an order, and return its number; TypeError for anything else.

        `at` is the instant on the engine's clock, `wall` the same in seconds since 1970. Never blocks and never
        fails: what finds no room is counted as lost, and the loss itself is recorded.
        """
        if type(fact) not in ENCODERS:
            raise TypeError(f"{type(fact).__name__} is not a fact")
        if len(self._buffer) >= self._settings.max_waiting or self._closed:
            return self._lose(at=at, wall=wall)
        if self._writer.segment_full or wall >= self._rotate_wall:
            self._rotate(at=at, wall=wall)
        return self._push(cast("Fact", fact), at=at, wall=wall)  # every key of ENCODERS is one

    def _push(self, what: Fact | Rotation | Loss, *, at: float, wall: float) -> int:
        seq = self._next_seq
        self._next_seq = seq + 1
        self._buffer.append((seq, at, wall, what))
        self._writer.wake.set()
        return seq

    def _rotate(self, *, at: float, wall: float) -> None:
        """Reserve the number of the checkpoint here; the writer fills it in, knowing all records before it."""
        self._writer.segment_full = False
        self._rotate_wall = wall + self._settings.max_segment_age_s
        settings = self._settings
        self._push(Rotation(None if settings.keep_s is None else wall - settings.keep_s), at=at, wall=wall)

    def _lose(self, *, at: float, wall: float) -> int:
        """Count a fact as lost; the first of a row takes a number, whose record will tell how many they were."""
        self._lost += 1
        if self._loss is not None and self._loss.add():
            return self._next_seq - 1
        self._loss = Loss()
        message = f"{len(self._buffer)} records wait for the disk and no more fit: records are being lost"
        self._writer.report(StoreError(f"journal: {message}", retryable=True))
        return self._push(self._loss, at=at, wall=wall)

    async def flush(self, *, timeout_s: float = 10.0) -> None:
        """Wait until everything appended so far is durable; StoreError if that takes too long."""
        await asyncio.to_thread(self._wait_durable, timeout_s)

    def _wait_durable(self, timeout_s: float) -> None:
        seq = self._next_seq - 1
        if not self._writer.wait_durable(seq, timeout_s):
            cause = self._writer.trouble or f"the disk took longer than {timeout_s:g} s"
            waiting = seq - self._writer.durable_seq
            raise StoreError(f"{waiting} records are not durable: {cause}", retryable=True)

    async def close(self, *, timeout_s: float = 10.0) -> None:
        """Write what is left, stop the thread, let go of the lock. StoreError if records had to be left behind."""
        await asyncio.to_thread(self.close_blocking, timeout_s=timeout_s)

    def close_blocking(self, *, timeout_s: float = 10.0) -> None:
        """The same for a program without a loop."""
        if self._closed:
            return
        self._closed = True
        try:
            self._wait_durable(timeout_s)
        finally:
            self._writer.stop(timeout_s)
            os.close(self._lock_descriptor)
