"""What processes use; from /proc, as proc(5) describes it."""

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Usage:
    """One process at one instant."""

    cpu_s: float
    """Processor time since its start."""
    rss_mb: float
    threads: int
    files: int
    """Open file descriptors."""


def usage(pid: int) -> Usage:
    """What a process uses now; zeros once it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        files = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - only their number counts
    except OSError:
        return Usage(0.0, 0.0, 0, 0)
    return Usage(_cpu_s(fields), int(fields[21]) * PAGE_BYTES / 1e6, int(fields[17]), files)


def cpu_of_all() -> dict[int, float]:
    """Processor time of every process, by pid. Exact, unlike /proc/stat, which looks a hundred times a second."""
    found = {}
    for process in os.scandir("/proc"):
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                fields = Path(process.path, "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                found[int(process.name)] = _cpu_s(fields)
    return found


def stolen_s() -> float:
    """What the hypervisor took for others since boot, in seconds of processor time."""
    return int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[8]) / TICKS_PER_S


def load() -> str:
    """The machine in one line."""
    averages = " ".join(f"{one:.2f}" for one in os.getloadavg())
    return f"load average {averages} on {os.cpu_count()} cores"


def tell(step: str) -> None:
    """What is being prepared, beside the figures."""
    sys.stderr.write(f"{step}\n")


def _cpu_s(fields: list[str]) -> float:
    """Of the fields of /proc/pid/stat from the third on."""
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S
