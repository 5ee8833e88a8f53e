"""How busy each agent has been lately: the share of his time at work, the latest minutes counting most."""

from dataclasses import dataclass
from math import exp, log

from telephony.commands import AgentState
from telephony.ids import AgentNumber

WINDOW_S = 900.0
"""Mean age of what counts: a quarter of an hour, as prices are renewed; an hour ago no longer tires anybody."""

BUSY = frozenset({AgentState.RINGING, AgentState.TALKING, AgentState.ON_HOLD, AgentState.WRAP_UP})

BAND_FROM = (0.6, 0.85)
"""Occupancy from which load is usual, and heavy: planners want 80 to 85 %, above it people tire."""


@dataclass(slots=True)
class _Work:
    state: AgentState
    since: float
    ratio: float = 0.0


class Load:
    """Occupancy of everybody, fed by changes of state."""

    def __init__(self) -> None:
        self._work: dict[AgentNumber, _Work] = {}

    def enter(self, agent: AgentNumber, state: AgentState, at: float) -> None:
        """The agent is in this state from then on; signing off forgets how busy he was."""
        known = self._work.get(agent)
        if state is AgentState.SIGNED_OFF:
            self._work.pop(agent, None)
        elif known is None:
            self._work[agent] = _Work(state, at)
        else:
            known.ratio, known.state, known.since = _ratio(known, at), state, max(at, known.since)

    def resume(self, agent: AgentNumber, state: AgentState, since: float, ratio: float) -> None:
        """After a restart: the agent is in this state since then, and had been so busy when it began."""
        self._work[agent] = _Work(state, since, ratio)

    def ratio(self, agent: AgentNumber, now: float) -> float:
        """Occupancy; 0 for somebody who just came. A break counts as rest."""
        known = self._work.get(agent)
        return 0.0 if known is None else _ratio(known, now)

    def band(self, agent: AgentNumber, now: float) -> int:
        """0 light, 1 usual, 2 heavy."""
        ratio = self.ratio(agent, now)
        return sum(ratio >= begin for begin in BAND_FROM)

    def eases_at(self, agent: AgentNumber, band: int) -> float | None:
        """When the band of somebody who rests will be below this one; None: it never is, or he is at work.

        A second later than reckoned, so that whoever asks then surely finds the lower one.
        """
        known = self._work.get(agent)
        if band == 0 or known is None or known.state in BUSY:
            return None
        begin = BAND_FROM[band - 1]
        return known.since + WINDOW_S * log(max(known.ratio, begin) / begin) + 1.0


def _ratio(work: _Work, now: float) -> float:
    weight = exp(-max(0.0, now - work.since) / WINDOW_S)
    return weight * work.ratio + (1.0 - weight) * (work.state in BUSY)
