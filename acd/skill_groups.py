"""Agents grouped by what they can do, so that a decision looks at groups and lanes, never at single agents."""

from collections.abc import Iterator

from acd.agent import Agent
from acd.queue import Demands
from telephony.ids import AgentNumber, Topic

Demand = tuple[Topic, int, str, Demands]
"""Topic, its level, the language to be spoken (empty: any), further skills."""


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits set in a mask, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class SkillGroups:
    """Numbers groups (agents with one skill profile) and lanes (calls with one topic and demanded level).

    Both only ever grow, and both stay few: as many groups as there are different rows of skills in the roster, as
    many lanes as there are leaves in the menu.
    """

    def __init__(self) -> None:
        self.able: list[int] = []
        """Lane → mask of the groups whose level suffices."""
        self.serves: list[int] = []
        """Group → mask of the lanes it can serve."""
        self._lanes: dict[Demand, int] = {}
        self._groups: dict[tuple[frozenset[tuple[Topic, int]], frozenset[str]], int] = {}
        self._samples: list[Agent] = []
        self._known: dict[AgentNumber, tuple[Agent, int]] = {}

    def lane(self, topic: Topic, min_level: int, language: str = "", further: Demands = ()) -> int:
        """The number of the lane for a topic, the level, the language and further skills demanded."""
        key = (topic, min_level, language, further)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = len(self.able)
            able = 0
            for group, sample in enumerate(self._samples):
                if _suffices(sample, key):
                    able |= 1 << group
                    self.serves[group] |= 1 << lane
            self.able.append(able)
        return lane

    def group(self, agent: Agent) -> int:
        """The number of the group this agent belongs to."""
        known = self._known.get(agent.number)
        if known is not None and known[0] is agent:
            return known[1]
        profile = frozenset(agent.skills.items()), frozenset(agent.languages)
        group = self._groups.get(profile)
        if group is None:
            group = self._groups[profile] = self._open_group(agent)
        self._known[agent.number] = (agent, group)
        return group

    def forget(self, number: AgentNumber) -> None:
        """This agent is gone from the roster."""
        self._known.pop(number, None)

    def _open_group(self, sample: Agent) -> int:
        group = len(self._samples)
        serves = 0
        for demanded, lane in self._lanes.items():
            if _suffices(sample, demanded):
                serves |= 1 << lane
                self.able[lane] |= 1 << group
        self._samples.append(sample)
        self.serves.append(serves)
        return group


def _suffices(agent: Agent, demand: Demand) -> bool:
    """Level 0 is no skill at all and never suffices, whatever a queue demands."""
    topic, min_level, language, further = demand
    if agent.level(topic) < max(min_level, 1) or (language and language not in agent.languages):
        return False
    return all(agent.level(skill) >= level for skill, level in further)
