"""Where an agent may pass a caller on to: a colleague, a queue, or back to the menu. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from acd.queue import Roster
from telephony.ids import AgentNumber, QueueId


@dataclass(frozen=True, slots=True)
class Target:
    """One of the three."""

    queue: QueueId | None = None
    agent: AgentNumber | None = None

    @property
    def is_menu(self) -> bool:
        """Back to where callers begin."""
        return self.queue is None and self.agent is None


def parse_target(text: str, roster: Roster, dialled: Collection[str] = ()) -> Target | None:
    """Read an agent's number, a queue's extension or id, or a number that callers dial; None if it is nobody's."""
    if AgentNumber(text) in roster.agents:
        return Target(agent=AgentNumber(text))
    if QueueId(text) in roster.queues:
        return Target(queue=QueueId(text))
    by_extension = {queue.extension: id_ for id_, queue in roster.queues.items() if queue.extension is not None}
    if (queue := by_extension.get(text)) is not None:
        return Target(queue=queue)
    return Target() if text in dialled else None
