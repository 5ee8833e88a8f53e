"""From `hours:` to `Hours`, and every mistake at its place."""

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from telephony.hours import WHOLE_DAY, Hours, Span, SpecialDay
from telephony.hours_file import build_hours, build_zone
from telephony.hours_shape import HoursShape
from telephony.located import Findings
from telephony.located_shape import Shape, read_shape
from telephony.located_yaml import parse_yaml

SHANGHAI = ZoneInfo("Asia/Shanghai")


class File(Shape):
    hours: HoursShape


def read(text: str) -> tuple[Hours, list[str]]:
    document, _ = parse_yaml(text, "f")
    assert document is not None
    file, problems = read_shape(document, File)
    findings = Findings(document, problems)
    hours = build_hours(findings, ("hours",), file.hours, zone=SHANGHAI)
    return hours, [str(problem) for problem in findings.problems]


def week(days: str) -> tuple[Hours, list[str]]:
    return read("hours:\n  week:\n" + "".join(f"    {day}\n" for day in days.splitlines()))


DAY = (Span(540, 1080),)


def test_always() -> None:
    document, _ = parse_yaml("", "f")
    assert document is not None
    findings = Findings(document)
    assert build_hours(findings, ("hours",), "always", zone=SHANGHAI) == Hours.always(SHANGHAI)


def test_weekdays_ranges_and_lists() -> None:
    hours, problems = week("mon-fri: 09:00-18:00\nsat,sun: [10:00-12:00, 13:00 – 15:30]")
    assert problems == []
    assert hours.week == (*(DAY,) * 5, *((Span(600, 720), Span(780, 930)),) * 2)
    assert week("daily: 24h")[0].week == ((WHOLE_DAY,),) * 7
    assert week("sat-mon: 9:00-18:00\ntue-fri: closed")[0].week == (DAY, (), (), (), (), DAY, DAY)


def test_past_midnight() -> None:
    assert week("mon: 22:00-06:00")[0].week[0] == (Span(1320, 1800),)
    assert week("mon: 18:00-24:00")[0].week[0] == (Span(1080, 1440),)
    assert week("sun: 22:00-06:00\nmon: 06:00-12:00")[1] == []
    assert week("sun: 22:00-06:00\nmon: 05:00-12:00")[1] == ["f:2:3: sun 22:00-06:00 runs into mon 05:00-12:00"]


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("mon: 9-18", 'f:3:10: "9-18" is not a stretch of hours; write 09:00-18:00, 24h or closed'),
        ("mon: 09:60-18:00", 'f:3:10: "09:60-18:00" is not a stretch of hours; write 09:00-18:00, 24h or closed'),
        ("mon: 24:00-25:00", 'f:3:10: "24:00-25:00" is not a stretch of hours; write 09:00-18:00, 24h or closed'),
        ("mon: 09:00-09:00", 'f:3:10: "09:00-09:00" is not a stretch of hours; write 09:00-18:00, 24h or closed'),
        ("mon: [24h, 09:00-10:00]", "f:3:16: 09:00-10:00 overlaps 00:00-24:00"),
        ("mo: 24h", 'f:3:5: "mo" is not a weekday or a range; did you mean "mon"?'),
        ("mon-fry: 24h", 'f:3:5: "mon-fry" is not a weekday or a range; did you mean "mon-fri"?'),
        ("mon,: 24h", 'f:3:5: "mon," is not a weekday or a range; did you mean "mon"?'),
        ("mon-tue: 24h\ntue: 24h", "f:4:5: tue has its hours already"),
        ("mon: closed", "f:2:3: never open"),
    ],
)
def test_mistakes_in_the_week(day: str, problem: str) -> None:
    problems = week(day)[1]
    assert problem in problems
    assert all("never open" in other for other in problems if other != problem)


def test_holidays_and_workdays() -> None:
    hours, problems = read(
        "hours:\n  week: {mon-fri: 09:00-18:00}\n  holidays:\n    2026-12-31..2027-01-01: 元旦\n"
        "    2027-05-01: {name: 劳动节, hours: 24h}\n  workdays:\n    2027-01-02: fri\n"
    )
    assert problems == []
    assert hours.special_days == {
        date(2026, 12, 31): SpecialDay("元旦"),
        date(2027, 1, 1): SpecialDay("元旦"),
        date(2027, 5, 1): SpecialDay("劳动节", (WHOLE_DAY,)),
        date(2027, 1, 2): SpecialDay("调休", DAY),
    }


@pytest.mark.parametrize(
    ("section", "entry", "problem"),
    [
        ("holidays", "2027-02-30: x", 'f:4:5: "2027-02-30" is not a date; write 2026-10-01 or 2026-10-01..2026-10-07'),
        ("holidays", "1.1.2027: x", 'f:4:5: "1.1.2027" is not a date; write 2026-10-01 or 2026-10-01..2026-10-07'),
        ("holidays", "9999-12-31: x", 'f:4:5: "9999-12-31" is not a date; write 2026-10-01 or 2026-10-01..2026-10-07'),
        (
            "holidays",
            "2027-01-02..2027-01-01: x",
            'f:4:5: "2027-01-02..2027-01-01" ends before it begins, or is longer than 60 days',
        ),
        (
            "holidays",
            "2026-01-01..2027-01-01: x",
            'f:4:5: "2026-01-01..2027-01-01" ends before it begins, or is longer than 60 days',
        ),
        ("holidays", "2027-01-01: {hours: 24h}", 'f:4:5: "name" is missing here'),
        ("holidays", "2027-01-01: {name: x, hours: 9}", 'f:4:34: "9" is not a stretch'),
        ("workdays", "2027-01-04: fri", "f:4:5: 2027-01-04 is a mon, no day at the weekend; is the date right?"),
        ("workdays", "2027-01-02: friday", 'f:4:17: "friday" is not a weekday to follow; did you mean "fri"?'),
    ],
)
def test_mistakes_in_special_days(section: str, entry: str, problem: str) -> None:
    problems = read(f"hours:\n  week: {{daily: 24h}}\n  {section}:\n    {entry}\n")[1]
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_a_date_listed_twice_is_named() -> None:
    text = "hours:\n  week: {daily: 24h}\n  holidays:\n    2027-01-01..2027-01-02: a\n    2027-01-02: b\n"
    assert read(text)[1] == ["f:5:5: 2027-01-02 is already listed as a"]
    assert read(text + "  workdays:\n    2027-01-02: fri\n")[1] == [
        "f:5:5: 2027-01-02 is already listed as a",
        "f:7:5: 2027-01-02 is also listed as a holiday",
    ]


@pytest.mark.parametrize("name", ["Asia/Shangai", "Asia", "../etc/passwd", "/etc/passwd", "", "x" * 1000, "UTC\n"])
def test_a_zone_that_is_none_is_named_and_utc_stands_in(name: str) -> None:
    document, _ = parse_yaml("timezone: x\n", "f")
    assert document is not None
    findings = Findings(document)
    assert build_zone(findings, ("timezone",), name) is UTC
    assert [(problem.line, problem.column) for problem in findings.problems] == [(1, 11)]


def test_a_zone_is_found_by_name() -> None:
    document, _ = parse_yaml("timezone: Asia/Shanghai\n", "f")
    assert document is not None
    findings = Findings(document)
    assert build_zone(findings, ("timezone",), "Asia/Shanghai") == SHANGHAI
    assert findings.problems == []
