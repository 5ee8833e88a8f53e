"""From the text of `agents.yaml` to a `Roster`, or to every mistake in it at its line and column."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from acd.agent import Agent
from acd.endpoint import Endpoint, parse_endpoint
from acd.limits_file import build_cool_downs, build_limits
from acd.own_callers import own_callers
from acd.queue import Roster
from acd.queue_file import build_queues, queue_topics, read_levels
from acd.roster_shape import WORD, RosterShape
from acd.routing_file import build_routing
from acd.shift_file import build_shifts
from telephony.errors import Problem
from telephony.ids import AgentNumber, QueueId, Topic
from telephony.located import Document, Findings, Path, Scalar, Sequence
from telephony.located_shape import read_shape
from telephony.located_yaml import parse_yaml
from telephony.repeated import Turn, turns
from telephony.suggest import did_you_mean, quoted

AGENT_NUMBER = re.compile(r"[1-9][0-9]{2,7}")
"""工号: it is dialled, spoken and the name of a phone; a leading 0 would be lost by many a table."""

REASON = re.compile(r"[0-9]")
"""One digit after the feature code."""


@dataclass(frozen=True, slots=True)
class RosterDraft:
    """What could be read of an agents file, mistakes left out."""

    document: Document
    roster: Roster
    own_callers: Mapping[str, AgentNumber] = field(default_factory=dict, repr=False)
    """Caller → whose client he is. Personal data."""
    repeats: tuple[tuple[Turn, "RosterDraft"], ...] = ()
    """The same file with what stands under keys that are given twice."""

    @property
    def queue_names(self) -> tuple[QueueId, ...]:
        """Every queue that the author named, also where it is wrong."""
        return tuple(QueueId(name) for name in self.document.keys(("queues",)))


def parse_roster(
    text: str, file: str, *, topics: Collection[Topic] | None = None
) -> tuple[Roster | None, list[Problem]]:
    """Read an agents file; None if there is any problem. Skills are compared with the topics, if these are known."""
    draft, problems = read_roster(text, file)
    if draft is None:
        return None, problems
    if topics is not None:
        problems = [*problems, *check_topics(draft, topics)]
    return (None if problems else draft.roster), sorted(problems)


def read_roster(text: str, file: str) -> tuple[RosterDraft | None, list[Problem]]:
    """Read an agents file as far as possible, without looking at the menu's topics."""
    document, problems = parse_yaml(text, file)
    if document is None:
        return None, problems
    draft, found = _read(document)
    repeats = []
    for turn in turns(document):
        again, new = _read(turn.document)
        repeats.append((turn, again))
        found += turn.only_new(new)
    return replace(draft, repeats=tuple(repeats)), problems + found


def _read(document: Document) -> tuple[RosterDraft, list[Problem]]:
    shape, deviations = read_shape(document, RosterShape)
    findings = Findings(document, deviations)
    roster = Roster(
        agents={AgentNumber(number): _agent(findings, number, shape) for number in shape.agents},
        queues=build_queues(findings, shape),
        not_ready_reasons=dict(shape.not_ready_reasons),
        teams=dict(shape.teams),
        shifts=dict(build_shifts(findings, shape.shifts)),
        routing=build_routing(findings, shape.routing),
        limits=build_limits(findings, shape.limits, shape.not_ready_reasons),
        cool_downs=build_cool_downs(shape.cool_downs),
    )
    _check_ids(findings)
    _check_contacts(findings, shape)
    _check_languages(findings, shape)
    _check_demanded(findings, roster)
    own = own_callers(findings, {number: agent.vip_callers for number, agent in shape.agents.items()})
    return RosterDraft(document, roster, own), findings.problems


def _agent(findings: Findings, number: str, roster: RosterShape) -> Agent:
    shape = roster.agents[number]
    path: Path = ("agents", number)
    teams = findings.document.keys(("teams",))
    if shape.team and shape.team not in teams:
        findings.at_value((*path, "team"), f"{quoted(shape.team)} is not a team{did_you_mean(shape.team, teams)}")
    shifts = findings.document.keys(("shifts",))
    if shape.shift and shape.shift not in shifts:
        findings.at_value((*path, "shift"), f"{quoted(shape.shift)} is not a shift{did_you_mean(shape.shift, shifts)}")
    missed = shape.max_missed_rings
    return Agent(
        number=AgentNumber(number),
        name=shape.name,
        team=shape.team,
        skills=_certified(dict(read_levels(findings, (*path, "skills"), shape.skills, assumed=5)), shape.not_certified),
        contact=shape.contact,
        wrap_up_s=shape.wrap_up_s,
        max_missed_rings=roster.cool_downs.max_missed_rings if missed is None else missed,
        languages=tuple(shape.languages),
        not_certified=frozenset(map(Topic, shape.not_certified)),
        shift=shape.shift,
    )


def _certified(skills: dict[Topic, int], barred: Collection[str]) -> dict[Topic, int]:
    """The skills that count: those the agent is not certified for are none, whatever finer lines say."""
    kept = {
        topic: level
        for topic, level in skills.items()
        if not any(topic == bar or topic.startswith(f"{bar}.") for bar in barred)
    }
    return kept | {Topic(bar): 0 for bar in barred}


def _check_ids(findings: Findings) -> None:
    """Check keys, which the author chooses: numbers, ids and digits."""
    rules = (
        ("agents", AGENT_NUMBER, "an agent's number: 3 to 8 digits, not beginning with 0"),
        ("queues", WORD, "a queue's id: a-z, 0-9 and _, beginning with a letter"),
        ("schedules", WORD, "a schedule's id: a-z, 0-9 and _, beginning with a letter"),
        ("teams", WORD, "a team's id: a-z, 0-9 and _, beginning with a letter"),
        ("shifts", WORD, "a shift's id: a-z, 0-9 and _, beginning with a letter"),
        ("not_ready_reasons", REASON, "one digit, which follows the feature code"),
    )
    for section, pattern, wanted in rules:
        for key in findings.document.keys((section,)):
            if not pattern.fullmatch(key):
                findings.at_key((section, key), f"{quoted(key)} is not {wanted}")


def _check_contacts(findings: Findings, shape: RosterShape) -> None:
    """Two agents must not share one phone: it would ring twice."""
    taken: dict[Endpoint, str] = {}
    for number, agent in shape.agents.items():
        if agent.contact is None:
            continue
        other = taken.setdefault(parse_endpoint(agent.contact), number)
        if other != number:
            findings.at_value(("agents", number, "contact"), f"agent {other} has the same contact")


def _check_languages(findings: Findings, shape: RosterShape) -> None:
    """A queue in a language that nobody speaks would let everybody wait for nobody."""
    spoken = {language for agent in shape.agents.values() for language in agent.languages}
    for id_, queue in shape.queues.items():
        if queue.language is not None and queue.language not in spoken:
            findings.at_value(("queues", id_, "language"), f"no agent speaks {quoted(queue.language)}")


def _check_demanded(findings: Findings, roster: Roster) -> None:
    """A skill that a queue demands and nobody has would let everybody wait for nobody."""
    agents = roster.agents.values()
    held = dict.fromkeys(skill for agent in agents for skill in agent.skills)
    for queue in roster.queues.values():
        for skill, demanded in queue.further(queue.lowest_level):
            best, path = max((agent.level(skill) for agent in agents), default=0), ("queues", queue.id, "skills", skill)
            if best == 0 and agents:
                findings.at_key(path, f"no agent has the skill {quoted(skill)}{did_you_mean(skill, held)}")
            elif best < demanded and agents:
                findings.at_value(path, f'nobody has more than level {best} for "{skill}"')


def check_topics(draft: RosterDraft, topics: Collection[Topic]) -> list[Problem]:
    """Name the skills, and the other topics in this file, that no topic of the menu can ever ask for."""
    problems = _check_topics(draft, topics)
    for turn, again in draft.repeats:
        problems += turn.only_new(_check_topics(again, topics))
    return problems


def _check_topics(draft: RosterDraft, topics: Collection[Topic]) -> list[Problem]:
    known = covering([*topics, *demanded_skills(draft.roster)])
    findings = Findings(draft.document)
    for number in draft.document.keys(("agents",)):
        path: Path = ("agents", number)
        for topic in draft.document.keys((*path, "skills")):
            if topic not in known:
                findings.at_key((*path, "skills", topic), _no_topic(topic, known))
        _check_listed(findings, (*path, "not_certified"), known)
    for name in draft.document.keys(("routing", "classes")):
        _check_listed(findings, ("routing", "classes", name, "topics"), known)
    for place, topic in queue_topics(draft.roster):
        if topic not in known:
            findings.at_value(place, _no_topic(topic, known))
    return findings.problems


def demanded_skills(roster: Roster) -> dict[Topic, None]:
    """Every skill that some queue demands beside the topic's."""
    return {skill: None for queue in roster.queues.values() for skill, _ in queue.skills}


def _check_listed(findings: Findings, path: Path, known: dict[Topic, None]) -> None:
    listed = findings.document.find(path)
    for place, item in enumerate(listed.items if isinstance(listed, Sequence) else ()):
        if isinstance(item, Scalar) and item.text is not None and item.text.strip() not in known:
            findings.at_value((*path, place), _no_topic(item.text.strip(), known))


def _no_topic(topic: str, known: dict[Topic, None]) -> str:
    return f"{quoted(topic)} is not a topic of the menu file{did_you_mean(topic, known)}"


def covering(topics: Collection[Topic]) -> dict[Topic, None]:
    """List the topics and everything more general that covers them, as a skill may name either."""
    parts = (str(topic).split(".") for topic in topics)
    return {Topic(".".join(words[:length])): None for words in parts for length in range(1, len(words) + 1)}
