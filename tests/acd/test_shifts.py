import pytest

from acd.roster_file import parse_roster
from acd.shifts import OVERTIME_MIN, Shift, parse_shift
from telephony.ids import AgentNumber

EARLY = Shift(8 * 60, 16 * 60 + 30)
NIGHT = Shift(20 * 60, 8 * 60)


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("08:00-16:30", EARLY),
        (" 8:00-16:30", EARLY),
        ("20:00-8:00", NIGHT),
        ("8-16", None),
        ("08:00-08:00", None),
        ("24:00-08:00", None),
    ],
)
def test_hours(text: str, shift: Shift | None) -> None:
    assert parse_shift(text) == shift


def test_the_end_comes_once_a_day() -> None:
    end = 16 * 60 + 30 + OVERTIME_MIN
    assert [EARLY.is_over_between(minute - 1, minute) for minute in (end - 1, end, end + 1)] == [False, True, False]
    assert EARLY.is_over_between(end - 30, end + 5), "a clock that stood still for a while"
    assert not EARLY.is_over_between(end, end)
    late = Shift(16 * 60, 23 * 60 + 45)
    assert late.is_over_between(14, 15), "the next day, by then"
    assert not late.is_over_between(23 * 60, 0)


ROSTER = """\
teams: {day: 白班}
shifts: {early: "08:00-16:30", night: 20:00-08:00}
queues: {loan: {name: 贷款}}
agents:
  8001: {name: 王芳, team: day, skills: {loan: 3}, shift: early}
"""


def test_agents_have_one_of_the_rosters_shifts() -> None:
    roster, problems = parse_roster(ROSTER, "f")
    assert problems == []
    assert roster is not None
    assert roster.shifts == {"early": EARLY, "night": NIGHT}
    assert roster.agents[AgentNumber("8001")].shift == "early"


def test_mistakes_are_named() -> None:
    _, problems = parse_roster(ROSTER.replace("16:30", "25:00").replace("shift: early", "shift: erly"), "f")
    assert [str(one) for one in problems] == [
        'f:2:17: "08:00-25:00" is not a shift; write it as 08:00-16:30',
        'f:5:57: "erly" is not a shift; did you mean "early"?',
    ]
