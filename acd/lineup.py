"""Everybody who may be paired now: callers in lanes, agents in groups, both as lines and as masks."""

from bisect import bisect_left, insort
from typing import Any

from acd.agent import Agent
from acd.assigner import WaitingCall
from acd.fifo import Fifo
from acd.pair_terms import GroupKey, LaneKey, PairTerms
from acd.profiles import BUSY_BANDS, profile_of
from acd.skill_groups import bits
from acd.standing import Standing
from acd.strip import NEVER, Strip
from acd.weights import VIP
from telephony.ids import AgentNumber, CallId

Caller = tuple[float, int, CallId, WaitingCall, int]
"""When the call entered, its ticket, itself, what is known of it, its lane."""

Idle = tuple[float, int, AgentNumber, Agent, int]
"""Since when the agent is idle, how many were added before, his number, himself, his group."""

Traits = tuple[object, ...]
"""What a lane is made of, in the form that is quickest to look up."""

EMPTY = NEVER
"""The instant the head of an empty lane entered at: never."""


Known = tuple[Any, ...]
"""An agent, his form, and for every band of load the number of his group and its key."""

FIRST_BAND = 2

NO_GROUPS = (0, None) * BUSY_BANDS


class Lineup:
    """Lanes and groups, by the numbers `PairTerms` gives them."""

    def __init__(self, terms: PairTerms) -> None:
        self.terms = terms
        self.calls: dict[CallId, Caller] = {}
        self.agents: dict[AgentNumber, Idle] = {}
        self.lanes: list[Fifo[Caller]] = []
        self.heads_at = Strip(EMPTY)
        """By lane: when its first caller entered. A decision needs no more of those it does not take."""
        self._ages: list[Caller] = []
        """The first caller of every lane as of when `eldest` last looked, who came first first."""
        self._aged: list[Caller | None] = []
        """The same by lane."""
        self._moved = 0
        """Mask of the lanes whose first caller has changed since."""
        self._nobody_before = NEVER
        """No first caller entered before; another may have, once this one has left."""
        self.idle_since = Strip(NEVER)
        """By group: since when its longest idle agent is; `NEVER` without one."""
        self.waiting = 0
        """Mask of the lanes somebody waits in."""
        self.idle = 0
        """Mask of the groups somebody is idle in."""
        self.groups: list[Fifo[Idle]] = []
        """By group: its idle agents, the longest idle first."""
        self._known: dict[AgentNumber, Known] = {}
        """The groups of everybody who was ever here, by band of load, so that his profile is not made again for every
        call. Another group may have a number by now: it is his as long as its key is the same object."""
        self._lane_of: dict[Traits, int] = {}
        self._added = 0

    def place(self, call: WaitingCall) -> Caller:
        """A caller with his lane, in which he is not yet."""
        queue = call.queue
        min_level = call.min_level
        traits: Traits = (
            call.topic,
            min_level,
            queue.language,
            call.caller_class,
            call.vip,
            call.wish,
            queue.priority_s,
            call.transferred,
        )
        if queue.skills:
            traits += queue.further(min_level)
        lane = self._lane_of.get(traits)
        if lane is None:
            lane = self._lane_of[traits] = self._lane(call)
        return call.entered_at, call.ticket, call.call, call, lane

    def add_call(self, caller: Caller) -> None:
        """Put a caller in his lane."""
        lane = caller[4]
        self.calls[caller[2]] = caller
        line = self.lanes[lane]
        before = line.head
        line.add(caller)
        if line.head is not before:
            bit = 1 << lane
            self.waiting |= bit
            self._moved |= bit
            self.heads_at.values[lane] = caller[0]
            self._nobody_before = min(self._nobody_before, caller[0])

    def _lane(self, call: WaitingCall) -> int:
        caller_class = call.caller_class or (VIP if call.vip else "")
        queue = call.queue
        key = LaneKey(
            *(call.topic, call.min_level, caller_class, call.wish, queue.language, queue.priority_s),
            transferred=call.transferred,
            further=queue.further(call.min_level),
        )
        lane = self.terms.lane(key)
        while lane >= len(self.lanes):
            self.lanes.append(Fifo(self.calls))
            self._aged.append(None)
        self.heads_at.make_room(lane)
        return lane

    def remove_call(self, call: CallId) -> Caller | None:
        """Take a caller out; None if he is not here."""
        return self.take_call(call) if call in self.calls else None

    def take_call(self, call: CallId) -> Caller:
        """Take out a caller, who is here."""
        caller = self.calls.pop(call)
        lane = caller[4]
        line = self.lanes[lane]
        if line.head is not caller:
            line.leave(caller)
            return caller
        bit = 1 << lane
        self._moved |= bit
        if (head := line.leave(caller)) is None:
            self.heads_at.values[lane] = EMPTY
            self.waiting ^= bit
        else:
            self.heads_at.values[lane] = head[0]
        return caller

    def eldest(self, lanes: int, latest: float) -> Caller | None:
        """Who entered first of the first callers of these lanes, if that was not after `latest`."""
        if self._nobody_before > latest:
            return None
        if self._moved:
            self._order_ages()
        for caller in self._ages:
            if caller[0] > latest:
                break
            if lanes >> caller[4] & 1:
                return caller
        return None

    def _order_ages(self) -> None:
        """Only here: a call that arrives and is taken at once moves nothing."""
        ages, aged, moved = self._ages, self._aged, self._moved
        self._moved = 0
        lanes = list(bits(moved)) if moved & (moved - 1) else (moved.bit_length() - 1,)  # mostly it is one
        for lane in lanes:  # all of them first: a caller may have moved to another lane
            if (before := aged[lane]) is not None:
                del ages[bisect_left(ages, before)]
        for lane in lanes:
            aged[lane] = head = self.lanes[lane].head
            if head is not None:
                insort(ages, head)
        self._nobody_before = ages[0][0] if ages else NEVER

    def known(self, agent: Agent, since: float, standing: Standing) -> Idle:
        """An agent who became free with his group, in which he is not yet."""
        terms, number, place = self.terms, agent.number, FIRST_BAND + 2 * standing.band
        known = self._known.get(number)
        if (
            known is None
            or known[0] is not agent
            or terms.groups[group := known[place]] is not known[place + 1]
            or (known[1] is not standing.form and known[1] != standing.form)
        ):
            group = self._group(agent, standing)
        self._added = added = self._added + 1
        terms.used[group] = added
        return since, added, number, agent, group

    def add_agent(self, idle: Idle) -> None:
        """Put an agent in his group: he found nobody when he became free."""
        self.agents[idle[2]] = idle
        group = idle[4]
        line = self.groups[group]
        line.add(idle)
        self.idle |= 1 << group
        self.idle_since.values[group] = line.head[0]  # type: ignore[index]  # just added

    def _group(self, agent: Agent, standing: Standing) -> int:
        terms, known, place = self.terms, self._known.get(agent.number), FIRST_BAND + 2 * standing.band
        if known is None or known[0] is not agent or known[1] != standing.form:
            known = (agent, standing.form, *NO_GROUPS)
        other = known[3] or known[5] or known[7]  # of another band: what he can do is the same
        profile = profile_of(agent, standing.form) if other is None else other.profile
        group = terms.group(GroupKey(profile, standing.band))
        while group >= len(self.groups):
            self.groups.append(Fifo(self.agents))
        self.idle_since.make_room(group)
        self._known[agent.number] = (*known[:place], group, terms.groups[group], *known[place + 2 :])
        return group

    def remove_agent(self, number: AgentNumber) -> None:
        """Take an agent out, if he is here."""
        idle = self.agents.pop(number, None)
        if idle is None:
            return
        group = idle[4]
        head = self.groups[group].leave(idle)
        if head is None:
            self.idle ^= 1 << group
            self.idle_since.values[group] = NEVER
        else:
            self.idle_since.values[group] = head[0]

    def earliest(self, lanes: int) -> int:
        """Of these lanes the one whose head entered first; none of them is empty."""
        return min(bits(lanes), key=lambda lane: self.head(lane)[:2])

    def head(self, lane: int) -> Caller:
        """The first caller of a lane with somebody in it."""
        head = self.lanes[lane].head
        assert head is not None, "somebody waits in the lane"
        return head

    def longest_idle(self, group: int) -> Idle:
        """The first agent of a group with somebody idle."""
        head = self.groups[group].head
        assert head is not None, "somebody is idle in the group"
        return head
