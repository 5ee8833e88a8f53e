"""A day on simulated time: the assigner that runs the hotline, or a baseline, among made-up callers."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from acd.agent import Agent
from acd.assigner import Assigner, Assignment, WaitingCall
from acd.pricing import Outlook
from telephony.ids import AgentNumber, CallId, Topic
from whatif.callers import Callers, Visit
from whatif.day import Day, Stay
from whatif.floor import agents_of, queues_of
from whatif.scenario import Scenario

REPRICE_S = 300.0
"""How often a policy hears what has arrived; ROUTING: every 5 to 15 minutes."""

MIDDLE_LEVEL = 3.0


class Kind(IntEnum):
    """What happens next; at the same instant in this order."""

    FREE = 0
    ANSWER = 1
    ABANDON = 2
    ARRIVE = 3
    WAKE = 4
    REPRICE = 5


@dataclass(frozen=True, slots=True)
class Player:
    """A policy under trial."""

    name: str
    assigner: Assigner
    reprice: Callable[[float, Counter[Topic]], None] | None = None
    """Told now and then how many calls on which topic have come since the last time."""


@dataclass(slots=True)
class _Call:
    id: CallId
    visit: Visit
    stay: Stay
    entered_at: float
    agent: AgentNumber | None = None
    own: bool = False
    """The agent who was chosen knows the caller."""


class Simulation:
    """One day, one policy, one day's callers."""

    def __init__(self, scenario: Scenario, player: Player, callers: Callers) -> None:
        self._scenario = scenario
        self._player = player
        self._assigner = player.assigner
        self._callers = callers
        self._first_calls = iter(callers.first)
        self._truth = real_outlook(scenario)
        self._queues = queues_of(scenario)
        self._agents: dict[AgentNumber, Agent] = {one.number: one for one in agents_of(scenario)}
        self._day = Day(worked_s=dict.fromkeys(self._agents, 0.0), lasts_s=scenario.lasts_s)
        self._events: list[tuple[float, Kind, int, object]] = []
        self._planned = 0
        self._calls: dict[CallId, _Call] = {}
        self._known_by: dict[int, AgentNumber] = {}
        """Caller → who talked to him without resolving it."""
        self._arrived: Counter[Topic] = Counter()
        self._wake_at: float | None = None

    def run(self) -> Day:
        """Play the day until the last caller is gone."""
        for one in self._agents.values():
            self._assigner.add_agent(one, idle_since=0.0)
        self._plan_next_arrival()
        self._plan(REPRICE_S, Kind.REPRICE, None)
        while self._events:
            now, kind, _, what = heapq.heappop(self._events)
            if self._happen(kind, what, now):
                while (made := self._assigner.next_assignment(now)) is not None:
                    self._ring(made, now)
                self._plan_wake(now)
        return self._day

    def _plan(self, at: float, kind: Kind, what: object) -> None:
        self._planned += 1
        heapq.heappush(self._events, (at, kind, self._planned, what))

    def _plan_next_arrival(self) -> None:
        first = next(self._first_calls, None)
        if first is not None:
            self._plan(first.at, Kind.ARRIVE, first)

    def _plan_wake(self, now: float) -> None:
        due = self._assigner.deadline
        if due is not None and due != self._wake_at:
            assert due > now, f"{self._player.name} wants to be woken in the past"
            self._wake_at = due
            self._plan(due, Kind.WAKE, None)

    def _happen(self, kind: Kind, what: object, now: float) -> bool:
        """Whether there may be something to decide now."""
        match what:
            case Visit():
                self._arrive(what, now)
            case _Call() if kind is Kind.ABANDON:
                return self._abandon(what, now)
            case _Call():
                self._answer(what, now)
                return False
            case str():
                self._assigner.add_agent(self._agents[AgentNumber(what)], idle_since=now)
            case _ if kind is Kind.REPRICE:
                self._reprice(now)
            case _:
                self._wake_at = None
        return True

    def _arrive(self, caller: Visit, now: float) -> None:
        if caller.attempt == 0:
            self._plan_next_arrival()
        self._arrived[caller.topic] += 1
        call = _Call(CallId(f"{caller.caller}.{caller.attempt}"), caller, Stay(caller.vip), now)
        self._day.stays.append(call.stay)
        self._calls[call.id] = call
        known = self._known_by.get(caller.caller)
        waiting = WaitingCall(
            call.id,
            self._queues[caller.topic],
            caller.topic,
            now,
            self._planned,
            vip=caller.vip,
            wanted=() if known is None else (known,),
        )
        self._assigner.add_call(waiting)
        self._plan(now + caller.patience_s, Kind.ABANDON, call)

    def _ring(self, made: Assignment, now: float) -> None:
        call = self._calls[made.call]
        call.agent = made.agent
        call.own = self._known_by.get(call.visit.caller) == made.agent
        self._plan(now + self._scenario.behaviour.ring_s, Kind.ANSWER, call)

    def _abandon(self, call: _Call, now: float) -> bool:
        if call.agent is not None:
            return False  # answered, or a phone rings: nobody who hears it ring hangs up in those few seconds
        self._assigner.remove_call(call.id)
        call.stay.wait_s = now - call.entered_at
        del self._calls[call.id]
        behaviour = self._scenario.behaviour
        self._comes_again(call, behaviour.redial_ratio, now + call.visit.again_after * behaviour.redial_after_s)
        return True

    def _answer(self, call: _Call, now: float) -> None:
        agent = call.agent
        assert agent is not None, "a phone rang"
        del self._calls[call.id]
        behaviour, stay = self._scenario.behaviour, call.stay
        stay.answered, stay.wait_s = True, now - call.entered_at
        level = self._agents[agent].level(call.visit.topic)
        talk_s = self._truth.handle_s(level, call.visit.talk_s) * (behaviour.same_agent_factor if call.own else 1.0)
        ratio = self._truth.resolve_ratio(level) + (behaviour.same_agent_resolves if call.own else 0.0)
        stay.resolved = call.visit.resolve_luck < ratio
        free_at = now + talk_s + behaviour.wrap_up_s
        self._day.work(agent, now, free_at)
        self._plan(free_at, Kind.FREE, agent)
        if stay.resolved:
            self._known_by.pop(call.visit.caller, None)
        else:
            self._known_by[call.visit.caller] = agent
            again_at = now + talk_s + call.visit.again_after * behaviour.repeat_after_s
            self._comes_again(call, behaviour.repeat_ratio, again_at)

    def _comes_again(self, call: _Call, ratio: float, at: float) -> None:
        last = call.visit
        if last.again_luck < ratio and at < self._scenario.lasts_s:
            self._plan(at, Kind.ARRIVE, self._callers.again(last, at))

    def _reprice(self, now: float) -> None:
        if self._player.reprice is not None:
            self._player.reprice(now, self._arrived)
        self._arrived = Counter()
        if now + REPRICE_S < self._scenario.lasts_s:
            self._plan(now + REPRICE_S, Kind.REPRICE, None)


def real_outlook(scenario: Scenario) -> Outlook:
    """What levels really bring in this scenario: half the effect means half-way to the middle level for all."""
    believed, effect = scenario.outlook, scenario.behaviour.skill_effect
    resolves, factor = believed.resolve_ratio(MIDDLE_LEVEL), believed.handle_s(MIDDLE_LEVEL, 1.0)
    return Outlook(
        tuple(resolves + effect * (ratio - resolves) for ratio in believed.resolve_ratios),
        tuple(factor + effect * (one - factor) for one in believed.handle_factors),
    )
