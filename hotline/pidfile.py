"""Which process is which: a pid alone is reused, a pid with its start and its command line is one process.

Linux only: reads /proc as proc(5) describes it.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Identity:
    """One process, never mistaken for another that got its pid later."""

    pid: int
    started_ticks: int
    """Field 22 of /proc/pid/stat: clock ticks from the machine's boot to the process's start."""
    machine_boot: str
    """Which boot those ticks count from."""
    command: tuple[str, ...]
    """The command line as the kernel shows it."""

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The process that has this pid now; None if there is none, or only what its parent has not buried yet."""
        stat = _stat(pid)
        if stat is None or stat.is_dead:
            return None
        try:
            command = tuple((PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1])
            boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return None
        return cls(pid, stat.started_ticks, boot, command)

    @property
    def is_alive(self) -> bool:
        """Whether this very process still runs."""
        now = Identity.of(self.pid)
        return now is not None and (now.started_ticks, now.machine_boot) == (self.started_ticks, self.machine_boot)

    def signal(self, number: int) -> None:
        """Send a signal, if the process still runs."""
        if self.is_alive:
            _signal(self.pid, number)

    def kill_session(self, number: int) -> None:
        """Signal whoever is left of the session this process leads or led: its children, if it did not end them.

        A pid is not given out again while a session bears its number, so these are no strangers.
        """
        for pid, stat in _all_processes():
            if stat.session == self.pid and stat.started_ticks >= self.started_ticks and not stat.is_dead:
                _signal(pid, number)


class PidFile:
    """A file that names a process, for whoever comes after us."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, identity: Identity) -> None:
        """Name this process; whole or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(identity)) + "\n", encoding="utf-8")
        fresh.replace(self._path)

    def living(self) -> Identity | None:
        """The process named, if it still runs with the same start and command line."""
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            named = Identity(**{**stored, "command": tuple(stored["command"])})
        except (OSError, ValueError, TypeError, KeyError):  # none, or damaged by a full disk: nobody is named
            return None
        return named if Identity.of(named.pid) == named else None

    def remove(self) -> None:
        """Name nobody."""
        self._path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Stat:
    state: str
    session: int
    started_ticks: int

    @property
    def is_dead(self) -> bool:
        """A zombie waits for its parent to read its exit code; it runs no more."""
        return self.state in "ZX"


def _stat(pid: int) -> _Stat | None:
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # the name before may hold blanks and brackets; field 3 follows
    return _Stat(state=fields[0], session=int(fields[3]), started_ticks=int(fields[19]))


def _all_processes() -> Iterator[tuple[int, _Stat]]:
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))) is not None:
            yield int(entry.name), stat


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended in between, which is what the signal was for
