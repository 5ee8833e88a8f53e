"""Which time of day it is at an instant of the engine's clock: an argument like the clock itself."""

from dataclasses import dataclass
from datetime import UTC, datetime

from telephony.hours import Hours


@dataclass(slots=True)
class Calendar:
    """The wall clock beside the engine's; the shell keeps `wall_offset_s` right, for a wall clock may be set."""

    wall_offset_s: float = 0.0
    """Seconds since 1970 at the engine's instant 0."""

    def on(self, now: float) -> datetime:
        """The aware instant that the engine's clock calls `now`."""
        return datetime.fromtimestamp(self.wall_offset_s + now, UTC)

    def is_open(self, hours: Hours | None, now: float) -> bool:
        """Whether these hours are open then; without hours it always is."""
        return hours is None or hours.is_open(self.on(now))

    def opens_at(self, hours: Hours | None, now: float) -> float | None:
        """When these hours are open next, on the engine's clock: now if they are; None if not for a long time."""
        if hours is None:
            return now
        opening = hours.next_opening(self.on(now))
        return None if opening is None else max(now, opening.timestamp() - self.wall_offset_s)
