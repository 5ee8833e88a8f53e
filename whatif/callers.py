"""Who calls when: a day's first calls, and whatever a caller brings along, drawn once for all policies."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from telephony.ids import Topic
from whatif.chance import Chance
from whatif.scenario import Scenario

ARRIVALS, TRAITS, MISSED = 1, 2, 3
"""Names of rows of draws."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of one caller, with its luck."""

    caller: int
    attempt: int
    at: float
    topic: Topic
    vip: bool
    patience_s: float
    talk_s: float
    """With an agent whose level's factor is 1."""
    resolve_luck: float
    again_luck: float
    again_after: float
    """In means: multiplied by that of repeating or redialling."""


class Callers:
    """One day's callers and whatever they bring along, drawn once however many policies play the day."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._scenario = scenario
        self.seed = seed
        self.first = list(first_calls(scenario, seed))
        """In order."""
        self._again: dict[tuple[int, int], Visit] = {}

    def again(self, last: Visit, at: float) -> Visit:
        """The same caller's next call."""
        key = last.caller, last.attempt + 1
        if key not in self._again:
            self._again[key] = visit(self._scenario, self.seed, last.caller, attempt=last.attempt + 1)
        return replace(self._again[key], at=at)

    def is_missed(self, visit: Visit, ring: int) -> bool:
        """Whether the agent who is rung for this call, the how manieth ring it is, does not pick up."""
        ratio = self._scenario.behaviour.missed_ratio
        return ratio > 0.0 and Chance(self.seed, MISSED, visit.caller, visit.attempt, ring).ratio() < ratio


def first_calls(scenario: Scenario, seed: int) -> Iterator[Visit]:
    """A day's arrivals, in order: a Poisson process whose rate changes, by thinning."""
    chance = Chance(seed, ARRIVALS)
    parts = len(scenario.calls_per_hour)
    more = 1.0 + (scenario.burst[2] if scenario.burst is not None else 0.0)
    most_per_s = max(scenario.forecast_per_s(scenario.lasts_s * part / parts) for part in range(parts)) * max(1.0, more)
    at, caller = chance.exponential(1.0 / most_per_s), 0
    while at < scenario.lasts_s:
        if chance.ratio() * most_per_s < scenario.calls_per_s(at):
            caller += 1
            yield visit(scenario, seed, caller, at=at)
        at += chance.exponential(1.0 / most_per_s)


def visit(scenario: Scenario, seed: int, caller: int, *, attempt: int = 0, at: float = 0.0) -> Visit:
    """What this caller brings along this time; topic and rank stay his."""
    behaviour = scenario.behaviour
    lasting = Chance(seed, TRAITS, caller)
    topic = list(scenario.topics)[lasting.pick(list(scenario.topics.values()))]
    vip = lasting.ratio() < behaviour.vip_ratio
    luck = Chance(seed, TRAITS, caller, attempt + 1)
    patience_s, mean_s = luck.exponential(behaviour.patience_s), scenario.handle_s[topic]
    exponential = behaviour.exponential_handling
    talk_s = luck.exponential(mean_s) if exponential else luck.lognormal(mean_s, behaviour.handle_cv)
    return Visit(caller, attempt, at, topic, vip, patience_s, talk_s, luck.ratio(), luck.ratio(), luck.exponential(1.0))
