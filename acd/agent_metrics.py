"""The agents' figures: how long each was in which state, how many rings he got and how many he answered."""

from dataclasses import dataclass, field

from telephony.commands import AgentState
from telephony.ids import AgentNumber

WORKING = (AgentState.TALKING, AgentState.ON_HOLD, AgentState.WRAP_UP)


@dataclass(slots=True)
class AgentFigures:
    """One agent, or all of them together."""

    seconds: dict[AgentState, float] = field(default_factory=lambda: dict.fromkeys(AgentState, 0.0))
    """Seconds per state."""
    rings: int = 0
    answered: int = 0
    """Rings answered."""

    @property
    def occupancy_ratio(self) -> float | None:
        """工时占用率: working ÷ (working + ready idle)."""
        working_s = sum(self.seconds[state] for state in WORKING)
        whole_s = working_s + self.seconds[AgentState.READY]
        return working_s / whole_s if whole_s else None

    @property
    def utilisation_ratio(self) -> float | None:
        """工时利用率: (working + ready idle) ÷ signed-in time."""
        useful_s = sum(self.seconds[state] for state in (*WORKING, AgentState.READY))
        signed_in_s = sum(lasted for state, lasted in self.seconds.items() if state is not AgentState.SIGNED_OFF)
        return useful_s / signed_in_s if signed_in_s else None

    @property
    def agent_answer_ratio(self) -> float | None:
        """坐席应答率."""
        return self.answered / self.rings if self.rings else None


class AgentTimes:
    """Adds up the agents' states from their changes."""

    def __init__(self) -> None:
        self._figures: dict[AgentNumber, AgentFigures] = {}
        self._now_in: dict[AgentNumber, tuple[AgentState, float]] = {}

    def enter(self, agent: AgentNumber, state: AgentState, now: float) -> None:
        """The agent is in this state from now on."""
        self._count_until(agent, now)
        self._now_in[agent] = (state, now)

    def rang(self, agent: AgentNumber) -> None:
        """The agent's phone was ordered to ring."""
        self._of(agent).rings += 1

    def answered(self, agent: AgentNumber) -> None:
        """The agent answered a call from a queue."""
        self._of(agent).answered += 1

    def figures(self, agent: AgentNumber, now: float) -> AgentFigures:
        """One agent's figures until now."""
        self._count_until(agent, now)
        return self._of(agent)

    def all_figures(self, now: float) -> AgentFigures:
        """All agents together."""
        total = AgentFigures()
        for agent in list(self._figures):
            one = self.figures(agent, now)
            for state, lasted in one.seconds.items():
                total.seconds[state] += lasted
            total.rings += one.rings
            total.answered += one.answered
        return total

    def begin_afresh(self, now: float) -> None:
        """A new period: everybody's figures start at zero, in the state he is in."""
        self._figures.clear()
        self._now_in = {agent: (state, now) for agent, (state, _) in self._now_in.items()}
        for agent in self._now_in:
            self._of(agent)

    def _of(self, agent: AgentNumber) -> AgentFigures:
        return self._figures.setdefault(agent, AgentFigures())

    def _count_until(self, agent: AgentNumber, now: float) -> None:
        figures = self._of(agent)
        if agent in self._now_in:
            state, since = self._now_in[agent]
            figures.seconds[state] += max(0.0, now - since)
            self._now_in[agent] = (state, max(now, since))
