"""A tree of unpacked Debian packages that runs by its own loader: verified, swapped in whole, shared by clones."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotline.asterisk.private_apt import (
    Deb,
    PrivateApt,
    Report,
    SuiteMissingError,
    architecture,
    find_mirror,
    sha256_of,
)
from hotline.clock import sleep_s
from telephony.errors import ProvisionError

SUITES = ("forky", "sid")
"""Debian's releases with Asterisk 22, the steadier one first; bookworm and trixie carry none."""

LOADERS = {
    "amd64": ("x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "arm64": ("aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}
"""Debian architecture → library folder, dynamic loader."""

LEFT_OUT = ("doc", "man", "locale", "info", "lintian", "bug")
"""Folders of /usr/share nobody needs at run time."""

NEEDED_BYTES = 700_000_000
"""Free space before anything is fetched: 82 MB packages, 60 MB index, 310 MB unpacked, as much again for the swap."""

LOCK_WAIT_S = 1800
"""Longest wait for another process that sets up the same."""

MARKER = "hotline-root.json"
"""Written last: what is in the tree, and how large every file is."""


@dataclass(frozen=True, slots=True)
class PrivateRoot:
    """One package with all it needs, below `folder`."""

    package: str
    """Debian's name of it."""
    folder: Path
    """Holds `root` (the tree), `debs` (the packages) and, while fetching, `apt`."""
    proof: Callable[["PrivateRoot", Path], str]
    """Runs the program in a tree and answers its version; raises `ProvisionError` if it does not run."""

    @property
    def tree(self) -> Path:
        """The unpacked files."""
        return self.folder / "root"

    @property
    def pool(self) -> Path:
        """The packages, kept so that the tree can be made again without a network."""
        return self.folder / "debs"

    def command(self, program: str, *, tree: Path | None = None) -> tuple[str, ...]:
        """How to run a program of the tree: by the tree's own loader and libraries."""
        root = tree or self.tree
        library, loader = LOADERS[_supported_architecture()]
        libraries = [root / "usr/lib" / library, root / "usr/lib" / library / "pulseaudio"]
        path = root / "usr" / program
        search = ":".join(str(folder) for folder in libraries if folder.is_dir())
        return (str(libraries[0] / loader), "--library-path", search, "--argv0", path.name, str(path))

    @property
    def libraries(self) -> Path:
        """The tree's library folder."""
        return self.tree / "usr/lib" / LOADERS[_supported_architecture()][0]

    def ensure(self, report: Report) -> str:
        """Have the tree, whole and running; answer its version. Made once, then found again in an instant."""
        if version := self._intact():
            return version
        _supported_architecture()
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder / "lock", lambda: report(f"waiting for another process that sets up {self.package}")):
            return self._intact() or self._make(report)

    def _intact(self) -> str | None:
        """Version of a tree that is as it was unpacked, by every file's size, and still runs."""
        try:
            marker = json.loads((self.tree / MARKER).read_text("utf-8"))
            for name, size in marker["files"].items():
                if (self.tree / name).stat().st_size != size:
                    return None
            return self.proof(self, self.tree) if marker["package"] == self.package else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, ProvisionError):
            return None

    def _make(self, report: Report) -> str:
        try:
            _check_space(self.folder)
            if not self._pool_intact():
                self._fetch(report)
            return self._unpack(report)
        except OSError as error:
            raise ProvisionError(f"cannot write {self.folder}: {error.strerror or error}", retryable=False) from error

    def _pool_intact(self) -> bool:
        try:
            index = json.loads((self.pool / "index.json").read_text("utf-8"))
            return bool(index) and all(sha256_of(self.pool / name) == sha256 for name, sha256 in index.items())
        except (OSError, ValueError, AttributeError):
            return False

    def _fetch(self, report: Report) -> None:
        """Take the packages from the first suite that has them; the index falls away, the packages stay."""
        mirror = find_mirror()
        missing: SuiteMissingError | None = None
        for suite in SUITES:
            apt_dir = self.folder / "apt"
            shutil.rmtree(apt_dir, ignore_errors=True)
            try:
                self._fetch_from(PrivateApt(apt_dir, mirror, suite), report)
            except SuiteMissingError as error:
                missing = error
            else:
                return
            finally:
                shutil.rmtree(apt_dir, ignore_errors=True)
        assert missing is not None
        raise missing

    def _fetch_from(self, apt: PrivateApt, report: Report) -> None:
        (self.pool / "index.json").unlink(missing_ok=True)
        apt.update(report)
        report(f"choosing what {self.package} needs of Debian {apt.suite}")
        plan: tuple[Deb, ...] = apt.plan(self.package)
        apt.download(self.package, self.pool, report, plan=plan)
        _write_json(self.pool / "index.json", {deb.file: deb.sha256 for deb in plan})

    def _unpack(self, report: Report) -> str:
        """Into a folder beside the tree, proven to run there, then swapped in by renaming."""
        fresh = self.folder / "root.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o755)
        debs = sorted(self.pool.glob("*.deb"))
        for number, deb in enumerate(debs):
            if number % 20 == 0:
                report(f"unpacking {self.package}: {number} of {len(debs)} packages")
            _unpack_deb(deb, fresh)
        version = self.proof(self, fresh)
        sizes = {
            str(path.relative_to(fresh)): path.stat().st_size
            for path in fresh.rglob("*")
            if path.is_file() and not path.is_symlink()
        }
        _write_json(fresh / MARKER, {"package": self.package, "version": version, "files": sizes})
        old = self.folder / "root.old"
        shutil.rmtree(old, ignore_errors=True)
        if self.tree.exists():
            self.tree.rename(old)
        fresh.rename(self.tree)
        shutil.rmtree(old, ignore_errors=True)
        return version


def run_proof(command: tuple[str, ...]) -> str:
    """What a program says about its version; `ProvisionError` if it does not start."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, errors="replace")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProvisionError(f"{Path(command[-2]).name} does not run: {error}", retryable=False) from error
    if not (text := (done.stdout or done.stderr).strip()):
        raise ProvisionError(f"{Path(command[-2]).name} does not run (exit code {done.returncode})", retryable=False)
    return text


def _supported_architecture() -> str:
    found = architecture()
    if found not in LOADERS:
        raise ProvisionError(
            f"no private Asterisk for the architecture {found} (only {', '.join(LOADERS)}): "
            "install Asterisk 20.10 or newer from your distribution",
            retryable=False,
        )
    return found


def _check_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise ProvisionError(
            f"not enough space in {folder}: {free // 10**6} MB free, {NEEDED_BYTES // 10**6} MB needed "
            "(HOTLINE_CACHE_DIR names another folder)",
            retryable=False,
        )


def _unpack_deb(deb: Path, into: Path) -> None:
    exclude = [f"--exclude=./usr/share/{name}/*" for name in LEFT_OUT]
    try:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE) as source:
            done = subprocess.run(
                ["tar", "-x", "--no-same-owner", "-C", str(into), *exclude],
                stdin=source.stdout,
                capture_output=True,
                text=True,
                check=False,
                errors="replace",
            )
    except FileNotFoundError as error:
        raise ProvisionError(f"{error.filename} is missing: this needs a Debian system", retryable=False) from None
    if done.returncode or source.returncode:
        if "No space left" in done.stderr:
            raise ProvisionError(f"disk full while unpacking into {into.parent}", retryable=False)
        raise ProvisionError(f"{deb.name} cannot be unpacked: {done.stderr.strip()[:200]}", retryable=False)


def _write_json(path: Path, content: object) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.replace(path)


@contextmanager
def _locked(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Only one process at a time; the kernel frees the lock of a process that dies."""
    polls_per_s = 5
    with path.open("a") as file:
        for poll in range(LOCK_WAIT_S * polls_per_s):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if poll % (10 * polls_per_s) == 0:
                    on_wait()
                sleep_s(1 / polls_per_s)
        else:
            raise ProvisionError(f"{path}: another process holds it for too long", retryable=True)
        os.utime(path)
        yield
