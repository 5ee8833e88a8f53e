"""The routing section: defaults, what can be set, and mistakes at their places."""

from pathlib import Path

import pytest

from acd.roster_file import parse_roster
from acd.routing import DAY_S, HistoryRules, Routing
from acd.weights import Weights
from telephony.ids import Topic

SMALL = """\
teams: {day: 白班}
queues:
  loan: {name: 贷款}
agents:
  8001: {name: 王芳, team: day, skills: {loan: 3}}
"""


def routing(section: str) -> Routing:
    roster, problems = parse_roster(SMALL + section, "f", topics=[Topic("loan"), Topic("card.stolen")])
    assert problems == []
    assert roster is not None
    return roster.routing


def test_without_the_section_everything_is_at_its_default() -> None:
    assert routing("") == Routing()


def test_what_the_repository_s_agents_yaml_calls_defaults_are_the_defaults() -> None:
    text = (Path(__file__).parents[2] / "agents.yaml").read_text(encoding="utf-8")
    _, found, commented = text.partition("# routing:")
    assert found
    lines = [line.removeprefix("# ") for line in (found + commented).splitlines()]
    shown = routing("\n".join(lines) + "\n").weights
    default = Weights()
    assert dict(shown.class_bonus_s) == dict(default.class_bonus_s)
    names = ("same_agent_s", "overtake_bound_s", "hold_most_s")
    assert all(f"{name}:" in commented and getattr(shown, name) == getattr(default, name) for name in names)


def test_weights_classes_and_memory() -> None:
    got = routing(
        "routing:\n  same_agent_s: 30\n  hold_most_s: 0\n  overtake_bound_s: 90\n  reprice_every_s: 300\n"
        "  classes: {vip: 60, fraud: {bonus_s: 200, topics: [card], overtakes_anybody: true}}\n"
        "  same_agent_days: 2\n  asked_days: 10\n  several_calls: 4\n  several_hours: 12\n"
        "  likely_topic_days: 3\n  redial_minutes: 2\n"
    )
    assert got.weights == Weights(
        same_agent_s=30.0,
        hold_most_s=0.0,
        overtake_bound_s=90.0,
        class_bonus_s={"vip": 60.0, "fraud": 200.0},
        unbound_classes=frozenset({"fraud"}),
    )
    assert got.class_topics == {Topic("card"): "fraud"}
    assert got.history == HistoryRules(2 * DAY_S, 10 * DAY_S, 12 * 3600.0, 4, 3 * DAY_S, 120.0)
    assert got.reprice_every_s == 300.0


def test_vips_keep_their_head_start_beside_other_classes() -> None:
    weights = routing("routing: {classes: {late: -10}}").weights
    assert weights.class_bonus_s == {**Weights().class_bonus_s, "late": -10.0}


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ("routing: {same_agent: 3}", 'f:6:11: unknown key "same_agent"; did you mean "same_agent_s"?'),
        (
            "routing: {classes: {a: {bonus_s: 1, topics: [lone]}}}",
            'f:6:46: "lone" is not a topic of the menu file; did you mean "loan"?',
        ),
        (
            "routing: {classes: {a: {bonus_s: 1, topics: [loan]}, b: {bonus_s: 2, topics: [loan]}}}",
            'f:6:79: "loan" is a topic of class "a" already',
        ),
    ],
)
def test_mistakes_are_named_at_their_places(section: str, problem: str) -> None:
    roster, problems = parse_roster(SMALL + section, "f", topics=[Topic("loan")])
    assert roster is None
    assert problem in [str(one) for one in problems]
