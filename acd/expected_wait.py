"""Expected wait: an honest range, or nothing where there is too little to go on."""

from collections import deque
from math import sqrt

from telephony.ids import QueueId

REMEMBERED = 50
"""Handle times per queue: enough for a mean within some 10 %, few enough to follow the hour."""

MIN_REMEMBERED = 10
"""Handle times below which nothing is said: the mean of fewer is off by a third and more."""


class _Recent:
    """The latest handle times of one queue and their sum."""

    __slots__ = ("sum_s", "times")

    def __init__(self) -> None:
        self.times: deque[float] = deque()
        self.sum_s = 0.0

    def add(self, handle_s: float) -> None:
        self.times.append(handle_s)
        self.sum_s += handle_s
        if len(self.times) > REMEMBERED:
            self.sum_s -= self.times.popleft()


class ExpectedWait:
    """Learns how long calls keep agents, and answers how long a caller at some place will wait."""

    def __init__(self) -> None:
        self._recent: dict[QueueId, _Recent] = {}

    def learn(self, queue: QueueId, handle_s: float) -> None:
        """A call of this queue kept an agent for so long, wrap-up included."""
        self._recent.setdefault(queue, _Recent()).add(handle_s)

    def range_s(self, queue: QueueId, position: int, agents: float) -> tuple[float, float] | None:
        """From and to, in seconds.

        METRICS: calls that rank higher or equal (the caller's own included, so the position) × mean handle time ÷
        agents who can take the call, shared ones counted in part. The range is that mean ± one standard deviation:
        `position` independent services in a row vary by 1/√position, the mean handle time by 1/√remembered (taking
        handle times as exponential, which is cautious: real ones vary less).
        """
        recent = self._recent.get(queue)
        if recent is None or len(recent.times) < MIN_REMEMBERED or agents <= 0:
            return None
        remembered = len(recent.times)
        mean_s = position * (recent.sum_s / remembered) / agents
        deviation = sqrt(1 / position + 1 / remembered)
        return max(0.0, mean_s * (1 - deviation)), mean_s * (1 + deviation)
