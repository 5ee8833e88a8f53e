"""The hotline's own machines as a centre: distributor, memory of callers, load, form, demand and prices.

Everything goes through their `handle(event, now)`, as in the running engine; what a telephone would do the simulation
does, and what callers would be told is left out.
"""

from acd.distributor import Distributor
from acd.history import History
from acd.priced_assigner import PricedAssigner
from acd.routing import Routing
from telephony.commands import RefuseCall, RingAgent
from telephony.events import (
    AgentAnswered,
    AgentAsked,
    AgentWish,
    CallEnded,
    CallOfferable,
    CallQueued,
    DistributionEvent,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
    TimeReached,
)
from telephony.ids import AgentNumber, CallId
from whatif.callers import Visit
from whatif.centre import Notice, Notices, Refusal, Ring
from whatif.floor import queues_of, roster_of
from whatif.learned import Learned
from whatif.renewal import Renewal
from whatif.scenario import Scenario

HANG_UP = 16
"""Q.850: a normal one."""


class HotlineCentre:
    """One day of the hotline, beginning with what it learned before, if anything."""

    def __init__(
        self, scenario: Scenario, name: str, *, learned: Learned | None = None, routing: Routing | None = None
    ) -> None:
        self.name = name
        self._closes_at = scenario.lasts_s
        self._queues = queues_of(scenario)
        self._roster = roster_of(scenario, routing)
        rules = self._roster.routing
        self._renewal = Renewal(self._roster, self._queues)
        self._history = History(rules.history)
        if learned is not None:
            self._history.form = learned.form()
            self._renewal.demand.recall(learned.demand, 0.0)
        self.assigner = PricedAssigner(weights=rules.weights)
        self._distributor = Distributor(self._roster, self.assigner, history=self._history)

    @property
    def deadline(self) -> float | None:
        """The distributor's, or when prices are looked at; nobody renews them when no calls are to come any more."""
        due, look_at = self._distributor.deadline, self._renewal.deadline
        if look_at >= self._closes_at:
            return due
        return look_at if due is None else min(due, look_at)

    def learned(self, now: float) -> Learned:
        """What the next day may begin with."""
        return Learned(self._renewal.demand.learned(now), self._history.form)

    def open(self, now: float) -> Notices:
        """Everybody signs in."""
        notices: list[Notice] = []
        for number in self._roster.agents:
            notices += self._handle(AgentAsked(number, AgentWish.SIGN_IN), now)
        return notices

    def enter(self, call: CallId, visit: Visit, now: float) -> Notices:
        """A caller has chosen a topic; he need not hear anything first."""
        queue = self._queues[visit.topic].id
        notices = self._handle(CallQueued(call, queue, visit.topic, str(visit.caller), now, vip=visit.vip), now)
        return notices + self._handle(CallOfferable(call), now)

    def hang_up(self, call: CallId, now: float) -> Notices:
        """The caller's channel is gone."""
        return self._handle(CallEnded(call, HANG_UP), now)

    def answer(self, call: CallId, agent: AgentNumber, now: float) -> Notices:
        """They hear each other."""
        return self._handle(AgentAnswered(call, agent), now)

    def miss(self, call: CallId, agent: AgentNumber, now: float) -> Notices:
        """The ring timed out."""
        return self._handle(RingEnded(call, agent, RingOutcome.NO_ANSWER), now)

    def end_talk(self, call: CallId, agent: AgentNumber, now: float) -> Notices:
        """The caller hangs up."""
        notices = self._handle(TalkEnded(call, agent, TalkEndedBy.CALLER), now)
        return notices + self._handle(CallEnded(call, HANG_UP), now)

    def wake(self, now: float) -> Notices:
        """A deadline of the machines has come, or prices are due."""
        if self._renewal.deadline <= now < self._closes_at:
            self._renewal.renew(self._distributor, self.assigner, now)
        return self._handle(TimeReached(), now)

    def _handle(self, event: DistributionEvent, now: float) -> list[Notice]:
        """As the engine does: a fact is told to whom it concerns, then the orders that follow from it."""
        facts, notices = self._renewal.facts, list[Notice]()
        facts.apply(event, now)
        for order in self._distributor.handle(event, now):
            facts.apply(order, now)
            match order:
                case RingAgent(call, agent):
                    notices.append(Ring(call, agent))
                case RefuseCall(call):
                    notices += [Refusal(call), *self._handle(CallEnded(call, HANG_UP), now)]
                case _:
                    pass  # what is shown, told and kept; or what only happens to hotlines with more rules than these
        return notices
