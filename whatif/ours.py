"""Our policy with its prices renewed from what has arrived, as the running hotline does it."""

from collections import Counter

from acd.price_lp import Demand, Forecast, solve_prices
from acd.priced_assigner import PricedAssigner
from acd.pricing import Prices
from acd.profiles import Profile, profile_of
from acd.weights import Weights
from telephony.ids import Topic
from whatif.floor import agents_of
from whatif.scenario import Scenario
from whatif.simulate import REPRICE_S, Player

RECENT = 3
"""Intervals of arrivals that are averaged: a quarter of an hour tells a burst from chance."""

FORECAST_CALLS = 50.0
"""A topic's forecast weighs as much as so many calls that came: a burst on a large hotline is believed within minutes,
and the chance of a small one is not taken for a change. Half and half cost the small scenario a point of GSR60."""


class Pricer:
    """Solves for prices at the start of the day from the forecast, later from forecast and arrivals together."""

    def __init__(self, scenario: Scenario, weights: Weights | None = None) -> None:
        self._scenario = scenario
        self._groups: Counter[Profile] = Counter(profile_of(one) for one in agents_of(scenario))
        self._recent: list[Counter[Topic]] = []
        self.assigner = PricedAssigner(self._solve(0.0), weights)

    def reprice(self, now: float, arrived: Counter[Topic]) -> None:
        """Take the arrivals since the last time into account."""
        self._recent = [*self._recent, arrived][-RECENT:]
        self.assigner.reprice(self._solve(now))

    def _solve(self, now: float) -> Prices:
        scenario, behaviour = self._scenario, self._scenario.behaviour
        whole = sum(scenario.topics.values())
        topics = {}
        for topic, weight in scenario.topics.items():
            forecast_per_s = scenario.forecast_per_s(now) * weight / whole
            seen, over_s = sum(arrived[topic] for arrived in self._recent), REPRICE_S * len(self._recent)
            forecast_per_s = (seen + FORECAST_CALLS) / (over_s + FORECAST_CALLS / forecast_per_s)
            handle_s = scenario.handle_s[topic] + behaviour.ring_s + behaviour.wrap_up_s
            topics[topic] = Demand(forecast_per_s, handle_s)
        return solve_prices(self._groups, Forecast(topics, f"at {now:.0f} s"), scenario.outlook)


def ours(scenario: Scenario, weights: Weights | None = None) -> Player:
    """Our policy, ready for a day."""
    pricer = Pricer(scenario, weights)
    return Player("priced", pricer.assigner, pricer.reprice)
