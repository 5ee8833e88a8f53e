"""The policy of this hotline: an affine score in seconds of waiting, bounded holds, and nobody overtaken for long.

Between two settled moments only what is fresh can make a pair: an agent who became free chooses among the heads of
the lanes he serves; then every fresh lane's head chooses among the heads of the idle groups. Nobody is searched for.
"""

from acd.agent import Agent
from acd.assigner import Assignment, WaitingCall
from acd.decision import Decision
from acd.exploration import Exploration
from acd.head_walk import HeadWalk
from acd.line import Line
from acd.lineup import Caller, Idle, Lineup
from acd.pair_terms import GroupRow, PairTerms
from acd.pricing import Prices
from acd.profiles import MOST_GROUPS
from acd.rank_walk import RankWalk
from acd.records import Offer, Records, Scored, record
from acd.skill_groups import bits
from acd.standing import USUAL, Standing
from acd.wants import Wants
from acd.weights import Weights
from telephony.ids import AgentNumber, CallId


class PricedAssigner:
    """Implements `Assigner`. `reprice` swaps the price table between two decisions."""

    def __init__(
        self, prices: Prices | None = None, weights: Weights | None = None, *, most_groups: int = MOST_GROUPS
    ) -> None:
        self.terms = PairTerms(prices or Prices(), weights or Weights(), most_groups=most_groups)
        self.terms.occupied = self._occupied
        self._weights = self.terms.weights
        self._lineup = Lineup(self.terms)
        self._rank_walk = RankWalk(self._weights, self._lineup.idle_since)
        self._head_walk = HeadWalk(self._lineup.lanes, self._lineup.heads_at)
        self._exploration = Exploration(self.terms, self._lineup.idle_since)
        self._records = Records(self.terms, self._lineup)
        self._wants = Wants()
        self._newcomer: Caller | None = None
        """Who came last and has not chosen yet: in no lane, since where agents are idle he needs none."""
        self._fresh_lanes = 0
        self._fresh_agents: dict[AgentNumber, Idle] = {}
        """Who became free and has not chosen yet: in no group, since most find somebody and need none."""
        self._holds: Line[int] = Line()
        """Lanes whose head is held back from somebody idle, until when at the earliest."""
        self.deadline: float | None = None
        """When the next hold runs out."""

    def reprice(self, prices: Prices) -> None:
        """Use another table from now on; who is held back is looked at again."""
        self._let_in()
        self.terms.reprice(prices)
        self._fresh_lanes = self._lineup.waiting

    def _occupied(self) -> int:
        """Mask of the groups with somebody in them, or about to be."""
        occupied = self._lineup.idle
        for idle in self._fresh_agents.values():
            occupied |= 1 << idle[4]
        return occupied

    def add_call(self, call: WaitingCall) -> None:
        """This call may be offered now."""
        self._let_in()
        lineup = self._lineup
        if call.call in lineup.calls:
            self.remove_call(call.call)
        caller = lineup.place(call)
        if call.wanted or self._fresh_agents or lineup.waiting >> caller[4] & 1:
            self._enter(caller)
        else:
            self._newcomer = caller

    def _let_in(self) -> None:
        """Put who came last into his lane, if he is not there yet."""
        if (caller := self._newcomer) is not None:
            self._newcomer = None
            self._enter(caller)

    def _enter(self, caller: Caller) -> None:
        self._lineup.add_call(caller)
        self._fresh_lanes |= 1 << caller[4]
        if caller[3].wanted:
            self._wants.add(caller)

    def remove_call(self, call: CallId) -> None:
        """This call may no longer be offered; unknown ones are ignored."""
        self._let_in()
        caller = self._lineup.remove_call(call)
        if caller is not None and caller[3].wanted:
            self._wants.remove(caller)

    def add_agent(self, agent: Agent, *, idle_since: float, standing: Standing = USUAL) -> None:
        """This agent may get a call now."""
        self._let_in()
        number = agent.number
        if number in self._lineup.agents or number in self._fresh_agents:
            self.remove_agent(number)
        self._fresh_agents[number] = self._lineup.known(agent, idle_since, standing)

    def remove_agent(self, number: AgentNumber) -> None:
        """This agent may no longer get a call; unknown ones are ignored."""
        if self._fresh_agents.pop(number, None) is None:
            self._lineup.remove_agent(number)

    def next_assignment(self, now: float) -> Assignment | None:
        """Decide the next pair and take both out; call it until it returns None."""
        deadline = self.deadline
        nothing_else = not (
            self._fresh_agents
            or self._fresh_lanes & self._lineup.waiting
            or (deadline is not None and deadline <= now)
            or self._wants.fresh
        )
        if (caller := self._newcomer) is not None:
            if nothing_else:
                return self._first_choice(caller, now)
            self._let_in()
        elif nothing_else:
            return None
        decision = self._next_decision(now)
        if decision is None:
            return None
        call, agent = decision[1], decision[2]
        caller = self._lineup.take_call(call)
        waiting = caller[3]
        if waiting.wanted:
            self._wants.remove(caller)
        if self._fresh_agents.pop(agent, None) is None:
            self._lineup.remove_agent(agent)
        return record(Assignment, (call, agent, waiting.queue.id, "", decision))

    def _first_choice(self, newcomer: Caller, now: float) -> Assignment | None:
        """Of who came last, where nothing else is to be decided."""
        self._newcomer = None
        decision = self._by_call(newcomer, now)
        if decision is None:
            self._lineup.add_call(newcomer)
            return None
        self._lineup.remove_agent(decision[2])
        return record(Assignment, (decision[1], decision[2], newcomer[3].queue.id, "", decision))

    def _next_decision(self, now: float) -> Decision | None:
        lineup = self._lineup
        if self.deadline is not None and self.deadline <= now:
            for lane in self._holds.take_due(now):
                self._fresh_lanes |= 1 << lane
            self.deadline = self._holds.first_at
        fresh = self._fresh_agents
        while fresh:
            idle = next(iter(fresh.values()))
            if (decision := self._by_agent(idle, now)) is not None:
                return decision
            del fresh[idle[2]]
            lineup.add_agent(idle)
        while lanes := self._fresh_lanes & lineup.waiting:
            lane = lanes.bit_length() - 1 if not lanes & (lanes - 1) else lineup.earliest(lanes)
            if (decision := self._by_call(lineup.head(lane), now)) is not None:
                return decision
            self._fresh_lanes &= ~(1 << lane)
        self._fresh_lanes = 0
        return self._by_wish(now)

    def _hold(self, lane: int, until: float) -> None:
        """Look at this lane again then, or earlier if that was planned."""
        planned = self._holds.at(lane)
        if planned is None or until < planned:
            self._holds.add(lane, until)
            self.deadline = self._holds.first_at

    # ---- an agent chooses -------------------------------------------------------------------------

    def _by_agent(self, idle: Idle, now: float) -> Decision | None:
        """The best caller for an agent who became free."""
        lineup, group = self._lineup, idle[4]
        lanes = self.terms.serves[group] & lineup.waiting
        if not lanes:
            return None
        row = self.terms.group_row(group)
        if (caller := lineup.eldest(lanes, now - self._weights.overtake_bound_s)) is not None:
            eldest = self._scored(caller, row, idle, now)
            if lanes & self.terms.unbound_lanes:
                return self._by_age_or_class(eldest, idle, lanes, now)
            return self._records.by_agent(eldest, None, idle, now, aged=True)
        score, lane, rival_score, rival_lane = self._head_walk.best(row, lanes, now)
        first = None if lane < 0 else (score, lineup.head(lane), False)
        second = None if rival_lane < 0 else (rival_score, lineup.head(rival_lane), False)
        if idle[2] in self._wants.by_agent:
            wanting = [scored for scored in self._wanting(idle, lanes, now) if scored[0] >= rival_score]
            if wanting or first is None:
                return self._best_caller([*wanting, *filter(None, (first, second))], idle, lanes, now)
        if first is None:
            self._hold_back(row, lanes, now)
            return None
        return self._records.by_agent(first, second, idle, now)

    def _scored(self, caller: Caller, row: GroupRow, idle: Idle, now: float) -> Scored:
        """A caller's score with this agent, who may be the one he wants."""
        entered_at, _, _, call, lane = caller
        if idle[2] not in call.wanted:
            return now - entered_at + row.scores.values[lane], caller, False
        weights = self._weights
        fit_s = max(row.fits.values[lane] + weights.same_agent_s, weights.worst_fit_s)
        return now - entered_at + fit_s + self.terms.head_start_s(lane), caller, True

    def _wanting(self, idle: Idle, lanes: int, now: float) -> list[Scored]:
        """The first of each of these lanes who wants this agent; nobody is held back from his own agent."""
        row = self.terms.group_row(idle[4])
        return [self._scored(caller, row, idle, now) for caller in self._wants.heads(idle[2], lanes)]

    def _hold_back(self, row: GroupRow, lanes: int, now: float) -> None:
        """Nobody is for this agent yet: look again when the holds end."""
        for lane, until in self._head_walk.held(row, lanes, now):
            self._hold(lane, until)

    def _by_age_or_class(self, eldest: Scored, idle: Idle, lanes: int, now: float) -> Decision | None:
        """The eldest has waited so long that only classes that may overtake anybody still can."""
        row, lineup = self.terms.group_row(idle[4]), self._lineup
        heads = [lineup.head(lane) for lane in bits(lanes & self.terms.unbound_lanes)]
        found = [self._scored(head, row, idle, now) for head in heads if head[0] + row.holds.values[head[4]] <= now]
        if idle[2] in self._wants.by_agent:
            found += self._wanting(idle, lanes & self.terms.unbound_lanes, now)
        return self._best_caller([eldest, *found], idle, lanes, now, aged=True)

    def _best_caller(
        self, found: list[Scored], idle: Idle, lanes: int, now: float, *, aged: bool = False
    ) -> Decision | None:
        """The best two; a caller may be in it twice, as a head and as one who wants this agent: that comes first."""
        if not found:  # a wish for him, but from somebody he can not serve, and the others are held back
            self._hold_back(self.terms.group_row(idle[4]), lanes, now)
            return None
        found.sort(key=_score, reverse=True)
        if len(found) > 1 and found[0][0] == found[1][0]:
            found.sort(key=_rank)
        first = found[0]
        second = next((scored for scored in found if scored[1] is not first[1]), None)
        return self._records.by_agent(first, second, idle, now, aged=aged)

    # ---- a call chooses ---------------------------------------------------------------------------

    def _by_call(self, caller: Caller, now: float) -> Decision | None:
        """The best idle agent for a caller; if he is held back from all of them, until when is noted."""
        lineup, (entered_at, _, _, call, lane) = self._lineup, caller
        groups = self.terms.able[lane] & lineup.idle
        if not groups:
            return None
        row = self.terms.lane_row(lane)
        score, group, rival_score, rival_group = self._rank_walk.best(row, entered_at, now)
        first = second = None
        if group >= 0:
            idle = lineup.longest_idle(group)
            first = score, False, -group, idle[2], idle
            if rival_group >= 0:
                idle = lineup.longest_idle(rival_group)
                second = rival_score, False, -rival_group, idle[2], idle
        if call.wanted and (own := self._own_agents(call, lane, now)):
            return self._best_agent([*own, *filter(None, (first, second))], call, lane, now)
        if first is None:
            self._hold(lane, self._rank_walk.held_until(row, groups, entered_at))
            return None
        if self._weights.explore_every and (
            one := self._exploration.learner(lane, groups, (score, group), entered_at=entered_at, now=now)
        ):
            idle = lineup.longest_idle(one[1])
            learner = one[0], False, -one[1], idle[2], idle
            return self._records.by_call(learner, first, (call, lane), now)._replace(explored=True)
        return self._records.by_call(first, second, (call, lane), now)

    def _own_agents(self, call: WaitingCall, lane: int, now: float) -> list[Offer]:
        """The agents the caller wants, those who are idle and able."""
        able, weights, found = self.terms.able[lane], self._weights, []
        for number in call.wanted:
            idle = self._lineup.agents.get(number)
            if idle is not None and able >> idle[4] & 1:
                bias = self.terms.lane_row(lane).biases.values[idle[4]]
                score = bias + weights.idle_s(now - idle[0]) + weights.same_agent_s
                found.append((score, True, -idle[4], number, idle))
        return found

    def _by_wish(self, now: float) -> Decision | None:
        """A caller further back in his lane, whose own agent has been idle but held back from those before him."""
        while (call_id := self._wants.take_fresh()) is not None:
            _, _, _, call, lane = self._lineup.calls[call_id]
            if found := self._own_agents(call, lane, now):
                return self._best_agent(found, call, lane, now)
        return None

    def _best_agent(self, found: list[Offer], call: WaitingCall, lane: int, now: float) -> Decision:
        """His own agents among the others; an agent may be in it twice, and is no rival of himself."""
        found.sort(reverse=True)
        first = found[0]
        second = next((offer for offer in found if offer[3] != first[3]), None)
        return self._records.by_call(first, second, (call, lane), now)


def _score(scored: Scored) -> float:
    return scored[0]


def _rank(scored: Scored) -> tuple[float, float, int, CallId, bool]:
    """Best first, then who entered first, then the lower ticket."""
    score, caller, own = scored
    return -score, caller[0], caller[1], caller[2], not own
