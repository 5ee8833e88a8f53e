"""A process steps back behind those that callers wait for.

Linux groups processes by session for its scheduler (autogroup, sched(7)), and weighs `nice` only within a group. Each
service is a session of its own, so that what `nice` says would be heard by nobody; the session has to say it as well.
"""

import contextlib
import os
from pathlib import Path

import structlog

from hotline import clock

AUTOGROUP = Path("/proc/self/autogroup")
"""The niceness of our session; not there where the kernel does not group by session."""

TRIES = 20
ONCE_EVERY_S = 0.1
"""Linux takes this from one ordinary user's process in a tenth of a second; the others are told to come again."""

log = structlog.get_logger(__name__)


def step_back(niceness: int) -> None:
    """Add to this process's niceness, and give it to its session if it leads one; blocks, 2 s at most.

    A session begins at 0 whatever its leader inherited, as those it is to step back behind do. One that is not ours to
    speak for stays as it is.
    """
    os.nice(niceness)
    if os.getsid(0) == os.getpid() and AUTOGROUP.exists():
        try:
            _tell_session(niceness)
        except OSError as error:
            log.warning("session_not_stepped_back", problem=error.strerror or str(error))


def _tell_session(niceness: int) -> None:
    for _ in range(TRIES - 1):
        with contextlib.suppress(BlockingIOError):
            AUTOGROUP.write_text(str(niceness))
            return
        clock.sleep_s(ONCE_EVERY_S)
    AUTOGROUP.write_text(str(niceness))
