"""When a shift goes on, when its overtime has ended, and what it says of its agent."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.shifts import EVERY_DAY, OVERTIME_MIN, Duty, Shift, duty, parse_span

EARLY = Shift(8 * 60, 16 * 60 + 30)
NIGHT = Shift(20 * 60, 8 * 60, days=frozenset({4}))
MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001 - the hotline's wall clock


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week that begins on a Monday."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("08:00-16:30", (480, 990)),
        (" 8:00-16:30", (480, 990)),
        ("20:00-8:00", (1200, 480)),
        ("8-16", None),
        ("08:00-08:00", None),
        ("24:00-08:00", None),
    ],
)
def test_hours(text: str, span: tuple[int, int] | None) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        (at(4, 19, 59), False),
        (at(4, 20), True),
        (at(5, 7, 59), True),
        (at(5, 8), False),
        (at(5, 20), False),
        (at(4, 7), False),
    ],
)
def test_a_night_shift_belongs_to_the_day_it_begins_on(moment: datetime, on: bool) -> None:
    assert NIGHT.is_on(moment) is on


def test_the_end_of_the_overtime_comes_once() -> None:
    end = at(0, 16, 30 + OVERTIME_MIN)
    minutes = [end + timedelta(minutes=late) for late in (-2, -1, 0, 1)]
    assert [EARLY.is_over_between(*pair) for pair in pairwise(minutes)] == [False, True, False]
    assert EARLY.is_over_between(end - timedelta(hours=30), end + timedelta(minutes=5)), "nobody looked for long"
    assert Shift(960, 1425, overtime_min=30).is_over_between(at(1, 0, 14), at(1, 0, 15)), "the next day, by then"
    assert Shift(480, 990, overtime_min=0).is_over_between(at(0, 16, 29), at(0, 16, 30))
    assert not NIGHT.is_over_between(at(4, 8), at(4, 23)), "its day's night has only begun"
    assert NIGHT.is_over_between(at(5, 8, 29), at(5, 8, 30))


SHIFTS = st.builds(
    Shift,
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.frozensets(st.sampled_from(sorted(EVERY_DAY)), min_size=1),
    st.integers(0, 200),
)


@given(SHIFTS, st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_however_often_one_looks_each_end_is_seen_once(shift: Shift, steps: list[int]) -> None:
    seen, now = 0, at(0, 0)
    ends = [at(day, 0) + timedelta(minutes=shift.begins_min + shift.length_min + shift.overtime_min)
            for day in range(-3, 20) if day % 7 in shift.days]  # fmt: skip
    for step in steps:
        before, now = now, now + timedelta(minutes=step)
        over = shift.is_over_between(before, now)
        assert over == any(before < end <= now for end in ends)
        seen += over
    assert seen <= sum(at(0, 0) < end <= now for end in ends)


def test_what_a_shift_says_of_its_agent() -> None:
    assert duty(None, at(0, 12), signed_in=True) is None
    assert duty(EARLY, at(0, 12), signed_in=True) is None
    assert duty(EARLY, at(0, 12), signed_in=False) is Duty.ABSENT
    assert duty(EARLY, at(0, 7), signed_in=True) is Duty.OUTSIDE
    assert duty(EARLY, at(0, 7), signed_in=False) is None
