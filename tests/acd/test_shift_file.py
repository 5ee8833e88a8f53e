"""The shifts of an agents file, and every mistake in them at its place."""

from acd.roster_file import parse_roster
from acd.shifts import EVERY_DAY, Shift
from telephony.ids import AgentNumber

ROSTER = """\
teams: {day: 白班}
shifts:
  early: 08:00-16:30
  night: {hours: 20:00-08:00, days: "mon-thu,sat", overtime_min: 0}
queues: {loan: {name: 贷款}}
agents:
  8001: {name: 王芳, team: day, skills: {loan: 3}, shift: early}
"""


def problems(right: str, wrong: str) -> list[str]:
    assert right in ROSTER
    return [str(one) for one in parse_roster(ROSTER.replace(right, wrong), "f")[1]]


def test_agents_have_one_of_the_rosters_shifts() -> None:
    roster, found = parse_roster(ROSTER, "f")
    assert found == []
    assert roster is not None
    assert roster.shifts == {
        "early": Shift(480, 990, EVERY_DAY, 30),
        "night": Shift(1200, 480, frozenset({0, 1, 2, 3, 5}), 0),
    }
    assert roster.agents[AgentNumber("8001")].shift == "early"


def test_mistakes_are_named() -> None:
    assert problems("08:00-16:30", "08:00-25:00") == ['f:3:10: "08:00-25:00" is not a shift; write it as 08:00-16:30']
    assert problems("20:00-08:00", "20-8") == ['f:4:18: "20-8" is not a shift; write it as 08:00-16:30']
    assert problems("hours: 20:00-08:00, ", "") == ['f:4:3: "hours" is missing here']
    assert problems('"mon-thu,sat"', "monday") == ['f:4:37: "monday" is not days; did you mean "mon"?']
    assert problems("overtime_min: 0", "overtime_min: 720") == [
        "f:4:66: must be at most 719, or the next day's shift begins before"
    ]
    assert problems("overtime_min: 0", "overtime_min: -5") == ['f:4:66: "overtime_min" must be at least 0, not "-5"']
    assert problems("overtime_min: 0", "over: 0") == ['f:4:52: unknown key "over"; known: hours, days, overtime_min']
    assert problems("shift: early", "shift: erly") == ['f:7:57: "erly" is not a shift; did you mean "early"?']
