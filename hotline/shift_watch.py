"""Who is still signed in long after his shift. Pure: asked every second, it answers once per shift's end."""

from datetime import datetime

from acd.queue import Roster
from telephony.ids import AgentNumber

SHIFT_OVER = "shift_over"
"""The reason of an agent signed off by the hotline."""


class ShiftWatch:
    """Remembers the minute it was asked in last."""

    def __init__(self) -> None:
        self._minute: int | None = None

    def overdue(self, roster: Roster, local_on: datetime) -> list[AgentNumber]:
        """Agents whose shift's overtime ended since last time, on the hotline's wall clock."""
        before, self._minute = self._minute, local_on.hour * 60 + local_on.minute
        if before is None or before == self._minute:
            return []
        over = {name for name, shift in roster.shifts.items() if shift.is_over_between(before, self._minute)}
        return [number for number, agent in roster.agents.items() if agent.shift in over]
