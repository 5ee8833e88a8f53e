"""When to start again what died: at once the first time, ever more slowly if it keeps dying. Pure."""

from dataclasses import dataclass

DELAYS_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Delay before the n-th start in a row; the last one for all further (systemd: 0.1 s for ever, then gives up)."""

CRASH_LOOP_FROM = 4
"""Deaths in a row that make a crash loop: no accident any more, somebody should look."""

HEALTHY_AFTER_S = 60.0
"""Lifetime after which a death starts a new row."""


@dataclass(slots=True)
class Restarts:
    """The deaths in a row of one child, and when it may start again."""

    deaths: int = 0
    started_at: float = 0.0

    def started(self, now: float) -> None:
        """It runs."""
        self.started_at = now

    def died(self, now: float) -> float:
        """It runs no more; the instant it may start again."""
        self.deaths = 1 if now - self.started_at >= HEALTHY_AFTER_S else self.deaths + 1
        return now + DELAYS_S[min(self.deaths, len(DELAYS_S)) - 1]

    @property
    def is_crash_loop(self) -> bool:
        """Whether it keeps dying."""
        return self.deaths >= CRASH_LOOP_FROM
