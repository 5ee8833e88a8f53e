"""What agents can do, quantised: agents alike in this share one group, and a price."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from acd.agent import Agent
from acd.queue import Demands, Queue
from telephony.ids import Topic

STEPS_PER_LEVEL = 2
"""Form is kept in half levels: finer steps would make more groups, not better choices."""

BUSY_BANDS = 3
"""Bands of load: light, usual, heavy."""

MOST_GROUPS = 500
"""Groups of agents alike in profile and load that a decision may have to look at; ROUTING's bound."""


@dataclass(frozen=True)
class Profile:
    """A row of skills as the roster has it, and what outcomes have shown beyond it."""

    skills: frozenset[tuple[Topic, int]]
    form: frozenset[tuple[Topic, int]] = frozenset()
    """Half levels above (below, if negative) the roster's level, by topic."""
    languages: frozenset[str] = frozenset({"zh"})

    def __hash__(self) -> int:
        return self._hash

    def certified(self, topic: Topic, min_level: int, language: str = "", further: Demands = ()) -> bool:
        """Whether the roster's level suffices; 0 is no skill at all and never does, and form counts for nothing."""
        speaks = not language or language in self.languages
        if not speaks or self._rostered_level(topic) < max(min_level, 1):
            return False
        return all(self._rostered_level(skill) >= level for skill, level in further)

    def takes(self, topic: Topic, queue: Queue, level: int | None = None) -> bool:
        """Whether calls about a topic in this queue may be had, as it demands at first or, widened, at this level."""
        level = queue.min_level if level is None else level
        return self.certified(topic, level, queue.language, queue.further(level))

    def _rostered_level(self, topic: Topic) -> int:
        rostered = self._rostered.get(topic)
        if rostered is None:
            rostered = self._rostered[topic] = _most_special(self._skills, topic)
        return rostered

    def level(self, topic: Topic) -> float:
        """The level to reckon with, 1 to 5; 0 for no skill."""
        known = self._levels.get(topic)
        if known is None:
            known = self._levels[topic] = self._level(topic)
        return known

    def _level(self, topic: Topic) -> float:
        rostered = _most_special(self._skills, topic)
        if rostered == 0:
            return 0.0
        return min(5.0, max(1.0, rostered + _most_special(self._form, topic) / STEPS_PER_LEVEL))

    # Prices are looked up by profile for every pair of lane and group: what that takes is made once.

    @cached_property
    def _hash(self) -> int:
        return hash((self.skills, self.form, self.languages))

    @cached_property
    def _skills(self) -> dict[Topic, int]:
        return dict(self.skills)

    @cached_property
    def _form(self) -> dict[Topic, int]:
        return dict(self.form)

    @cached_property
    def _rostered(self) -> dict[Topic, int]:
        return {}

    @cached_property
    def _levels(self) -> dict[Topic, float]:
        return {}


def profile_of(agent: Agent, form: Iterable[tuple[Topic, int]] = ()) -> Profile:
    """The agent's profile."""
    return Profile(frozenset(agent.skills.items()), frozenset(form), frozenset(agent.languages))


def _most_special(by_topic: dict[Topic, int], topic: Topic) -> int:
    name = str(topic)
    while name:
        if (found := by_topic.get(Topic(name))) is not None:
            return found
        name = name.rpartition(".")[0]
    return 0
