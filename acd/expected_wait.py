"""Expected wait: an honest range, or nothing where there is too little to go on."""

from collections import deque
from math import sqrt

from acd.staffing import Staffing
from acd.waiting_calls import Segment, WaitingCalls
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

    def range_s(self, rank: int, agents: float) -> tuple[float, float]:
        """For this rank among callers for so many agents."""
        remembered = len(self.times)
        mean_s = rank * (self.sum_s / remembered) / agents
        deviation = sqrt(1 / rank + 1 / remembered)
        return max(0.0, mean_s * (1 - deviation)), mean_s * (1 + deviation)


class ExpectedWait:
    """Learns how long calls keep agents, and answers how long a caller at some place will wait."""

    def __init__(self) -> None:
        self._recent: dict[QueueId, _Recent] = {}

    def learn(self, queue: QueueId, handle_s: float) -> None:
        """A call of this queue kept an agent for so long, wrap-up included."""
        self._recent.setdefault(queue, _Recent()).add(handle_s)

    def of(self, segment: Segment, waiting: WaitingCalls, staffing: Staffing) -> tuple[float, float] | None:
        """How long this caller will wait, from and to, in seconds; None where there is too little to go on."""
        queue, lane, rank = segment.queue.id, segment.lane, waiting.rank(segment)
        rank_of_all = rank + sum(waiting.ranked_before(segment, other) for other in staffing.sharing(lane, queue))
        return self.range_s(queue, (rank, staffing.strength(lane)), (rank_of_all, float(staffing.heads(lane))))

    def range_s(self, queue: QueueId, *standings: tuple[int, float]) -> tuple[float, float] | None:
        """From and to, in seconds, over every way to look at the caller's standing: his rank, and agents for it.

        METRICS: calls that rank higher or equal (the caller's own included, so his rank) × mean handle time ÷
        agents who can take the call, shared ones counted in part. The range is that mean ± one standard deviation:
        `rank` independent services in a row vary by 1/√rank, the mean handle time by 1/√remembered (taking
        handle times as exponential, which is cautious: real ones vary less). Counting shared agents in part supposes
        that other queues get their share; the other way to look at it counts those of other queues who rank higher,
        and all agents. Where the two differ, the range is as wide as both.
        """
        recent = self._recent.get(queue)
        if recent is None or len(recent.times) < MIN_REMEMBERED or any(agents <= 0 for _, agents in standings):
            return None
        ranges = [recent.range_s(rank, agents) for rank, agents in standings]
        return min(low for low, _ in ranges), max(high for _, high in ranges)
