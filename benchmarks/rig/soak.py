"""What the hotline's processes hold, minute by minute under load, and whether it grows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scipy.stats import theilslopes

from benchmarks.rig.loaded import Load
from benchmarks.rig.machine import Usage, usage
from benchmarks.rig.running_hotline import RunningHotline
from benchmarks.rig.sipp import Tally

MINUTE_S = 60.0

LEAK_BYTES = 300.0
"""A call. Whatever of a call an engine could forget to let go of is larger: an empty object takes 50 bytes, a call
consists of dozens of them."""

FILES_SLACK = 4
"""Open files more than at the start that mean nothing: a journal's new segment, a connection being closed."""

FEWEST_SAMPLES = 6
"""Below that a slope is noise."""


@dataclass(frozen=True, slots=True)
class Minute:
    """One look."""

    at_s: float
    calls_done: int
    usages: Mapping[str, Usage]
    status: Mapping[str, Any]


class Soak:
    """Looks each minute, and once more when all is over."""

    def __init__(self, up: RunningHotline, pids: Mapping[str, int], load: Load) -> None:
        self._up = up
        self._pids = pids
        self._load = load
        self._files_before = {name: usage(pid).files for name, pid in pids.items()}
        self._minutes: list[Minute] = []
        print(f"{'min':>4}{'ok':>7}{'failed':>7}" + "".join(f"{name + ' MB':>14}" for name in pids), end="")
        print(f"{'files':>14}{'threads':>11}{'lines':>7}{'tasks':>7}{'timers':>7}")

    def look(self, at_s: float, callers: Tally) -> None:
        """Take the minute's sample if it is time."""
        if at_s < MINUTE_S * (len(self._minutes) + 1):
            return
        usages = {name: usage(pid) for name, pid in self._pids.items()}
        minute = Minute(at_s, callers.ok + callers.failed, usages, self._up.status())
        self._minutes.append(minute)
        held = minute.status["held"]
        files = "/".join(str(one.files) for one in usages.values())
        threads = "/".join(str(one.threads) for one in usages.values())
        print(f"{at_s / MINUTE_S:>4.0f}{callers.ok:>7}{callers.failed:>7}", end="")
        print("".join(f"{one.rss_mb:>14.2f}" for one in usages.values()), end="")
        print(f"{files:>14}{threads:>11}{held['lines']:>7}{held['tasks']:>7}{held['deadlines']:>7}", flush=True)

    def report(self) -> None:
        """Slopes, open files, and what is left."""
        for name, pid in self._pids.items():
            before, after = self._files_before[name], usage(pid).files
            files = "no growth" if after <= before + FILES_SLACK else "GROWN"
            print(f"{name:12} memory {self._slope(name)}; open files {before} → {after}: {files}")
        held = self._up.status()["held"]
        print(f"{'engine':12} at the end: {held['lines']} lines, {held['deadlines']} timers, {held['tasks']} tasks")

    def _slope(self, name: str) -> str:
        """Growth after a quarter of the time, in which caches fill."""
        counted = self._minutes[len(self._minutes) // 4 :]
        if len(counted) < FEWEST_SAMPLES:
            return f"{self._growth(name):+.2f} MB; too short to tell a slope"
        held = [one.usages[name].rss_mb * 1e6 for one in counted]
        per_call = float(theilslopes(held, [one.calls_done for one in counted]).slope)  # one step up is no slope
        verdict = "flat" if per_call < LEAK_BYTES else "GROWING"
        per_hour_mb = per_call * self._load.rate * 3600 / 1e6
        return f"{per_call:+.0f} bytes a call, {per_hour_mb:+.1f} MB an hour at this rate: {verdict}"

    def _growth(self, name: str) -> float:
        return self._minutes[-1].usages[name].rss_mb - self._minutes[0].usages[name].rss_mb if self._minutes else 0.0
