"""Opening hours: a week, holidays and 调休 workdays, all on the wall clock of one time zone."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MINUTES_PER_DAY = 24 * 60

SEARCH_DAYS = 400
"""How far `next_opening` looks ahead: a year and a long holiday; whoever opens later than that is closed for good."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One stretch of opening; it belongs to the day it begins on, also where it runs past midnight."""

    opens_minute: int
    """Minutes after midnight, 0 to 1439."""
    closes_minute: int
    """Minutes after the same midnight, first minute closed; above 1440 it ends on the next day."""

    def covers(self, minute: int) -> bool:
        """Whether this minute, counted from the span's own midnight, is open."""
        return self.opens_minute <= minute < self.closes_minute

    def __str__(self) -> str:
        return f"{_clock(self.opens_minute)}-{_clock(self.closes_minute)}"


WHOLE_DAY = Span(0, MINUTES_PER_DAY)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that does not follow its weekday: a holiday, or a 调休 workday."""

    name: str
    """As 春节; for screens."""
    spans: tuple[Span, ...] = ()
    """Empty: closed."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When something is open. Past-midnight spans stay open into a holiday: the shift belongs to its first day."""

    week: tuple[tuple[Span, ...], ...]
    """Seven rows, Monday first; an empty row is a closed day."""
    special_days: dict[date, SpecialDay] = field(default_factory=dict)
    zone: tzinfo = UTC
    """The wall clock all of this is meant on."""

    @classmethod
    def always(cls, zone: tzinfo = UTC) -> "Hours":
        """Round the clock, holidays included."""
        return cls(week=((WHOLE_DAY,),) * 7, zone=zone)

    @property
    def timezone(self) -> str:
        """The zone's name, as Asia/Shanghai."""
        return str(self.zone)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """List the spans that begin on a date."""
        special = self.special_days.get(day)
        return self.week[day.weekday()] if special is None else special.spans

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at an aware instant of any time zone."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(span.covers(minute) for span in self.spans_on(local.date())) or any(
            span.covers(minute + MINUTES_PER_DAY) for span in self.spans_on(local.date() - timedelta(days=1))
        )

    def next_opening(self, at: datetime) -> datetime | None:
        """Return `at` if open, else when it opens next, in this time zone; None if not within `SEARCH_DAYS`."""
        local = at.astimezone(self.zone)
        if self.is_open(local):
            return local
        for days in range(SEARCH_DAYS):
            day = local.date() + timedelta(days=days)
            midnight = datetime.combine(day, time(), tzinfo=self.zone)
            openings = [midnight + timedelta(minutes=span.opens_minute) for span in self.spans_on(day)]
            if coming := [opening for opening in openings if opening > local]:
                return min(coming)
        return None


def _clock(minute: int) -> str:
    """Minutes after midnight as 08:30; the end of the day as 24:00, later ones as the next day's clock."""
    shown = minute if minute <= MINUTES_PER_DAY else minute - MINUTES_PER_DAY
    return f"{shown // 60:02}:{shown % 60:02}"
