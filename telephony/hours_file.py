"""From the `hours:` of a YAML file to `Hours`, naming every mistake at its place."""

import re
from collections.abc import Iterator
from datetime import UTC, date, timedelta, tzinfo
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from telephony.hours import MINUTES_PER_DAY, WHOLE_DAY, Hours, Span, SpecialDay
from telephony.hours_shape import HolidayShape, HoursShape
from telephony.located import Findings, Path
from telephony.suggest import did_you_mean, quoted

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY

LONGEST_HOLIDAY_DAYS = 60
"""A longer range is taken for a slip in the year."""

CLOCK_SPAN = re.compile(r"(\d{1,2}):(\d{2}) *[-–—~至] *(\d{1,2}):(\d{2})", re.ASCII)
DATES = re.compile(r"(20\d{2}-\d{2}-\d{2})(?: *\.\. *(20\d{2}-\d{2}-\d{2}))?", re.ASCII)
ZONE_NAME = re.compile(r"[A-Za-z0-9_+/-]{1,60}")


def build_zone(findings: Findings, path: Path, name: str) -> tzinfo:
    """Look a time zone up by name."""
    try:
        if ZONE_NAME.fullmatch(name):
            return ZoneInfo(name)  # the table of time zones is constant data, like a library's
    except (KeyError, ValueError, OSError):  # unknown; malformed; the name of a folder of zones
        pass
    findings.at_value(path, f"{quoted(name)} is not a time zone{did_you_mean(name, _all_zones())}")
    return UTC


@cache
def _all_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def build_hours(findings: Findings, path: Path, shape: HoursShape | str, *, zone: tzinfo) -> Hours:
    """Build the hours, best effort: what is wrong is named and left out."""
    if isinstance(shape, str):
        return Hours.always(zone)
    week = _week(findings, (*path, "week"), shape)
    holidays = _holidays(findings, (*path, "holidays"), shape)
    workdays = _workdays(findings, (*path, "workdays"), shape, week=week)
    for day in holidays.keys() & workdays.keys():
        findings.at_key((*path, "workdays", workdays[day][1]), f"{day} is also listed as a holiday")
    special = {**holidays, **{day: workday for day, (workday, _) in workdays.items()}}
    return Hours(week, special, zone)


def _week(findings: Findings, path: Path, shape: HoursShape) -> tuple[tuple[Span, ...], ...]:
    week: dict[int, tuple[Span, ...]] = {}
    for names, hours in shape.week.items():
        spans = _spans(findings, (*path, names), hours)
        days = parse_weekdays(names)
        if not days:
            known = (*WEEKDAYS, "mon-fri", "daily")
            findings.at_key((*path, names), f"{quoted(names)} is not a weekday or a range{did_you_mean(names, known)}")
        for day in days:
            if day in week:
                findings.at_key((*path, names), f"{WEEKDAYS[day]} has its hours already")
            week.setdefault(day, spans)
    rows = tuple(week.get(day, ()) for day in range(7))
    if shape.week and not any(rows):
        findings.at_key(path, "never open")
    _check_midnight(findings, path, rows)
    return rows


def parse_weekdays(names: str) -> list[int]:
    """Read `mon`, `mon-fri`, `fri-mon`, `sat,sun` or `daily` as numbers from Monday = 0; none if it is not readable."""
    if names == "daily":
        return list(range(7))
    days: list[int] = []
    for part in names.split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            return []
        begin = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last or first) - begin) % 7 + 1
        days += [(begin + offset) % 7 for offset in range(length)]
    return days


def _spans(findings: Findings, path: Path, hours: str | list[str]) -> tuple[Span, ...]:
    """Read one day's hours; overlapping spans are named."""
    texts = [hours] if isinstance(hours, str) else hours
    places = [path] if isinstance(hours, str) else [(*path, index) for index in range(len(hours))]
    found: list[tuple[Span, Path]] = []
    for text, place in zip(texts, places, strict=True):
        if (spans := _span(text)) is None:
            findings.at_value(place, f"{quoted(text)} is not a stretch of hours; write 09:00-18:00, 24h or closed")
        else:
            found += [(span, place) for span in spans]
    found.sort()
    for (earlier, _), (later, place) in pairwise(found):
        if later.opens_minute < earlier.closes_minute:
            findings.at_value(place, f"{later} overlaps {earlier}")
    return tuple(span for span, _ in found)


def _span(text: str) -> tuple[Span, ...] | None:
    """Read one stretch; an end at or before its beginning is on the next day."""
    if text in ("24h", "closed"):
        return (WHOLE_DAY,) if text == "24h" else ()
    if not (clock := CLOCK_SPAN.fullmatch(text)):
        return None
    open_hour, open_minute, close_hour, close_minute = (int(part) for part in clock.groups())
    opens, closes = open_hour * 60 + open_minute, close_hour * 60 + close_minute
    if max(open_minute, close_minute) > 59 or opens >= MINUTES_PER_DAY or closes > MINUTES_PER_DAY or opens == closes:
        return None
    return (Span(opens, closes if closes > opens else closes + MINUTES_PER_DAY),)


def _check_midnight(findings: Findings, path: Path, rows: tuple[tuple[Span, ...], ...]) -> None:
    """Name weekdays whose last span runs into the next day's first."""
    for day, spans in enumerate(rows):
        following = rows[(day + 1) % 7]
        if spans and following and spans[-1].closes_minute - MINUTES_PER_DAY > following[0].opens_minute:
            message = f"{WEEKDAYS[day]} {spans[-1]} runs into {WEEKDAYS[(day + 1) % 7]} {following[0]}"
            findings.at_key(path, message)


def _holidays(findings: Findings, path: Path, shape: HoursShape) -> dict[date, SpecialDay]:
    days: dict[date, SpecialDay] = {}
    for dates, about in shape.holidays.items():
        holiday = about if isinstance(about, HolidayShape) else HolidayShape(name=about)
        spans = _spans(findings, (*path, dates, "hours"), holiday.hours)
        for day in _dates(findings, (*path, dates), dates):
            if day in days:
                findings.at_key((*path, dates), f"{day} is already listed as {days[day].name}")
            days.setdefault(day, SpecialDay(holiday.name, spans))
    return days


def _workdays(
    findings: Findings, path: Path, shape: HoursShape, *, week: tuple[tuple[Span, ...], ...]
) -> dict[date, tuple[SpecialDay, str]]:
    """Build the 调休 days, each with the key it was written under."""
    days: dict[date, tuple[SpecialDay, str]] = {}
    for dates, weekday in shape.workdays.items():
        if weekday not in WEEKDAYS:
            hint = did_you_mean(weekday, WEEKDAYS)
            findings.at_value((*path, dates), f"{quoted(weekday)} is not a weekday to follow{hint}")
            continue
        for day in _dates(findings, (*path, dates), dates):
            if day.weekday() < WEEKDAYS.index("sat"):
                name = WEEKDAYS[day.weekday()]
                findings.at_key((*path, dates), f"{day} is a {name}, no day at the weekend; is the date right?")
            days[day] = (SpecialDay("调休", week[WEEKDAYS.index(weekday)]), dates)
    return days


def _dates(findings: Findings, path: Path, text: str) -> Iterator[date]:
    """Read `2026-10-01` or `2026-10-01..2026-10-07`."""
    try:
        written = DATES.fullmatch(text)
        first, last = (date.fromisoformat(part or text[:10]) for part in written.groups()) if written else (None, None)
    except ValueError:
        first = last = None
    if first is None or last is None:
        findings.at_key(path, f"{quoted(text)} is not a date; write 2026-10-01 or 2026-10-01..2026-10-07")
    elif not first <= last <= first + timedelta(days=LONGEST_HOLIDAY_DAYS):
        findings.at_key(path, f"{quoted(text)} ends before it begins, or is longer than {LONGEST_HOLIDAY_DAYS} days")
    else:
        yield from (first + timedelta(days=days) for days in range((last - first).days + 1))
