"""One supervisor per hotline: a lock the kernel gives back when its owner dies, and who that owner is."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.pidfile import Identity, PidFile
from telephony.errors import WorldError


class AlreadyRunningError(WorldError):
    """Another supervisor holds the lock."""

    def __init__(self, pid: int | None) -> None:
        self.pid = pid
        who = f" (pid {pid})" if pid else ""
        super().__init__(f"热线已在运行 · the hotline is already running{who}; `hotline stop` ends it", retryable=True)


class SupervisorLock:
    """The right to be the supervisor of one state directory."""

    def __init__(self, run_dir: Path) -> None:
        self._lock = run_dir / "supervisor.lock"
        self._owner = PidFile(run_dir / "supervisor.pid")

    @property
    def owner(self) -> Identity | None:
        """The supervisor that runs, if any."""
        return self._owner.living()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the supervisor; `AlreadyRunningError` if somebody else is."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = self.owner
                raise AlreadyRunningError(owner.pid if owner else None) from None
            myself = Identity.of(os.getpid())
            if myself is not None:
                self._owner.write(myself)
            try:
                yield
            finally:
                self._owner.remove()
        finally:
            os.close(descriptor)  # gives the lock back; the file stays, or two could hold two locks of one name
