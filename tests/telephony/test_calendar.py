"""The engine's clock and the office's."""

from datetime import UTC, datetime

from telephony.calendar import Calendar
from telephony.hours import Hours, Span

MONDAY = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
OFFICE = Hours(week=((Span(9 * 60, 18 * 60),),) * 5 + ((), ()))


def test_what_has_no_hours_is_always_open() -> None:
    assert Calendar().is_open(None, 5.0)
    assert Calendar().opens_at(None, 5.0) == 5.0


def test_an_instant_of_the_engine_is_a_time_of_day() -> None:
    calendar = Calendar(MONDAY - 1000.0)
    assert calendar.on(1000.0) == datetime(2026, 11, 23, tzinfo=UTC)
    assert not calendar.is_open(OFFICE, 1000.0)
    assert calendar.is_open(OFFICE, 1000.0 + 9 * 3600)


def test_the_next_opening_is_an_instant_of_the_engine() -> None:
    calendar = Calendar(MONDAY - 1000.0)
    assert calendar.opens_at(OFFICE, 1000.0) == 1000.0 + 9 * 3600
    assert calendar.opens_at(OFFICE, 1000.0 + 10 * 3600) == 1000.0 + 10 * 3600
    assert calendar.opens_at(Hours(week=((),) * 7), 1000.0) is None
