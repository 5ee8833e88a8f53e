"""Chance as a pure function: the same caller draws the same luck under every policy, which makes them comparable."""

from math import exp, log, sqrt
from statistics import NormalDist

MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15
"""SplitMix64, Steele, Lea & Flood (2014)."""

_NORMAL = NormalDist()


def mixed(*words: int) -> int:
    """A well-mixed 64-bit word from any row of whole numbers."""
    state = 0
    for word in words:
        state = (state + word + STEP) & MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
        state ^= state >> 31
    return state


class Chance:
    """One row of draws, named by a seed and whatever it is for; drawing from it changes nothing elsewhere."""

    __slots__ = ("_drawn", "_key")

    def __init__(self, *key: int) -> None:
        self._key = mixed(*key)
        self._drawn = 0

    def ratio(self) -> float:
        """Evenly between 0 and 1, never either."""
        self._drawn += 1
        return (mixed(self._key, self._drawn) >> 11) * 2.0**-53 + 2.0**-54

    def exponential(self, mean: float) -> float:
        """A wait without memory."""
        return -mean * log(self.ratio())

    def lognormal(self, mean: float, cv: float) -> float:
        """As service times are (Brown et al. 2005); `cv`: standard deviation over mean."""
        variance = log(1.0 + cv * cv)
        return mean * exp(sqrt(variance) * _NORMAL.inv_cdf(self.ratio()) - variance / 2.0)

    def pick(self, weights: list[float]) -> int:
        """One place, by weight."""
        left = self.ratio() * sum(weights)
        for place, weight in enumerate(weights):
            left -= weight
            if left < 0.0:
                return place
        return len(weights) - 1
