"""What queues may say beside plain figures, and every mistake at its place."""

import pytest

from acd.queue import CallbackRules, Emptiness, Overflow, Shut
from acd.roster_file import parse_roster
from telephony.ids import QueueId, Topic
from telephony.way_out import LeadsTo, WayOut

FILE = """\
timezone: Asia/Shanghai
schedules:
  office:
    week: {mon-fri: 09:00-18:00}
    holidays: {2026-10-01: 国庆节}
teams: {day: 白班}
queues:
  loan:
    name: 贷款
    hours: office
    overflow: {to: general, after_s: 60, when: [full, nobody], topic: general}
    turn_away_if: [paused, unreachable]
    let_go_if: [paused]
  general: {name: 综合, overflow: {to: last}, priority_s: -15}
  last: {name: 末}
agents:
  8001: {name: 王芳, team: day, skills: {loan: 3, general: 5}}
"""


def problems(text: str) -> list[str]:
    return [str(problem) for problem in parse_roster(text, "f", topics=[Topic("loan"), Topic("general")])[1]]


def test_hours_overflow_and_rules_are_read() -> None:
    roster, found = parse_roster(FILE, "f")
    assert found == []
    assert roster is not None
    loan, general = roster.queues[QueueId("loan")], roster.queues[QueueId("general")]
    assert loan.hours is not None
    assert loan.hours.timezone == "Asia/Shanghai"
    assert len(loan.hours.special_days) == 1
    assert loan.overflow == Overflow(QueueId("general"), 60.0, frozenset({Shut.FULL, Shut.NOBODY}), Topic("general"))
    assert loan.turn_away_if == {Emptiness.PAUSED, Emptiness.UNREACHABLE}
    assert loan.let_go_if == {Emptiness.PAUSED}
    assert general.overflow == Overflow(QueueId("last"))
    assert general.hours is None
    assert (general.priority_s, loan.priority_s) == (-15.0, 0.0)


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("hours: office", "hours: ofice", 'f:10:12: "ofice" is not a schedule; did you mean "office"?'),
        ("to: general,", "to: generl,", 'f:11:20: "generl" is not a queue; did you mean "general"?'),
        ("topic: general}", "topic: generel}", 'f:11:71: "generel" is not a topic of the menu file'),
        ("when: [full, nobody]", "when: [ful, nobody]", "f:11:49:"),
        ("let_go_if: [paused]", "let_go_if: [pausd]", "f:13:17:"),
        ("priority_s: -15", "priority_s: 1h", "f:14:57:"),
        ("priority_s: -15", "priority_s: -4000", "f:14:57:"),
        ("{to: last}", "{after_s: 3}", 'f:14:23: "to" is missing here'),
        ("Asia/Shanghai", "Asia/Shangai", 'f:1:11: "Asia/Shangai" is not a time zone'),
        ("  office:", "  Office:", 'f:3:3: "Office" is not a schedule\'s id'),
    ],
)
def test_mistakes_are_named_at_their_places(right: str, wrong: str, problem: str) -> None:
    found = problems(FILE.replace(right, wrong, 1))
    assert any(one.startswith(problem) for one in found), found


@pytest.mark.parametrize(("number", "other"), [("8001", "agent 8001"), ("7001", "queue loan")])
def test_a_number_agents_dial_leads_to_one_place(number: str, other: str) -> None:
    text = FILE.replace("    hours: office", '    hours: office\n    extension: "7001"')
    found = problems(text.replace("last: {name: 末}", f'last: {{name: 末, extension: "{number}"}}'))
    assert found == [f"f:16:30: {number} is the number of {other}"]


def test_the_exit_key_is_read() -> None:
    roster, found = parse_roster(FILE.replace("{name: 末}", '{name: 末, exit: {key: "#", to: goodbye}}'), "f")
    assert found == []
    assert roster is not None
    assert roster.queues[QueueId("last")].way_out == WayOut("#", LeadsTo.GOODBYE)
    assert roster.queues[QueueId("loan")].way_out == WayOut()


@pytest.mark.parametrize(
    ("queue", "problem"),
    [
        ("exit: {to: callback}", "f:15:30: leads to a call-back, which this queue does not have; give it a callback"),
        (
            "callback: {tries: 1}, exit: {key: 1}",
            "f:15:53: 1 asks to be called back in this queue; take another key",
        ),
        ('exit: {key: "12"}', "f:15:31:"),
        ("exit: {to: manu}", "f:15:30:"),
    ],
)
def test_an_exit_key_means_one_thing_and_leads_somewhere(queue: str, problem: str) -> None:
    found = problems(FILE.replace("{name: 末}", f"{{name: 末, {queue}}}"))
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_call_backs_are_read() -> None:
    roster, found = parse_roster(FILE.replace("    hours: office", "    callback: {tries: 2}\n    hours: office"), "f")
    assert found == []
    assert roster is not None
    assert roster.queues[QueueId("loan")].callback == CallbackRules(tries=2)


def test_a_circle_is_named_once_where_it_begins() -> None:
    circle = FILE.replace("last: {name: 末}", "last: {name: 末, overflow: {to: general}}")
    assert problems(circle) == ["f:14:38: callers would go in a circle: general → last → general"]


def test_a_queue_that_overflows_to_itself() -> None:
    circle = FILE.replace("overflow: {to: last}", "overflow: {to: general}")
    assert problems(circle) == ["f:14:38: callers would go in a circle: general → general"]
