"""Callers who come for an agent, may be offered, leave the line or hang up."""

from collections.abc import Mapping
from typing import assert_never

from acd.callbacks import Callbacks
from acd.consults import Consults
from acd.doors import REJECTED
from acd.hall import Hall
from acd.history import History, Known
from acd.queue import Queue, Roster, Shut
from acd.reception import Entrance, receive
from acd.waiting_calls import Segment
from telephony.commands import CloseSegment, MoveCall, RefuseCall
from telephony.events import CallEnded, CallLeftQueue, CallOfferable, CallQueued, Outcome, RingOutcome, TalkEndedBy
from telephony.ids import CallId, QueueId


class Callers:
    """The moves of callers, who get a ticket each."""

    def __init__(
        self, hall: Hall, consults: Consults, callbacks: Callbacks, *, roster: Roster, queues: Mapping[QueueId, Queue]
    ) -> None:
        self._hall = hall
        self._consults = consults
        self._callbacks = callbacks
        self._queues = queues
        """Kept by the distributor: also those of older rosters."""
        self._tickets = 0
        self.roster = roster
        self.history: History | None = None
        """What callers did before; None: nobody is known."""

    def handle(self, event: CallQueued | CallOfferable | CallLeftQueue | CallEnded, now: float) -> None:
        """Take one fact about a caller."""
        match event:
            case CallQueued():
                self._queued(event, now)
            case CallOfferable(call):
                self._offerable(call, now)
            case CallLeftQueue(call, outcome):
                self._left(call, outcome, now)
            case CallEnded(call):
                self._ended(call, now)
            case _:
                assert_never(event)

    def _queued(self, event: CallQueued, now: float) -> None:
        hall = self._hall
        old = hall.waiting.segment(event.call)
        if old is not None and old.queue.id == event.queue:
            return  # told twice, as after a lost link: the place is kept
        if old is not None:
            self._left(event.call, Outcome.WITHDRAWN, now)
        if (talk := hall.talks.of_call(event.call)) is not None:
            hall.end_talk(talk, TalkEndedBy.UNKNOWN, now)  # who asks for an agent is not talking to one
        queue = self._queues.get(event.queue)
        inside = event.resumed or event.transferred  # no door is shut: if nobody is left, he is let go like others
        shut = Shut.NOBODY if queue is None else None if inside else hall.doors.shut(queue, event.topic, now)
        if queue is None or shut is not None:
            self._turn_away(event, queue, shut or Shut.NOBODY, now)
            return
        self._stand_in_line(event, queue, now)

    def _stand_in_line(self, event: CallQueued, queue: Queue, now: float) -> None:
        hall, history = self._hall, self.history
        self._tickets += 1
        staffing = hall.floor.staffing
        received = receive(
            Entrance(event, queue, self._tickets),
            self.roster,
            known=Known() if history is None else history.about(event, now),
            can_serve=lambda topic: staffing.anybody(staffing.lane(queue, topic, queue.lowest_level)),
        )
        if history is not None:
            history.apply(event, now)
            history.apply(received.note, now)
        if received.noteworthy:
            hall.orders.append(received.note)
        lane = staffing.lane(queue, received.waiting.topic)
        segment = Segment(received.waiting, lane, wanted=event.wanted, began_at=event.entered_at)
        hall.waiting.add(segment)
        hall.waiting.widen_when_due(segment)
        self._callbacks.reached(event.call)
        if hall.rings.of_call(event.call) is None:
            hall.back_in_line(segment, now)

    def _turn_away(self, event: CallQueued, queue: Queue | None, why: Shut, now: float) -> None:
        """A segment that ends as it begins: another queue takes the caller, or he is told why not."""
        way = None if queue is None else self._hall.doors.way_on(queue, event.topic, why, now)
        outcome = REJECTED[why] if way is None else Outcome.OVERFLOWED
        place_at = event.entered_at if event.place_at is None else event.place_at
        self._hall.orders += [
            RefuseCall(event.call, outcome) if way is None else MoveCall(event.call, way.queue.id, way.topic, place_at),
            CloseSegment(event.call, event.queue, outcome, max(0.0, now - event.entered_at)),
        ]

    def _offerable(self, call: CallId, now: float) -> None:
        segment = self._hall.waiting.segment(call)
        if segment is None or segment.offerable:
            return
        segment.offerable = True
        ring = self._hall.rings.of_call(call)
        if ring is None:
            self._hall.back_in_line(segment, now)
        elif ring.reserved:
            self._hall.ring_reserved(segment, ring, now)

    def _left(self, call: CallId, outcome: Outcome, now: float) -> None:
        hall = self._hall
        segment, ring = hall.waiting.segment(call), hall.rings.of_call(call)
        if segment is None:
            return
        hall.close(segment, outcome, now)
        if ring is not None:
            hall.take_back(ring, now)

    def _ended(self, call: CallId, now: float) -> None:
        hall = self._hall
        segment, ring, talk = hall.waiting.segment(call), hall.rings.of_call(call), hall.talks.of_call(call)
        if segment is not None:
            hall.close(segment, Outcome.ABANDONED_RINGING if ring else Outcome.ABANDONED_QUEUED, now)
        if ring is not None:
            ring.taken_back = True  # the phone fell silent with the caller's channel: nothing to order
            hall.ring_ended(ring, RingOutcome.CANCELLED, now)
        if talk is not None:
            hall.end_talk(talk, TalkEndedBy.UNKNOWN, now)
        self._consults.call_ended(call, now)
