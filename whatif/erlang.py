"""Erlang's formulas in closed form: B (lost), C (all wait), A (the impatient leave). They check the simulator."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

NEGLIGIBLE = 1e-14
"""Probability, relative to the most likely state, below which a tail is cut off."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Agents all alike and one queue."""

    calls_per_s: float
    handle_s: float
    agents: int
    patience_s: float = 180.0
    """Mean; exponential. Only Erlang A uses it."""

    @property
    def load(self) -> float:
        """Offered load in Erlang."""
        return self.calls_per_s * self.handle_s


def erlang_b(pool: Pool) -> float:
    """Share of calls that find every agent busy, if those leave at once."""
    blocked = 1.0
    for agents in range(1, pool.agents + 1):
        blocked = pool.load * blocked / (agents + pool.load * blocked)
    return blocked


def erlang_c(pool: Pool) -> float:
    """Share of calls that wait, if nobody leaves; 1 if the agents are too few."""
    if pool.load >= pool.agents:
        return 1.0
    blocked = erlang_b(pool)
    return blocked / (1.0 - pool.load / pool.agents * (1.0 - blocked))


def erlang_c_service_level(pool: Pool, within_s: float) -> float:
    """Share answered within so long, if nobody leaves."""
    if pool.load >= pool.agents:
        return 0.0
    return 1.0 - erlang_c(pool) * exp(-(pool.agents - pool.load) * within_s / pool.handle_s)


@dataclass(frozen=True, slots=True)
class ErlangA:
    """What Erlang A says of a pool."""

    wait_ratio: float
    """Share of calls that do not get an agent at once."""
    abandon_ratio: float
    mean_wait_s: float
    """Of all calls, those that leave included."""
    occupancy_ratio: float


def erlang_a(pool: Pool) -> ErlangA:
    """M/M/n+M from its stationary distribution, summed until the tail is negligible."""
    states = _stationary(pool)
    total = sum(states)
    queued = sum((state - pool.agents) * mass for state, mass in enumerate(states) if state > pool.agents) / total
    busy = sum(min(state, pool.agents) * mass for state, mass in enumerate(states)) / total
    wait_ratio = sum(states[pool.agents :]) / total
    abandoned = queued / pool.patience_s / pool.calls_per_s
    return ErlangA(wait_ratio, abandoned, queued / pool.calls_per_s, busy / pool.agents)


STEPS = 400
"""Of Simpson's rule over a wait; the integrand is smooth, so the error is far below what is printed."""


@dataclass(frozen=True, slots=True)
class ServedA:
    """Who is answered within a time under Erlang A."""

    ratio: float
    """Of all calls."""
    mean_wait_s: float
    """Of those answered within it."""


def erlang_a_served(pool: Pool, within_s: float) -> ServedA:
    """Answered within so long: those who find somebody idle, and those whose turn comes before their patience ends.

    The wait a patient caller would have has the density λ·π(n−1)·exp(λ/θ·(1 − e^(−θx)) − nμx) (Zeltyn & Mandelbaum
    2005); a caller stays so long with probability e^(−θx).
    """
    if within_s < 0.0:
        return ServedA(0.0, 0.0)
    states = _stationary(pool)
    total, patience_s = sum(states), pool.patience_s
    at_once = sum(states[: pool.agents]) / total
    begins = pool.calls_per_s * states[pool.agents - 1] / total

    def served_per_s(wait_s: float) -> float:
        stays = exp(-wait_s / patience_s)
        growth = pool.calls_per_s * patience_s * (1.0 - stays) - pool.agents * wait_s / pool.handle_s
        return begins * exp(growth) * stays

    later = _integral(served_per_s, within_s)
    waited_s = _integral(lambda wait_s: wait_s * served_per_s(wait_s), within_s)
    return ServedA(at_once + later, waited_s / (at_once + later))


def _integral(of: Callable[[float], float], until: float) -> float:
    step = until / STEPS
    inner = sum((4.0 if place % 2 else 2.0) * of(place * step) for place in range(1, STEPS))
    return (of(0.0) + inner + of(until)) * step / 3.0


def _stationary(pool: Pool) -> list[float]:
    """Masses of 0, 1, 2 … calls in the system, relative to the greatest, which starts at 1."""
    peak = min(int(pool.load), pool.agents)
    below, mass = [1.0], 1.0
    for state in range(peak, 0, -1):
        mass *= _leaves_per_s(pool, state) / pool.calls_per_s
        below.append(mass)
    states, mass, state = below[::-1], 1.0, peak
    while mass > NEGLIGIBLE or state <= pool.agents:
        state += 1
        mass *= pool.calls_per_s / _leaves_per_s(pool, state)
        states.append(mass)
    return states


def _leaves_per_s(pool: Pool, state: int) -> float:
    busy = min(state, pool.agents)
    return busy / pool.handle_s + (state - busy) / pool.patience_s
