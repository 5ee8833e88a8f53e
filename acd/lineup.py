"""Everybody who may be paired now: callers in lanes, agents in groups, both as lines and as masks."""

from dataclasses import dataclass

from acd.agent import Agent
from acd.assigner import WaitingCall
from acd.fifo import Fifo
from acd.pair_terms import GroupKey, LaneKey, PairTerms
from acd.profiles import profile_of
from acd.skill_groups import bits
from acd.standing import Standing
from acd.weights import VIP
from telephony.ids import AgentNumber, CallId, Topic

Place = tuple[float, int, CallId]
"""When the call entered, its ticket, itself."""


@dataclass(slots=True)
class Idle:
    """An agent who may get a call. Nobody changes it; frozen, it would take three times as long to make."""

    agent: Agent
    group: int
    since: float


class Lineup:
    """Lanes and groups, by the numbers `PairTerms` gives them."""

    def __init__(self, terms: PairTerms) -> None:
        self.terms = terms
        self.calls: dict[CallId, tuple[WaitingCall, int]] = {}
        """With their lanes."""
        self.agents: dict[AgentNumber, Idle] = {}
        self.lanes: list[Fifo[CallId]] = []
        self.idle_since: list[float | None] = []
        """By group: since when its longest idle agent is; None without one."""
        self.waiting = 0
        """Mask of the lanes somebody waits in."""
        self.idle = 0
        """Mask of the groups somebody is idle in."""
        self.groups: list[Fifo[AgentNumber]] = []
        """By group: its idle agents, the longest idle first."""
        self._known: dict[AgentNumber, tuple[Agent, Standing, int]] = {}
        """The group of everybody who was ever here, so that his profile is not made again for every call."""
        self._lane_of: dict[tuple[Topic, int, str, str, bool, int], int] = {}
        """Lanes by what they are made of, in the form that is quickest to look up."""
        self._added = 0

    def add_call(self, call: WaitingCall) -> int:
        """Put a caller in his lane; its number."""
        queue = call.queue
        traits = (call.topic, call.min_level, queue.language, call.caller_class, call.vip, call.wish)
        lane = self._lane_of.get(traits)
        if lane is None:
            lane = self._lane_of[traits] = self._lane(call)
        self.calls[call.call] = (call, lane)
        self.lanes[lane].add(call.call, call.entered_at, call.ticket)
        self.waiting |= 1 << lane
        return lane

    def _lane(self, call: WaitingCall) -> int:
        caller_class = call.caller_class or (VIP if call.vip else "")
        lane = self.terms.lane(LaneKey(call.topic, call.min_level, caller_class, call.wish, call.queue.language))
        while lane >= len(self.lanes):
            self.lanes.append(Fifo())
        return lane

    def remove_call(self, call: CallId) -> tuple[WaitingCall, int] | None:
        """Take a caller out; he and his lane, None if he is not here."""
        known = self.calls.pop(call, None)
        if known is not None:
            line = self.lanes[known[1]]
            line.discard(call)
            if line.head is None:
                self.waiting &= ~(1 << known[1])
        return known

    def add_agent(self, agent: Agent, since: float, standing: Standing) -> None:
        """Put an agent in his group."""
        number, known = agent.number, self._known.get(agent.number)
        if known is not None and known[0] is agent and known[1] is standing:
            group = known[2]
        else:
            group = self._group(agent, standing)
        self.agents[number] = Idle(agent, group, since)
        self._added += 1
        line = self.groups[group]
        line.add(number, since, self._added)
        self.idle_since[group] = line.head[0]  # type: ignore[index]  # just added
        self.idle |= 1 << group

    def _group(self, agent: Agent, standing: Standing) -> int:
        known = self._known.get(agent.number)
        if known is not None and known[0] is agent and known[1] == standing:
            return known[2]
        group = self.terms.group(GroupKey(profile_of(agent, standing.form), standing.band))
        while group >= len(self.groups):
            self.groups.append(Fifo())
            self.idle_since.append(None)
        self._known[agent.number] = (agent, standing, group)
        return group

    def remove_agent(self, number: AgentNumber) -> None:
        """Take an agent out, if he is here."""
        idle = self.agents.pop(number, None)
        if idle is None:
            return
        line = self.groups[idle.group]
        line.discard(number)
        if (head := line.head) is not None:
            self.idle_since[idle.group] = head[0]
        else:
            self.idle_since[idle.group] = None
            self.idle &= ~(1 << idle.group)

    def earliest(self, lanes: int) -> int:
        """Of these lanes the one whose head entered first; none of them is empty."""
        return min(bits(lanes), key=lambda lane: self.head(lane)[:2])

    def head(self, lane: int) -> Place:
        """The first caller of a lane with somebody in it."""
        head = self.lanes[lane].head
        assert head is not None, "somebody waits in the lane"
        return head

    def take_pair(self, call: CallId, agent: AgentNumber) -> tuple[WaitingCall, int]:
        """Take out a caller and an agent, who are both here; the caller and his lane."""
        known, group = self.calls.pop(call), self.agents.pop(agent).group
        lane = known[1]
        waiting, idle = self.lanes[lane], self.groups[group]
        waiting.discard(call)
        if waiting.head is None:
            self.waiting &= ~(1 << lane)
        idle.discard(agent)
        if (head := idle.head) is None:
            self.idle_since[group] = None
            self.idle &= ~(1 << group)
        else:
            self.idle_since[group] = head[0]
        return known

    def longest_idle(self, group: int) -> AgentNumber:
        """The first agent of a group with somebody idle."""
        return self.groups[group].head[2]  # type: ignore[index]  # somebody is idle in it
