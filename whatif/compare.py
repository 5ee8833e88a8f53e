"""Policies side by side on the same days: means, confidence intervals, and what is missing to reach the targets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.stats import t

from whatif.callers import Callers
from whatif.day import NAMES as FIGURES
from whatif.day import Figures
from whatif.learned import Learned
from whatif.players import player
from whatif.scenario import Scenario, Targets
from whatif.simulate import Simulation

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over days, and half of its confidence interval."""

    mean: float
    half_width: float


Row = dict[str, Estimate]
"""Figure → estimate."""


def play(name: str, scenario: Scenario, callers: Callers, learned: Learned | None = None) -> Figures:
    """One policy's figures for one day; `learned` on the days before, by the one that learns."""
    centre, played = player(name, scenario, learned)
    return Simulation(played, centre, callers).run().figures()


def compare(
    scenario: Scenario, names: Sequence[str], seeds: Sequence[int], learned: Learned | None = None
) -> Iterator[tuple[str, int, Figures]]:
    """Every policy on every day, one at a time, so that whoever asks can show how far it is."""
    for seed in seeds:
        callers = Callers(scenario, seed)
        for name in names:
            yield name, seed, play(name, scenario, callers, learned)


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and half-width by Student's t."""
    count = len(values)
    mean = sum(values) / count
    if count == 1:
        return Estimate(mean, float("inf"))
    deviation = sqrt(sum((value - mean) ** 2 for value in values) / (count - 1))
    return Estimate(mean, float(t.ppf((1 + CONFIDENCE) / 2, count - 1)) * deviation / sqrt(count))


def row(days: Sequence[Figures]) -> Row:
    """All figures of one policy."""
    return {name: estimate([getattr(day, name) for day in days]) for name in FIGURES}


def differences(ours: Sequence[Figures], theirs: Sequence[Figures]) -> Row:
    """Ours minus theirs, day by day: the same callers, so chance mostly cancels out."""
    pairs = list(zip(ours, theirs, strict=True))
    return {name: estimate([getattr(a, name) - getattr(b, name) for a, b in pairs]) for name in FIGURES}


@dataclass(frozen=True, slots=True)
class Check:
    """One target."""

    name: str
    wanted: float
    reached: float
    holds: bool


def verdict(days: Sequence[Figures], targets: Targets) -> list[Check]:
    """Which targets hold on average."""
    connect, asa, in_180 = (
        estimate([getattr(day, name) for day in days]).mean for name in ("connect_ratio", "asa_s", "answered_in_180")
    )
    return [
        Check("connect_ratio", targets.connect_ratio, connect, connect >= targets.connect_ratio),
        Check("asa_s", targets.asa_s, asa, asa <= targets.asa_s),
        Check("answered_in_180", targets.answered_in_180_ratio, in_180, in_180 >= targets.answered_in_180_ratio),
    ]
