"""Everybody who may be paired now: callers in lanes, agents in groups, both as lines and as masks."""

from acd.agent import Agent
from acd.assigner import WaitingCall
from acd.fifo import Fifo
from acd.pair_terms import GroupKey, LaneKey, PairTerms
from acd.profiles import profile_of
from acd.skill_groups import bits
from acd.standing import Standing
from acd.weights import VIP
from telephony.ids import AgentNumber, CallId

Caller = tuple[float, int, CallId, WaitingCall, int]
"""When the call entered, its ticket, itself, what is known of it, its lane."""

Idle = tuple[float, int, AgentNumber, Agent, int]
"""Since when the agent is idle, how many were added before, his number, himself, his group."""

Traits = tuple[object, ...]
"""What a lane is made of, in the form that is quickest to look up."""

EMPTY = float("inf")
"""The instant the head of an empty lane entered at: never."""


class Lineup:
    """Lanes and groups, by the numbers `PairTerms` gives them."""

    def __init__(self, terms: PairTerms) -> None:
        self.terms = terms
        self.calls: dict[CallId, Caller] = {}
        self.agents: dict[AgentNumber, Idle] = {}
        self.lanes: list[Fifo[Caller]] = []
        self.heads_at: list[float] = []
        """By lane: when its first caller entered. A decision needs no more of those it does not take."""
        self.eldest_at = EMPTY
        """Nobody who waits entered before; who did just then may be gone."""
        self.idle_since: list[float | None] = []
        """By group: since when its longest idle agent is; None without one."""
        self.waiting = 0
        """Mask of the lanes somebody waits in."""
        self.idle = 0
        """Mask of the groups somebody is idle in."""
        self.groups: list[Fifo[Idle]] = []
        """By group: its idle agents, the longest idle first."""
        self._known: dict[AgentNumber, tuple[Agent, Standing, int]] = {}
        """The group of everybody who was ever here, so that his profile is not made again for every call."""
        self._lane_of: dict[Traits, int] = {}
        self._added = 0

    def add_call(self, call: WaitingCall) -> int:
        """Put a caller in his lane; its number."""
        queue = call.queue
        traits: Traits = (
            call.topic,
            call.min_level,
            queue.language,
            call.caller_class,
            call.vip,
            call.wish,
            queue.priority_s,
        )
        if queue.skills:
            traits += queue.further(call.min_level)
        lane = self._lane_of.get(traits)
        if lane is None:
            lane = self._lane_of[traits] = self._lane(call)
        self.calls[call.call] = caller = (call.entered_at, call.ticket, call.call, call, lane)
        line = self.lanes[lane]
        line.add(caller)
        self.heads_at[lane] = line.head[0]  # type: ignore[index]  # just added
        if call.entered_at < self.eldest_at:  # noqa: PLR1730 - a call of `min` costs more
            self.eldest_at = call.entered_at
        self.waiting |= 1 << lane
        return lane

    def _lane(self, call: WaitingCall) -> int:
        caller_class = call.caller_class or (VIP if call.vip else "")
        queue = call.queue
        key = LaneKey(
            *(call.topic, call.min_level, caller_class, call.wish, queue.language, queue.priority_s),
            queue.further(call.min_level),
        )
        lane = self.terms.lane(key)
        while lane >= len(self.lanes):
            self.lanes.append(Fifo(self.calls))
            self.heads_at.append(EMPTY)
        return lane

    def remove_call(self, call: CallId) -> Caller | None:
        """Take a caller out; None if he is not here."""
        return self.take_call(call) if call in self.calls else None

    def take_call(self, call: CallId) -> Caller:
        """Take out a caller, who is here."""
        caller = self.calls.pop(call)
        lane = caller[4]
        head = self.lanes[lane].leave(caller)
        if head is not None:
            self.heads_at[lane] = head[0]
        else:
            self.heads_at[lane] = EMPTY
            self.waiting &= ~(1 << lane)
        return caller

    def find_eldest(self) -> float:
        """When the first of all who wait entered: over the lanes, so ask only where `eldest_at` makes a difference."""
        self.eldest_at = min(self.heads_at)
        return self.eldest_at

    def known(self, agent: Agent, since: float, standing: Standing) -> Idle:
        """An agent who became free with his group, in which he is not yet."""
        number, known = agent.number, self._known.get(agent.number)
        if known is not None and known[0] is agent and known[1] is standing:
            group = known[2]
        else:
            group = self._group(agent, standing)
        self._added += 1
        return since, self._added, number, agent, group

    def add_agent(self, idle: Idle) -> None:
        """Put an agent in his group: he found nobody when he became free."""
        self.agents[idle[2]] = idle
        group = idle[4]
        line = self.groups[group]
        line.add(idle)
        self.idle_since[group] = line.head[0]  # type: ignore[index]  # just added
        self.idle |= 1 << group

    def _group(self, agent: Agent, standing: Standing) -> int:
        known = self._known.get(agent.number)
        if known is not None and known[0] is agent and known[1] == standing:
            return known[2]
        group = self.terms.group(GroupKey(profile_of(agent, standing.form), standing.band))
        while group >= len(self.groups):
            self.groups.append(Fifo(self.agents))
            self.idle_since.append(None)
        self._known[agent.number] = (agent, standing, group)
        return group

    def remove_agent(self, number: AgentNumber) -> None:
        """Take an agent out, if he is here."""
        idle = self.agents.pop(number, None)
        if idle is None:
            return
        group = idle[4]
        head = self.groups[group].leave(idle)
        if head is not None:
            self.idle_since[group] = head[0]
        else:
            self.idle_since[group] = None
            self.idle &= ~(1 << group)

    def earliest(self, lanes: int) -> int:
        """Of these lanes the one whose head entered first; none of them is empty."""
        return min(bits(lanes), key=lambda lane: self.head(lane)[:2])

    def head(self, lane: int) -> Caller:
        """The first caller of a lane with somebody in it."""
        head = self.lanes[lane].head
        assert head is not None, "somebody waits in the lane"
        return head

    def longest_idle(self, group: int) -> AgentNumber:
        """The first agent of a group with somebody idle."""
        return self.groups[group].head[2]  # type: ignore[index]  # somebody is idle in it
