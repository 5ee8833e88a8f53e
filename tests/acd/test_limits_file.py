"""The limits section: defaults, what can be set, and mistakes at their places."""

import pytest

from acd.limits import CoolDowns, Limits
from acd.queue import Roster
from acd.roster_file import parse_roster
from telephony.ids import AgentNumber

SMALL = """\
teams: {day: 白班}
not_ready_reasons: {1: 小休, 2: 培训}
queues:
  loan: {name: 贷款}
agents:
  8001: {name: 王芳, team: day, skills: {loan: 3}}
"""


def read(section: str) -> Roster:
    roster, problems = parse_roster(SMALL + section, "f")
    assert problems == []
    assert roster is not None
    return roster


def test_without_the_section_everything_is_at_its_default() -> None:
    assert read("").limits == Limits()


def test_limits_of_states_and_of_single_reasons() -> None:
    got = read(
        "limits:\n  ready_s: 28800\n  not_ready_s: 600\n  not_ready_by_reason: {1: 900, 2: 7200, missed_rings: 120}\n"
        "  sign_off_s: 0\n  phone_gone_s: 300\n  phone_idle_s: 90\n  talk_s: 7200\n  hold_s: 300\n  wrap_up_s: 120\n"
    ).limits
    by_reason = {"1": 900.0, "2": 7200.0, "missed_rings": 120.0}
    assert got == Limits(28800.0, 600.0, by_reason, 0.0, 300.0, 90.0, 7200.0, 300.0, 120.0)


def test_how_long_an_agent_rests_after_a_ring_and_how_many_he_may_miss() -> None:
    assert read("").cool_downs == CoolDowns()
    got = read("cool_downs: {no_answer_s: 20, busy_s: 5, rejected_s: 60, unreachable_s: 90, max_missed_rings: 0}\n")
    assert got.cool_downs == CoolDowns(20.0, 5.0, 60.0, 90.0)
    assert got.agents[AgentNumber("8001")].max_missed_rings == 0


def test_an_agents_own_number_of_missed_rings_counts_more() -> None:
    text = SMALL.replace("skills:", "max_missed_rings: 7, skills:") + "cool_downs: {max_missed_rings: 2}\n"
    roster, problems = parse_roster(text, "f")
    assert problems == []
    assert roster is not None
    assert roster.agents[AgentNumber("8001")].max_missed_rings == 7


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ("limits: {not_ready: 3}", 'f:7:10: unknown key "not_ready"; did you mean "not_ready_s"?'),
        ("limits: {not_ready_by_reason: {7: 60}}", 'f:7:32: "7" is not a reason'),
        (
            "limits: {not_ready_by_reason: {missed_ring: 60}}",
            'f:7:32: "missed_ring" is not a reason; did you mean "missed_rings"?',
        ),
        (
            "limits: {not_ready_by_reason: {2: 28800}}",
            "f:7:35: must be less than sign_off_s, 14400, or nobody is ever shown as late",
        ),
        ("limits: {sign_off_s: 1800}", "f:7:22: must be more than not_ready_s, 1800, or nobody is ever shown as late"),
        (
            "limits: {not_ready_s: 14400}",
            "f:7:23: must be less than sign_off_s, 14400, or nobody is ever shown as late",
        ),
        ("cool_downs: {busy_s: 0}", 'f:7:22: "busy_s" must be at least 1'),
        ("cool_downs: {no_anwser_s: 9}", 'f:7:14: unknown key "no_anwser_s"; did you mean "no_answer_s"?'),
        ("cool_downs: {max_missed_rings: -1}", 'f:7:32: "max_missed_rings" must be at least 0'),
        ("limits: {hold_s: 0}", 'f:7:18: "hold_s" must be'),
        ("limits: {phone_gone_s: soon}", 'f:7:24: "phone_gone_s" must be a number'),
    ],
)
def test_each_mistake_is_named_at_its_place(section: str, problem: str) -> None:
    roster, problems = parse_roster(SMALL + section + "\n", "f")
    assert roster is None
    assert len(problems) == 1
    assert str(problems[0]).startswith(problem)
