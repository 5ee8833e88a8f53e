from pathlib import Path

import pytest

from telephony.ids import Topic
from whatif.scenario_file import covers, parse_scenario

GOOD = """\
name: trial
hours: 2
seeds: 3
calls_per_hour: [60, 90]
topics: {loan.amount: 2, card: 1}
handle_s: {loan.amount: 200, card: 300}
burst: {from_hour: 0.5, to_hour: 1, more: 0.35}
behaviour: {skill_effect: 0.5}
targets: {asa_s: 30}
agents:
  - {count: 3, skills: {loan: 4}}
  - {count: 1, skills: {card: 2}}
"""


def test_a_file_becomes_a_scenario() -> None:
    scenario, problems = parse_scenario(GOOD, "s.yaml")
    assert not problems
    assert scenario is not None
    assert (scenario.agents, scenario.burst, scenario.behaviour.skill_effect) == (4, (0.5, 1.0, 0.35), 0.5)
    assert scenario.handle_s == {"loan.amount": 200.0, "card": 300.0}
    assert (scenario.targets.asa_s, scenario.targets.connect_ratio) == (30.0, 0.9)


def test_every_mistake_is_named_at_its_place() -> None:
    wrong = GOOD.replace("card: 2", "crad: 2").replace("card: 300", "kard: 300").replace("to_hour: 1", "to_hour: 0.2")
    scenario, problems = parse_scenario(wrong.replace("seeds: 3", "seeds: 1"), "s.yaml")
    assert scenario is None
    assert [(problem.line, problem.message) for problem in problems] == [
        (3, problems[0].message),
        (5, 'nobody has the skill for "card"'),
        (6, '"card" has no handle time'),
        (7, "must be after from_hour"),
        (12, '"crad" is not a topic above; did you mean "card"?'),
    ]


def test_what_is_no_yaml_is_no_scenario() -> None:
    assert parse_scenario("- a", "s.yaml")[0] is None


def test_one_handle_time_may_be_for_all() -> None:
    text = GOOD.replace("{loan.amount: 200, card: 300}", "250").replace("burst", "# burst")
    scenario, _ = parse_scenario(text, "s.yaml")
    assert scenario is not None
    assert set(scenario.handle_s.values()) == {250.0}
    assert scenario.burst is None


def test_a_skill_covers_what_is_below_it() -> None:
    assert covers("loan", "loan.amount")
    assert not covers("loan", "loans")
    assert covers(Topic("a"), Topic("a"))


@pytest.mark.parametrize("name", ["small", "mid", "peak"])
def test_the_scenarios_of_the_repository_can_be_read(name: str) -> None:
    file = Path(__file__).parents[2] / "scenarios" / f"{name}.yaml"
    scenario, problems = parse_scenario(file.read_text(encoding="utf-8"), file.name)
    assert not problems
    assert scenario is not None
    assert (scenario.name, scenario.seeds) == (name, 20)
