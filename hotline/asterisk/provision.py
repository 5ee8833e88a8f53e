"""An Asterisk to run: the system's if it is fit, else a private one from a newer Debian; the system stays untouched."""

import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotline.asterisk.modules import MODULES
from hotline.asterisk.private_apt import Report
from hotline.asterisk.private_root import PrivateRoot, run_proof
from hotline.settings import Settings
from telephony.errors import ProvisionError

OLDEST = {20: 10, 21: 5}
"""First minor version per major one with `eventfilter(action…)` (TELEPHONY); every version from 22 on has it."""

TOOLS = {"sip-tester": "bin/sipp"}
"""Debian package of a test tool → its program below /usr."""

MODULE_FOLDERS = (
    "/usr/lib/*/asterisk/modules",
    "/usr/lib/asterisk/modules",
    "/usr/lib64/asterisk/modules",
    "/usr/local/lib/asterisk/modules",
)
"""Where Debian and its kin, Red Hat and its kin, and `make install` put modules."""

DATA_FOLDERS = ("/usr/share/asterisk", "/var/lib/asterisk", "/usr/local/share/asterisk", "/usr/local/var/lib/asterisk")
"""Where they put the documentation."""


@dataclass(frozen=True, slots=True)
class AsteriskInstall:
    """Where an Asterisk is and how to run it."""

    command: tuple[str, ...]
    """Runs asterisk; its arguments follow."""
    modules_dir: Path
    data_dir: Path
    """Has the XML documentation, without which most modules do not start."""
    sbin_dir: Path
    version: str
    """As `22.10.1`."""
    source: str
    """`system` or `private`."""
    tools: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Debian package → how to run its program."""

    def tool(self, name: str) -> tuple[str, ...]:
        """How to run a tool that was asked for on provisioning."""
        try:
            return self.tools[name]
        except KeyError:
            raise ProvisionError(f"{name} was not provisioned", retryable=False) from None


def provision(settings: Settings, report: Report, *, tools: Iterable[str] = ()) -> AsteriskInstall:
    """Find or make an Asterisk that runs; `ProvisionError` says in one line why there is none."""
    found = None if settings.asterisk == "private" else find_system_asterisk()
    if settings.asterisk == "system" and not found:
        raise ProvisionError("the system has no Asterisk 20.10 or newer with the modules needed", retryable=False)
    install = found or _provision_privately(settings.cache_dir, report)
    commands = {name: _provision_tool(settings.cache_dir, name, report) for name in tools}
    return AsteriskInstall(
        command=install.command,
        modules_dir=install.modules_dir,
        data_dir=install.data_dir,
        sbin_dir=install.sbin_dir,
        version=install.version,
        source=install.source,
        tools=commands,
    )


def find_system_asterisk() -> AsteriskInstall | None:
    """The machine's own Asterisk if it is new enough and has every module; never its service or configuration."""
    program = shutil.which("asterisk") or shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin")
    if not program:
        return None
    try:
        version = parse_version(run_proof((program, "-V")))
    except ProvisionError:
        return None
    modules = next((folder for folder in _expand(MODULE_FOLDERS) if _has_modules(folder)), None)
    data = next((folder for folder in map(Path, DATA_FOLDERS) if (folder / "documentation").is_dir()), None)
    if not is_new_enough(version) or not modules or not data:
        return None
    return AsteriskInstall((program,), modules, data, Path(program).parent, version, source="system")


def parse_version(text: str) -> str:
    """`22.10.1` of what `asterisk -V` prints."""
    if found := re.search(r"(\d+\.\d+(?:\.\d+)?)", text):
        return found[1]
    raise ProvisionError(f"asterisk -V says {text[:80]!r}", retryable=False)


def is_new_enough(version: str) -> bool:
    """Whether the AMI has what we rely on."""
    major, minor = (int(part) for part in version.split(".")[:2])
    return major > max(OLDEST) or minor >= OLDEST.get(major, minor + 1)


def _expand(patterns: Iterable[str]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(Path("/").glob(pattern.lstrip("/")))]


def _has_modules(folder: Path) -> bool:
    return all((folder / module).is_file() for module in MODULES)


def _prove_asterisk(root: PrivateRoot, tree: Path) -> str:
    version = parse_version(run_proof((*root.command("sbin/asterisk", tree=tree), "-V")))
    if not is_new_enough(version):
        raise ProvisionError(f"the mirror's Asterisk {version} is too old", retryable=False)
    return version


def _provision_privately(cache: Path, report: Report) -> AsteriskInstall:
    root = PrivateRoot("asterisk", cache / "asterisk", proof=_prove_asterisk)
    version = root.ensure(report)
    return AsteriskInstall(
        command=root.command("sbin/asterisk"),
        modules_dir=root.libraries / "asterisk/modules",
        data_dir=root.tree / "usr/share/asterisk",
        sbin_dir=root.tree / "usr/sbin",
        version=version,
        source="private",
    )


def _provision_tool(cache: Path, name: str, report: Report) -> tuple[str, ...]:
    if name not in TOOLS:
        raise ProvisionError(f"{name} is not a tool we know ({', '.join(TOOLS)})", retryable=False)
    program = TOOLS[name]
    root = PrivateRoot(
        name, cache / name, proof=lambda root, tree: run_proof((*root.command(program, tree=tree), "-v"))
    )
    root.ensure(report)
    return root.command(program)
