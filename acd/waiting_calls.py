"""The callers who wait: their places, when their patience is up by the queue's rules, and when to tell them."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from acd.assigner import WaitingCall
from acd.line import Line
from acd.queue import Queue
from acd.weights import VIP, Weights
from telephony.ids import AgentNumber, CallId, QueueId

Rank = tuple[float, int]
"""When a caller would have entered without his head start, and his ticket."""


class HeadStart(Protocol):
    """By how much a caller counts as if he had come earlier."""

    def __call__(self, caller_class: str, priority_s: float, *, transferred: bool = False) -> float:
        """By his class, his queue's priority, and whether an agent passed him on."""


@dataclass(slots=True)
class Segment:
    """One stay of one call in one queue, until its outcome is known."""

    waiting: WaitingCall
    lane: int
    """In the head counts' numbering."""
    offerable: bool = False
    """The caller has heard what must be heard first."""
    told_at: float | None = None
    """When the caller was last told his place."""
    wanted: AgentNumber | None = None
    """Rung first, once, if he is free."""
    began_at: float | None = None
    """When this stay began; None: the place is counted from then. Earlier places are kept ones."""

    @property
    def call(self) -> CallId:
        """The call."""
        return self.waiting.call

    @property
    def queue(self) -> Queue:
        """The queue, as the present roster has it."""
        return self.waiting.queue

    @property
    def entered_at(self) -> float:
        """When this stay began."""
        return self.waiting.entered_at if self.began_at is None else self.began_at

    @property
    def place(self) -> tuple[float, int]:
        """What the places in a queue are ordered by."""
        return self.waiting.entered_at, self.waiting.ticket


class WaitingCalls:
    """Every segment without an outcome. A call whose agent's phone rings still waits, at its place."""

    def __init__(self) -> None:
        self._segments: dict[CallId, Segment] = {}
        self._places: dict[QueueId, list[tuple[float, int]]] = {}
        """Sorted. Finding a place is O(log n); putting one in moves pointers only, 20 µs among 100,000."""
        self._kept: dict[QueueId, list[tuple[float, int]]] = {}
        """Places of those who hung up and are called back at their turn; sorted."""
        self._lanes: dict[tuple[int, QueueId], dict[CallId, Segment]] = {}
        """By lane and queue: who waits for the same agents by the same rules."""
        self._ranks: dict[QueueId, list[Rank]] = {}
        """Sorted."""
        self._rank_of: dict[CallId, Rank] = {}
        self.head_start_s: HeadStart = Weights().head_start_s
        """What a caller has when he enters holds for his stay."""
        self._give_up: Line[CallId] = Line()
        self._tell: Line[CallId] = Line()
        self._widen: Line[CallId] = Line()
        self._move_on: Line[CallId] = Line()

    def __iter__(self) -> Iterator[Segment]:
        return iter(list(self._segments.values()))

    def segment(self, call: CallId) -> Segment | None:
        """The call's segment, None if it does not wait."""
        return self._segments.get(call)

    def count(self, queue: QueueId) -> int:
        """Callers waiting in a queue."""
        return len(self._places.get(queue, ()))

    def position(self, segment: Segment) -> int:
        """The caller's place in the queue, counted from 1, with those before him who are to be called back."""
        return self.position_at(segment.queue.id, segment.place)

    def position_at(self, queue: QueueId, place: tuple[float, int]) -> int:
        """The same for any place in any queue, kept ones too."""
        return bisect_left(self._places.get(queue, ()), place) + bisect_left(self._kept.get(queue, ()), place) + 1

    def rank(self, segment: Segment) -> int:
        """The caller's place in the queue by head starts too, such as VIPs have, counted from 1."""
        queue = segment.queue.id
        ahead = bisect_left(self._ranks[queue], self._rank_of[segment.call])
        return ahead + bisect_left(self._kept.get(queue, ()), segment.place) + 1

    def ranked_before(self, segment: Segment, queue: QueueId) -> int:
        """How many of another queue's callers come before this one, head starts of both counted."""
        return bisect_left(self._ranks.get(queue, ()), self._rank_of[segment.call])

    def _head_start_s(self, call: WaitingCall) -> float:
        caller_class = call.caller_class or (VIP if call.vip else "")
        return self.head_start_s(caller_class, call.queue.priority_s, transferred=call.transferred)

    def keep_place(self, queue: QueueId, place: tuple[float, int]) -> None:
        """Somebody has this place without being on the line."""
        insort(self._kept.setdefault(queue, []), place)

    def give_up_place(self, queue: QueueId, place: tuple[float, int]) -> None:
        """He has it no longer."""
        places = self._kept[queue]
        del places[bisect_left(places, place)]

    def deadlines(self) -> tuple[float | None, ...]:
        """When somebody has waited as long as he may, is to be told his place, to be widened, or may go elsewhere."""
        return self._give_up.first_at, self._tell.first_at, self._widen.first_at, self._move_on.first_at

    def add(self, segment: Segment) -> None:
        """A segment begins."""
        self._segments[segment.call] = segment
        insort(self._places.setdefault(segment.queue.id, []), segment.place)
        at, ticket = segment.place
        rank = self._rank_of[segment.call] = at - self._head_start_s(segment.waiting), ticket
        insort(self._ranks.setdefault(segment.queue.id, []), rank)
        self._enter_lane(segment)

    def remove(self, segment: Segment) -> None:
        """A segment has its outcome."""
        del self._segments[segment.call]
        places = self._places[segment.queue.id]
        del places[bisect_left(places, segment.place)]
        ranks = self._ranks[segment.queue.id]
        del ranks[bisect_left(ranks, self._rank_of.pop(segment.call))]
        self._leave_lane(segment)
        self._give_up.discard(segment.call)
        self._tell.discard(segment.call)
        self._widen.discard(segment.call)
        self._move_on.discard(segment.call)

    def move(self, segment: Segment, queue: Queue, lane: int, level: int | None = None) -> None:
        """The queue is described anew, or demands less of this caller's agent."""
        self._leave_lane(segment)
        segment.waiting = replace(segment.waiting, queue=queue, level=level)
        segment.lane = lane
        self._enter_lane(segment)

    def widen_when_due(self, segment: Segment) -> None:
        """Note when this caller is next offered to more agents, if at all; the wait is counted from his place."""
        if steps := segment.queue.steps_below(segment.waiting.min_level):
            self._widen.add(segment.call, segment.waiting.entered_at + steps[0].after_s)
        else:
            self._widen.discard(segment.call)

    def to_be_widened(self, now: float) -> list[Segment]:
        """Who has waited long enough to be offered to more agents."""
        return [self._segments[call] for call in self._widen.take_due(now)]

    def samples(self) -> list[Segment]:
        """One of those who wait for the same agents by the same rules, of each kind: what is so for him is for all."""
        return [next(iter(lane.values())) for lane in self._lanes.values()]

    def like(self, sample: Segment) -> list[Segment]:
        """Everybody who waits for the same agents by the same rules, first come first."""
        return sorted(self._lanes[sample.lane, sample.queue.id].values(), key=lambda segment: segment.place)

    # ---- time -----------------------------------------------------------------------------------

    def give_up_at(self, segment: Segment) -> float:
        """When the caller has waited as long as the queue allows."""
        return segment.entered_at + segment.queue.max_wait_s

    def resume_patience(self, segment: Segment) -> None:
        """The caller may be let go when his time is up."""
        self._give_up.add(segment.call, self.give_up_at(segment))
        overflow = segment.queue.overflow
        if overflow is None or overflow.after_s is None:
            self._move_on.discard(segment.call)
        else:
            self._move_on.add(segment.call, segment.entered_at + overflow.after_s)

    def ask_again(self, segment: Segment, at: float) -> None:
        """The other queue could not take the caller; look again then."""
        self._move_on.add(segment.call, at)

    def to_move_on(self, now: float) -> list[Segment]:
        """Who has waited so long that another queue may take him."""
        return [self._segments[call] for call in self._move_on.take_due(now)]

    def suspend_patience(self, segment: Segment) -> None:
        """A phone rings for the caller: he is not let go now, nor told his place."""
        self._give_up.discard(segment.call)
        self._tell.discard(segment.call)
        self._move_on.discard(segment.call)

    def out_of_patience(self, now: float) -> list[Segment]:
        """Who has waited as long as he may."""
        return [self._segments[call] for call in self._give_up.take_due(now)]

    def tell_when_due(self, segment: Segment, now: float) -> None:
        """Tell the caller his place: at once if he never was told, else as often as the queue says."""
        every_s = segment.queue.announce_every_s
        if every_s > 0:
            self._tell.add(segment.call, now if segment.told_at is None else max(now, segment.told_at + every_s))

    def to_be_told(self, now: float) -> list[Segment]:
        """Who is to be told his place now."""
        return [self._segments[call] for call in self._tell.take_due(now)]

    def _enter_lane(self, segment: Segment) -> None:
        self._lanes.setdefault((segment.lane, segment.queue.id), {})[segment.call] = segment

    def _leave_lane(self, segment: Segment) -> None:
        key = segment.lane, segment.queue.id
        lane = self._lanes[key]
        del lane[segment.call]
        if not lane:
            del self._lanes[key]
