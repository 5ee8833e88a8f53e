"""How today's systems choose, as policies beside ours: read off their sources and manuals, in their own terms.

They look at everybody for every decision; on a simulated floor of some hundred agents that is no harm.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from acd.agent import Agent
from acd.assigner import Assignment, WaitingCall
from acd.standing import USUAL, Standing
from telephony.ids import AgentNumber, CallId, QueueId, Topic

POLL_S = 1.0
"""app_queue: a waiting caller looks for an agent once a second."""

TIER_S = 20.0
"""mod_callcenter and TaskRouter: how long a call waits for the best before others may have it; 20 s in ROUTING."""

VIP_S = 75.0
"""Head start of VIPs where a system knows a base score; the same as ours."""

EXPERT_LEVEL = 4


@dataclass(slots=True)
class Member:
    """An agent as such a system keeps him."""

    agent: Agent
    idle_since: float
    calls: int = 0
    number: int = 0
    """In the order of the roster."""


@dataclass
class Scanning:
    """What these policies have in common."""

    calls: dict[CallId, WaitingCall] = field(default_factory=dict)
    idle: dict[AgentNumber, Member] = field(default_factory=dict)
    known: dict[AgentNumber, Member] = field(default_factory=dict)
    _levels: dict[tuple[AgentNumber, Topic], int] = field(default_factory=dict)
    _able: dict[Topic, dict[AgentNumber, Member]] = field(default_factory=dict)
    """Who is idle, by topic: made for a topic's first call, kept in step from then on."""

    def level(self, member: Member, topic: Topic) -> int:
        """The agent's level, looked up once."""
        key = member.agent.number, topic
        if key not in self._levels:
            self._levels[key] = member.agent.level(topic)
        return self._levels[key]

    def add_call(self, call: WaitingCall) -> None:
        """This call may be offered now."""
        self.calls[call.call] = call

    def remove_call(self, call: CallId) -> None:
        """This call may no longer be offered; unknown ones are ignored."""
        self.calls.pop(call, None)

    def add_agent(self, agent: Agent, *, idle_since: float, standing: Standing = USUAL) -> None:  # noqa: ARG002 - none of them knows it
        """This agent may get a call now."""
        member = self.known.setdefault(agent.number, Member(agent, idle_since, number=len(self.known)))
        member.idle_since = idle_since
        self.idle[agent.number] = member
        for topic, able in self._able.items():
            if self.level(member, topic) > 0:
                able[agent.number] = member

    def remove_agent(self, number: AgentNumber) -> None:
        """This agent may no longer get a call; unknown ones are ignored."""
        self.idle.pop(number, None)
        for able in self._able.values():
            able.pop(number, None)

    def able(self, call: WaitingCall) -> list[Member]:
        """Who is idle and has the skill."""
        if call.topic not in self._able:
            members = self.idle.items()
            self._able[call.topic] = {
                number: member for number, member in members if self.level(member, call.topic) > 0
            }
        return list(self._able[call.topic].values())

    def pair(self, call: WaitingCall, member: Member, reason: str) -> Assignment:
        """Take both out."""
        member.calls += 1
        self.remove_call(call.call)
        self.remove_agent(member.agent.number)
        return Assignment(call.call, member.agent.number, call.queue.id, reason)


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


@dataclass
class AppQueue(Scanning):
    """Every waiting caller polls on his own; across queues the first to poll after somebody is free gets him."""

    metric: Metric = least_recent
    penalties: bool = False
    """Penalty 5 − level: the lowest penalty with anybody free is rung first."""
    last: dict[QueueId, int] = field(default_factory=dict)
    polls_at: dict[CallId, float] = field(default_factory=dict)

    @property
    def deadline(self) -> float | None:
        """The next poll of somebody for whom anybody is idle."""
        if not self.idle:
            return None
        topics = {call.topic: call for call in self.calls.values()}
        served = {topic for topic, call in topics.items() if self.able(call)}
        polls = [self.polls_at[call.call] for call in self.calls.values() if call.topic in served]
        return min(polls, default=None)

    def add_call(self, call: WaitingCall) -> None:
        """The first poll is at once."""
        super().add_call(call)
        self.polls_at[call.call] = call.entered_at

    def remove_call(self, call: CallId) -> None:
        """Polls no more."""
        super().remove_call(call)
        self.polls_at.pop(call, None)

    def next_assignment(self, now: float) -> Assignment | None:
        """Whoever polls now, one after the other."""
        due = sorted((at, call) for call, at in self.polls_at.items() if at <= now)
        for _, call_id in due:
            call = self.calls[call_id]
            able = self.able(call) if self.idle else []
            if len(able) > self._ahead_of(call):
                member = min(able, key=lambda member: (self._penalty(member, call), self.metric(self, member, call)))
                self.last[call.queue.id] = member.number
                return self.pair(call, member, "polled")
            while self.polls_at[call_id] <= now:
                self.polls_at[call_id] += POLL_S
        return None

    def _penalty(self, member: Member, call: WaitingCall) -> int:
        return 5 - self.level(member, call.topic) if self.penalties else 0

    def _ahead_of(self, call: WaitingCall) -> int:
        """Callers before this one in his queue; VIPs enter by QUEUE_PRIO before the others."""
        place = (not call.vip, call.entered_at, call.ticket)
        others = (other for other in self.calls.values() if other.queue.id == call.queue.id)
        return sum(1 for other in others if (not other.vip, other.entered_at, other.ticket) < place)


# ---- a list of calls, each looking for an agent --------------------------------------------------------


@dataclass
class InOrder(Scanning):
    """Calls in the order of `rank`; each takes an agent from those whose level is open to it already."""

    rank: Callable[[WaitingCall], tuple[float, ...]] = lambda call: (call.entered_at, call.ticket)
    first_level: int = 1
    """Agents of this level and above are open at once, the others after `TIER_S`."""
    best_first: bool = True
    """The best skilled, of those the longest idle; else the longest idle of all."""

    @property
    def deadline(self) -> float | None:
        """When somebody idle is opened to somebody who waits: for each topic its eldest call comes first."""
        if not self.idle:
            return None
        eldest: dict[Topic, WaitingCall] = {}
        for call in self.calls.values():
            if call.topic not in eldest or call.entered_at < eldest[call.topic].entered_at:
                eldest[call.topic] = call
        return min((call.entered_at + TIER_S for call in eldest.values() if self.able(call)), default=None)

    def next_assignment(self, now: float) -> Assignment | None:
        """The first call in order that can be served."""
        if not self.idle:
            return None
        open_to: dict[tuple[Topic, bool], list[Member]] = {}
        for call in sorted(self.calls.values(), key=self.rank):
            key = call.topic, call.entered_at + TIER_S <= now
            if key not in open_to:
                level = 1 if key[1] else self.first_level
                open_to[key] = [member for member in self.able(call) if self.level(member, call.topic) >= level]
            if able := open_to[key]:
                return self.pair(call, min(able, key=lambda member: self._place(call, member)), "in order")
        return None

    def _place(self, call: WaitingCall, member: Member) -> tuple[float, ...]:
        return -self.level(member, call.topic) if self.best_first else 0, member.idle_since, member.number


def by_head_start(call: WaitingCall) -> tuple[float, ...]:
    """First come first served, VIPs with a head start."""
    return call.entered_at - VIP_S * call.vip, call.ticket


def by_priority(call: WaitingCall) -> tuple[float, ...]:
    """VIPs first, always."""
    return not call.vip, call.entered_at, call.ticket


def tiers() -> InOrder:
    """mod_callcenter: experts are tier 1; after 20 s in line the further tiers open, the better ones first."""
    return InOrder(rank=by_head_start, first_level=EXPERT_LEVEL)


def expert_target() -> InOrder:
    """TaskRouter: experts for 20 s, then anybody; strict priority, then first come, the longest idle worker."""
    return InOrder(rank=by_priority, first_level=EXPERT_LEVEL, best_first=False)


def greedy() -> InOrder:
    """The best skilled of those idle; a free agent takes whoever waits longest, VIPs with a head start."""
    return InOrder(rank=by_head_start)
