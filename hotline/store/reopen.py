"""Opening a journal that another boot left behind: the lock, what was going on, and the clean cut at its end."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from hotline.store.facts import Checkpoint
from hotline.store.recovery import Fold, Recovered
from hotline.store.segments import (
    Damage,
    DamageKind,
    Line,
    Sequence,
    first_seq,
    read_checked,
    read_segment,
    segments_in,
)
from telephony.errors import StoreError

LOCK_FILE = "journal.lock"


@dataclass(frozen=True, slots=True)
class Reopened:
    """What an existing journal holds and where it goes on."""

    recovered: Recovered
    next_seq: int
    """The next number to give away."""
    damages: tuple[Damage, ...]
    """Everything found wrong in what had to be read, the torn end included."""
    cut_bytes: int
    """Length of the torn end that was cut off."""
    newest: Path | None
    """The segment to go on with; None to begin a new one."""
    size: int
    """Its bytes."""
    began_wall: float
    """When it was begun, in seconds since 1970."""


def lock(directory: Path) -> int:
    """Become the only writer; the descriptor holds the lock until it is closed or the program is gone."""
    descriptor = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        message = f"another hotline is writing the journal in {directory}; stop it first"
        raise StoreError(message, retryable=False) from error
    return descriptor


def reopen(directory: Path) -> Reopened:
    """Read back from the newest checkpoint on and cut a torn end. Only the holder of the lock may call it."""
    segments = segments_in(directory)
    if not segments:
        return Reopened(Recovered(), 1, (), 0, None, 0, 0.0)
    kept = segments[_newest_checkpoint(segments) :]
    sequence, folded, damages = Sequence(first_seq(kept[0])), Fold(), []
    for path in kept:
        for found in read_checked(path, sequence):
            if isinstance(found, Damage):
                damages.append(found)
            else:
                folded.apply(found)
    newest = kept[-1]
    cut_bytes = _cut_torn_end(newest, damages)
    sound = not any(damage.segment == newest.name and damage.kind is not DamageKind.TORN for damage in damages)
    return Reopened(
        recovered=folded.recovered(),
        next_seq=max(sequence.safe_next_seq, first_seq(newest)),
        damages=tuple(damages),
        cut_bytes=cut_bytes,
        newest=newest if sound and newest.stat().st_size else None,
        size=newest.stat().st_size,
        began_wall=_began_wall(newest),
    )


def _newest_checkpoint(segments: list[Path]) -> int:
    """Index of the newest segment that holds the state before it; else the oldest."""
    for index in reversed(range(len(segments))):
        first = next(read_segment(segments[index]), None)
        if isinstance(first, Line) and isinstance(first.record.fact, Checkpoint):
            return index
    return 0


def _cut_torn_end(newest: Path, damages: list[Damage]) -> int:
    """Cut what follows the last newline: it was never acknowledged. Complete lines stay, damaged or not."""
    torn = next((each for each in damages if each.kind is DamageKind.TORN and each.segment == newest.name), None)
    if torn is None:
        return 0
    with newest.open("r+b") as file:
        file.truncate(torn.offset)
        os.fsync(file.fileno())
    return torn.length


def _began_wall(segment: Path) -> float:
    first = next(read_segment(segment), None)
    return first.record.wall if isinstance(first, Line) else 0.0
