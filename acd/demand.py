"""What has been asked for lately, by topic: calls per second and how long they keep an agent, from the first call on.

Before there is data everybody is taken to be as busy as planners want them, every topic alike; each call that comes
moves the figures away from that, so there is no moment at which prices jump from guess to fact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp

from acd.pricing import ASSUMED_HANDLE_S
from telephony.commands import CloseTalk, NoteCaller
from telephony.events import CallEnded, CallQueued
from telephony.ids import CallId, Topic

FAST_S = 900.0
"""Time constant that follows a burst: a quarter of an hour tells one from chance."""

SLOW_S = 4 * 3600.0
"""Time constant of the usual: half a shift."""

ASSUMED_OCCUPANCY = 0.85
"""How busy everybody is taken to be before there is data: a usual target in planning."""

PRIOR_TALKS = 20.0
"""Talks that the assumed handle time counts for."""

MEMORY_TALKS = 400.0
"""From here on old talks count half, so that handle times follow the season."""


@dataclass(slots=True)
class _Seen:
    fast_per_s: float
    slow_per_s: float
    at: float
    talks: float = PRIOR_TALKS
    talked_s: float = PRIOR_TALKS * ASSUMED_HANDLE_S

    def age(self, now: float) -> None:
        passed_s = max(0.0, now - self.at)
        self.fast_per_s *= exp(-passed_s / FAST_S)
        self.slow_per_s *= exp(-passed_s / SLOW_S)
        self.at = max(now, self.at)

    def talk_ended(self, talk_s: float) -> None:
        self.talks, self.talked_s = self.talks + 1.0, self.talked_s + talk_s
        if self.talks > MEMORY_TALKS:
            self.talks, self.talked_s = self.talks / 2.0, self.talked_s / 2.0


class DemandSeen:
    """Fed by facts, asked by whoever renews the prices."""

    def __init__(self) -> None:
        self._topics: dict[Topic, _Seen] = {}
        self._live: dict[CallId, Topic] = {}

    def begin(self, topics: Iterable[Topic], agents: int, now: float) -> None:
        """Take on topics not seen yet, with so many agents at work."""
        topics = list(topics)
        assumed_per_s = ASSUMED_OCCUPANCY * agents / ASSUMED_HANDLE_S / max(1, len(topics))
        for topic in topics:
            self._topics.setdefault(topic, _Seen(assumed_per_s, assumed_per_s, now))

    def apply(self, fact: object, now: float) -> None:
        """Take one fact; most mean nothing here."""
        match fact:
            case CallQueued(call, _, topic) if call not in self._live:
                self._came(call, topic, now)
            case NoteCaller(call, topic):
                self._live[call] = topic
            case CloseTalk(call, _, talk_s) if (known := self._topics.get(self._live.get(call, Topic("")))) is not None:
                known.talk_ended(talk_s)
            case CallEnded(call):
                self._live.pop(call, None)
            case _:
                pass

    def expected(self, topic: Topic, now: float) -> tuple[float, float]:
        """Calls per second and handle time in seconds, of a topic that was begun."""
        seen = self._topics[topic]
        seen.age(now)
        return (seen.fast_per_s + seen.slow_per_s) / 2.0, seen.talked_s / seen.talks

    def _came(self, call: CallId, topic: Topic, now: float) -> None:
        self._live[call] = topic
        if (seen := self._topics.get(topic)) is not None:
            seen.age(now)
            seen.fast_per_s += 1.0 / FAST_S
            seen.slow_per_s += 1.0 / SLOW_S
