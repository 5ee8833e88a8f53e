from math import inf

import pytest

from tests.whatif.whatif_play import TINY
from whatif.callers import Callers
from whatif.compare import compare, differences, estimate, play, row, verdict
from whatif.players import OURS
from whatif.scenario import Targets


def test_student_s_interval() -> None:
    found = estimate([1.0, 2.0, 3.0, 4.0, 5.0])
    assert found.mean == 3.0
    assert found.half_width == pytest.approx(1.9634, abs=1e-3)
    assert estimate([7.0]).half_width == inf


def test_rows_and_differences_day_by_day() -> None:
    days = {name: [] for name in ("longest idle", OURS)}  # type: ignore[var-annotated]
    for name, seed, figures in compare(TINY, list(days), [1, 2, 3]):
        assert play(name, TINY, Callers(TINY, seed)) == figures
        days[name].append(figures)
    mine, theirs = days[OURS], days["longest idle"]
    gap = differences(mine, theirs)["service_level"]
    assert gap.mean == pytest.approx(row(mine)["service_level"].mean - row(theirs)["service_level"].mean)
    assert differences(mine, mine)["asa_s"].half_width == 0.0


def test_the_verdict_names_every_target() -> None:
    day = play(OURS, TINY, Callers(TINY, 1))
    checks = verdict([day], Targets(connect_ratio=0.0, asa_s=0.0, answered_in_180_ratio=1.0))
    assert [(check.name, check.holds) for check in checks] == [
        ("connect_ratio", True),
        ("asa_s", False),
        ("answered_in_180", day.answered_in_180 >= 1.0),
    ]
