"""The clocks: the one home of `time` in the running system; everything else takes an instant as an argument."""

import time
from datetime import UTC, datetime


def engine_now() -> float:
    """Seconds on the engine's clock: never steps back, and is the same for all processes of one machine."""
    return time.monotonic()  # noqa: TID251 - this is its home


def wall_now() -> datetime:
    """The wall clock as an aware instant in UTC: for journals, opening hours and people."""
    return datetime.now(UTC)  # noqa: TID251 - this is its home


def wall_s() -> float:
    """The wall clock in seconds since 1970: for the journal's compact stamp."""
    return time.time()  # noqa: TID251 - this is its home


def sleep_s(seconds: float) -> None:
    """Block this thread: for the command line and the supervisor, never on the engine's loop."""
    time.sleep(seconds)
