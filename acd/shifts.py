"""Shifts (班次): when agents are meant to work, who is missing, who works outside, and who has forgotten to sign off.

All on the hotline's wall clock, as naive local times.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

PATTERN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
"""As 08:00-16:30; one that ends before it begins goes on into the next day."""

DAY_MIN = 1440

OVERTIME_MIN = 30
"""Minutes after a shift's end until whoever is still signed in is signed off: a last talk and its notes, and a bus
missed, but not the whole night. The default."""

LONGEST_GAP_DAYS = 8
"""How far back ends of shifts are looked for: all of a week's, however long nobody looked."""

EVERY_DAY = frozenset(range(7))


class Duty(StrEnum):
    """What a shift says of its agent now."""

    ABSENT = "absent"
    """应到未到: his shift goes on, and he is signed off."""
    OUTSIDE = "outside"
    """班外: he is signed in, and his shift does not go on. He means it, and is offered calls like any other."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, in minutes from midnight."""

    begins_min: int
    ends_min: int
    days: frozenset[int] = EVERY_DAY
    """Weekdays it begins on, Monday is 0."""
    overtime_min: int = OVERTIME_MIN

    @property
    def length_min(self) -> int:
        """From its beginning to its end."""
        return (self.ends_min - self.begins_min) % DAY_MIN

    def is_on(self, local_on: datetime) -> bool:
        """Whether it goes on at this moment."""
        length = timedelta(minutes=self.length_min)
        return any(begin <= local_on < begin + length for begin in self._begins(local_on.date(), 1))

    def is_over_between(self, before_on: datetime, local_on: datetime) -> bool:
        """Whether an overtime ended after the one moment and by the other: so it happens once for each shift.

        Who signs in afterwards means it, and is left alone.
        """
        until = timedelta(minutes=self.length_min + self.overtime_min)
        begins = self._begins(local_on.date(), LONGEST_GAP_DAYS)
        return any(before_on < begin + until <= local_on for begin in begins)

    def _begins(self, last: date, days_back: int) -> Iterator[datetime]:
        """Its beginnings on this day and on so many before."""
        for back in range(days_back + 1):
            day = last - timedelta(days=back)
            if day.weekday() in self.days:
                yield datetime.combine(day, time()) + timedelta(minutes=self.begins_min)


def duty(shift: Shift | None, local_on: datetime, *, signed_in: bool) -> Duty | None:
    """What is to be said of an agent with this shift; None: nothing, or no shift."""
    if shift is None or shift.is_on(local_on) is signed_in:
        return None
    return Duty.OUTSIDE if signed_in else Duty.ABSENT


def parse_span(text: str) -> tuple[int, int] | None:
    """Read `08:00-16:30` as minutes from midnight; None if it is none, or has no length."""
    found = PATTERN.fullmatch(text.strip())
    if found is None:
        return None
    hours_1, minutes_1, hours_2, minutes_2 = map(int, found.groups())
    span = hours_1 * 60 + minutes_1, hours_2 * 60 + minutes_2
    return None if span[0] == span[1] else span
