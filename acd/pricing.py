"""What it costs to give a call to an agent: prices per profile and kind of call, and those used before any are known.

A price says how much worse than the best agent somebody suits a kind of call, once it is counted what else he is
needed for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.profiles import Profile
from acd.queue import CallKind
from telephony.ids import Topic

ANSWERED_WORTH_S = 100.0
"""V: what an answered call is worth, in seconds of an agent's time. A spike's choice: above any price of time, so that
answering always pays."""

RESOLVED_WORTH_S = 120.0
"""v: what a call resolved at first contact is worth on top: about the repeat call it saves."""

HANDLE_PRICE = 0.1
"""Price of an agent's second when nobody waits for it: between two equals, the quicker one."""

WORST_SKILL_S = -120.0
"""A skill term is floored here: beyond it, somebody badly suited is still better than nobody."""

HOLD_MOST_S = 10.0
"""Longest a call is held back for a better agent: half of the usual service level's 20 s."""

HOLD_PER_S = 0.3
"""Seconds of hold per second that the pair falls short of the best."""


@dataclass(frozen=True, slots=True)
class Price:
    """One pair of profile and kind of call."""

    skill_s: float
    """idx of ROUTING: 0 for the best, down to `WORST_SKILL_S`."""
    hold_s: float = 0.0
    """A call waits at least so long before it is given to this agent; 0 unless a better one is expected soon."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a level of skill is expected to bring; between whole levels, in between."""

    resolve_ratios: tuple[float, ...] = (0.55, 0.65, 0.74, 0.82, 0.88)
    """Chance that level 1 … 5 resolves a call at first contact."""
    handle_factors: tuple[float, ...] = (1.40, 1.20, 1.05, 0.95, 0.88)
    """Handle time of level 1 … 5, over the topic's."""

    def resolve_ratio(self, level: float) -> float:
        """Chance of resolving the call."""
        return _between(self.resolve_ratios, level)

    def handle_s(self, level: float, topic_handle_s: float) -> float:
        """How long the call will keep the agent."""
        return topic_handle_s * _between(self.handle_factors, level)

    def worth_s(self, level: float) -> float:
        """What a call answered at this level is worth."""
        return ANSWERED_WORTH_S + RESOLVED_WORTH_S * self.resolve_ratio(level)


ASSUMED_HANDLE_S = 300.0
"""Handle time of a topic nothing is known about: the middle of what finance hotlines report (4 to 6 minutes)."""


@dataclass(frozen=True, slots=True)
class Prices:
    """One immutable table. Pairs not in it (a new agent, a new kind) are priced by their level alone."""

    version: str = "by level"
    pairs: Mapping[tuple[Profile, CallKind], Price] = field(default_factory=dict)
    outlook: Outlook = field(default_factory=Outlook)

    def of(self, profile: Profile, topic: Topic, kind: CallKind | None = None) -> Price:
        """The price of this pair; of a kind nobody expected, as if only the topic were demanded, without a hold.

        The better ones a hold waits for may not be able to take a call that demands more.
        """
        if kind is not None and (known := self.pairs.get((profile, kind))) is not None:
            return known
        plain = self.pairs.get((profile, topic)) or by_level(self.outlook, profile.level(topic))
        return plain if kind is None or kind == topic else Price(plain.skill_s)


def by_level(outlook: Outlook, level: float) -> Price:
    """The price where nothing else is known: the best level first, as if nobody were needed elsewhere."""
    return Price(max(WORST_SKILL_S, _plain_value_s(outlook, level) - _plain_value_s(outlook, 5.0)))


def hold_s(skill_s: float) -> float:
    """How long a pair is held back, where a better agent is expected soon."""
    return min(HOLD_MOST_S, -HOLD_PER_S * skill_s)


def _plain_value_s(outlook: Outlook, level: float) -> float:
    return outlook.worth_s(level) - HANDLE_PRICE * outlook.handle_s(level, ASSUMED_HANDLE_S)


def _between(ladder: tuple[float, ...], level: float) -> float:
    place = min(max(level, 1.0), float(len(ladder))) - 1.0
    below = int(place)
    above = min(below + 1, len(ladder) - 1)
    return ladder[below] + (ladder[above] - ladder[below]) * (place - below)
