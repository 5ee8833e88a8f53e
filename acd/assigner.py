"""Who gets which call: the seam every policy stands behind, and the first policy, the longest idle agent."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from acd.agent import Agent
from acd.decision import Decision
from acd.line import K, Line
from acd.queue import Queue
from acd.skill_groups import SkillGroups, bits
from acd.standing import USUAL, Standing
from telephony.commands import Choice
from telephony.ids import AgentNumber, CallId, QueueId, Topic


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call that may be offered to agents now, as a policy sees it."""

    call: CallId
    queue: Queue
    topic: Topic
    entered_at: float
    """When the segment began: it stays the call's place through every ring that ends without an answer."""
    ticket: int
    """Counted up by the distributor; decides between calls that entered at the same instant."""
    caller: str = ""
    """The key of the caller's history. Personal data."""
    vip: bool = False
    wanted: tuple[AgentNumber, ...] = ()
    """Agents the caller should rather get: whom he talked to before, whose own client he is. A preference."""
    caller_class: str = ""
    """As the admin names classes; empty: `vip` or none, as the flag says."""
    wish: int = 0
    """For skill: 0 none, 1 asked about the topic before, 2 several times in a day."""
    level: int | None = None
    """Demanded by now, where waiting has made it less than the queue's."""
    transferred: bool = False
    """An agent passed the caller on."""

    @property
    def min_level(self) -> int:
        """The level demanded now."""
        return self.queue.min_level if self.level is None else self.level


class Assignment(NamedTuple):
    """One decision: this call to this agent. Both have left their lines, which is the reservation."""

    call: CallId
    agent: AgentNumber
    queue: QueueId
    line: str = ""
    """The reason, where the policy keeps no record."""
    decision: Decision | None = None
    """The whole record, from policies that keep one."""

    @property
    def reason(self) -> str:
        """The terms in one compact, stable line: `longest idle 43.2 s, level 4 ≥ 1, waited 12.0 s`."""
        return self.line if self.decision is None else self.decision.reason()

    def choice(self, call: "WaitingCall") -> Choice | None:
        """The record for the journal; None from policies that keep none."""
        return None if self.decision is None else self.decision.choice(call.topic, call.min_level)


class Assigner(Protocol):
    """A policy. It knows only who may be paired now; rings, talks and pauses are the distributor's."""

    @property
    def deadline(self) -> float | None:
        """When to ask again though nothing happened (a hold runs out); None: never."""
        ...

    def add_call(self, call: WaitingCall) -> None:
        """This call may be offered now."""
        ...

    def remove_call(self, call: CallId) -> None:
        """This call may no longer be offered; unknown ones are ignored."""
        ...

    def add_agent(self, agent: Agent, *, idle_since: float, standing: Standing = USUAL) -> None:
        """This agent may get a call now."""
        ...

    def remove_agent(self, number: AgentNumber) -> None:
        """This agent may no longer get a call; unknown ones are ignored."""
        ...

    def next_assignment(self, now: float) -> Assignment | None:
        """Decide the next pair and take both out; call it until it returns None."""
        ...


@dataclass(frozen=True, slots=True)
class _Idle:
    agent: Agent
    group: int
    idle_since: float


class LongestIdle:
    """The call that entered first, to the agent with the skill whose last offer ended the longest ago.

    Callers are taken in the order they entered across all queues. Between two calls of `next_assignment` that return
    None only what was added since can make a pair, so a decision looks at the fresh lanes and groups alone: its cost
    grows with the lanes and skill profiles concerned, not with agents or callers.
    """

    deadline: float | None = None
    """Never: this policy holds no call back."""

    def __init__(self) -> None:
        self._skills = SkillGroups()
        self._calls: dict[CallId, tuple[WaitingCall, int]] = {}
        self._agents: dict[AgentNumber, _Idle] = {}
        self._lanes: dict[int, Line[CallId]] = {}
        self._groups: dict[int, Line[AgentNumber]] = {}
        self._waiting = 0
        """Mask of the lanes somebody waits in."""
        self._idle = 0
        """Mask of the groups somebody is idle in."""
        self._fresh_lanes = 0
        self._fresh_groups = 0
        self._added = 0
        """Decides between agents idle since the same instant: who was added first."""

    def add_call(self, call: WaitingCall) -> None:
        """This call may be offered now."""
        self.remove_call(call.call)
        lane = self._skills.lane(call.topic, call.min_level, call.queue.language, call.queue.further(call.min_level))
        self._calls[call.call] = (call, lane)
        self._lanes.setdefault(lane, Line()).add(call.call, call.entered_at, tie=call.ticket)
        self._waiting |= 1 << lane
        self._fresh_lanes |= 1 << lane

    def remove_call(self, call: CallId) -> None:
        """This call may no longer be offered; unknown ones are ignored."""
        known = self._calls.pop(call, None)
        if known is None:
            return
        line = self._lanes[known[1]]
        line.discard(call)
        if not line:
            self._waiting &= ~(1 << known[1])

    def add_agent(self, agent: Agent, *, idle_since: float, standing: Standing = USUAL) -> None:  # noqa: ARG002 - the policy looks at idleness alone
        """This agent may get a call now."""
        self.remove_agent(agent.number)
        group = self._skills.group(agent)
        self._agents[agent.number] = _Idle(agent, group, idle_since)
        self._added += 1
        self._groups.setdefault(group, Line()).add(agent.number, idle_since, tie=self._added)
        self._idle |= 1 << group
        self._fresh_groups |= 1 << group

    def remove_agent(self, number: AgentNumber) -> None:
        """This agent may no longer get a call; unknown ones are ignored."""
        idle = self._agents.pop(number, None)
        if idle is None:
            return
        line = self._groups[idle.group]
        line.discard(number)
        if not line:
            self._idle &= ~(1 << idle.group)

    def next_assignment(self, now: float) -> Assignment | None:
        """Decide the next pair and take both out; call it until it returns None."""
        lanes = self._lanes_to_serve()
        if not lanes:
            self._fresh_lanes = self._fresh_groups = 0
            return None
        lane, call_id = _earliest(self._lanes, lanes)
        call, _ = self._calls[call_id]
        _, number = _earliest(self._groups, self._skills.able[lane] & self._idle)
        agent = self._agents[number]
        self.remove_call(call.call)
        self.remove_agent(agent.agent.number)
        return Assignment(call.call, agent.agent.number, call.queue.id, _reason(call, agent, now))

    def _lanes_to_serve(self) -> int:
        """Mask of the lanes with both a caller and an idle agent who may take him."""
        lanes = 0
        for group in bits(self._fresh_groups & self._idle):
            lanes |= self._skills.serves[group] & self._waiting
        for lane in bits(self._fresh_lanes & self._waiting & ~lanes):
            if self._skills.able[lane] & self._idle:
                lanes |= 1 << lane
        return lanes


def _earliest(lines: dict[int, Line[K]], mask: int) -> tuple[int, K]:
    """Which of these lines has the earliest head, and that head; none of them is empty."""
    heads = [(lines[index].first(), index) for index in bits(mask)]
    (_, _, key), index = min(heads)  # type: ignore[misc]  # none of them is None
    return index, key


def _reason(call: WaitingCall, idle: _Idle, now: float) -> str:
    return (
        f"longest idle {now - idle.idle_since:.1f} s, level {idle.agent.level(call.topic)} ≥ {call.min_level}, "
        f"waited {now - call.entered_at:.1f} s"
    )
