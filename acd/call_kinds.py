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
    """The kinds that callers can ask for, and those that come of them where one queue sends callers on to another."""

    def __init__(self, asked: Iterable[tuple[QueueId, Topic]], queues: Mapping[QueueId, Queue]) -> None:
        self.asked: dict[CallKind, Demanded] = {}
        self.sent_on: dict[CallKind, Demanded] = {}
        """Nobody asks for these himself."""
        self._asked_as: dict[CallKind, CallKind] = {}
        """What those who are sent on asked for, or some of them."""
        pairs = [(queue, topic) for queue, topic in asked if queue in queues]
        for queue, topic in pairs:
            _enter(self.asked, queues[queue], topic)
        for queue, topic in pairs:
            for _, receiver, there in sent_on(queues, queue, topic):
                if receiver in queues and (kind := kind_in(queues[receiver], there)) not in self.asked:
                    _enter(self.sent_on, queues[receiver], there)
                    self._asked_as.setdefault(kind, kind_in(queues[queue], topic))

    def expect(self, demand: DemandSeen, agents: int, now: float) -> dict[CallKind, tuple[Expected, Demanded]]:
        """What each kind will bring while so many agents are at work.

        Who is sent on has been counted where he asked, so such kinds bring nothing of their own; they are to have a
        price all the same.
        """
        demand.begin(self.asked, agents, now)
        found = {kind: (demand.expect(kind, now), what) for kind, what in self.asked.items()}
        for kind, what in self.sent_on.items():
            found[kind] = Expected(0.0, found[self._asked_as[kind]][0].handle_s), what
        return found


def kind_in(queue: Queue, topic: Topic) -> CallKind:
    """The kind of this queue's calls about a topic."""
    return call_kind(topic, queue.language, queue.skills)


def _enter(kinds: dict[CallKind, Demanded], queue: Queue, topic: Topic) -> None:
    kind, what = kind_in(queue, topic), Demanded(topic, queue.min_level, queue.language, queue.skills)
    kinds[kind] = what.or_less(kinds[kind]) if kind in kinds else what
