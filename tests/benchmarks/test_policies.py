"""The comparison that the README quotes: a goal that does not hold is named and fails."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import policies
from tests.whatif.whatif_play import TINY as TINY_HOUR
from whatif.callers import Callers
from whatif.compare import play
from whatif.day import Figures
from whatif.players import FIRST_DAY, NAMES, OURS

TINY = replace(TINY_HOUR, hours=0.25)
DAY = play("longest idle", TINY_HOUR, Callers(TINY_HOUR, 1))


def days(**ours: float) -> Mapping[str, list[Figures]]:
    """Two days on which everybody is alike, but for these figures of ours."""
    return {name: [replace(DAY, **ours) if name == OURS else DAY] * 2 for name in NAMES}


@pytest.mark.parametrize(
    ("goals", "ours", "held"),
    [
        (policies.goals_of_mid, {"service_level": DAY.service_level + 0.1, "gsr60": DAY.gsr60 + 0.05}, [True, False]),
        (policies.goals_of_peak, {"abandon_ratio": DAY.abandon_ratio * 0.7, "vip_service_level": -1.0}, [True, False]),
        (policies.goals_of_peak, {"abandon_ratio": DAY.abandon_ratio * 0.8}, [False, True]),
        (policies.goals_of_small, {"abandon_ratio": DAY.abandon_ratio + 0.01}, [True, False, True]),
    ],
)
def test_goals(goals: policies.Goals, ours: dict[str, float], held: list[bool]) -> None:
    assert [goal.holds for goal in goals(days(**ours))] == held


@pytest.fixture
def small_ones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The same scenarios, in a few seconds; the days played are kept in the file."""
    file = tmp_path / "days.jsonl"
    monkeypatch.setattr(policies, "scenarios", lambda: {"mid": TINY})
    monkeypatch.setattr(policies, "learn", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["policies", "--seeds", "2", "--keep", str(file)])
    return file


def test_a_goal_that_does_not_hold_is_named_and_fails(small_ones: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert policies.main() == 1  # seven agents leave no room for eight points
    told = capsys.readouterr()
    missed = [line for line in told.err.splitlines() if line.startswith("DOES NOT HOLD")]
    assert missed
    assert len(missed) == told.out.count(": DOES NOT HOLD")
    assert all(f"| {name} |" in told.out for name in (*NAMES, FIRST_DAY) if name != OURS)
    assert len(small_ones.read_text().splitlines()) == 2 * (len(NAMES) + 1)


def test_what_was_played_is_not_played_again(
    small_ones: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    policies.main()
    first, kept = capsys.readouterr().out, small_ones.read_text()
    monkeypatch.setattr(policies, "play", pytest.fail)
    monkeypatch.setattr(policies, "learn", pytest.fail)
    policies.main()
    again = capsys.readouterr().out
    assert [line for line in again.splitlines() if "load" not in line] == [
        line for line in first.splitlines() if "load" not in line
    ]
    assert small_ones.read_text() == kept


def test_all_goals_held_is_success(small_ones: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not small_ones.exists()
    monkeypatch.setattr(policies, "GOALS", {})
    assert policies.main() == 0
