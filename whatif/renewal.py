"""Prices renewed on simulated time, by `acd.price_renewal` as in the hotline; the solver's second is not waited for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict

from acd.call_kinds import CallKinds
from acd.demand import DemandSeen
from acd.demand_facts import DemandFacts
from acd.distributor import Distributor
from acd.price_lp import Demand, Forecast, solve_prices
from acd.price_renewal import LOOK_S, SETTLE_S, are_others
from acd.priced_assigner import PricedAssigner
from acd.pricing import Outlook
from acd.profiles import Profile
from acd.queue import Queue, Roster
from telephony.ids import AgentNumber, Topic


class Renewal:
    """What is learned of demand, and when the assigner gets new prices from it."""

    def __init__(self, roster: Roster, topics: Mapping[Topic, Queue]) -> None:
        self.demand = DemandSeen()
        self.deadline = SETTLE_S
        """When `renew` is to look again."""
        self._roster = roster
        self._kinds = CallKinds(((queue.id, topic) for topic, queue in topics.items()), roster.queues)
        self.facts = DemandFacts(self.demand, self._factor, self._kinds.learned_as)
        self._outlook = Outlook()
        self._renewed_at = float("-inf")
        self._priced: Counter[Profile] = Counter()
        """Who was at work when the present prices were solved."""
        self._solved = 0

    def renew(self, distributor: Distributor, assigner: PricedAssigner, now: float) -> None:
        """Solve anew if the prices are old or about other people."""
        at_work = distributor.profiles_at_work()
        every_s = self._roster.routing.reprice_every_s
        if now - self._renewed_at >= every_s or are_others(at_work, self._priced):
            self._solved += 1
            self._renewed_at, self._priced = now, at_work
            kinds = {
                kind: Demand(*expected, **asdict(demanded))
                for kind, (expected, demanded) in self._kinds.expect(self.demand, at_work.total(), now).items()
            }
            assigner.reprice(solve_prices(at_work, Forecast(kinds, str(self._solved)), self._outlook))
        self.deadline = now + min(LOOK_S, self._renewed_at + every_s - now)

    def _factor(self, agent: AgentNumber, topic: Topic) -> float:
        return self._outlook.handle_s(self._roster.agents[agent].level(topic), 1.0)
