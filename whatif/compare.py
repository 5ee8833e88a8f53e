"""Policies side by side on the same days: means, confidence intervals, and what is missing to reach the targets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.stats import t

from whatif.callers import Callers
from whatif.day import NAMES as FIGURES
from whatif.day import Figures
from whatif.players import OURS, player
from whatif.scenario import Scenario, Targets
from whatif.simulate import Simulation

CONFIDENCE = 0.95

MOST_MISSING = 1.0
"""Of the agents there are: if twice as many do not reach the targets, the number is not looked for."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over days, and half of its confidence interval."""

    mean: float
    half_width: float


Row = dict[str, Estimate]
"""Figure → estimate."""


def play(name: str, scenario: Scenario, callers: Callers) -> Figures:
    """One policy's figures for one day."""
    chosen, played = player(name, scenario)
    return Simulation(played, chosen, callers).run().figures()


def compare(scenario: Scenario, names: Sequence[str], seeds: Sequence[int]) -> Iterator[tuple[str, int, Figures]]:
    """Every policy on every day, one at a time, so that whoever asks can show how far it is."""
    for seed in seeds:
        callers = Callers(scenario, seed)
        for name in names:
            yield name, seed, play(name, scenario, callers)


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


def agents_missing(
    scenario: Scenario, seeds: Sequence[int], *, name: str = OURS, told: Callable[[int], None] = lambda _: None
) -> int | None:
    """How many agents more, spread as the present ones, reach the targets; None if twice as many do not.

    By bisection: more agents never make it worse, chance aside, and the days are the same for every number.
    """
    days_callers = [Callers(scenario, seed) for seed in seeds]

    def enough(more: int) -> bool:
        told(more)
        days = [play(name, scenario.with_more(more), callers) for callers in days_callers]
        return all(check.holds for check in verdict(days, scenario.targets))

    if enough(0):
        return 0
    too_few, plenty = 0, max(1, int(scenario.agents * MOST_MISSING))
    if not enough(plenty):
        return None
    while plenty - too_few > 1:
        middle = (too_few + plenty) // 2
        if enough(middle):
            plenty = middle
        else:
            too_few = middle
    return plenty
