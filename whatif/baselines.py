"""How today's systems choose, as policies beside ours: read off their sources and manuals, in their own terms.

They look at every agent who is able; callers are kept in order, which changes no choice but lets a day be played soon.
"""

from abc import ABC, abstractmethod
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import floor

from acd.agent import Agent
from acd.assigner import Assignment, WaitingCall
from acd.profiles import profile_of
from acd.queue import Queue
from acd.standing import USUAL, Standing
from acd.weights import VIP, Weights
from telephony.ids import AgentNumber, CallId, QueueId, Topic

POLL_S = 1.0
"""app_queue: a waiting caller looks for an agent once a second."""

TIER_S = 20.0
"""mod_callcenter and TaskRouter: how long a call waits for the best before others may have it; 20 s in ROUTING."""

VIP_S = Weights().class_s(VIP)
"""Head start of VIPs where a system knows a base score; the same as ours."""

EXPERT_LEVEL = 4

LEVELS = (5, 4, 3, 2, 1)
"""Best first."""


@dataclass(slots=True)
class Member:
    """An agent as such a system keeps him."""

    agent: Agent
    idle_since: float
    calls: int = 0
    number: int = 0
    """In the order of the roster."""


Able = dict[int, dict[AgentNumber, Member]]
"""Who is idle and a member of a line, by level."""

Asked = tuple[QueueId, Topic]
"""A line of calls: whom to ask is set up for each queue, from those who can ever take such a call there."""


@dataclass
class Scanning(ABC):
    """What these policies have in common."""

    calls: dict[CallId, WaitingCall] = field(default_factory=dict)
    idle: dict[AgentNumber, Member] = field(default_factory=dict)
    known: dict[AgentNumber, Member] = field(default_factory=dict)
    _able: dict[Asked, Able] = field(default_factory=dict)
    """Made for a line's first call, kept in step from then on."""
    _queues_asked: dict[Asked, Queue] = field(default_factory=dict)
    """As they were then."""
    _places: dict[AgentNumber, list[tuple[Asked, dict[AgentNumber, Member]]]] = field(default_factory=dict)
    """Where in `_able` an agent stands while he is idle."""
    _free: Counter[Asked] = field(default_factory=Counter)
    """How many are idle and able."""

    def add_call(self, call: WaitingCall) -> None:
        """This call may be offered now."""
        self.calls[call.call] = call
        if asked_by(call) not in self._able:
            self._open(asked_by(call), call.queue)

    def remove_call(self, call: CallId) -> None:
        """This call may no longer be offered; unknown ones are ignored."""
        if (known := self.calls.pop(call, None)) is not None:
            self._leave(known)

    @abstractmethod
    def _leave(self, call: WaitingCall) -> None:
        """He was in line."""

    def add_agent(self, agent: Agent, *, idle_since: float, standing: Standing = USUAL) -> None:  # noqa: ARG002 - none of them knows it
        """This agent may get a call now."""
        self.remove_agent(agent.number)
        member = self.known.get(agent.number)
        if member is None:
            member = self.known[agent.number] = Member(agent, idle_since, number=len(self.known))
            queues = self._queues_asked
            levels = [(asked, level_in(queues[asked], asked[1], agent)) for asked in self._able]
            self._places[agent.number] = [(asked, self._able[asked][level]) for asked, level in levels if level]
        member.idle_since = idle_since
        self.idle[agent.number] = member
        for asked, place in self._places[agent.number]:
            place[agent.number] = member
            self._free[asked] += 1

    def remove_agent(self, number: AgentNumber) -> None:
        """This agent may no longer get a call; unknown ones are ignored."""
        if self.idle.pop(number, None) is not None:
            for asked, place in self._places[number]:
                del place[number]
                self._free[asked] -= 1

    def pair(self, call: WaitingCall, member: Member, reason: str) -> Assignment:
        """Take both out."""
        member.calls += 1
        self.remove_call(call.call)
        self.remove_agent(member.agent.number)
        return Assignment(call.call, member.agent.number, call.queue.id, reason)

    def _open(self, asked: Asked, queue: Queue) -> None:
        able = self._able[asked] = {level: {} for level in LEVELS}
        self._queues_asked[asked] = queue
        for number, member in self.known.items():
            if level := level_in(queue, asked[1], member.agent):
                self._places[number].append((asked, able[level]))
                if number in self.idle:
                    able[level][number] = member
                    self._free[asked] += 1


def asked_by(call: WaitingCall) -> Asked:
    """The line a call stands in."""
    return call.queue.id, call.topic


def level_in(queue: Queue, topic: Topic, agent: Agent) -> int:
    """A member's level for the topic; 0 for who can never take such a call, however far the queue widens."""
    return agent.level(topic) if profile_of(agent).takes(topic, queue, queue.lowest_level) else 0


# ---- Asterisk app_queue -----------------------------------------------------------------------------

Metric = Callable[["AppQueue", Member, WaitingCall], float]


def round_robin(queue: "AppQueue", member: Member, call: WaitingCall) -> float:
    """`rrmemory`: who comes next in the list after whom this queue rang last."""
    after = queue.last.get(call.queue.id, -1)
    return (member.number - after - 1) % max(1, len(queue.known))


def least_recent(_queue: "AppQueue", member: Member, _call: WaitingCall) -> float:
    """`leastrecent`: whose last call ended first."""
    return member.idle_since


def fewest_calls(_queue: "AppQueue", member: Member, _call: WaitingCall) -> float:
    """`fewestcalls`: who has had the fewest."""
    return member.calls


Place = tuple[bool, float, int, CallId]
"""In a queue: VIPs enter by QUEUE_PRIO before the others, then first come first."""


@dataclass
class AppQueue(Scanning):
    """Every waiting caller polls on his own; across queues the first to poll after somebody is free gets him."""

    metric: Metric = least_recent
    penalties: bool = False
    """Penalty 5 − level: the lowest penalty with anybody free is rung first."""
    last: dict[QueueId, int] = field(default_factory=dict)
    _queues: dict[QueueId, list[Place]] = field(default_factory=dict)
    _now: float = float("-inf")
    """When it was last asked: polls until then are over."""

    @property
    def deadline(self) -> float | None:
        """The next poll of somebody whose turn it is."""
        return min((next_poll(call, self._now) for call in self._in_turn()), default=None)

    def add_call(self, call: WaitingCall) -> None:
        """The first poll is at once."""
        super().add_call(call)
        insort(self._queues.setdefault(call.queue.id, []), place_of(call))

    def _leave(self, call: WaitingCall) -> None:
        places = self._queues[call.queue.id]
        del places[bisect_left(places, place_of(call))]

    def next_assignment(self, now: float) -> Assignment | None:
        """Whoever polls now, one after the other; how many are before him is how many agents he leaves to them."""
        polling = [call for call in self._in_turn() if polls_at(call, now)]
        if not polling:
            self._now = now
            return None
        call = min(polling, key=lambda call: call.ticket)
        levels = self._able[asked_by(call)].values()
        able = (
            next(filter(None, levels)).values() if self.penalties else [one for some in levels for one in some.values()]
        )
        member = min(able, key=lambda member: self.metric(self, member, call))
        self.last[call.queue.id] = member.number
        return self.pair(call, member, "polled")

    def _in_turn(self) -> Iterator[WaitingCall]:
        """Callers with fewer before them in their queue than agents are free for them."""
        idle, free = len(self.idle), self._free
        for places in self._queues.values() if idle else ():
            for ahead, place in enumerate(places):
                if ahead >= idle:
                    break
                call = self.calls[place[3]]
                if free[asked_by(call)] > ahead:
                    yield call


def place_of(call: WaitingCall) -> Place:
    """The caller's place in his queue."""
    return not call.vip, call.entered_at, call.ticket, call.call


def next_poll(call: WaitingCall, now: float) -> float:
    """The first instant after now at which this caller looks for an agent."""
    if call.entered_at > now:
        return call.entered_at
    polls = floor((now - call.entered_at) / POLL_S)
    while call.entered_at + polls * POLL_S <= now:
        polls += 1
    return call.entered_at + polls * POLL_S


def polls_at(call: WaitingCall, now: float) -> bool:
    """Whether this caller looks for an agent at this very instant."""
    return call.entered_at + round((now - call.entered_at) / POLL_S) * POLL_S == now


# ---- a list of calls, each looking for an agent --------------------------------------------------------

Rank = Callable[[WaitingCall], tuple[float, ...]]


def by_head_start(call: WaitingCall) -> tuple[float, ...]:
    """First come first served, VIPs with a head start."""
    return call.entered_at - VIP_S * call.vip, call.ticket


def by_priority(call: WaitingCall) -> tuple[float, ...]:
    """VIPs first, always."""
    return not call.vip, call.entered_at, call.ticket


@dataclass
class InOrder(Scanning):
    """Calls in the order of `rank`; each takes an agent from those whose level is open to it already."""

    rank: Rank = by_head_start
    first_level: int = 1
    """Agents of this level and above are open at once, the others after `TIER_S`."""
    best_first: bool = True
    """The best skilled, of those the longest idle; else the longest idle of all."""
    _lanes: dict[tuple[Asked, bool], list[tuple[float, int, CallId]]] = field(default_factory=dict)
    """By line and rank: whoever is behind another in his lane never comes before him."""

    @property
    def deadline(self) -> float | None:
        """When somebody idle is opened to somebody who waits: for each line its eldest call comes first."""
        if not self.idle or self.first_level == 1:
            return None
        return min((call.entered_at + TIER_S for call in self._heads()), default=None)

    def add_call(self, call: WaitingCall) -> None:
        """This call may be offered now."""
        super().add_call(call)
        insort(self._lanes.setdefault((asked_by(call), call.vip), []), (call.entered_at, call.ticket, call.call))

    def _leave(self, call: WaitingCall) -> None:
        lane = self._lanes[asked_by(call), call.vip]
        del lane[bisect_left(lane, (call.entered_at, call.ticket, call.call))]

    def next_assignment(self, now: float) -> Assignment | None:
        """The first call in order that can be served."""
        if not self.idle:
            return None
        for call in sorted(self._heads(), key=self.rank):
            if open_to := self._open_to(call, now):
                return self.pair(call, min(open_to, key=lambda member: (member.idle_since, member.number)), "in order")
        return None

    def _heads(self) -> list[WaitingCall]:
        """The first of every lane for whom anybody is idle."""
        lanes = self._lanes.items()
        return [self.calls[lane[0][2]] for (asked, _), lane in lanes if lane and self._free[asked]]

    def _open_to(self, call: WaitingCall, now: float) -> list[Member]:
        """The agents he may have now; of the best level with anybody idle, where that comes first."""
        lowest = 1 if call.entered_at + TIER_S <= now else self.first_level
        found: list[Member] = []
        for level, members in self._able[asked_by(call)].items():
            if level < lowest or (found and self.best_first):
                break
            found += members.values()
        return found


def tiers() -> InOrder:
    """mod_callcenter: experts are tier 1; after 20 s in line the further tiers open, the better ones first."""
    return InOrder(first_level=EXPERT_LEVEL)


def expert_target() -> InOrder:
    """TaskRouter: experts for 20 s, then anybody; strict priority, then first come, the longest idle worker."""
    return InOrder(rank=by_priority, first_level=EXPERT_LEVEL, best_first=False)


@dataclass
class BestSkill(InOrder):
    """Skill before everything, both ways: a call takes the best skilled, an agent the callers he is best at."""

    def next_assignment(self, now: float) -> Assignment | None:  # noqa: ARG002  time opens nobody here
        """The pair of the highest level; between equals callers in order, then the longest idle."""
        found = [(self._best(asked_by(call)), call) for call in self._heads()] if self.idle else []
        if not found:
            return None
        (_, members), call = min(found, key=lambda pair: (-pair[0][0], self.rank(pair[1])))
        return self.pair(call, min(members, key=lambda member: (member.idle_since, member.number)), "best skill")

    def _best(self, asked: Asked) -> tuple[int, list[Member]]:
        """The best level with anybody idle, and who that is."""
        return next((level, list(members.values())) for level, members in self._able[asked].items() if members)


def skill_then_order() -> InOrder:
    """A call takes the best skilled; a free agent whoever is next in order, VIPs with a head start."""
    return InOrder()
