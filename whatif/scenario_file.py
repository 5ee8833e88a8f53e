"""From the text of a scenario file to a `Scenario`, or to every mistake in it at its line and column."""

from typing import Annotated

from pydantic import Field, StringConstraints

from telephony.errors import Problem
from telephony.ids import Topic
from telephony.located import Findings
from telephony.located_shape import Key, Shape, read_shape, required
from telephony.located_yaml import parse_yaml
from telephony.suggest import did_you_mean, quoted
from whatif.scenario import Behaviour, Scenario, Targets, Team

Ratio = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
Level = Annotated[int, Field(ge=1, le=5)]

BEHAVIOUR = Behaviour()
TARGETS = Targets()
"""Where defaults come from."""


class TeamShape(Shape):
    """Agents alike."""

    count: Annotated[int, Field(ge=1, le=100_000)] = required(1)
    skills: dict[Key, Level] = required({}, min_length=1)


class BurstShape(Shape):
    """More calls than forecast."""

    from_hour: Annotated[float, Field(ge=0, le=24)] = required(0.0)
    to_hour: Annotated[float, Field(ge=0, le=24)] = required(24.0)
    more: Annotated[float, Field(gt=-1, le=20)] = required(0.0)


class BehaviourShape(Shape):
    """How callers and agents behave."""

    patience_s: Seconds = BEHAVIOUR.patience_s
    handle_cv: Annotated[float, Field(gt=0, le=5)] = BEHAVIOUR.handle_cv
    exponential_handling: bool = BEHAVIOUR.exponential_handling
    ring_s: Annotated[float, Field(ge=0, le=60)] = BEHAVIOUR.ring_s
    missed_ratio: Annotated[float, Field(ge=0, le=0.9)] = BEHAVIOUR.missed_ratio
    wrap_up_s: Annotated[float, Field(ge=0, le=3600)] = BEHAVIOUR.wrap_up_s
    vip_ratio: Ratio = BEHAVIOUR.vip_ratio
    repeat_ratio: Ratio = BEHAVIOUR.repeat_ratio
    redial_ratio: Ratio = BEHAVIOUR.redial_ratio
    repeat_after_s: Seconds = BEHAVIOUR.repeat_after_s
    redial_after_s: Seconds = BEHAVIOUR.redial_after_s
    same_agent_factor: Annotated[float, Field(gt=0, le=2)] = BEHAVIOUR.same_agent_factor
    same_agent_resolves: Ratio = BEHAVIOUR.same_agent_resolves
    skill_effect: Annotated[float, Field(ge=0, le=2)] = BEHAVIOUR.skill_effect


class TargetsShape(Shape):
    """What the hotline wants to reach."""

    connect_ratio: Ratio = TARGETS.connect_ratio
    asa_s: Seconds = TARGETS.asa_s
    answered_in_180_ratio: Ratio = TARGETS.answered_in_180_ratio


class ScenarioShape(Shape):
    """The whole of a scenario file."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=40)] = required("")
    hours: Annotated[float, Field(gt=0, le=24)] = required(8.0)
    seeds: Annotated[int, Field(ge=2, le=1000)] = 20
    calls_per_hour: list[Rate] = required([60.0], min_length=1)
    topics: dict[Key, Rate] = required({}, min_length=1)
    handle_s: Seconds | dict[Key, Seconds] = 300.0
    agents: list[TeamShape] = required([], min_length=1)
    burst: BurstShape | None = None
    behaviour: BehaviourShape = Field(default_factory=BehaviourShape)
    targets: TargetsShape = Field(default_factory=TargetsShape)


def parse_scenario(text: str, file: str) -> tuple[Scenario | None, list[Problem]]:
    """Read a scenario; None if there is any problem."""
    document, problems = parse_yaml(text, file)
    if document is None:
        return None, problems
    shape, deviations = read_shape(document, ScenarioShape)
    findings = Findings(document, problems + deviations)
    _check_topics(findings, shape)
    _check_numbers(findings, shape)
    return (None if findings.problems else _build(shape)), sorted(findings.problems)


def _check_topics(findings: Findings, shape: ScenarioShape) -> None:
    skills = [(place, skill) for place, team in enumerate(shape.agents) for skill in team.skills]
    for place, skill in skills:
        if not any(covers(skill, topic) for topic in shape.topics):
            hint = did_you_mean(skill, shape.topics)
            findings.at_key(("agents", place, "skills", skill), f"{quoted(skill)} is not a topic above{hint}")
    for topic in shape.topics:
        if not any(covers(skill, topic) for _, skill in skills):
            findings.at_key(("topics", topic), f"nobody has the skill for {quoted(topic)}")


def _check_numbers(findings: Findings, shape: ScenarioShape) -> None:
    if isinstance(shape.handle_s, dict):
        for topic in shape.topics.keys() - shape.handle_s.keys():
            findings.at_key(("handle_s",), f"{quoted(topic)} has no handle time")
    if shape.burst is not None and shape.burst.to_hour <= shape.burst.from_hour:
        findings.at_key(("burst", "to_hour"), "must be after from_hour")


def covers(skill: str, topic: str) -> bool:
    """Whether a skill is for this topic or something more general."""
    return topic == skill or topic.startswith(f"{skill}.")


def _build(shape: ScenarioShape) -> Scenario:
    given, burst = shape.handle_s, shape.burst
    topics = [Topic(topic) for topic in shape.topics]
    return Scenario(
        name=shape.name,
        hours=shape.hours,
        calls_per_hour=tuple(shape.calls_per_hour),
        topics={topic: shape.topics[topic] for topic in topics},
        teams=tuple(
            Team(team.count, {Topic(topic): level for topic, level in team.skills.items()}) for team in shape.agents
        ),
        handle_s={topic: given[topic] if isinstance(given, dict) else given for topic in topics},
        burst=None if burst is None else (burst.from_hour, burst.to_hour, burst.more),
        seeds=shape.seeds,
        behaviour=Behaviour(**shape.behaviour.model_dump()),
        targets=Targets(**shape.targets.model_dump()),
    )
