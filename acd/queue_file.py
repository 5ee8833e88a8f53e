"""From the `queues:` and `schedules:` of `agents.yaml` to `Queue`s, naming every mistake at its place."""

import re
from collections.abc import Iterator, Mapping

from acd.queue import CallbackRules, Overflow, Queue, Roster, Widening
from acd.roster_shape import OverflowShape, QueueShape, RosterShape
from telephony.hours import Hours
from telephony.hours_file import build_hours, build_zone
from telephony.ids import QueueId, Topic
from telephony.located import Findings, Path
from telephony.suggest import did_you_mean, quoted
from telephony.way_out import CALLBACK_KEY, LeadsTo, WayOut

OWN_FORM = frozenset(
    {"hours", "overflow", "callback", "exit", "turn_away_if", "let_go_if", "widen", "language", "skills"}
)
"""Keys of a queue that the file writes otherwise than `Queue` holds them."""


def build_queues(findings: Findings, shape: RosterShape) -> dict[QueueId, Queue]:
    """Build every queue, best effort: what is wrong is named and left out."""
    zone = build_zone(findings, ("timezone",), shape.timezone)
    schedules = {
        name: build_hours(findings, ("schedules", name), hours, zone=zone) for name, hours in shape.schedules.items()
    }
    queues = {
        QueueId(name): _queue(findings, name, about, shape=shape, schedules=schedules)
        for name, about in shape.queues.items()
    }
    _check_circles(findings, queues)
    _check_extensions(findings, queues, shape)
    return queues


def _queue(
    findings: Findings, name: str, about: QueueShape, *, shape: RosterShape, schedules: Mapping[str, Hours]
) -> Queue:
    path: Path = ("queues", name)
    if about.hours is not None and about.hours not in schedules:
        hint = did_you_mean(about.hours, findings.document.keys(("schedules",)))
        findings.at_value((*path, "hours"), f"{quoted(about.hours)} is not a schedule{hint}")
    return Queue(
        id=QueueId(name),
        **about.model_dump(exclude=set(OWN_FORM)),
        hours=schedules.get(about.hours or ""),
        overflow=_overflow(findings, (*path, "overflow"), about.overflow, known=shape),
        callback=None if about.callback is None else CallbackRules(**about.callback.model_dump()),
        way_out=_way_out(findings, (*path, "exit"), about),
        turn_away_if=about.turn_away_if,
        let_go_if=about.let_go_if,
        widen=_widening(findings, name, about),
        language=about.language or "",
        skills=tuple(sorted(read_levels(findings, (*path, "skills"), about.skills, assumed=1))),
    )


def read_levels(
    findings: Findings, path: Path, written: Mapping[str, str], *, assumed: int
) -> Iterator[tuple[Topic, int]]:
    """Read skills with their levels; a wrong one is named once, and stands at one that causes no other mistake."""
    for topic, level in written.items():
        if re.fullmatch("[1-5]", level):
            yield Topic(topic), int(level)
        else:
            message = f'level for "{topic}" must be 1 (new) to 5 (expert), not {quoted(level)}'
            findings.at_value((*path, topic), message)
            yield Topic(topic), assumed


def _way_out(findings: Findings, path: Path, about: QueueShape) -> WayOut:
    """One key means one thing, and leads to something there is."""
    way = WayOut(about.exit.key, about.exit.to)
    if way.to is LeadsTo.CALLBACK and about.callback is None:
        findings.at_value((*path, "to"), "leads to a call-back, which this queue does not have; give it a callback")
    if about.callback is not None and way.key == CALLBACK_KEY and way.to in {LeadsTo.MENU, LeadsTo.GOODBYE}:
        findings.at_value((*path, "key"), f"{CALLBACK_KEY} asks to be called back in this queue; take another key")
    return way


def _widening(findings: Findings, name: str, about: QueueShape) -> tuple[Widening, ...]:
    """A step that demands no less than the one before, or comes no later, is a mistake: it would do nothing."""
    after_s, level = 0.0, about.min_level
    for place, step in enumerate(about.widen):
        path: Path = ("queues", name, "widen", place)
        if step.after_s <= after_s:
            findings.at_value(path, f"must come later than the step before, after {after_s:g} s")
        if step.min_level >= level:
            findings.at_value(path, f"must demand less than level {level}, which was demanded before")
        after_s, level = step.after_s, step.min_level
    return tuple(Widening(step.after_s, step.min_level) for step in about.widen)


def _overflow(findings: Findings, path: Path, about: OverflowShape | None, *, known: RosterShape) -> Overflow | None:
    if about is None or not about.to:
        return None
    if about.to not in known.queues:
        names = findings.document.keys(("queues",))
        findings.at_value((*path, "to"), f"{quoted(about.to)} is not a queue{did_you_mean(about.to, names)}")
        return None
    topic = None if about.topic is None else Topic(about.topic)
    return Overflow(QueueId(about.to), about.after_s, about.when, topic)


def _check_extensions(findings: Findings, queues: Mapping[QueueId, Queue], shape: RosterShape) -> None:
    """A number that agents dial leads to one place."""
    taken = {number: f"agent {number}" for number in shape.agents}
    for queue in queues.values():
        if queue.extension is None:
            continue
        if (other := taken.setdefault(queue.extension, f"queue {queue.id}")) != f"queue {queue.id}":
            findings.at_value(("queues", str(queue.id), "extension"), f"{queue.extension} is the number of {other}")


def _check_circles(findings: Findings, queues: Mapping[QueueId, Queue]) -> None:
    """Name every circle once, where its first queue sends callers on."""
    named: set[QueueId] = set()
    for start in queues:
        way = list(_way_on(queues, start))
        circle = way[way.index(way[-1]) : -1] if way[-1] in way[:-1] else []
        if start in circle and start not in named:
            named.update(circle)
            told = " → ".join([*circle, start])
            findings.at_value(("queues", start, "overflow", "to"), f"callers would go in a circle: {told}")


def _way_on(queues: Mapping[QueueId, Queue], start: QueueId) -> Iterator[QueueId]:
    """The queues one overflows to after the other, up to the first that comes a second time."""
    seen: set[QueueId] = set()
    name: QueueId | None = start
    while name is not None:
        yield name
        if name in seen:
            return
        seen.add(name)
        overflow = queues[name].overflow
        name = None if overflow is None else overflow.to


def queue_topics(roster: Roster) -> Iterator[tuple[Path, Topic]]:
    """Topics that queues name, with their places."""
    for queue in roster.queues.values():
        if queue.overflow is not None and queue.overflow.topic is not None:
            yield ("queues", str(queue.id), "overflow", "topic"), queue.overflow.topic
