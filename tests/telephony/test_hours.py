"""Opening hours on the wall clock: past midnight, holidays, 调休, other zones, clocks put forward."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.hours import MINUTES_PER_DAY, Hours, Span, SpecialDay

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = Span(9 * 60, 18 * 60)
NIGHT = Span(22 * 60, 30 * 60)
OFFICE = Hours(week=((DAY,),) * 5 + ((), ()), zone=SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 17:59:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-22 12:00", False),
    ],
)
def test_an_ordinary_week(when: str, is_open: bool) -> None:
    assert OFFICE.is_open(at(when)) is is_open


def test_an_instant_of_any_zone_is_understood() -> None:
    assert OFFICE.is_open(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    assert not OFFICE.is_open(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


def test_a_span_past_midnight_belongs_to_the_day_it_begins_on() -> None:
    friday_night = Hours(week=((),) * 4 + ((NIGHT,), (), ()), zone=SHANGHAI)
    assert friday_night.is_open(at("2026-11-27 23:00"))
    assert friday_night.is_open(at("2026-11-28 05:59"))
    assert not friday_night.is_open(at("2026-11-28 06:00"))
    assert not friday_night.is_open(at("2026-11-28 23:00"))


def test_special_days_replace_their_weekday_but_not_the_night_before() -> None:
    hours = Hours(
        week=((DAY, NIGHT),) * 5 + ((), ()),
        special_days={date(2027, 1, 1): SpecialDay("元旦"), date(2027, 1, 2): SpecialDay("调休", (DAY,))},
        zone=SHANGHAI,
    )
    assert hours.is_open(at("2027-01-01 05:00"))
    assert not hours.is_open(at("2027-01-01 10:00"))
    assert not hours.is_open(at("2027-01-02 05:00"))
    assert hours.is_open(at("2027-01-02 10:00"))


def test_always() -> None:
    hours = Hours.always(SHANGHAI)
    assert hours.is_open(at("2027-01-01 00:00"))
    assert hours.next_opening(at("2027-01-01 00:00")) == at("2027-01-01 00:00")
    assert hours.timezone == "Asia/Shanghai"
    assert Hours.always().timezone == "UTC"


def test_next_opening() -> None:
    assert OFFICE.next_opening(at("2026-11-23 12:00")) == at("2026-11-23 12:00")
    assert OFFICE.next_opening(at("2026-11-23 07:00")) == at("2026-11-23 09:00")
    assert OFFICE.next_opening(at("2026-11-27 18:00")) == at("2026-11-30 09:00")
    assert OFFICE.next_opening(datetime(2026, 11, 27, 10, 0, tzinfo=UTC)) == at("2026-11-30 09:00")
    assert Hours(week=((),) * 7).next_opening(at("2026-11-23 12:00")) is None


def test_opening_on_the_day_clocks_are_put_forward() -> None:
    hours = Hours(week=((DAY,),) * 7, zone=ZoneInfo("Europe/Berlin"))
    opening = hours.next_opening(datetime(2027, 3, 28, 0, 30, tzinfo=UTC))
    assert opening is not None
    assert opening.astimezone(UTC) == datetime(2027, 3, 28, 7, 0, tzinfo=UTC)


def test_spans_read_as_clocks() -> None:
    assert str(DAY) == "09:00-18:00"
    assert str(NIGHT) == "22:00-06:00"
    assert str(Span(0, MINUTES_PER_DAY)) == "00:00-24:00"


@st.composite
def spans(draw: st.DrawFn) -> Span:
    opens = draw(st.integers(0, MINUTES_PER_DAY - 1))
    return Span(opens, opens + draw(st.integers(1, MINUTES_PER_DAY)))


@given(
    week=st.tuples(*[st.lists(spans(), max_size=2).map(tuple)] * 7),
    minutes=st.integers(0, 14 * MINUTES_PER_DAY),
)
def test_next_opening_is_open_and_nothing_before_it_is(week: tuple[tuple[Span, ...], ...], minutes: int) -> None:
    hours = Hours(week=week, zone=SHANGHAI)
    begin = at("2026-11-23 00:00") + timedelta(minutes=minutes)
    opening = hours.next_opening(begin)
    if opening is None:
        assert not any(week)
        return
    assert hours.is_open(opening)
    step = timedelta(minutes=max(1, (opening - begin) // timedelta(minutes=40)))
    closed = begin
    while closed < opening:
        assert not hours.is_open(closed)
        closed += step
