"""Who is there for which calls: counted per skill group and lane, so that no question scans the agents."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from acd.agent import Agent
from acd.line import Line
from acd.queue import Emptiness, Queue
from acd.skill_groups import SkillGroups, bits
from telephony.commands import AgentState
from telephony.ids import AgentNumber, QueueId, Topic

AT_WORK = frozenset({AgentState.READY, AgentState.RINGING, AgentState.TALKING, AgentState.ON_HOLD, AgentState.WRAP_UP})
"""States of agents who will take a call soon: signed in, and not on a break."""


@dataclass(slots=True, eq=False)
class _Heads:
    """Agents per group, and the mask of the groups with any. Compared by identity: equal counts are not the same."""

    count: dict[int, int] = field(default_factory=dict)
    mask: int = 0

    def add(self, group: int, number: int) -> None:
        count = self.count[group] = self.count.get(group, 0) + number
        bit = 1 << group
        self.mask = self.mask | bit if count else self.mask & ~bit


class Staffing:
    """Heads signed in, at work and free, by skill group."""

    def __init__(self) -> None:
        self._skills = SkillGroups()
        self._signed_in = _Heads()
        self._at_work = _Heads()
        self._reachable = _Heads()
        """At work, and the telephone is there."""
        self._free = _Heads()
        self._free_lines: dict[int, Line[AgentNumber]] = {}
        """Group → its free agents, the longest idle first."""
        self._counted: dict[AgentNumber, tuple[int, tuple[_Heads, ...]]] = {}
        self._queue_lanes: dict[QueueId, int] = {}
        self._strength: dict[int, float] = {}
        """Lane → agents at work for it; emptied whenever somebody comes or goes."""

    def count(
        self, agent: Agent, state: AgentState, *, free: bool, reachable: bool = True, idle_since: float = 0.0
    ) -> None:
        """Count this agent as he is now."""
        heads = []
        if state is not AgentState.SIGNED_OFF:
            heads.append(self._signed_in)
        if state in AT_WORK:
            heads.append(self._at_work)
            if reachable:
                heads.append(self._reachable)
        if free:
            heads.append(self._free)
        self._recount(agent.number, (self._skills.group(agent), tuple(heads)), idle_since)

    def forget(self, number: AgentNumber) -> None:
        """This agent is gone from the roster."""
        self._recount(number, (0, ()))
        self._counted.pop(number, None)
        self._skills.forget(number)

    def lane(self, queue: Queue, topic: Topic, level: int | None = None) -> int:
        """The lane of a queue's calls on a topic; of those that may be served at less than its level, too."""
        level = queue.min_level if level is None else level
        lane = self._skills.lane(topic, level, queue.language, queue.further(level))
        lanes = self._queue_lanes.get(queue.id, 0)
        if not lanes >> lane & 1:
            self._queue_lanes[queue.id] = lanes | 1 << lane
            self._strength.clear()
        return lane

    def anybody(self, lane: int) -> bool:
        """Whether anybody signed in could serve this lane, now or after a break."""
        return bool(self._signed_in.mask & self._skills.able[lane])

    def level_of_somebody(self, queue: Queue, topic: Topic, below: int) -> int | None:
        """The first of the queue's steps below a level that anybody signed in has; None without any."""
        steps = (step.min_level for step in queue.steps_below(below))
        return next((level for level in steps if self.anybody(self.lane(queue, topic, level))), None)

    def emptiness(self, lane: int) -> Emptiness | None:
        """Why nobody would answer a call in this lane; None if somebody might."""
        able = self._skills.able[lane]
        if not self._signed_in.mask & able:
            return Emptiness.NOBODY
        if not self._at_work.mask & able:
            return Emptiness.PAUSED
        return None if self._reachable.mask & able else Emptiness.UNREACHABLE

    def anybody_free(self, lane: int) -> bool:
        """Whether a call in this lane could be offered to somebody at once."""
        return bool(self._free.mask & self._skills.able[lane])

    def longest_free(self, lane: int) -> AgentNumber | None:
        """Who could be offered a call in this lane and has been idle for the longest time; None without anybody."""
        firsts = (self._free_lines[group].first() for group in bits(self._free.mask & self._skills.able[lane]))
        longest = min((first for first in firsts if first is not None), default=None)
        return None if longest is None else longest[2]

    def strength(self, lane: int) -> float:
        """Agents at work who can serve this lane, one shared by k queues counted 1/k."""
        strength = self._strength.get(lane)
        if strength is None:
            groups = bits(self._at_work.mask & self._skills.able[lane])
            strength = sum(self._at_work.count[group] / self._queues_served(group) for group in groups)
            self._strength[lane] = strength
        return strength

    def heads(self, lane: int) -> int:
        """Agents at work who can serve this lane, shared ones counted whole."""
        return sum(self._at_work.count[group] for group in bits(self._at_work.mask & self._skills.able[lane]))

    def sharing(self, lane: int, queue: QueueId) -> Iterator[QueueId]:
        """Other queues that agents at work for this lane serve as well."""
        lanes = 0
        for group in bits(self._at_work.mask & self._skills.able[lane]):
            lanes |= self._skills.serves[group]
        return (other for other, mask in self._queue_lanes.items() if other != queue and mask & lanes)

    def _queues_served(self, group: int) -> int:
        lanes = self._skills.serves[group]
        return sum(1 for mask in self._queue_lanes.values() if mask & lanes)

    def _recount(self, number: AgentNumber, now: tuple[int, tuple[_Heads, ...]], idle_since: float = 0.0) -> None:
        before = self._counted.get(number, (0, ()))
        if before == now:
            return
        for heads in before[1]:
            heads.add(before[0], -1)
        for heads in now[1]:
            heads.add(now[0], 1)
        if self._free in before[1]:
            self._free_lines[before[0]].discard(number)
        if self._free in now[1]:
            self._free_lines.setdefault(now[0], Line()).add(number, idle_since)
        self._counted[number] = now
        if (before[0], self._at_work in before[1]) != (now[0], self._at_work in now[1]):
            self._strength.clear()
