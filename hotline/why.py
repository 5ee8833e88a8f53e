"""Explains the rings of a call from the journal: what was so at each instant, reckoned again by the same terms."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from acd.agent import Agent
from acd.explain import AgentThen, CallerThen, Explanation, Moment, explain
from acd.queue import Queue, Roster
from acd.weights import VIP
from hotline.store.archive import Archive
from hotline.store.drafts import Drafts, Values
from hotline.store.facts import Booted, Phase, Record, RecoveredAgent, RecoveredCall
from hotline.store.recovery import Fold
from hotline.store.segments import Damage, Line, Sequence, first_seq, read_checked, read_segment, segments_in
from hotline.store.tables import TRANSFERS
from hotline.store.transfer_rows import TransferRows
from telephony.commands import CloseSegment, NoteCaller, RingAgent, WidenCall
from telephony.events import AgentAnswered, CallArrived, CallEnded, RingEnded
from telephony.ids import AgentNumber, CallId

RINGS = b'"fact":"RingAgent"'


@dataclass(slots=True)
class RingStory:
    """One ring of a call."""

    wall: float
    ring: RingAgent
    explanation: Explanation | None
    """None where the roster or the prices of then are not kept, or the decision left no record."""
    note: NoteCaller | None = None
    """What was made of the caller."""
    names: Mapping[AgentNumber, str] | None = None
    """Of the agents of then."""
    level: int | None = None
    """The chosen agent's, for the call's topic."""
    widened: bool = False
    """Less was demanded than the queue usually does."""
    ended: str = ""
    """How: `answered`, or why it failed; empty while it rings."""


@dataclass(slots=True)
class CallStory:
    """One call, as far as its distribution goes."""

    call: CallId
    arrived_wall: float | None
    rings: list[RingStory]
    widened: list[WidenCall]
    outcomes: list[str]
    """Of its segments."""
    ended: bool = False
    transfers: list[Values] = field(default_factory=list)
    """As the table of transfers has them."""


def story_of(journal: Path, archive: Archive, call: CallId) -> CallStory | None:
    """The call's story; None if the journal does not know it."""
    telling = _Telling(archive, call)
    needle, began_wall = f'"{call}"'.encode(), _began(call)
    for path in segments_in(journal):
        if path.stat().st_mtime >= began_wall and needle in path.read_bytes():
            telling.read(path)
        if telling.story.ended:
            break
    telling.end()
    return telling.story if telling.known else None


def _began(call: CallId) -> float:
    """When the call began, in seconds since 1970, a minute to be safe, as Asterisk's ids say; else 0."""
    found = re.search(r"(\d{9,11})\.\d+$", call)
    return float(found.group(1)) - 60.0 if found else 0.0


def last_calls(journal: Path, count: int) -> list[CallId]:
    """The calls an agent was rung for last, the latest first."""
    found: dict[CallId, None] = {}
    for path in reversed(segments_in(journal)):
        for call in reversed(list(_rung_in(path))):
            found.setdefault(call)
            if len(found) == count:
                return list(found)
    return list(found)


def _rung_in(path: Path) -> Iterator[CallId]:
    if RINGS in path.read_bytes():
        for line in read_segment(path):
            if isinstance(line, Line) and isinstance(line.record.fact, RingAgent):
                yield line.record.fact.call


class _Telling:
    """Folds the journal and stops at each ring of one call."""

    def __init__(self, archive: Archive, call: CallId) -> None:
        self.story = CallStory(call, None, [], [], [])
        self.known = False
        self._archive = archive
        self._fold = Fold()
        self._drafts = Drafts()
        self._transfers = TransferRows(self._drafts, self._queue_of)

    def read(self, path: Path) -> None:
        """One segment; the first record of each restores what was so before it."""
        for record in read_checked(path, Sequence(first_seq(path))):
            if not isinstance(record, Damage):
                mine = getattr(record.fact, "call", None) == self.story.call
                if mine or isinstance(record.fact, Booted):
                    self._transfers.apply(record)
                if mine:
                    self._take(record)
                self._fold.apply(record)

    def end(self) -> None:
        """All has been read."""
        self.story.transfers = self._drafts.take_changes().inserts.get(TRANSFERS, [])

    def _queue_of(self, call: CallId) -> str | None:
        known = self._fold.recovered().calls.get(call)
        return None if known is None else known.queue

    def _take(self, record: Record) -> None:
        story, fact = self.story, record.fact
        self.known = True
        match fact:
            case CallArrived():
                story.arrived_wall = record.wall
            case WidenCall():
                story.widened.append(fact)
            case RingAgent():
                story.rings.append(self._ring(fact, record))
            case RingEnded(_, agent, outcome):
                self._ring_ended(agent, outcome.value)
            case AgentAnswered(_, agent):
                self._ring_ended(agent, "answered")
            case CloseSegment(_, queue, outcome):
                story.outcomes.append(f"{queue}: {outcome.value}")
            case CallEnded():
                story.ended = True
            case _:
                pass

    def _ring_ended(self, agent: AgentNumber, how: str) -> None:
        rings = self.story.rings
        if rings and rings[-1].ring.agent == agent:
            rings[-1].ended = how

    def _ring(self, ring: RingAgent, record: Record) -> RingStory:
        then = self._fold.recovered()
        known = then.calls.get(ring.call)
        told = RingStory(record.wall, ring, None, known.note if known else None)
        if ring.choice is None:
            return told
        roster_version, _, prices_version = ring.choice.version.partition("/")
        roster, prices = self._archive.roster(roster_version), self._archive.prices(prices_version)
        if roster is None:
            return told
        told.names = {number: agent.name for number, agent in roster.agents.items()}
        if (rung := roster.agents.get(ring.agent)) is not None:
            told.level = rung.level(ring.choice.topic)
        queue = roster.queues.get(ring.queue)
        told.widened = queue is not None and ring.choice.min_level < queue.min_level
        callers = dict(_callers(then.calls, roster, record))
        if prices is None or ring.call not in callers:
            return told
        moment = Moment(
            now=callers[ring.call].place_at + ring.choice.wait_s,
            agents={number: _agent(agent, then.agents.get(number)) for number, agent in roster.agents.items()},
            callers=callers,
            prices=prices,
            weights=roster.routing.weights,
        )
        told.explanation = explain(ring, moment)
        return told


def _agent(agent: Agent, known: RecoveredAgent | None) -> AgentThen:
    if known is None:
        return AgentThen(agent)
    return AgentThen(agent, known.state, known.reason, known.availability, known.reachable)


def _callers(
    calls: Mapping[CallId, RecoveredCall], roster: Roster, record: Record
) -> Iterator[tuple[CallId, CallerThen]]:
    for ticket, (call, known) in enumerate(calls.items()):
        queue = roster.queues.get(known.queue) if known.queue is not None else None
        if queue is not None and known.entered_wall is not None and known.topic is not None:
            yield call, _caller(known, queue, record.at - (record.wall - known.entered_wall), ticket)


def _caller(known: RecoveredCall, queue: Queue, entered_at: float, ticket: int) -> CallerThen:
    assert known.topic is not None
    note = known.note or NoteCaller(known.call, known.topic, entered_at, VIP if known.vip else "")
    plain = CallerThen(
        known.call,
        queue,
        note.topic,
        queue.min_level if known.level is None else known.level,
        note.place_at,
        ticket,
        offerable=known.offerable,
        rings=known.phase is Phase.RINGING,
    )
    return replace(
        plain, caller_class=note.caller_class, wish=note.wish, wanted=note.wanted, transferred=note.transferred
    )
