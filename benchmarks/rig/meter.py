"""Samples of a few processes, of the machine and of the calls going on, once a second; what they add up to."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.rig.machine import Usage, cpu_of_all, stolen_s, usage


@dataclass(frozen=True, slots=True)
class Sample:
    """One instant."""

    at_s: float
    """Since the meter was made."""
    usages: Mapping[str, Usage]
    others_s: float
    """Processor time of all processes that are not watched, since the meter was made."""
    stolen_s: float
    """Taken by the hypervisor since boot."""
    calls: int


class Meter:
    """`pids` are names with their processes; `calls` tells how many calls are going on."""

    def __init__(self, pids: Mapping[str, int], calls: Callable[[], int] = lambda: 0) -> None:
        self._pids = dict(pids)
        self._calls = calls
        self._began_s = time.perf_counter()
        self._others_s = 0.0
        self._before = cpu_of_all()
        self.samples: list[Sample] = []
        self.sample()

    def sample(self) -> Sample:
        """Look once."""
        at_s = time.perf_counter() - self._began_s
        usages = {name: usage(pid) for name, pid in self._pids.items()}
        self._count_others()
        self.samples.append(Sample(at_s, usages, self._others_s, stolen_s(), self._calls()))
        return self.samples[-1]

    def _count_others(self) -> None:
        now, watched = cpu_of_all(), set(self._pids.values())
        self._others_s += sum(cpu_s - self._before.get(pid, 0.0) for pid, cpu_s in now.items() if pid not in watched)
        self._before = now

    @property
    def peak_calls(self) -> int:
        return max(sample.calls for sample in self.samples)

    def cpu_s(self, name: str) -> float:
        """Processor time over all samples."""
        return self._used(name, self.samples[0], self.samples[-1])

    def cpu_percent(self, name: str, since_s: float, until_s: float) -> float:
        """Of one core, between these instants."""
        first, last = self._between(since_s, until_s)
        return 100 * self._used(name, first, last) / (last.at_s - first.at_s)

    def peak_percent(self, name: str) -> float:
        """Of one core, in the busiest second."""
        pairs = zip(self.samples, self.samples[1:], strict=False)
        return max(100 * self._used(name, one, two) / (two.at_s - one.at_s) for one, two in pairs)

    def others_percent(self, since_s: float, until_s: float) -> float:
        """Of one core, what processes we do not watch used."""
        first, last = self._between(since_s, until_s)
        return 100 * (last.others_s - first.others_s) / (last.at_s - first.at_s)

    def stolen_percent(self, since_s: float, until_s: float) -> float:
        """Of one core, what the hypervisor gave to other machines."""
        first, last = self._between(since_s, until_s)
        return 100 * (last.stolen_s - first.stolen_s) / (last.at_s - first.at_s)

    def _between(self, since_s: float, until_s: float) -> tuple[Sample, Sample]:
        inside = [sample for sample in self.samples if since_s <= sample.at_s <= until_s]
        return (inside[0], inside[-1]) if len(inside) > 1 else (self.samples[0], self.samples[-1])

    @staticmethod
    def _used(name: str, first: Sample, last: Sample) -> float:
        return last.usages[name].cpu_s - first.usages[name].cpu_s
