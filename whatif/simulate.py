"""A day on simulated time: a centre that distributes calls, among made-up callers and agents."""

import heapq
from dataclasses import dataclass
from enum import IntEnum

from acd.agent import Agent
from acd.pricing import Outlook
from telephony.ids import AgentNumber, CallId
from whatif.callers import Callers, Visit
from whatif.centre import Centre, Notices, Ring
from whatif.day import Day, Stay
from whatif.floor import RING_S, agents_of
from whatif.scenario import Scenario

MIDDLE_LEVEL = 3.0


class Kind(IntEnum):
    """What happens next; at the same instant in this order."""

    END_TALK = 0
    ANSWER = 1
    MISS = 2
    ABANDON = 3
    ARRIVE = 4


@dataclass(slots=True)
class _Call:
    id: CallId
    visit: Visit
    stay: Stay
    entered_at: float
    agent: AgentNumber | None = None
    """Whose phone rings, or who talks."""
    rings: int = 0
    answered: bool = False
    """An agent has picked up or is about to: nobody who hears it ring hangs up in those few seconds."""
    over: bool = False


class Simulation:
    """One day, one centre, one day's callers."""

    def __init__(self, scenario: Scenario, centre: Centre, callers: Callers) -> None:
        self._scenario = scenario
        self._centre = centre
        self._callers = callers
        self._first_calls = iter(callers.first)
        self._truth = real_outlook(scenario)
        self._agents: dict[AgentNumber, Agent] = {one.number: one for one in agents_of(scenario)}
        self._day = Day(worked_s=dict.fromkeys(self._agents, 0.0), lasts_s=scenario.lasts_s)
        self._events: list[tuple[float, Kind, int, Visit | _Call]] = []
        self._planned = 0
        self._calls: dict[CallId, _Call] = {}
        self._known_by: dict[int, AgentNumber] = {}
        """Caller → who talked to him without resolving it."""

    def run(self) -> Day:
        """Play the day until the last caller is gone."""
        centre, events = self._centre, self._events
        self._take(centre.open(0.0), 0.0)
        self._plan_next_arrival()
        while events:
            due = centre.deadline
            if due is not None and due < events[0][0]:
                self._take(centre.wake(due), due)
                assert centre.deadline is None or centre.deadline > due, f"{centre.name} wants to be woken in the past"
            else:
                now, kind, _, what = heapq.heappop(events)
                self._happen(kind, what, now)
        return self._day

    def _plan(self, at: float, kind: Kind, what: Visit | _Call) -> None:
        self._planned += 1
        heapq.heappush(self._events, (at, kind, self._planned, what))

    def _plan_next_arrival(self) -> None:
        first = next(self._first_calls, None)
        if first is not None:
            self._plan(first.at, Kind.ARRIVE, first)

    def _happen(self, kind: Kind, what: Visit | _Call, now: float) -> None:
        if isinstance(what, Visit):
            self._arrive(what, now)
        elif kind is Kind.ABANDON:
            self._abandon(what, now)
        elif not what.over:
            assert what.agent is not None, "a phone rang"
            if kind is Kind.ANSWER:
                self._answer(what, what.agent, now)
            elif kind is Kind.MISS:
                agent, what.agent = what.agent, None
                self._take(self._centre.miss(what.id, agent, now), now)
            else:
                del self._calls[what.id]
                self._take(self._centre.end_talk(what.id, what.agent, now), now)

    def _take(self, notices: Notices, now: float) -> None:
        for notice in notices:
            call = self._calls[notice.call]
            if isinstance(notice, Ring):
                self._ring(call, notice.agent, now)
            else:
                self._leave(call, now)

    # ---- callers --------------------------------------------------------------------------------

    def _arrive(self, caller: Visit, now: float) -> None:
        if caller.attempt == 0:
            self._plan_next_arrival()
        call = _Call(CallId(f"{caller.caller}.{caller.attempt}"), caller, Stay(caller.vip), now)
        self._day.stays.append(call.stay)
        self._calls[call.id] = call
        self._plan(now + caller.patience_s, Kind.ABANDON, call)
        self._take(self._centre.enter(call.id, caller, now), now)

    def _abandon(self, call: _Call, now: float) -> None:
        if not call.answered and not call.over:
            self._leave(call, now)
            self._take(self._centre.hang_up(call.id, now), now)

    def _leave(self, call: _Call, now: float) -> None:
        """Without having been answered."""
        del self._calls[call.id]
        call.over, call.stay.wait_s = True, now - call.entered_at
        behaviour = self._scenario.behaviour
        self._comes_again(call, behaviour.redial_ratio, now + call.visit.again_after * behaviour.redial_after_s)

    def _comes_again(self, call: _Call, ratio: float, at: float) -> None:
        last = call.visit
        if last.again_luck < ratio and at < self._scenario.lasts_s:
            self._plan(at, Kind.ARRIVE, self._callers.again(last, at))

    # ---- agents ---------------------------------------------------------------------------------

    def _ring(self, call: _Call, agent: AgentNumber, now: float) -> None:
        call.agent, call.rings = agent, call.rings + 1
        call.answered = not self._callers.is_missed(call.visit, call.rings)
        if call.answered:
            self._plan(now + self._scenario.behaviour.ring_s, Kind.ANSWER, call)
        else:
            self._plan(now + RING_S, Kind.MISS, call)

    def _answer(self, call: _Call, agent: AgentNumber, now: float) -> None:
        behaviour, stay = self._scenario.behaviour, call.stay
        stay.answered, stay.wait_s = True, now - call.entered_at
        own = self._known_by.get(call.visit.caller) == agent
        level = self._agents[agent].level(call.visit.topic)
        talk_s = self._truth.handle_s(level, call.visit.talk_s) * (behaviour.same_agent_factor if own else 1.0)
        ratio = self._truth.resolve_ratio(level) + (behaviour.same_agent_resolves if own else 0.0)
        stay.resolved = call.visit.resolve_luck < ratio
        self._take(self._centre.answer(call.id, agent, now), now)
        self._plan(now + talk_s, Kind.END_TALK, call)
        self._day.work(agent, now, now + talk_s + behaviour.wrap_up_s)
        if stay.resolved:
            self._known_by.pop(call.visit.caller, None)
        else:
            self._known_by[call.visit.caller] = agent
            again_at = now + talk_s + call.visit.again_after * behaviour.repeat_after_s
            self._comes_again(call, behaviour.repeat_ratio, again_at)


def real_outlook(scenario: Scenario) -> Outlook:
    """What levels really bring in this scenario: half the effect means half-way to the middle level for all."""
    believed, effect = scenario.outlook, scenario.behaviour.skill_effect
    resolves, factor = believed.resolve_ratio(MIDDLE_LEVEL), believed.handle_s(MIDDLE_LEVEL, 1.0)
    return Outlook(
        tuple(resolves + effect * (ratio - resolves) for ratio in believed.resolve_ratios),
        tuple(factor + effect * (one - factor) for one in believed.handle_factors),
    )
