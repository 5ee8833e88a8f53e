"""Policies side by side on simulated days, in the three scenarios and with half the skill effect, goal by goal.

Run alone: `python -m benchmarks.policies [--seeds 20] [--only mid peak] [--keep days.jsonl]`. Every policy plays the
same days, numbered from 1; weights were tuned, and the hotline has learned, on days from 1001 on. Exit code 0 only if
every goal holds. Tables are Markdown: means, ± half of the 95 %
interval.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from whatif.bound import pooled_bound
from whatif.callers import Callers
from whatif.compare import Estimate, differences, estimate, play, row, verdict
from whatif.day import Figures
from whatif.days_before import learn
from whatif.learned import Learned
from whatif.players import APP_QUEUES, BASELINES, FIRST_DAY, GREEDY, NAMES, OURS
from whatif.report import COLUMNS, bound_line, cells, check_line
from whatif.scenario import Scenario
from whatif.scenario_file import parse_scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"
FIRST_SEED = 1
"""What is reported; tuning uses 1001 and later."""

Days = Mapping[str, Sequence[Figures]]
"""Policy → its figures, day by day."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal."""

    goal: str
    reached: str
    holds: bool


def scenarios() -> dict[str, Scenario]:
    found = {}
    for name in ("small", "mid", "peak"):
        file = SCENARIOS / f"{name}.yaml"
        scenario, problems = parse_scenario(file.read_text(encoding="utf-8"), file.name)
        assert scenario is not None, problems
        found[name] = scenario
    mid = found["mid"]
    half = replace(mid.behaviour, skill_effect=0.5)
    return {**found, "half": replace(mid, name="mid, half the skill effect", behaviour=half)}


class Kept:
    """Days that were played already, one line of JSON each, so that a long run can be interrupted."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._days: dict[tuple[str, str, int], Figures] = {}
        for line in file.read_text(encoding="utf-8").splitlines() if file is not None and file.exists() else ():
            scenario, name, seed, figures = json.loads(line)
            self._days[scenario, name, seed] = Figures(**figures)

    def has(self, scenario: Scenario, name: str, seed: int) -> bool:
        return (scenario.name, name, seed) in self._days

    def day(self, scenario: Scenario, name: str, callers: Callers, learned: Learned | None) -> Figures:
        key = scenario.name, name, callers.seed
        if key not in self._days:
            self._days[key] = play(name, scenario, callers, learned)
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([*key, asdict(self._days[key])]) + "\n")
        return self._days[key]


def play_all(scenario: Scenario, names: Sequence[str], seeds: int, kept: Kept) -> dict[str, list[Figures]]:
    """Ours and those it is measured by first."""
    every_day = [Callers(scenario, seed) for seed in range(FIRST_SEED, FIRST_SEED + seeds)]
    began, days = time.perf_counter(), {}
    complete = all(kept.has(scenario, OURS, callers.seed) for callers in every_day)
    learned = None if complete else learn(scenario)
    for name in dict.fromkeys((OURS, GREEDY, *reversed(APP_QUEUES), *names)):
        days[name] = [kept.day(scenario, name, callers, learned) for callers in every_day]
        print(f"{scenario.name}: {name}, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return {name: days[name] for name in names}


def mean(days: Sequence[Figures], figure: str) -> float:
    return estimate([getattr(day, figure) for day in days]).mean


def best_app_queue(days: Days, figure: str, *, low: bool = False) -> str:
    """The best of app_queue's strategies in this figure: the hardest to beat."""
    return min(APP_QUEUES, key=lambda name: mean(days[name], figure) * (1 if low else -1))


def points(gap: Estimate) -> str:
    return f"{100 * gap.mean:+.1f} ±{100 * gap.half_width:.1f}"


def goal_of_mid(days: Days, figure: str, head: str, wanted: float) -> Verdict:
    best = best_app_queue(days, figure)
    gap = differences(days[OURS], days[best])[figure]
    return Verdict(f"{head} ≥ +{100 * wanted:.0f} points over {best}", points(gap), gap.mean >= wanted)


def goals_of_mid(days: Days) -> Iterator[Verdict]:
    yield goal_of_mid(days, "service_level", "SL20", 0.08)
    yield goal_of_mid(days, "gsr60", "GSR60", 0.06)


def goals_of_peak(days: Days) -> Iterator[Verdict]:
    best = best_app_queue(days, "abandon_ratio", low=True)
    ratio = mean(days[OURS], "abandon_ratio") / mean(days[best], "abandon_ratio")
    yield Verdict(f"abandonment ≤ 75 % of {best}'s", f"{100 * ratio:.1f} %", ratio <= 0.75)
    gap = differences(days[OURS], days[GREEDY])["vip_service_level"]
    yield Verdict(f"VIP SL20 not below {GREEDY}'s", points(gap), gap.mean >= 0.0)


def goals_of_small(days: Days) -> Iterator[Verdict]:
    for figure, head, sign in (
        ("service_level", "SL20", 1),
        ("abandon_ratio", "abandonment", -1),
        ("gsr60", "GSR60", 1),
    ):
        gaps = {name: differences(days[OURS], days[name])[figure] for name in BASELINES}
        worst = min(gaps, key=lambda name: sign * gaps[name].mean + gaps[name].half_width)
        holds = sign * gaps[worst].mean + gaps[worst].half_width >= 0.0
        yield Verdict(
            f"{head} not worse than any baseline, within the interval", f"{points(gaps[worst])} to {worst}", holds
        )


GAPS = {
    "service_level": "SL20",
    "abandon_ratio": "abandonment",
    "gsr60": "GSR60",
    "fcr_ratio": "FCR",
    "vip_service_level": "VIP SL20",
}
"""Figures whose differences are printed, and their names."""

Goals = Callable[[Days], Iterator[Verdict]]

GOALS: dict[str, Goals] = {"small": goals_of_small, "mid": goals_of_mid, "peak": goals_of_peak}


def table(rows: Mapping[str, Mapping[str, Estimate]]) -> Iterator[str]:
    yield f"| | {' | '.join(column.heads['en'] for column in COLUMNS)} |"
    yield f"|---|{'---|' * len(COLUMNS)}"
    for name, figures in rows.items():
        shown = f"**{name}**" if name == OURS else name
        yield f"| {shown} | {' | '.join(cells(dict(figures)))} |"


def report(name: str, scenario: Scenario, seeds: int, kept: Kept) -> list[str]:
    """Print a scenario's table and verdicts; the goals that do not hold."""
    names = (*NAMES, FIRST_DAY) if name == "mid" else NAMES
    days = play_all(scenario, names, seeds, kept)
    print(f"\n### {scenario.name}: {scenario.agents} agents, {len(scenario.topics)} topics, {seeds} days\n")
    print("\n".join(table({policy: row(found) for policy, found in days.items()})))
    print(f"\n{bound_line(pooled_bound(scenario), 'en')}")
    for check in verdict(days[OURS], scenario.targets):
        print(f"target: {check_line(check, 'en')}")
    goals = list(GOALS[name](days) if name in GOALS else ())
    for goal in goals:
        print(f"goal: {goal.goal}: {goal.reached}: {'holds' if goal.holds else 'DOES NOT HOLD'}")
    for peer in (GREEDY, *APP_QUEUES[-1:]):
        gaps = differences(days[OURS], days[peer])
        words = (f"{head} {points(gaps[figure])}" for figure, head in GAPS.items())
        print(f"{OURS} less {peer}: {', '.join(words)}")
    sys.stdout.flush()
    return [f"{scenario.name}: {goal.goal}: {goal.reached}" for goal in goals if not goal.holds]


def main() -> int:
    known = scenarios()
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="days a scenario (20)")
    parser.add_argument("--only", nargs="+", choices=list(known), default=list(known), help="scenarios (all)")
    parser.add_argument("--keep", type=Path, help="a file of days played already, of the same code; it grows")
    given = parser.parse_args()
    print(f"load before: {' '.join(f'{load:.2f}' for load in os.getloadavg())} on {os.cpu_count()} cores")
    missed = [goal for name in given.only for goal in report(name, known[name], given.seeds, Kept(given.keep))]
    print(f"load after:  {' '.join(f'{load:.2f}' for load in os.getloadavg())}")
    for goal in missed:
        print(f"DOES NOT HOLD: {goal}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
