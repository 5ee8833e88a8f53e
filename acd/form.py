"""How well agents do beside what the roster says of them: levels shrunk towards outcomes, in half levels.

An outcome is whether the caller had to call again about the same soon. The roster's level is the prior, so that few
outcomes change nothing; only what differs from everybody's is held for or against one.
"""

from dataclasses import dataclass

from acd.agent import Agent
from acd.pricing import Outlook
from acd.profiles import STEPS_PER_LEVEL
from telephony.ids import AgentNumber, Topic

PRIOR_TALKS = 30.0
"""Talks that the roster's level counts for: a week of one topic; the standard error of 30 outcomes is 0.08."""

MOST_STEPS = 2
"""Half levels up or down at most: outcomes correct the roster, they do not replace it; and who is down may recover."""

MEMORY_TALKS = 400.0
"""From here on the old outcomes are halved, so that what is long ago fades."""


@dataclass(slots=True)
class _Outcomes:
    talks: float = 0.0
    resolved: float = 0.0

    def fade(self) -> None:
        if self.talks > MEMORY_TALKS:
            self.talks /= 2.0
            self.resolved /= 2.0


class Form:
    """Outcomes by agent and family of topics."""

    def __init__(self, outlook: Outlook | None = None) -> None:
        self._outlook = outlook or Outlook()
        self._by_agent: dict[AgentNumber, dict[str, _Outcomes]] = {}
        self._whole: dict[str, _Outcomes] = {}

    def talked(self, agent: AgentNumber, family: str) -> None:
        """A talk; taken to have helped until the caller comes again."""
        for outcomes in (self._of(agent, family), self._whole.setdefault(family, _Outcomes())):
            outcomes.talks += 1.0
            outcomes.resolved += 1.0
            outcomes.fade()

    def came_again(self, agent: AgentNumber, family: str) -> None:
        """The last talk did not help."""
        for outcomes in (self._of(agent, family), self._whole.setdefault(family, _Outcomes())):
            outcomes.resolved = max(0.0, outcomes.resolved - 1.0)

    def steps(self, agent: Agent) -> frozenset[tuple[Topic, int]]:
        """Half levels above the roster's, by topic, where outcomes show any."""
        found = set()
        for family, outcomes in self._by_agent.get(agent.number, {}).items():
            level = agent.level(Topic(family))
            if level and (steps := self._steps(level, outcomes, self._whole[family])):
                found.add((Topic(family), steps))
        return frozenset(found)

    def _steps(self, level: int, own: _Outcomes, whole: _Outcomes) -> int:
        """Of the possible corrections the one that explains the outcomes best; the smallest where two do."""
        outlook = self._outlook
        expected = outlook.resolve_ratio(level)
        usual = (whole.resolved + PRIOR_TALKS * expected) / (whole.talks + PRIOR_TALKS) / expected
        shrunk = (own.resolved + PRIOR_TALKS * expected * usual) / (own.talks + PRIOR_TALKS) / usual

        def miss(steps: int) -> float:
            return abs(outlook.resolve_ratio(level + steps / STEPS_PER_LEVEL) - shrunk)

        return min(range(-MOST_STEPS, MOST_STEPS + 1), key=lambda steps: (round(miss(steps), 6), abs(steps)))

    def _of(self, agent: AgentNumber, family: str) -> _Outcomes:
        return self._by_agent.setdefault(agent, {}).setdefault(family, _Outcomes())
