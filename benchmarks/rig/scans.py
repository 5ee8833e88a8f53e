"""The same rules without an index: every agent, or every caller, is looked at for every decision."""

from collections.abc import Iterable

from acd.agent import Agent
from acd.assigner import WaitingCall
from acd.pricing import Prices
from acd.profiles import Profile, profile_of
from acd.standing import Standing
from acd.weights import VIP, Weights
from telephony.ids import AgentNumber, CallId, QueueId, Topic

Kind = tuple[Topic, QueueId, bool, int]
"""What makes callers alike: topic, queue, whether VIPs, wish."""

Terms = tuple[float, float, float, float]
"""Of a pair: bias for an arriving call, fit for an agent who becomes free, head start, hold."""

NOBODY = float("-inf")


class LongestIdleScan:
    """The caller who entered first, the agent idle for longest."""

    def __init__(self) -> None:
        self._agents: dict[AgentNumber, tuple[float, Agent]] = {}
        self._calls: dict[CallId, WaitingCall] = {}

    def idle(self, agent: Agent, since: float, standing: Standing) -> None:  # noqa: ARG002 - the order is by idleness
        self._agents[agent.number] = (since, agent)

    def busy(self, agent: Agent) -> None:
        del self._agents[agent.number]

    def waits(self, call: WaitingCall) -> None:
        self._calls[call.call] = call

    def settle(self, now: float) -> None:
        """Nothing is kept that could be."""

    def call_arrives(self, call: WaitingCall, now: float) -> AgentNumber | None:  # noqa: ARG002 - as above
        level = call.queue.min_level
        able = ((since, agent.number) for since, agent in self._agents.values() if agent.level(call.topic) >= level)
        best = min(able, default=None)
        if best is None:
            return None
        del self._agents[best[1]]
        return best[1]

    def agent_frees(self, agent: Agent, standing: Standing, now: float) -> CallId | None:  # noqa: ARG002 - as above
        able = (
            (call.entered_at, call.ticket, call.call)
            for call in self._calls.values()
            if agent.level(call.topic) >= call.queue.min_level
        )
        best = min(able, default=None)
        if best is None:
            return None
        del self._calls[best[2]]
        return best[2]


class PricedScan:
    """The priced rules; the terms of every pair are at hand by kinds of callers and agents, so only looking is slow.

    Like the policy's record it knows by how much the choice is ahead of the runner-up. `members`: everybody, as a
    queue of Asterisk goes through all its members and passes over who is busy; without them it knows who is idle.
    """

    def __init__(self, prices: Prices, members: Iterable[AgentNumber] = ()) -> None:
        self.margin_s = 0.0
        self._prices = prices
        self._weights = Weights()
        self._idle: dict[AgentNumber, tuple[float, dict[Kind, Terms | None]] | None] = dict.fromkeys(members)
        self._members = bool(self._idle)
        self._calls: dict[CallId, tuple[WaitingCall, Kind]] = {}
        self._kinds: dict[Kind, WaitingCall] = {}
        self._tables: dict[tuple[Profile, int], dict[Kind, Terms | None]] = {}

    def idle(self, agent: Agent, since: float, standing: Standing) -> None:
        self._idle[agent.number] = since, self._table(agent, standing)

    def busy(self, agent: Agent) -> None:
        self._leave(agent.number)

    def _leave(self, number: AgentNumber) -> None:
        if self._members:
            self._idle[number] = None
        else:
            del self._idle[number]

    def waits(self, call: WaitingCall) -> None:
        self._calls[call.call] = call, self._kind(call)

    def settle(self, now: float) -> None:
        """As above."""

    def call_arrives(self, call: WaitingCall, now: float) -> AgentNumber | None:
        kind, weights, entered_at, wanted = self._kind(call), self._weights, call.entered_at, call.wanted
        rate, cap_s = weights.idle_per_s, weights.idle_cap_s
        best, chosen, rival = NOBODY, None, NOBODY
        for number, known in self._idle.items():
            if known is None:
                continue
            since, table = known
            if (terms := table[kind]) is None:
                continue
            own = number in wanted
            if entered_at + terms[3] > now and not own:
                continue
            score = terms[0] + rate * min(now - since, cap_s) + (weights.same_agent_s if own else 0.0)
            if score > best:
                best, chosen, rival = score, number, best
            elif score > rival:
                rival = score
        self.margin_s = best - rival
        if chosen is not None:
            self._leave(chosen)
        return chosen

    def agent_frees(self, agent: Agent, standing: Standing, now: float) -> CallId | None:
        number, table, worst_s = agent.number, self._table(agent, standing), self._weights.worst_fit_s
        own_s = self._weights.same_agent_s
        best, chosen, rival, eldest = NOBODY, None, NOBODY, (now, 0, None)
        for call, kind in self._calls.values():
            if (terms := table[kind]) is None:
                continue
            own = number in call.wanted
            entered_at = call.entered_at
            if entered_at + terms[3] > now and not own:
                continue
            score = now - entered_at + max(terms[1] + (own_s if own else 0.0), worst_s) + terms[2]
            if score > best:
                best, chosen, rival = score, call.call, best
            elif score > rival:
                rival = score
            if entered_at <= eldest[0] and (entered_at, call.ticket) < eldest[:2]:
                eldest = entered_at, call.ticket, call.call  # type: ignore[assignment]
        self.margin_s = best - rival
        return self._take(eldest[2] if now - eldest[0] >= self._weights.overtake_bound_s else chosen)

    def _take(self, chosen: CallId | None) -> CallId | None:
        if chosen is not None:
            del self._calls[chosen]
        return chosen

    def _kind(self, call: WaitingCall) -> Kind:
        kind = call.topic, call.queue.id, call.vip, call.wish
        if kind not in self._kinds:
            self._kinds[kind] = call
            for (profile, band), table in self._tables.items():
                table[kind] = self._terms(profile, band, call)
        return kind

    def _table(self, agent: Agent, standing: Standing) -> dict[Kind, Terms | None]:
        key = profile_of(agent, standing.form), standing.band
        if key not in self._tables:
            self._tables[key] = {kind: self._terms(*key, call) for kind, call in self._kinds.items()}
        return self._tables[key]

    def _terms(self, profile: Profile, band: int, call: WaitingCall) -> Terms | None:
        if not profile.certified(call.topic, call.queue.min_level):
            return None
        weights, price = self._weights, self._prices.of(profile, call.topic)
        head_start_s = weights.class_s(VIP if call.vip else "") + call.queue.priority_s
        history_s = weights.history_s(call.wish, profile.level(call.topic))
        return (
            weights.skill_on_arrival * price.skill_s + history_s - weights.load_s * band,
            weights.skill_on_free * price.skill_s + history_s,
            head_start_s,
            0.0 if head_start_s > 0.0 else min(price.hold_s, weights.hold_most_s, weights.overtake_bound_s),
        )
