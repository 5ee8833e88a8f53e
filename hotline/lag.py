"""How late the engine's loop runs: the last minute's delays, and their 99th percentile. Pure."""

from collections import deque

SAMPLES = 600
"""A minute at ten samples a second."""


class LoopLag:
    """Delays of a regular call, in seconds."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=SAMPLES)

    def add(self, delay_s: float) -> None:
        """One sample; being early is being on time."""
        self._delays.append(max(0.0, delay_s))

    @property
    def p99_s(self) -> float:
        """99th percentile; 0 before the first sample."""
        if not self._delays:
            return 0.0
        ordered = sorted(self._delays)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
