"""Why this agent and not another: everybody who was there at the instant of a decision, reckoned again.

The moment is what the journal says was so just before; the terms are those of the policy itself, so that what comes out
must be what was recorded. Where it is not, the explanation says so instead of passing for exact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from acd.agent import Agent
from acd.decision import QUEUE_PRIORITY
from acd.pair_terms import GroupKey, LaneKey, PairTerms
from acd.pricing import Prices
from acd.profiles import profile_of
from acd.queue import Queue
from acd.weights import Weights
from telephony.commands import AgentState, Availability, Choice, RingAgent
from telephony.ids import AgentNumber, CallId, Topic

CLOSE_S = 0.05
"""Scores that differ by less are the same: a journal keeps instants of orders, which follow decisions by moments."""


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


@dataclass(frozen=True, slots=True)
class Moment:
    """Everybody who was there."""

    now: float
    agents: Mapping[AgentNumber, AgentThen]
    callers: Mapping[CallId, CallerThen]
    prices: Prices
    weights: Weights


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who was looked at."""

    who: str
    """An agent's number, or a call."""
    removed_by: str = ""
    """The filter that took him out: a stable key; empty for those who were compared by score."""
    detail: str = ""
    """What the filter saw, as a level or the name of a reason."""
    score_s: float | None = None
    terms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One ring explained."""

    agents: tuple[Candidate, ...]
    """Best first, then those taken out."""
    callers: tuple[Candidate, ...]
    """Whom the agent could have got instead, where he chose; best first."""
    exact: bool
    """What was reckoned again is what was recorded."""


def explain(ring: RingAgent, moment: Moment) -> Explanation:
    """Everybody for whom this ring might have been, or who might have rung."""
    reckoning = _Reckoning(moment)
    caller, choice = moment.callers[ring.call], ring.choice
    agents = _ordered(reckoning.agent(then, caller) for then in moment.agents.values())
    if choice is None or not choice.by_agent:
        exact = choice is not None and _agrees(agents, ring.agent, choice, reckoning.below_best_s(choice))
        return Explanation(agents, (), exact)
    chooser = moment.agents[ring.agent]
    callers = _ordered(reckoning.with_age([reckoning.caller(each, chooser) for each in moment.callers.values()]))
    return Explanation(agents, callers, _agrees(callers, ring.call, choice))


def look_around(caller: CallerThen, moment: Moment) -> tuple[Candidate, ...]:
    """Who could take this caller now, and why the others can not."""
    reckoning = _Reckoning(moment)
    return _ordered(reckoning.agent(then, caller) for then in moment.agents.values())


def _ordered(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=lambda one: (bool(one.removed_by), -(one.score_s or 0.0), one.who)))


def _agrees(candidates: tuple[Candidate, ...], chosen: str, choice: Choice, below_best_s: float = 0.0) -> bool:
    """The chosen one is the best of those compared, or near enough, by the score that was recorded."""
    scores = {one.who: one.score_s for one in candidates if one.score_s is not None}
    mine = scores.get(chosen)
    return (
        mine is not None
        and abs(mine - choice.score_s) < CLOSE_S
        and max(scores.values()) - mine < below_best_s + CLOSE_S
    )


class _Reckoning:
    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._weights = moment.weights
        self._terms = PairTerms(moment.prices, moment.weights)

    def below_best_s(self, choice: Choice) -> float:
        """By how much the chosen agent's score may be below the best one's."""
        return self._weights.explore_most_s if choice.explored else 0.0

    # ---- agents for a caller ----------------------------------------------------------------------

    def agent(self, then: AgentThen, caller: CallerThen) -> Candidate:
        number = then.agent.number
        removed_by, detail = self._unfit(then, caller) or self._away(then) or ("", "")
        available = then.availability
        if removed_by or available is None:
            return Candidate(number, removed_by, detail)
        lane, group = self._lane(caller), self._group(then.agent, available)
        own = number in caller.wanted
        if not own and (left_s := self._held_s(caller, lane, group)) > 0:
            return Candidate(number, "held_back", f"{left_s:.1f}")
        terms = {
            "idle": self._weights.idle_s(self._moment.now - available.idle_since),
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

    def _away(self, then: AgentThen) -> tuple[str, str] | None:
        """What the agent does."""
        if then.state is not AgentState.READY or then.availability is None:
            return then.state.value, then.reason
        if not then.reachable:
            return "unreachable", ""
        rests_until = then.availability.rests_until
        if rests_until is not None and rests_until > self._moment.now:
            return "resting", f"{then.availability.rests_after or ''} {rests_until - self._moment.now:.0f}"
        return None

    # ---- callers for an agent ---------------------------------------------------------------------

    def caller(self, caller: CallerThen, then: AgentThen) -> Candidate:
        number, available = then.agent.number, then.availability
        if caller.rings or not caller.offerable:
            return Candidate(caller.call, "rings_elsewhere" if caller.rings else "hears_notice")
        if (unfit := self._unfit(then, caller)) is not None:
            return Candidate(caller.call, *unfit)
        lane, group = self._lane(caller), self._group(then.agent, available or Availability(self._moment.now))
        own = number in caller.wanted
        if not own and (left_s := self._held_s(caller, lane, group)) > 0:
            return Candidate(caller.call, "held_back", f"{left_s:.1f}")
        own_s = self._weights.same_agent_s if own else 0.0
        fit_s = max(self._terms.fit_s(lane, group) + own_s, self._weights.worst_fit_s)
        history = self._history(lane, group)
        terms = {
            "waited": self._moment.now - caller.place_at,
            "own agent": own_s,
            caller.caller_class: self._weights.class_s(caller.caller_class),
            QUEUE_PRIORITY: caller.queue.priority_s,
            **history,
            "skill": fit_s - own_s - history.get("history", 0.0),
        }
        return Candidate(caller.call, score_s=sum(terms.values()), terms=_without_nothing(terms))

    def with_age(self, callers: list[Candidate]) -> list[Candidate]:
        """Once somebody has waited for the bound, only he, and classes that may overtake anybody, are left."""
        compared = [one for one in callers if not one.removed_by]
        place = {one.who: (self._then(one).place_at, self._then(one).ticket) for one in compared}
        eldest = min(compared, key=lambda one: place[one.who], default=None)
        if eldest is None or self._moment.now - place[eldest.who][0] < self._weights.overtake_bound_s:
            return callers
        return [
            Candidate(one.who, "waits_less", eldest.who) if one in compared and not self._stays(one, eldest) else one
            for one in callers
        ]

    def _stays(self, one: Candidate, eldest: Candidate) -> bool:
        return one is eldest or self._then(one).caller_class in self._weights.unbound_classes

    def _then(self, one: Candidate) -> CallerThen:
        return self._moment.callers[CallId(one.who)]

    # ---- terms ------------------------------------------------------------------------------------

    def _lane(self, caller: CallerThen) -> int:
        topic, level, queue = caller.topic, caller.min_level, caller.queue
        return self._terms.lane(
            LaneKey(
                *(topic, level, caller.caller_class, caller.wish, queue.language, queue.priority_s),
                queue.further(level),
            )
        )

    def _group(self, agent: Agent, available: Availability) -> int:
        return self._terms.group(GroupKey(profile_of(agent, available.form), available.band))

    def _held_s(self, caller: CallerThen, lane: int, group: int) -> float:
        return caller.place_at + self._terms.price(lane, group).hold_s - self._moment.now

    def _history(self, lane: int, group: int) -> dict[str, float]:
        wish, profile = self._terms.lanes[lane].wish, self._terms.groups[group].profile
        return {"history": self._weights.history_s(wish, profile.level(self._terms.lanes[lane].topic))} if wish else {}


def _without_nothing(terms: dict[str, float]) -> dict[str, float]:
    return {name: term for name, term in terms.items() if term or name in {"waited", "idle", "skill"}}
