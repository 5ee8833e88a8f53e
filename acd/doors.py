"""Whether a queue takes a caller now, why not, and which other queue does instead."""

from collections.abc import Mapping
from dataclasses import dataclass

from acd.queue import Emptiness, Queue, Shut
from acd.staffing import Staffing
from acd.waiting_calls import Segment, WaitingCalls
from telephony.calendar import Calendar
from telephony.events import Outcome
from telephony.ids import QueueId, Topic

REJECTED: dict[Shut, Outcome] = {
    Shut.CLOSED: Outcome.REJECTED_CLOSED,
    Shut.FULL: Outcome.REJECTED_FULL,
    Shut.NOBODY: Outcome.REJECTED_NO_AGENTS,
}

ASK_AGAIN_S = 15.0
"""Seconds until a queue that could take nobody is asked again for one who has waited long enough."""


@dataclass(frozen=True, slots=True)
class Way:
    """A queue that takes the caller, and the skill asked for there."""

    queue: Queue
    topic: Topic


class Doors:
    """The doors of all queues."""

    def __init__(
        self, queues: Mapping[QueueId, Queue], staffing: Staffing, waiting: WaitingCalls, calendar: Calendar
    ) -> None:
        self._queues = queues
        self._staffing = staffing
        self._waiting = waiting
        self._calendar = calendar

    def shut(self, queue: Queue, topic: Topic, now: float) -> Shut | None:
        """Why nobody may enter; None if one may."""
        if not self._calendar.is_open(queue.hours, now):
            return Shut.CLOSED
        emptiness = self._staffing.emptiness(self._staffing.lane(queue, topic, queue.lowest_level))
        if emptiness is Emptiness.NOBODY or emptiness in queue.turn_away_if:
            return Shut.NOBODY
        return Shut.FULL if self._waiting.count(queue.id) >= queue.max_waiting else None

    def serves_inside(self, queue: Queue, topic: Topic, now: float) -> bool:
        """Whether a caller who is inside already would be served here, or by another queue, whatever the hour."""
        levels = [queue.min_level, *(step.min_level for step in queue.widen)]
        lanes = [self._staffing.lane(queue, topic, level) for level in levels]
        lane = next((lane for lane in lanes if self._staffing.anybody(lane)), None)
        if lane is not None and self._staffing.emptiness(lane) not in queue.let_go_if:
            return True
        return self.way_on(queue, topic, Shut.NOBODY, now) is not None

    def is_hopeless(self, segment: Segment) -> bool:
        """Whether nobody is left for whom this caller would wait."""
        emptiness = self._staffing.emptiness(segment.lane)
        return emptiness is Emptiness.NOBODY or emptiness in segment.queue.let_go_if

    def way_on(self, queue: Queue, topic: Topic, why: Shut | None, now: float) -> Way | None:
        """The queue that takes the caller instead, directly or through others; `why` None: he has waited so long.

        No queue leads back to itself (the roster is checked for that), so this comes to an end.
        """
        overflow = queue.overflow
        if overflow is None or (why is not None and why not in overflow.when):
            return None
        other, topic = self._queues[overflow.to], overflow.topic or topic
        shut = self.shut(other, topic, now)
        return Way(other, topic) if shut is None else self.way_on(other, topic, shut, now)
