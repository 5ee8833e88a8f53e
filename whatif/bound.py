"""What no policy can beat: everybody knows everything and nobody calls again, in closed form by Erlang A."""

from dataclasses import dataclass

from whatif.erlang import Pool, erlang_a, erlang_a_served
from whatif.scenario import Scenario
from whatif.simulate import real_outlook

BEST_LEVEL = 5.0

SLICES_PER_HOUR = 4
"""Each taken as if it lasted for ever: a quarter of an hour is some three talks long, and rates change slower."""

LONG_S = 3600.0
"""Nobody is answered after so long: patience is minutes."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Figures as in `Figures`, of the callers who call for the first time."""

    service_level: float
    service_level_60: float
    answered_in_180: float
    asa_s: float
    abandon_ratio: float


def pooled_bound(scenario: Scenario) -> Bound:
    """The pool of all agents as experts, slice by slice, weighted by how many call in it.

    Talks count as exponential, which the M/G/n+M of the simulation is close to when handle times vary as much.
    """
    slices = max(1, round(scenario.hours * SLICES_PER_HOUR))
    ring_s, calls, sums = scenario.behaviour.ring_s, 0.0, [0.0] * 5
    for place in range(slices):
        pool = _pool(scenario, (place + 0.5) / slices * scenario.lasts_s)
        answered = [erlang_a_served(pool, within_s - ring_s) for within_s in (20.0, 60.0, 180.0, LONG_S)]
        found = [served.ratio for served in answered[:3]]
        found += [answered[3].ratio * (answered[3].mean_wait_s + ring_s), erlang_a(pool).abandon_ratio]
        calls += pool.calls_per_s
        sums = [whole + pool.calls_per_s * part for whole, part in zip(sums, found, strict=True)]
    within_20, within_60, within_180, waited_s, abandoned = (whole / calls for whole in sums)
    return Bound(within_20, within_60, within_180, waited_s / (1.0 - abandoned), abandoned)


def _pool(scenario: Scenario, at: float) -> Pool:
    behaviour, truth, whole = scenario.behaviour, real_outlook(scenario), sum(scenario.topics.values())
    talk_s = sum(weight * scenario.handle_s[topic] for topic, weight in scenario.topics.items()) / whole
    handle_s = truth.handle_s(BEST_LEVEL, talk_s) + behaviour.ring_s + behaviour.wrap_up_s
    return Pool(scenario.calls_per_s(at), handle_s, scenario.agents, behaviour.patience_s)
