"""A child of the supervisor: started in a session of its own, adopted by pid file, ended with all it started."""

import os
import shutil
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotline.masking import remove_numbers
from hotline.pidfile import Identity, PidFile

LAST_LINES = 12
"""Lines shown of what a dead child wrote: a Python traceback's end."""

TAIL_BYTES = 16_384
"""Read from the end of the output to find those lines."""

LARGEST_OUTPUT_BYTES = 5_000_000
"""A larger output file is set aside, once; children write their real logs themselves."""


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """What to run, and how to know it."""

    name: str
    """As shown and as the pid file is called."""
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to our own."""
    folder: Path | None = None
    """Where it runs; None: where we do."""
    is_ready: Callable[[], bool] = lambda: True
    """Whether it does its work now; asked again and again, answers at once."""
    ready_within_s: float = 30.0
    """A start slower than this is reported."""
    hung_after_s: float | None = None
    """Once it was ready: silence after which it is killed and started again; None: never."""
    grace_s: float = 8.0
    """How long it may take to end when asked."""
    is_needed: bool = True
    """Without it the hotline is not ready; else it only does less."""


class Service:
    """One child process."""

    def __init__(self, spec: ServiceSpec, *, run_dir: Path, logs_dir: Path) -> None:
        self.spec = spec
        self.output = logs_dir / f"{spec.name}.out"
        self.identity: Identity | None = None
        self.exit_code: int | None = None
        """Of the last run; None if it is unknown, as for an adopted child. Negative: the signal that ended it."""
        self._pid_file = PidFile(run_dir / f"{spec.name}.pid")
        self._process: subprocess.Popen[bytes] | None = None
        self._output_from = 0
        """Where this run's output begins, in bytes."""

    @property
    def name(self) -> str:
        """As shown."""
        return self.spec.name

    @property
    def pid(self) -> int | None:
        """Its process, if it runs."""
        return self.identity.pid if self.identity is not None else None

    @property
    def ready_within_s(self) -> float:
        """A start slower than this is reported."""
        return self.spec.ready_within_s

    @property
    def hung_after_s(self) -> float | None:
        """Silence after which it is killed."""
        return self.spec.hung_after_s

    @property
    def grace_s(self) -> float:
        """How long it may take to end when asked."""
        return self.spec.grace_s

    @property
    def is_needed(self) -> bool:
        """Without it the hotline is not ready."""
        return self.spec.is_needed

    def is_ready(self) -> bool:
        """Whether it does its work."""
        return self.spec.is_ready()

    def adopt(self) -> bool:
        """Take over what an earlier supervisor left running."""
        self.identity = self._pid_file.living()
        return self.identity is not None

    def start(self) -> None:
        """Run it; `OSError` if that is not possible."""
        self.output.parent.mkdir(parents=True, exist_ok=True)
        with self.output.open("ab") as output:  # appending: it may be emptied under the child's hands
            self._output_from = output.tell()
            self._process = subprocess.Popen(
                self.spec.argv,
                cwd=self.spec.folder,
                env={**os.environ, **self.spec.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C at the terminal reaches the supervisor alone
            )
        self.exit_code = None
        self.identity = Identity.of(self._process.pid)
        if self.identity is not None:  # else it has ended already
            self._pid_file.write(self.identity)

    def is_alive(self) -> bool:
        """Whether it runs; buries it and what it started if not."""
        if self._process is not None:
            if not _has_ended(self._process.pid):
                self._know_again(self._process.pid)
                _set_aside(self.output)
                return True
        elif self.identity is not None and self.identity.is_alive:
            return True
        self._bury()
        return False

    def _know_again(self, pid: int) -> None:
        """Name it as it is now: within its `exec` a process has no command line, behind a wrapper another one.

        With the wrong one in the file the next supervisor would not know it, and start a second beside it.
        """
        now = Identity.of(pid)
        if now is not None and now != self.identity:
            self.identity = now
            self._pid_file.write(now)

    def ask_to_stop(self) -> None:
        """SIGTERM: end in order."""
        if self.identity is not None:
            self.identity.signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to it and all it started."""
        if self.identity is not None:
            self.identity.kill_session(signal.SIGKILL)
            self.identity.signal(signal.SIGKILL)

    def last_lines(self) -> list[str]:
        """The end of what it wrote, callers' numbers taken out."""
        try:
            size = self.output.stat().st_size
            with self.output.open("rb") as output:
                output.seek(max(self._output_from if self._output_from <= size else 0, size - TAIL_BYTES))
                lines = output.read().decode(errors="replace").splitlines()
        except OSError:
            return []
        return [remove_numbers(line) for line in deque(lines, LAST_LINES)]

    def _bury(self) -> None:
        if self.identity is not None:
            self.identity.kill_session(signal.SIGKILL)  # while its pid still can not belong to anyone else
        if self._process is not None:
            self.exit_code = self._process.wait()
            self._process = None
        self.identity = None
        self._pid_file.remove()


def _has_ended(pid: int) -> bool:
    """Whether our child ended, without burying it."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _set_aside(output: Path) -> None:
    """Keep the file small, also while a child writes to it."""
    if output.stat().st_size > LARGEST_OUTPUT_BYTES:
        shutil.copyfile(output, output.with_suffix(".out.1"))
        os.truncate(output, 0)
