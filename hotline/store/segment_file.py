"""One segment being written: a write that failed half-way is repeated at the same place."""

import os
from pathlib import Path

from hotline.store.segments import sync_directory


class SegmentFile:
    """An open segment. Everything up to `size` is durable."""

    def __init__(self, path: Path, size: int) -> None:
        """Open or create it with mode 0600; OSError if that fails."""
        self.path = path
        self.size = size
        """Bytes that are surely on the disk."""
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def commit(self, lines: bytes) -> None:
        """Write whole lines and wait until the disk has them.

        After an OSError, call it again with the same bytes: they go to the same place, so that a reader sees
        complete lines appear but never change or vanish. Repeating the whole write also makes pages dirty again
        that the kernel had given up after a failed sync; a bare second `fdatasync` would wrongly report success.
        """
        offset, rest = self.size, memoryview(lines)
        while rest:
            written = os.pwrite(self._descriptor, rest, offset)
            offset, rest = offset + written, rest[written:]
        os.fdatasync(self._descriptor)
        if self.size == 0:
            sync_directory(self.path.parent)
        self.size += len(lines)

    def close(self) -> None:
        """Give the descriptor back; everything committed is already durable."""
        os.close(self._descriptor)
