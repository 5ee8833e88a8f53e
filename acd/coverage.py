"""Whether anybody in the roster could ever serve a queue's calls, and which queues nobody could."""

from collections.abc import Collection, Iterator, Mapping

from acd.agent import Agent
from acd.queue import Demands, Queue, Roster
from telephony.errors import Problem
from telephony.ids import QueueId, Topic
from telephony.located import Document, Path

Asked = tuple[QueueId, Topic]
"""A call that the menu sends: where to, and about what."""


class Coverage:
    """Compares what queues demand in the end, after all their widening, with what agents can do."""

    def __init__(self, roster: Roster) -> None:
        self._queues = roster.queues
        self._agents = tuple(roster.agents.values())
        self._spoken = {language for agent in self._agents for language in agent.languages}

    def gap(self, queue_id: QueueId, topic: Topic) -> str:
        """What is missing for a call about this topic in this queue; empty if somebody can serve it.

        Nothing is said of what has been named already: a queue that is not there, a language that nobody speaks, a
        further skill that nobody has at its level.
        """
        queue = self._queues.get(queue_id)
        if queue is None or not self._agents or not self._is_sound(queue):
            return ""
        best, demanded = _best([one for one in self._agents if _fits(one, queue)], topic), max(1, queue.lowest_level)
        if best >= demanded:
            return ""
        if _best(self._agents, topic) == 0:
            general = topic.partition(".")[0]
            return (
                f'no agent has a skill for "{topic}" (queue "{queue_id}"); give one the skill "{general}", '
                'or name a "topic"'
            )
        who = _who(queue)
        if best == 0:
            return f'queue "{queue_id}": nobody{who} has a skill for "{topic}"'
        return f'queue "{queue_id}" demands level {demanded}, but nobody{who} has more than level {best} for "{topic}"'

    def _is_sound(self, queue: Queue) -> bool:
        """Whether each demand beside the topic's can be met by somebody."""
        spoken = not queue.language or queue.language in self._spoken
        return spoken and all(_best(self._agents, skill) >= level for skill, level in _further(queue))


def _fits(agent: Agent, queue: Queue) -> bool:
    """Whether the agent meets what the queue demands whatever the topic."""
    speaks = not queue.language or queue.language in agent.languages
    return speaks and all(agent.level(skill) >= level for skill, level in _further(queue))


def _further(queue: Queue) -> Demands:
    return queue.further(queue.lowest_level)


def _who(queue: Queue) -> str:
    """Those who fit, in words; empty where everybody does."""
    parts = [f'speaks "{queue.language}"'] if queue.language else []
    parts += [f'has level {level} for "{skill}"' for skill, level in _further(queue)]
    return f" who {' and '.join(parts)}" if parts else ""


def _best(agents: Collection[Agent], topic: Topic) -> int:
    return max((agent.level(topic) for agent in agents), default=0)


def check_coverage(document: Document, roster: Roster, asked: Collection[Asked]) -> list[Problem]:
    """Name the queues that nobody can ever serve and that the menu does not lead to; what it asks is named there.

    Such a queue gets its callers by overflow, by its extension or by `hotline transfer`, with the topic they have.
    """
    coverage, topics = Coverage(roster), {topic for _, topic in asked}
    asked_queues = {queue for queue, _ in asked}
    dead = {
        id_: gaps[0]
        for id_ in roster.queues
        if id_ not in asked_queues and (gaps := _gaps(coverage, id_, {*topics, Topic(id_)}))
    }
    named = [document.problem(_demand(document, id_), f"nobody can ever serve it: {gap}") for id_, gap in dead.items()]
    return [*named, *_check_overflows(document, roster, asked, dead=dead)]


def _gaps(coverage: Coverage, queue: QueueId, topics: Collection[Topic]) -> list[str]:
    """What is missing for each of these topics, the one nearest to being served first; none if one can be served."""
    gaps = [coverage.gap(queue, topic) for topic in sorted(topics)]
    return sorted(gaps, key=lambda gap: gap.startswith("no agent")) if all(gaps) else []


def _demand(document: Document, queue: QueueId) -> Path:
    """Where the queue says what it demands."""
    there = document.keys(("queues", queue))
    return ("queues", queue, next((key for key in ("min_level", "language", "skills") if key in there), "name"))


def _check_overflows(
    document: Document, roster: Roster, asked: Collection[Asked], *, dead: Collection[QueueId]
) -> Iterator[Problem]:
    """Callers sent on to where nobody can ever serve them: named once for each queue that sends them."""
    coverage, named = Coverage(roster), set[QueueId]()
    for queue, topic in asked:
        for sender, receiver, there in sent_on(roster.queues, queue, topic):
            gap = coverage.gap(receiver, there)
            if gap and sender not in named and receiver not in dead:
                named.add(sender)
                path: Path = ("queues", sender, "overflow")
                key = "topic" if "topic" in document.keys(path) else "to"
                yield document.problem((*path, key), f"callers sent on from here wait for nobody: {gap}")


def sent_on(queues: Mapping[QueueId, Queue], start: QueueId, topic: Topic) -> Iterator[tuple[QueueId, QueueId, Topic]]:
    """Each step of a call's way from queue to queue, by overflow: from, to, and the skill asked for there."""
    seen: set[QueueId] = set()
    sender = start
    while sender in queues and sender not in seen and (overflow := queues[sender].overflow) is not None:
        seen.add(sender)
        topic = overflow.topic or topic
        yield sender, overflow.to, topic
        sender = overflow.to
