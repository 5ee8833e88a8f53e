"""Kinds of calls: alike in what they demand of agents, levels apart. Demand is learned and prices solved by kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from acd.coverage import sent_on
from acd.demand import DemandSeen, Expected
from acd.queue import CallKind, Demands, Queue, call_kind
from telephony.ids import QueueId, Topic


@dataclass(frozen=True, slots=True)
class Demanded:
    """What calls of one kind demand of an agent."""

    topic: Topic
    min_level: int = 1
    """Where several queues take such calls, the least of theirs; so it is with further skills."""
    language: str = ""
    further: Demands = ()

    def or_less(self, other: "Demanded") -> "Demanded":
        """The lower levels of both, which are of one kind."""
        further = tuple(
            (skill, min(level, least)) for (skill, level), (_, least) in zip(self.further, other.further, strict=True)
        )
        return Demanded(self.topic, min(self.min_level, other.min_level), self.language, further)


class CallKinds:
    """The kinds that callers can ask for, and those that overflow and history make of them.

    `somebody` is the topic of who asks for somebody and names none: history may supply any topic in its place.
    """

    def __init__(
        self,
        asked: Iterable[tuple[QueueId, Topic]],
        queues: Mapping[QueueId, Queue],
        *,
        somebody: Topic | None = None,
    ) -> None:
        self.asked: dict[CallKind, Demanded] = {}
        self.unasked: dict[CallKind, Demanded] = {}
        """Nobody asks for these himself; at most one for each topic in each queue that is reached without naming one,
        and one for each step by which a queue sends callers on."""
        self._asked_as: dict[CallKind, CallKind] = {}
        """What those asked for who become of such a kind, or some of them."""
        self._queues = queues
        pairs = list(dict.fromkeys((queue, topic) for queue, topic in asked if queue in queues))
        for queue, topic in pairs:
            _enter(self.asked, queues[queue], topic)
        for queue, topic in pairs:
            self._enter_sent_on(queue, topic, kind_in(queues[queue], topic))
        topics = dict.fromkeys(topic for _, topic in pairs)
        for queue, topic in [pair for pair in pairs if pair[1] == somebody]:
            for likely in topics:
                self._enter_likely(queue, likely, kind_in(queues[queue], topic))

    def learned_as(self, queue: QueueId, topic: Topic, asked: CallKind | None = None) -> CallKind:
        """The kind that such a call counts for and teaches the handle time of; the topic for unknown queues.

        `asked` is what the caller is counted for so far. He stays with it where his call becomes of a kind that nobody
        asks for: the work is where it is expected, and so is what is learned of it.
        """
        known = self._queues.get(queue)
        kind = topic if known is None else kind_in(known, topic)
        return kind if kind in self.asked else asked or self._asked_as.get(kind, kind)

    def expect(self, demand: DemandSeen, agents: int, now: float) -> dict[CallKind, tuple[Expected, Demanded]]:
        """What each kind will bring while so many agents are at work.

        Calls of a kind that nobody asks for are counted where they were asked for, so such kinds bring nothing of their
        own; they are to have a price all the same.
        """
        demand.begin(self.asked, agents, now)
        found = {kind: (demand.expect(kind, now), what) for kind, what in self.asked.items()}
        for kind, what in self.unasked.items():
            found[kind] = Expected(0.0, found[self._asked_as[kind]][0].handle_s), what
        return found

    def _enter_likely(self, queue: QueueId, topic: Topic, asked_as: CallKind) -> None:
        """History says what it is about: in the queue he is in, and wherever that sends him."""
        self._enter_unasked(queue, topic, asked_as)
        self._enter_sent_on(queue, topic, asked_as)

    def _enter_sent_on(self, queue: QueueId, topic: Topic, asked_as: CallKind) -> None:
        for _, receiver, there in sent_on(self._queues, queue, topic):
            if receiver in self._queues:
                self._enter_unasked(receiver, there, asked_as)

    def _enter_unasked(self, queue: QueueId, topic: Topic, asked_as: CallKind) -> None:
        kind = kind_in(self._queues[queue], topic)
        if kind not in self.asked:
            _enter(self.unasked, self._queues[queue], topic)
            self._asked_as.setdefault(kind, asked_as)


def kind_in(queue: Queue, topic: Topic) -> CallKind:
    """The kind of this queue's calls about a topic."""
    return call_kind(topic, queue.language, queue.skills)


def _enter(kinds: dict[CallKind, Demanded], queue: Queue, topic: Topic) -> None:
    kind, what = kind_in(queue, topic), Demanded(topic, queue.min_level, queue.language, queue.skills)
    kinds[kind] = what.or_less(kinds[kind]) if kind in kinds else what
