"""What happened on a simulated day, and its figures as METRICS defines them."""

from dataclasses import dataclass, field, fields
from math import sqrt

from telephony.ids import AgentNumber


@dataclass(slots=True)
class Stay:
    """One segment: a stay of one call in the queue."""

    vip: bool
    wait_s: float = 0.0
    answered: bool = False
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A day in numbers, by the names of METRICS; ratios in 0…1, waits with the ring and without the menu."""

    offered: float
    """Segments: who calls again counts again."""
    connect_ratio: float
    service_level: float
    """Of the offered, T = 20 s."""
    service_level_60: float
    """T = 60 s."""
    answered_in_180: float
    asa_s: float
    awt_s: float
    abandon_ratio: float
    p95_wait_s: float
    """Of all who entered, those who left included."""
    occupancy_ratio: float
    occupancy_spread: float
    """Standard deviation among agents."""
    fcr_ratio: float
    """Resolved, of the answered: the model knows who calls again because nothing was resolved."""
    gsr60: float
    """Answered within a minute and resolved, of the offered."""
    vip_service_level: float
    """`service_level` of the VIPs alone."""


NAMES = tuple(one.name for one in fields(Figures))


@dataclass(slots=True)
class Day:
    """Segments and working time as they come."""

    stays: list[Stay] = field(default_factory=list)
    worked_s: dict[AgentNumber, float] = field(default_factory=dict)
    """Talk and wrap-up within the hours, by agent."""
    lasts_s: float = 0.0

    def work(self, agent: AgentNumber, begins: float, ends: float) -> None:
        """The agent is busy from then to then; overtime is not counted."""
        self.worked_s[agent] += max(0.0, min(ends, self.lasts_s) - begins)

    def figures(self) -> Figures:
        """The day's figures."""
        stays, answered = self.stays, [stay for stay in self.stays if stay.answered]
        offered = max(1, len(stays))
        vips = [stay for stay in stays if stay.vip]
        occupied = [worked / self.lasts_s for worked in self.worked_s.values()]
        return Figures(
            offered=len(stays),
            connect_ratio=len(answered) / offered,
            service_level=_within(answered, 20.0) / offered,
            service_level_60=_within(answered, 60.0) / offered,
            answered_in_180=_within(answered, 180.0) / offered,
            asa_s=sum(stay.wait_s for stay in answered) / max(1, len(answered)),
            awt_s=_mean([stay.wait_s for stay in stays]),
            abandon_ratio=1.0 - len(answered) / offered,
            p95_wait_s=sorted(stay.wait_s for stay in stays)[int(0.95 * len(stays))] if stays else 0.0,
            occupancy_ratio=_mean(occupied),
            occupancy_spread=sqrt(_mean([(one - _mean(occupied)) ** 2 for one in occupied])),
            fcr_ratio=sum(stay.resolved for stay in answered) / max(1, len(answered)),
            gsr60=_within([stay for stay in answered if stay.resolved], 60.0) / offered,
            vip_service_level=_within([stay for stay in vips if stay.answered], 20.0) / max(1, len(vips)),
        )


def _within(stays: list[Stay], within_s: float) -> int:
    return sum(1 for stay in stays if stay.wait_s <= within_s)


def _mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))
