"""Who is still signed in long after his shift. Pure: asked every second, it answers once per shift's end."""

from datetime import datetime

from acd.queue import Roster
from telephony.ids import AgentNumber

SHIFT_OVER = "shift_over"
"""The reason of an agent signed off by the hotline."""


class ShiftWatch:
    """Remembers when it was asked last."""

    def __init__(self, last_on: datetime | None = None) -> None:
        """After a restart from the last sign of the run before: a shift may have ended in between."""
        self._last_on = last_on

    def overdue(self, roster: Roster, local_on: datetime) -> list[AgentNumber]:
        """Agents whose shift's overtime ended since last time, on the hotline's wall clock.

        Nobody where that clock was set back, and everybody after a week without us.
        """
        before, self._last_on = self._last_on, local_on
        if before is None or before >= local_on:
            return []
        moments = before.replace(tzinfo=None), local_on.replace(tzinfo=None)
        over = {name for name, shift in roster.shifts.items() if shift.is_over_between(*moments)}
        return [number for number, agent in roster.agents.items() if agent.shift in over]
