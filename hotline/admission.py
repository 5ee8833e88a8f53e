"""How many callers at once: a cap that follows the measured AMI round trip. Pure.

Past its knee an AsyncAGI controller degrades worse than a native dialplan (TELEPHONY, Load), so the call too many
is refused by the dialplan before it is answered. Additive increase, multiplicative decrease, as in TCP.
"""

from dataclasses import dataclass

SLOW_S = 0.25
"""Round trip above which Asterisk or we are overloaded: a caller begins to notice."""

PATIENCE = 3
"""Slow observations in a row before the cap is cut: a machine that stops for a moment is not overloaded."""

STEP_CALLS = 20
"""Calls added per calm observation: as many as the fastest hotline measured takes in a second."""

BACK_OFF_RATIO = 0.8
"""Cap after a slow observation, as a share of the calls now up."""

FLOOR_CALLS = 20
"""The cap never falls below this: a burst of slowness must not shut the hotline."""


@dataclass(slots=True)
class Admission:
    """The cap on simultaneous calls; `observe` every few seconds."""

    ceiling: int
    """Upper bound from the settings."""
    cap: int = 0
    slow: int = 0
    """Slow observations in a row."""

    def __post_init__(self) -> None:
        self.cap = self.ceiling

    def observe(self, round_trip_s: float, calls: int) -> int:
        """Take one measurement and return the cap now in force."""
        self.slow = self.slow + 1 if round_trip_s > SLOW_S else 0
        if self.slow >= PATIENCE:
            floor = min(FLOOR_CALLS, self.ceiling)
            self.cap = max(floor, min(self.cap, int(calls * BACK_OFF_RATIO)))
        elif not self.slow:
            self.cap = min(self.ceiling, self.cap + STEP_CALLS)
        return self.cap
