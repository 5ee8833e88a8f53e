"""Explains the rings of a call from the journal: what was so at each instant, reckoned again by the same terms."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from acd.explain import Explanation, explain
from acd.pricing import Prices
from acd.queue import Roster
from acd.verdict import Doubt
from hotline.store.archive import Archive
from hotline.store.drafts import Drafts, Values
from hotline.store.facts import Booted, Record
from hotline.store.recovery import Fold
from hotline.store.segments import Damage, Line, Sequence, first_seq, read_checked, read_segment, segments_in
from hotline.store.tables import TRANSFERS
from hotline.store.transfer_rows import TransferRows
from hotline.why_moment import Instant, callback_of, moment_of
from telephony.commands import AgentState, CloseSegment, NoteCaller, RingAgent, ShowAgent, WidenCall
from telephony.events import (
    AgentAnswered,
    CallArrived,
    CallEnded,
    CallLeftQueue,
    CallQueued,
    CallTransferred,
    Outcome,
    RingEnded,
)
from telephony.ids import AgentNumber, CallId, QueueId, Topic

RINGS = b'"fact":"RingAgent"'


@dataclass(slots=True)
class RingStory:
    """One ring of a call."""

    wall: float
    ring: RingAgent
    explanation: Explanation
    """With a doubt where the roster or the prices of then are not kept, or the decision left no record."""
    waited_s: float = 0.0
    """In all in this call, talks not counted; if he is called back or called again, since he had his place."""
    note: NoteCaller | None = None
    """What was made of the caller; None for a call-back, whose agent was chosen before he was reached."""
    named: Topic | None = None
    """What the caller named in this call; None: nothing, he asked for somebody."""
    passed_on_by: AgentNumber | None = None
    """The agent who passed the caller on last, if nobody has answered since."""
    passed_on_to: AgentNumber | None = None
    """Whom that agent named, if anybody."""
    moved_from: QueueId | None = None
    """The queue the caller asked for, if another has taken him."""
    called_back: bool = False
    """The agent was chosen, and kept free, before the customer was called."""
    likely: bool = False
    """The topic is what the caller asked about before: he named none."""
    own_agent: bool = False
    """The caller is this agent's client, by the list of them."""
    names: Mapping[AgentNumber, str] | None = None
    """Of the agents of then."""
    queues: Mapping[QueueId, str] | None = None
    """Names of the queues of then."""
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


class _Path:
    """How the caller came to the queue he is in: whom he named, who passed him on."""

    def __init__(self) -> None:
        self.queued: CallQueued | None = None
        self.passed_on: CallTransferred | None = None
        self.moved_from: QueueId | None = None

    def take(self, fact: object) -> None:
        match fact:
            case CallQueued():
                self.queued = fact
            case CallTransferred():
                self.passed_on, self.moved_from = fact if fact.queue is not None else None, None
            case CloseSegment(_, queue, Outcome.OVERFLOWED):
                self.moved_from = self.moved_from or queue
            case AgentAnswered() | CallLeftQueue():
                self.passed_on = self.moved_from = None
            case _:
                pass

    def tell(self, told: RingStory) -> None:
        """What of it the ring's story needs."""
        if self.queued is not None:
            told.named = (self.queued.asked or self.queued.topic) if self.queued.named else None
            told.own_agent = self.queued.own_agent == told.ring.agent
        if self.passed_on is not None:
            told.passed_on_by, told.passed_on_to = self.passed_on.agent, self.passed_on.to_agent
        told.moved_from = self.moved_from


class _Telling:
    """Folds the journal and stops at each ring of one call."""

    def __init__(self, archive: Archive, call: CallId) -> None:
        self.story = CallStory(call, None, [], [], [])
        self.known = False
        self._archive = archive
        self._fold = Fold()
        self._drafts = Drafts()
        self._transfers = TransferRows(self._drafts, self._queue_of)
        self._path = _Path()
        self._reserved: dict[AgentNumber, Instant] = {}
        """When each agent was kept free for this call, which is one to a customer who asked for it."""

    def read(self, path: Path) -> None:
        """One segment; the first record of each restores what was so before it."""
        for record in read_checked(path, Sequence(first_seq(path))):
            if not isinstance(record, Damage):
                mine = getattr(record.fact, "call", None) == self.story.call
                if mine or isinstance(record.fact, Booted):
                    self._transfers.apply(record)
                if mine:
                    self._path.take(record.fact)
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
            case CloseSegment(_, queue, outcome):
                story.outcomes.append(f"{queue}: {outcome.value}")
            case CallEnded():
                story.ended = True
            case _:
                self._take_ring(record)

    def _take_ring(self, record: Record) -> None:
        match record.fact:
            case RingAgent() as ring:
                self.story.rings.append(self._ring(ring, record))
            case ShowAgent(agent, AgentState.RINGING):
                self._rings_or_is_reserved(agent, record)
            case RingEnded(_, agent, outcome):
                self._ring_ended(agent, outcome.value)
            case AgentAnswered(_, agent):
                self._ring_ended(agent, "answered")
            case _:
                pass

    def _ring_ended(self, agent: AgentNumber, how: str) -> None:
        rings = self.story.rings
        if rings and rings[-1].ring.agent == agent:
            rings[-1].ended = how

    def _rings_or_is_reserved(self, agent: AgentNumber, record: Record) -> None:
        """A ring's order comes before its agent is shown so; without one he is kept free for a call-back."""
        then, callback, rings = self._fold.recovered(), callback_of(self.story.call), self.story.rings
        rung = bool(rings) and rings[-1].ring.agent == agent and not rings[-1].ended
        if callback in then.callbacks and not rung:
            self._reserved[agent] = Instant(then, record.at, record.wall, callback)

    def _ring(self, ring: RingAgent, record: Record) -> RingStory:
        known = self._fold.recovered().calls.get(ring.call)
        reserved = self._reserved.pop(ring.agent, None)
        instant = reserved or Instant(self._fold.recovered(), record.at, record.wall)
        told = RingStory(record.wall, ring, Explanation(doubt=Doubt.NO_RECORD))
        told.called_back = reserved is not None
        told.note = known.note if known and not told.called_back else None
        told.likely = told.note is not None and told.note.likely
        if reserved is not None and reserved.callback is not None:
            told.likely = reserved.then.callbacks[reserved.callback].asked.likely
        self._path.tell(told)
        if ring.choice is not None:
            told.waited_s = ring.choice.wait_s
            self._explain(told, instant)
        return told

    def _explain(self, told: RingStory, instant: Instant) -> None:
        ring, choice = told.ring, told.ring.choice
        assert choice is not None
        roster_version, _, prices_version = choice.version.partition("/")
        roster = self._archive.roster(roster_version)
        if roster is None:
            told.explanation = Explanation(doubt=Doubt.NO_ROSTER)
            return
        _add_names(told, roster)
        prices = self._archive.prices(Prices().version if choice.named else prices_version)
        if prices is None:
            told.explanation = Explanation(doubt=Doubt.NO_PRICES)
            return
        moment = moment_of(instant, ring.call, choice, roster=roster, prices=prices)
        told.explanation = Explanation(doubt=Doubt.NO_CALLER) if moment is None else explain(ring, moment)


def _add_names(told: RingStory, roster: Roster) -> None:
    choice = told.ring.choice
    assert choice is not None
    told.names = {number: agent.name for number, agent in roster.agents.items()}
    told.queues = {id_: queue.name for id_, queue in roster.queues.items()}
    if (rung := roster.agents.get(told.ring.agent)) is not None:
        told.level = rung.level(choice.topic)
    queue = roster.queues.get(told.ring.queue)
    told.widened = queue is not None and choice.min_level < queue.min_level
