"""Shifts (班次): when agents are meant to work, and who has forgotten to sign off."""

import re
from dataclasses import dataclass

PATTERN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
"""As 08:00-16:30; one that ends before it begins goes on into the next day."""

DAY_MIN = 1440

OVERTIME_MIN = 30
"""Minutes after a shift's end until whoever is still signed in is signed off: a last talk and its notes, and a bus
missed, but not the whole night."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, in minutes from midnight on the hotline's wall clock."""

    begins_min: int
    ends_min: int

    def is_over_between(self, before_min: int, now_min: int) -> bool:
        """Whether the overtime ended after the one minute of the day and by the other: so it happens once a day.

        Who signs in afterwards means it, and is left alone.
        """
        passed = (now_min - before_min) % DAY_MIN
        since = (now_min - self.ends_min - OVERTIME_MIN) % DAY_MIN
        return since < passed


def parse_shift(text: str) -> Shift | None:
    """Read `08:00-16:30`; None if it is none, or has no length."""
    found = PATTERN.fullmatch(text.strip())
    if found is None:
        return None
    hours_1, minutes_1, hours_2, minutes_2 = map(int, found.groups())
    shift = Shift(hours_1 * 60 + minutes_1, hours_2 * 60 + minutes_2)
    return None if shift.begins_min == shift.ends_min else shift
