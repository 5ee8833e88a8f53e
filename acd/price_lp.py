"""Shadow prices from a fluid model: who should be kept free for what they alone can do.

Solved every few minutes away from the call path; HiGHS is loaded only by who solves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from acd.demand import ASSUMED_OCCUPANCY
from acd.pricing import ASSUMED_HANDLE_S, HANDLE_PRICE, WORST_SKILL_S, Outlook, Price, Prices, hold_s
from acd.profiles import Profile
from acd.queue import CallKind, Demands
from telephony.ids import Topic

MOST_OCCUPANCY = 0.95
"""Of an agent's time that the plan may use: full time would leave no room for chance."""

SERVED_MARGIN = 1.2
"""The plan may serve so many times the forecast: otherwise every price would vanish on a quiet day."""

SOON_S = 30.0
"""A better agent expected within this is worth a hold."""

CLEARLY_S = 5.0
"""How much better a price must be to count as better."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is expected of one kind of call, and what such calls demand of an agent."""

    calls_per_s: float
    handle_s: float = ASSUMED_HANDLE_S
    """Of an agent whose level's factor is 1; ring and wrap-up included."""
    min_level: int = 1
    language: str = ""
    further: Demands = ()
    topic: Topic | None = None
    """None: nothing but a topic is demanded, so the kind is its name."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the next minutes are expected to bring."""

    kinds: Mapping[CallKind, Demand] = field(default_factory=dict)
    version: str = ""


@dataclass(frozen=True, slots=True)
class _Pair:
    group: int
    kind: int
    worth_s: float
    handle_s: float


def solve_prices(groups: Mapping[Profile, int], forecast: Forecast, outlook: Outlook) -> Prices:
    """Prices for every pair that is able, from the agents at work by profile and the forecast by kind of call.

    Without a pair, or if the solver gives up, the prices are those by level alone.
    """
    profiles, kinds = [profile for profile, agents in groups.items() if agents > 0], list(forecast.kinds)
    pairs = _able_pairs(profiles, forecast, outlook)
    if not pairs:
        return Prices(outlook=outlook)
    solution = _solve(pairs, [groups[profile] for profile in profiles], list(forecast.kinds.values()))
    if solution is None:
        return Prices(outlook=outlook)
    flow, price = solution
    terms = _skill_terms(pairs, price, len(kinds))
    frees_per_s = [0.0] * len(profiles)
    for pair, calls_per_s in zip(pairs, flow.tolist(), strict=True):
        frees_per_s[pair.group] += calls_per_s
    better_per_s = _better_per_s(pairs, terms, frees_per_s)
    table = {}
    for pair, skill_s, per_s in zip(pairs, terms, better_per_s, strict=True):
        soon = per_s * SOON_S >= 1.0
        table[profiles[pair.group], kinds[pair.kind]] = Price(skill_s, hold_s(skill_s) if soon else 0.0)
    return Prices(forecast.version or "solved", table, outlook)


def assumed_forecast(groups: Mapping[Profile, int], topics: Sequence[Topic]) -> Forecast:
    """The forecast before there is data: every topic alike, and everybody as busy as planners want them."""
    calls_per_s = ASSUMED_OCCUPANCY * sum(groups.values()) / ASSUMED_HANDLE_S / max(1, len(topics))
    return Forecast({topic: Demand(calls_per_s) for topic in topics}, "assumed")


def _able_pairs(profiles: list[Profile], forecast: Forecast, outlook: Outlook) -> list[_Pair]:
    pairs = []
    for group, profile in enumerate(profiles):
        for place, (kind, demand) in enumerate(forecast.kinds.items()):
            topic = Topic(kind) if demand.topic is None else demand.topic
            if profile.certified(topic, demand.min_level, demand.language, demand.further):
                level = profile.level(topic)
                worth_s, handle_s = outlook.worth_s(level), outlook.handle_s(level, demand.handle_s)
                pairs.append(_Pair(group, place, worth_s, handle_s))
    return pairs


def _solve(
    pairs: list[_Pair], agents: list[int], demands: list[Demand]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Calls per second of every pair in the best plan, and what a second of every group's time is worth in it."""
    columns = range(len(pairs))
    rows = [pair.group for pair in pairs] + [len(agents) + pair.kind for pair in pairs]
    entries = [pair.handle_s for pair in pairs] + [1.0] * len(pairs)
    used = csr_matrix((entries, (rows, [*columns, *columns])), shape=(len(agents) + len(demands), len(pairs)))
    limits = [MOST_OCCUPANCY * count for count in agents]
    limits += [SERVED_MARGIN * demand.calls_per_s for demand in demands]
    solved = linprog([-pair.worth_s for pair in pairs], A_ub=used, b_ub=limits, method="highs")
    if solved.status != 0:
        return None
    return np.asarray(solved.x), -np.asarray(solved.ineqlin.marginals)[: len(agents)]


def _skill_terms(pairs: list[_Pair], price: NDArray[np.float64], kinds: int) -> list[float]:
    values = [pair.worth_s - (float(price[pair.group]) + HANDLE_PRICE) * pair.handle_s for pair in pairs]
    best = [-np.inf] * kinds
    for pair, value in zip(pairs, values, strict=True):
        best[pair.kind] = max(best[pair.kind], value)
    return [max(WORST_SKILL_S, value - best[pair.kind]) for pair, value in zip(pairs, values, strict=True)]


def _better_per_s(pairs: list[_Pair], terms: list[float], frees_per_s: list[float]) -> list[float]:
    """For every pair: how often per second an agent becomes free who is clearly better for its kind."""
    found = [0.0] * len(pairs)
    by_kind: dict[int, list[int]] = {}
    for index, pair in enumerate(pairs):
        by_kind.setdefault(pair.kind, []).append(index)
    for indices in by_kind.values():
        indices.sort(key=lambda index: -terms[index])
        ahead, per_s = 0, 0.0
        for index in indices:
            while terms[indices[ahead]] > terms[index] + CLEARLY_S:
                per_s += frees_per_s[pairs[indices[ahead]].group]
                ahead += 1
            found[index] = per_s
    return found
