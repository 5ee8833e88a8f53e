"""One running Asterisk: its files, its start and end, its command line; several live side by side."""

import os
import re
import resource
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from hotline.asterisk.provision import AsteriskInstall
from hotline.clock import sleep_s
from hotline.folders import SOCKET_PATH_BYTES, make_private_dir, short_run_dir
from hotline.pidfile import Identity, PidFile
from telephony.errors import ProvisionError

BOOT_LIMIT_S = 60.0
"""Longest wait for FullyBooted; it takes 0.2 s on an idle machine."""

STOP_GRACE_S = 5.0
"""Asterisk hangs up every channel on SIGTERM, which takes well under a second."""

LOG_LIMIT_BYTES = 10_000_000
"""A larger log is put aside (one generation) at the next start."""

MOST_FILES = 65_536
"""Open files we ask for: a talk takes about twelve."""

ALLOCATION = {"MALLOC_ARENA_MAX": "2"}
"""mallopt(3): Asterisk runs a thread a call, and by default each of eight arenas a core grows until it has seen a busy
moment of its own: memory that creeps for hours and looks like a leak."""

_POLL_S = 0.02
_SUBFOLDERS = ("etc", "log", "spool", "spool/tmp", "spool/outgoing", "spool/monitor", "db", "lib", "lib/keys", "cache")


class AsteriskInstance:
    """An Asterisk with a home of its own. Methods block; call them from a thread where a loop must not stop."""

    def __init__(
        self, install: AsteriskInstall, home: Path, files: Mapping[str, str], *, run_dir: Path | None = None
    ) -> None:
        self.install = install
        self.home = home
        self.files = dict(files)
        self.run_dir = run_dir or _run_dir_for(home)
        self.conf = home / "etc" / "asterisk.conf"
        self.log = home / "log" / "messages.log"
        self._console = home / "log" / "console.log"
        self._pid_file = PidFile(home / "asterisk.pid")
        self._process: Identity | None = None

    # ---- life ------------------------------------------------------------------------------------

    def start(self, *, boot_limit_s: float = BOOT_LIMIT_S) -> None:
        """Write the files, start, and return when every module is up; `ProvisionError` says why not."""
        if self.adopt():
            raise ProvisionError(f"an Asterisk is running in {self.home}", retryable=False)
        self.write_files()
        self._rotate_logs()
        with self._console.open("ab") as console:
            child = subprocess.Popen(
                [*self.install.command, "-f", "-C", str(self.conf)],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env={**os.environ, **ALLOCATION},
                start_new_session=True,  # Ctrl-C is the supervisor's business: it stops things in order
            )
        child.returncode = 0  # the pid file tells whether it runs, also after our own end; Popen need not watch it
        self._remember(child.pid)
        try:
            self._wait_booted(boot_limit_s)
            self._remember(child.pid)  # again: a wrapper script's command line becomes Asterisk's own
        except BaseException:
            self.stop()
            raise

    def _remember(self, pid: int) -> None:
        self._process = Identity.of(pid)
        if self._process:
            self._pid_file.write(self._process)

    def adopt(self) -> bool:
        """Take over an Asterisk an earlier process of ours started in this home; False if there is none."""
        if not self.running:
            self._process = self._pid_file.living()
        return self.running

    @property
    def running(self) -> bool:
        """Whether it runs, as far as this object knows: started or adopted here."""
        if self._process is None:
            return False
        _reap(self._process.pid)
        return self._process.is_alive

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process and self.running else None

    def stop(self, *, grace_s: float = STOP_GRACE_S) -> None:
        """End it, by force if need be; calls in progress are hung up."""
        if self._process:
            self._process.signal(signal.SIGTERM)
            if not self._wait_gone(grace_s):
                self.kill()
        self._process = None
        self._pid_file.remove()

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process:
            self._process.signal(signal.SIGKILL)
            self._wait_gone(5)

    def _wait_gone(self, limit_s: float) -> bool:
        for _ in range(int(limit_s / _POLL_S)):
            if not self.running:
                return True
            sleep_s(_POLL_S)
        return False

    # ---- files -----------------------------------------------------------------------------------

    def write_files(self, files: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Bring the configuration to this state, each file whole or not at all; answers the names that changed."""
        if files is not None:
            self.files = dict(files)
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_private_dir(self.run_dir)
        for name in _SUBFOLDERS:
            (self.home / name).mkdir(exist_ok=True, mode=0o700)
        wanted = {**self.files, "asterisk.conf": self._asterisk_conf()}
        etc = self.home / "etc"
        for stray in {path.name for path in etc.iterdir()} - wanted.keys():
            (etc / stray).unlink()
        return tuple(name for name, text in sorted(wanted.items()) if _write_if_changed(etc / name, text))

    def reload(self, files: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Bring changed files into effect without touching a call; answers their names."""
        changed = self.write_files(files)
        if changed:
            self.cli("core reload")
        return changed

    def _asterisk_conf(self) -> str:
        """Everything below our home; nothing of /etc/asterisk or /var/lib/asterisk is read."""
        home, install = self.home, self.install
        _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
        most_files = MOST_FILES if most_files == resource.RLIM_INFINITY else min(most_files, MOST_FILES)
        folders = {
            "astetcdir": home / "etc",
            "astmoddir": install.modules_dir,
            "astvarlibdir": home / "lib",
            "astdbdir": home / "db",
            "astkeydir": home / "lib",
            "astdatadir": install.data_dir,
            "astagidir": home / "lib",
            "astspooldir": home / "spool",
            "astrundir": self.run_dir,
            "astlogdir": home / "log",
            "astsbindir": install.sbin_dir,
            "astcachedir": home / "cache",
        }
        options = {
            "hideconnect": "yes",
            "nocolor": "yes",
            "live_dangerously": "no",
            "maxfiles": most_files,
            "systemname": "hotline",
        }
        return "\n".join(
            [
                "[directories]",
                *(f"{key} => {value}" for key, value in folders.items()),
                "[options]",
                *(f"{key} = {value}" for key, value in options.items()),
                "",
            ]
        )

    # ---- looking inside --------------------------------------------------------------------------

    def cli(self, command: str, *, timeout_s: float = 10.0) -> str:
        """What Asterisk's command line answers; `ProvisionError` if it does not."""
        try:
            done = subprocess.run(
                [*self.install.command, "-C", str(self.conf), "-rx", command],
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ProvisionError(
                f"Asterisk does not answer {command!r} within {timeout_s:.0f} s", retryable=True
            ) from None
        if done.returncode:
            raise ProvisionError(f"Asterisk refuses {command!r}: {done.stderr.strip()[:200]}", retryable=True)
        return done.stdout.strip()

    @property
    def cpu_s(self) -> float:
        """Processor time used since its start, in seconds."""
        fields = self._stat()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0

    @property
    def rss_bytes(self) -> int:
        """Resident memory."""
        fields = self._stat()
        return int(fields[21]) * os.sysconf("SC_PAGE_SIZE") if fields else 0

    def _stat(self) -> list[str]:
        """Fields of /proc/PID/stat from the third on (proc(5) counts from 1); empty if it is gone."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            return []

    def errors(self) -> list[str]:
        """The log's ERROR lines."""
        return [line for line in self._log_lines() if re.search(r"\] ERROR\[", line)]

    def _log_lines(self) -> list[str]:
        try:
            return self.log.read_text("utf-8", "replace").splitlines()
        except OSError:
            return []

    def _wait_booted(self, limit_s: float) -> None:
        socket = self.run_dir / "asterisk.ctl"
        for _ in range(int(limit_s / _POLL_S)):
            if not self.running:
                raise ProvisionError(f"Asterisk ended while starting: {self._last_words()}", retryable=False)
            if socket.exists() and self._fully_booted():
                break
            sleep_s(_POLL_S)
        else:
            raise ProvisionError(f"Asterisk is not up after {limit_s:.0f} s: {self._last_words()}", retryable=True)
        if taken := [line for line in self.errors() if "in use" in line or "Unable to bind" in line]:
            raise ProvisionError(f"Asterisk cannot listen: {_without_prefix(taken[0])}", retryable=False)

    def _fully_booted(self) -> bool:
        try:
            return "fully booted" in self.cli("core waitfullybooted")
        except ProvisionError:
            return False  # the socket is there a moment before somebody listens

    def _last_words(self) -> str:
        lines = [line for line in self._log_lines() if re.search(r"\] (ERROR|WARNING)\[", line)]
        if not lines and self._console.exists():
            lines = self._console.read_text("utf-8", "replace").strip().splitlines()
        return " / ".join(_without_prefix(line) for line in lines[-2:]) or "it left no message"

    def _rotate_logs(self) -> None:
        """The log is of this run; a long one is kept once."""
        for path in (self.log, self._console):
            if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
                path.replace(path.with_suffix(".old.log"))
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".last.log"))


def _run_dir_for(home: Path) -> Path:
    """Below the home unless the socket's path would be too long."""
    own = home / "run"
    return own if len(os.fsencode(own / "asterisk.ctl")) <= SOCKET_PATH_BYTES else short_run_dir(home)


def _reap(pid: int) -> None:
    """Collect a child of ours that has ended."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return  # adopted: somebody else's child


def _write_if_changed(path: Path, text: str) -> bool:
    content = text.encode()
    if path.exists() and path.read_bytes() == content:
        return False
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # passwords are in some of them
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    temporary.replace(path)
    return True


def _without_prefix(line: str) -> str:
    """A log line without time, thread and source line."""
    return re.sub(r"^\[[^]]*\] \w+\[\d+\](\[\S+\])?:? *(\S+\.c: ?)?", "", line).strip()[:200]
