"""Debian packages by the machine's own apt with state, cache and sources of ours: no root, no trace on the system."""

import hashlib
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import unquote

from telephony.errors import ProvisionError

Report = Callable[[str], None]
"""Told what is being done, in one line; called again as it advances. rich's `Status.update` fits."""

KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)
"""Debian's archive keys as the package debian-archive-keyring installs them (.pgp from trixie on)."""

CONNECT_TIMEOUT_S = 20
"""apt's own default is 30; a dead mirror should be named before people give up."""

COMMAND_LIMIT_S = 120
"""Longest run of a command that loads nothing; loading is bounded by apt's own time-outs."""

_SUITE_MISSING = re.compile(r"does not have a Release file|no longer has a Release file|404 +Not Found", re.IGNORECASE)
_PACKAGE_MISSING = re.compile(r"Unable to locate package|has no installation candidate|Depends:", re.IGNORECASE)
_UNSIGNED = re.compile(
    r"NO_PUBKEY|is not signed|invalid signature|signatures? (were|was|could)|GPG error", re.IGNORECASE
)
_DISK_FULL = re.compile(r"No space left on device|enough free space", re.IGNORECASE)
_NO_NETWORK = re.compile(
    r"resolv|Could not connect|Unable to connect|timed out|unreachable|Connection (refused|failed|reset)|Proxy|"
    r"50[234] ",
    re.IGNORECASE,
)


class SuiteMissingError(ProvisionError):
    """The mirror does not carry this suite, or the suite not this package: another suite may do."""


@dataclass(frozen=True, slots=True)
class Deb:
    """One package file as the signed index describes it."""

    file: str
    """Name in the archive folder."""
    size: int
    sha256: str

    def is_in(self, folder: Path) -> bool:
        """Whether the folder holds exactly this file."""
        path = folder / self.file
        return path.is_file() and path.stat().st_size == self.size and sha256_of(path) == self.sha256


def sha256_of(path: Path) -> str:
    """Hexadecimal digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_mirror() -> str:
    """The Debian mirror the machine itself uses, security updates left out."""
    by_index = _run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(ORIGIN)", "Created-By: Packages"]
    ).stdout
    # Before the machine's first `apt-get update` there is no index; then the sources are all there is.
    by_source = _run(["apt-get", "-o", "Debug::NoLocking=1", "update", "--print-uris"]).stdout
    candidates = [tuple(line.split(" ", 2)) for line in by_index.splitlines()]
    candidates += [(*found, "Debian") for found in re.findall(r"'(\S+?)dists/(\S+)/InRelease'", by_source)]
    for uri, release, origin in candidates:
        if origin == "Debian" and "security" not in uri + release and uri.startswith(("http", "file:", "mirror+")):
            return uri
    if candidates:
        raise ProvisionError(
            "apt has no Debian mirror: install Asterisk 20.10 or newer from your own distribution", retryable=False
        )
    raise ProvisionError(
        "apt has no mirror configured in /etc/apt: add a Debian mirror, or install Asterisk 20.10 or newer",
        retryable=False,
    )


def architecture() -> str:
    """Debian's name for this machine's architecture."""
    return _run(["dpkg", "--print-architecture"]).stdout.strip()


class PrivateApt:
    """One suite of one mirror, with every file of apt's in one folder."""

    def __init__(self, folder: Path, mirror: str, suite: str, *, keyrings: Sequence[str] = KEYRINGS) -> None:
        self.suite = suite
        self._folder = folder
        self._conf = folder / "apt.conf"
        present = [keyring for keyring in keyrings if Path(keyring).is_file()]
        if not present:
            raise ProvisionError("Debian's archive keys are missing: install debian-archive-keyring", retryable=False)
        for name in ("etc", "empty", "state/lists/partial", "cache"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").write_text("")
        (folder / "etc" / "hotline.sources").write_text(
            f"Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {' '.join(present)}\n"
        )
        self._conf.write_text(self._configuration())

    def _configuration(self) -> str:
        """Nothing of the machine's configuration but how to reach the network: its hooks must not run for us."""
        f = self._folder
        dump = _run(["apt-config", "dump", "--format", '%F "%v";%n']).stdout
        network = [line for line in dump.splitlines() if re.match(r"Acquire::(https?::|Check-|Force|Retries)", line)]
        return "\n".join(
            [
                f'Dir::Etc "{f}/etc"; Dir::Etc::Parts "{f}/empty"; Dir::Etc::Main "/dev/null";',
                f'Dir::Etc::SourceList "/dev/null"; Dir::Etc::SourceParts "{f}/etc";',
                f'Dir::Etc::Trusted "/dev/null"; Dir::Etc::TrustedParts "{f}/empty";',
                f'Dir::Etc::Preferences "/dev/null"; Dir::Etc::PreferencesParts "{f}/empty";',
                'Dir::Etc::Netrc "/etc/apt/auth.conf"; Dir::Etc::NetrcParts "/etc/apt/auth.conf.d";',
                f'Dir::State "{f}/state"; Dir::State::Status "{f}/status"; Dir::Cache "{f}/cache";',
                'APT::Install-Recommends "false"; APT::Sandbox::User ""; APT::Update::Error-Mode "any";',
                # The suite was found signed by Debian; machines with a wrong clock are common.
                'Acquire::Languages "none"; Acquire::Check-Valid-Until "false"; Debug::NoLocking "true";',
                f'Acquire::Retries "2"; Acquire::http::Timeout "{CONNECT_TIMEOUT_S}";',
                f'Acquire::https::Timeout "{CONNECT_TIMEOUT_S}";',
                *network,
                "",
            ]
        )

    def update(self, report: Report) -> None:
        """Fetch and verify the suite's index."""
        self._apt(["update"], lambda percent: report(f"reading Debian {self.suite}'s package index: {percent} %"))

    def plan(self, package: str) -> tuple[Deb, ...]:
        """The package and everything it needs, against a system that has nothing."""
        empty = self._folder / "empty"
        (empty / "partial").mkdir(exist_ok=True)
        uris = self._apt(["-o", f"Dir::Cache::Archives={empty}", "--print-uris", "install", package])
        wanted = re.findall(r"^'(\S+)' (\S+) (\d+) ", uris, re.MULTILINE)
        names = sorted({file.partition("_")[0] for _, file, _ in wanted})
        index = _run(["apt-cache", "show", *names], env=self._environment()).stdout
        digests = dict(re.findall(r"^Filename: (\S+)$.*?^SHA256: ([0-9a-f]{64})$", index, re.MULTILINE | re.DOTALL))
        by_name = {path.rpartition("/")[2]: digest for path, digest in digests.items()}
        found = tuple(
            Deb(file, int(size), by_name.get(unquote(uri.rpartition("/")[2]), "")) for uri, file, size in wanted
        )
        if not found or not all(deb.sha256 for deb in found):
            raise SuiteMissingError(f"Debian {self.suite} does not carry {package}", retryable=False)
        return found

    def download(self, package: str, pool: Path, report: Report, *, plan: Iterable[Deb]) -> None:
        """Fetch what the pool lacks of the plan, drop what is not in it, and verify every file."""
        plan = tuple(plan)
        (pool / "partial").mkdir(parents=True, exist_ok=True)
        fit = {deb.file for deb in plan if deb.is_in(pool)}
        for path in pool.glob("*.deb"):
            if path.name not in fit:
                path.unlink()
        megabytes = sum(deb.size for deb in plan if deb.file not in fit) / 1e6
        self._apt(
            ["-o", f"Dir::Cache::Archives={pool}", "--download-only", "install", package],
            lambda percent: report(f"downloading {package} from Debian {self.suite}, {megabytes:.0f} MB: {percent} %"),
        )
        if wrong := [deb.file for deb in plan if not deb.is_in(pool)]:
            raise ProvisionError(f"{wrong[0]}: downloaded file is damaged; try again", retryable=True)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "APT_CONFIG": str(self._conf), "LC_ALL": "C.UTF-8"}

    def _apt(self, arguments: list[str], on_percent: Callable[[int], None] | None = None) -> str:
        command = ["apt-get", "-y", "-q=2", *arguments]
        done = _run(command, env=self._environment(), on_percent=on_percent)
        if done.returncode:
            raise self._explain(done.stderr)
        return done.stdout

    def _explain(self, stderr: str) -> ProvisionError:
        """Turn apt's many lines into one, by what the admin can do about it."""
        lines = [line for line in stderr.splitlines() if line.startswith(("E:", "W:"))] or ["E: apt-get failed"]
        first = re.sub(r"^[EW]: ", "", lines[0])[:200]
        if _DISK_FULL.search(stderr):
            return ProvisionError(f"disk full while downloading packages: {first}", retryable=False)
        if _UNSIGNED.search(stderr):
            return ProvisionError(f"the mirror's signature does not verify: {first}", retryable=False)
        if _SUITE_MISSING.search(stderr) or _PACKAGE_MISSING.search(stderr):
            return SuiteMissingError(f"Debian {self.suite} is not to be had from the mirror: {first}", retryable=False)
        if _NO_NETWORK.search(stderr):
            return ProvisionError(f"no network to the Debian mirror: {first}", retryable=True)
        return ProvisionError(f"apt-get failed: {first}", retryable=True)


@dataclass(frozen=True, slots=True)
class _Done:
    returncode: int
    stdout: str
    stderr: str


def _run(
    command: list[str], *, env: dict[str, str] | None = None, on_percent: Callable[[int], None] | None = None
) -> _Done:
    """Run to the end in a group of its own, so that nothing is left when we are interrupted."""
    reader, writer = os.pipe()
    if on_percent:
        command = [command[0], "-o", f"APT::Status-Fd={writer}", *command[1:]]
    # Into files, not pipes: nobody reads the output before the end, and a full pipe would block for ever.
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr, os.fdopen(reader) as status:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env=env,
                start_new_session=True,
                pass_fds=(writer,) if on_percent else (),
            )
        except FileNotFoundError:
            raise ProvisionError(f"{command[0]} is missing: this needs a Debian system", retryable=False) from None
        finally:
            os.close(writer)
        _watch(process, status, on_percent)
        stdout.seek(0)
        stderr.seek(0)
        return _Done(
            process.returncode, stdout.read().decode("utf-8", "replace"), stderr.read().decode("utf-8", "replace")
        )


def _watch(process: subprocess.Popen[bytes], status: TextIO, on_percent: Callable[[int], None] | None) -> None:
    try:
        told = -1
        for line in status:
            found = re.match(r"dlstatus:\d+:([\d.]+):", line)
            if on_percent and found and (tens := int(float(found[1])) // 10) > told:
                told = tens
                on_percent(tens * 10)
        process.wait(timeout=COMMAND_LIMIT_S)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise ProvisionError(f"{process.args!r} does not end", retryable=True) from None
        raise
