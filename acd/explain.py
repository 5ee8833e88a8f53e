"""Why this agent and not another: everybody who was there at the instant of a decision, reckoned again.

The moment is what the journal says was so just before; the terms are those of the policy itself, so that what comes out
must be what was recorded. Where it is not, the explanation says so instead of passing for exact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from acd.agent import Agent
from acd.decision import QUEUE_PRIORITY, TRANSFERRED
from acd.pair_terms import GroupKey, LaneKey, PairTerms
from acd.pricing import Prices
from acd.profiles import profile_of
from acd.queue import Queue
from acd.verdict import WAITS_LESS, Candidate, Decided, Doubt, RunnerUp, judge
from acd.weights import Weights
from telephony.commands import AgentState, Availability, Choice, RingAgent
from telephony.events import PhoneUse
from telephony.ids import AgentNumber, CallId, Topic

AN_INSTANT_S = 1e-6
"""What ends within this has ended: decisions fall on the instants of deadlines, and sums of instants are rounded."""


@dataclass(frozen=True, slots=True)
class AgentThen:
    """One agent at that instant."""

    agent: Agent
    state: AgentState = AgentState.SIGNED_OFF
    reason: str = ""
    availability: Availability | None = None
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class CallerThen:
    """One caller in a line at that instant."""

    call: CallId
    queue: Queue
    topic: Topic
    min_level: int
    place_at: float
    ticket: int = 0
    """Decides between calls that entered at the same instant."""
    caller_class: str = ""
    wish: int = 0
    wanted: tuple[AgentNumber, ...] = ()
    offerable: bool = True
    rings: bool = False
    """A phone rings for him already."""
    transferred: bool = False
    """An agent passed him on."""
    position: int = 0
    """In his queue, counted from 1 and with kept places, as he is told it; 0 where it is not asked for."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Everybody who was there."""

    now: float
    agents: Mapping[AgentNumber, AgentThen]
    callers: Mapping[CallId, CallerThen]
    prices: Prices
    weights: Weights


@dataclass(frozen=True, slots=True)
class Explanation:
    """One ring explained."""

    agents: tuple[Candidate, ...] = ()
    """Best first, then those taken out."""
    callers: tuple[Candidate, ...] = ()
    """Whom the agent could have got instead, where he chose; best first."""
    doubt: Doubt = Doubt.NONE
    decided: Decided = Decided.SCORE
    runner_up: RunnerUp | None = None
    """None: there was nobody else, or there is a doubt."""
    exact: bool = field(init=False)
    """What was reckoned again is what was recorded."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "exact", not self.doubt)


def explain(ring: RingAgent, moment: Moment) -> Explanation:
    """Everybody for whom this ring might have been, or who might have rung."""
    caller, choice = moment.callers.get(ring.call), ring.choice
    if caller is None:
        return Explanation(doubt=Doubt.NO_CALLER)
    reckoning = _Reckoning(moment)
    if choice is not None and choice.named:
        return _named(reckoning, ring)
    agents = _ordered((reckoning.agent(then, caller) for then in moment.agents.values()), ring.agent)
    if choice is None:
        return Explanation(agents, doubt=Doubt.NO_RECORD)
    if not choice.by_agent:
        return _judged(Explanation(agents), ring, choice)
    chooser = moment.agents.get(ring.agent)
    if chooser is None or any(one.removed_by for one in agents if one.who == ring.agent):
        return Explanation(agents, doubt=Doubt.REMOVED)
    return _by_agent(reckoning, ring, choice, Explanation(agents))


def _by_agent(reckoning: "_Reckoning", ring: RingAgent, choice: Choice, told: Explanation) -> Explanation:
    """Whom the agent could have got."""
    moment = reckoning.moment
    callers = [reckoning.caller(each, moment.agents[ring.agent]) for each in moment.callers.values()]
    eldest, beyond_s = reckoning.eldest(callers)
    if eldest is not None and choice.aged:
        callers = reckoning.without_younger(callers, eldest)
    told = replace(told, callers=_ordered(callers, ring.call))
    if (beyond_s < -AN_INSTANT_S) if choice.aged else (beyond_s > AN_INSTANT_S):
        return replace(told, doubt=Doubt.AGE)
    told = _judged(told, ring, choice, eldest)
    return _with_next_eldest(told, ring.call, moment) if told.decided is Decided.AGE and told.exact else told


def _named(reckoning: "_Reckoning", ring: RingAgent) -> Explanation:
    """He was passed on to this agent, who was free."""
    then = reckoning.moment.agents.get(ring.agent)
    removed_by, detail = ("unknown", "") if then is None else reckoning.away(then, named=True) or ("", "")
    one = Candidate(ring.agent, removed_by, detail)
    return Explanation((one,), doubt=Doubt.REMOVED if removed_by else Doubt.NONE, decided=Decided.NAMED)


def _judged(told: Explanation, ring: RingAgent, choice: Choice, eldest: CallId | None = None) -> Explanation:
    candidates, chosen = (told.callers, ring.call) if choice.by_agent else (told.agents, ring.agent)
    verdict = judge(candidates, chosen, choice, eldest)
    return replace(told, doubt=verdict.doubt, decided=verdict.decided, runner_up=verdict.runner_up)


def _with_next_eldest(told: Explanation, chosen: CallId, moment: Moment) -> Explanation:
    """Where age left nobody to compare: who had waited longest beside him, and how much less."""
    less = [moment.callers[CallId(one.who)] for one in told.callers if one.removed_by == WAITS_LESS]
    if told.runner_up is not None or not less:
        return told
    second = min(less, key=lambda one: (one.place_at, one.ticket))
    return replace(told, runner_up=RunnerUp(second.call, second.place_at - moment.callers[chosen].place_at))


def look_around(caller: CallerThen, moment: Moment) -> tuple[Candidate, ...]:
    """Who could take this caller now, and why the others can not."""
    reckoning = _Reckoning(moment)
    return _ordered(reckoning.agent(then, caller) for then in moment.agents.values())


def _ordered(candidates: Iterable[Candidate], chosen: str = "") -> tuple[Candidate, ...]:
    """Best first; between equals the chosen one."""

    def rank(one: Candidate) -> tuple[bool, float, bool, str]:
        return bool(one.removed_by), -round(one.score_s or 0.0, 6), one.who != chosen, one.who

    return tuple(sorted(candidates, key=rank))


class _Reckoning:
    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self._weights = moment.weights
        self._terms = PairTerms(moment.prices, moment.weights)

    # ---- agents for a caller ----------------------------------------------------------------------

    def agent(self, then: AgentThen, caller: CallerThen) -> Candidate:
        number = then.agent.number
        removed_by, detail = self._unfit(then, caller) or self.away(then) or ("", "")
        available = then.availability
        if removed_by or available is None:
            return Candidate(number, removed_by, detail)
        lane, group = self._lane(caller), self._group(then.agent, available)
        own = number in caller.wanted
        if not own and (left_s := self._held_s(caller, lane, group)) > AN_INSTANT_S:
            return Candidate(number, "held_back", f"{left_s:.1f}")
        terms = {
            "idle": self._weights.idle_s(self.moment.now - available.idle_since),
            "own agent": self._weights.same_agent_s if own else 0.0,
            **self._history(lane, group),
            "load": -self._weights.load_s * available.band,
        }
        terms["skill"] = self._terms.bias_s(lane, group) - terms.get("history", 0.0) - terms["load"]
        return Candidate(number, score_s=sum(terms.values()), terms=_without_nothing(terms))

    def _unfit(self, then: AgentThen, caller: CallerThen) -> tuple[str, str] | None:
        """What no waiting changes."""
        agent, topic = then.agent, str(caller.topic)
        if any(topic == bar or topic.startswith(f"{bar}.") for bar in agent.not_certified):
            return "not_certified", topic
        level = agent.level(caller.topic)
        if level == 0:
            return "no_skill", topic
        if level < caller.min_level:
            return "level_too_low", f"{level} < {caller.min_level}"
        for skill, demanded in caller.queue.further(caller.min_level):
            if (level := agent.level(skill)) < demanded:
                return ("level_too_low", f"{skill} {level} < {demanded}") if level else ("no_skill", str(skill))
        language = caller.queue.language
        return ("language", language) if language and language not in agent.languages else None

    def away(self, then: AgentThen, *, named: bool = False) -> tuple[str, str] | None:
        """What the agent does; a caller who is passed on to him by name may have found his phone ringing already."""
        if then.state is not AgentState.READY or then.availability is None:
            return then.state.value, then.reason
        if not then.reachable:
            return "unreachable", ""
        if (phone := then.availability.phone) is not None and not (named and phone is PhoneUse.RINGING):
            return "phone_in_use", phone.value
        rests_until = then.availability.rests_until
        if rests_until is not None and rests_until - self.moment.now > AN_INSTANT_S:
            return "resting", f"{then.availability.rests_after or ''} {rests_until - self.moment.now:.0f}"
        return None

    # ---- callers for an agent ---------------------------------------------------------------------

    def caller(self, caller: CallerThen, then: AgentThen) -> Candidate:
        number, available = then.agent.number, then.availability
        if caller.rings or not caller.offerable:
            return Candidate(caller.call, "rings_elsewhere" if caller.rings else "hears_notice")
        if (unfit := self._unfit(then, caller)) is not None:
            return Candidate(caller.call, *unfit)
        lane, group = self._lane(caller), self._group(then.agent, available or Availability(self.moment.now))
        own = number in caller.wanted
        if not own and (left_s := self._held_s(caller, lane, group)) > AN_INSTANT_S:
            return Candidate(caller.call, "held_back", f"{left_s:.1f}")
        own_s = self._weights.same_agent_s if own else 0.0
        fit_s = max(self._terms.fit_s(lane, group) + own_s, self._weights.worst_fit_s)
        history = self._history(lane, group)
        terms = {
            "waited": self.moment.now - caller.place_at,
            "own agent": own_s,
            caller.caller_class: self._weights.class_s(caller.caller_class),
            QUEUE_PRIORITY: caller.queue.priority_s,
            TRANSFERRED: self._weights.transferred_s * caller.transferred,
            **history,
            "skill": fit_s - own_s - history.get("history", 0.0),
        }
        return Candidate(caller.call, score_s=sum(terms.values()), terms=_without_nothing(terms))

    def eldest(self, callers: Iterable[Candidate]) -> tuple[CallId | None, float]:
        """Who of those compared waits longest, and by how many seconds beyond what makes him hard to overtake."""
        compared = [self.moment.callers[CallId(one.who)] for one in callers if not one.removed_by]
        eldest = min(compared, key=lambda one: (one.place_at, one.ticket), default=None)
        if eldest is None:
            return None, 0.0
        return eldest.call, self.moment.now - eldest.place_at - self._weights.overtake_bound_s

    def without_younger(self, callers: Iterable[Candidate], eldest: CallId) -> list[Candidate]:
        """He waits so long that only he, and classes that may overtake anybody, are left."""

        def stays(one: Candidate) -> bool:
            caller_class = self.moment.callers[CallId(one.who)].caller_class
            return bool(one.removed_by) or one.who == eldest or caller_class in self._weights.unbound_classes

        return [one if stays(one) else Candidate(one.who, WAITS_LESS, eldest) for one in callers]

    # ---- terms ------------------------------------------------------------------------------------

    def _lane(self, caller: CallerThen) -> int:
        topic, level, queue = caller.topic, caller.min_level, caller.queue
        return self._terms.lane(
            LaneKey(
                *(topic, level, caller.caller_class, caller.wish, queue.language, queue.priority_s),
                transferred=caller.transferred,
                further=queue.further(level),
            )
        )

    def _group(self, agent: Agent, available: Availability) -> int:
        return self._terms.group(GroupKey(profile_of(agent, available.form), available.band))

    def _held_s(self, caller: CallerThen, lane: int, group: int) -> float:
        return caller.place_at + self._terms.price(lane, group).hold_s - self.moment.now

    def _history(self, lane: int, group: int) -> dict[str, float]:
        wish, profile = self._terms.lanes[lane].wish, self._terms.groups[group].profile
        return {"history": self._weights.history_s(wish, profile.level(self._terms.lanes[lane].topic))} if wish else {}


def _without_nothing(terms: dict[str, float]) -> dict[str, float]:
    return {name: term for name, term in terms.items() if term or name in {"waited", "idle", "skill"}}
