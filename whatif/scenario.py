"""A scenario: callers, agents and how they behave, as `scenarios/*.yaml` describes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from acd.pricing import Outlook
from telephony.ids import Topic


@dataclass(frozen=True, slots=True)
class Team:
    """Agents alike."""

    count: int
    skills: Mapping[Topic, int]


@dataclass(frozen=True, slots=True)
class Targets:
    """The hotline's own, METRICS."""

    connect_ratio: float = 0.90
    asa_s: float = 60.0
    answered_in_180_ratio: float = 0.90


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How callers and agents behave. Values as in ROUTING's model unless said otherwise."""

    patience_s: float = 180.0
    """Mean; exponential."""
    handle_cv: float = 1.0
    """Standard deviation over mean of a talk; log-normal. Around 1 in the usual studies of call centres."""
    exponential_handling: bool = False
    """Talks without memory instead of log-normal ones, as Erlang's formulas take them."""
    ring_s: float = 3.0
    """Until the agent answers."""
    missed_ratio: float = 0.0
    """Of the rings that the agent does not answer."""
    wrap_up_s: float = 20.0
    vip_ratio: float = 0.08
    repeat_ratio: float = 0.7
    """Of the unresolved who call again."""
    redial_ratio: float = 0.5
    """Of the abandoned who call again."""
    repeat_after_s: float = 3600.0
    """Mean; exponential."""
    redial_after_s: float = 600.0
    """Mean; exponential."""
    same_agent_factor: float = 0.87
    """Of the talk, if the caller gets the agent who knows him."""
    same_agent_resolves: float = 0.08
    """On top of the chance that the call is resolved."""
    skill_effect: float = 1.0
    """How much of the difference between levels is real; policies believe in all of it."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One day to be tried out."""

    name: str
    hours: float
    calls_per_hour: tuple[float, ...]
    """By equal parts of the day."""
    topics: Mapping[Topic, float]
    """Weights."""
    teams: tuple[Team, ...]
    handle_s: Mapping[Topic, float]
    """Talk of an agent whose level's factor is 1, without ring and wrap-up."""
    burst: tuple[float, float, float] | None = None
    """From and to in hours, and the share of calls more than forecast."""
    seeds: int = 20
    behaviour: Behaviour = field(default_factory=Behaviour)
    targets: Targets = field(default_factory=Targets)
    outlook: Outlook = field(default_factory=Outlook)

    @property
    def agents(self) -> int:
        """Heads."""
        return sum(team.count for team in self.teams)

    @property
    def lasts_s(self) -> float:
        """Seconds in which calls arrive."""
        return self.hours * 3600.0

    def forecast_per_s(self, at: float) -> float:
        """Calls per second that were forecast for an instant."""
        parts = self.calls_per_hour
        return parts[min(len(parts) - 1, int(at / self.lasts_s * len(parts)))] / 3600.0

    def calls_per_s(self, at: float) -> float:
        """Calls per second that really come."""
        more = 0.0
        if self.burst is not None and self.burst[0] * 3600.0 <= at < self.burst[1] * 3600.0:
            more = self.burst[2]
        return self.forecast_per_s(at) * (1.0 + more)

    def with_more(self, agents: int) -> "Scenario":
        """With so many agents more, spread over the teams as they are."""
        counts = [team.count for team in self.teams]
        whole = sum(counts)
        extra = [0] * len(counts)
        for _ in range(agents):
            short = [
                (count * agents / whole - added, -place)
                for place, (count, added) in enumerate(zip(counts, extra, strict=True))
            ]
            extra[-max(short)[1]] += 1
        teams = (replace(team, count=team.count + added) for team, added in zip(self.teams, extra, strict=True))
        return replace(self, teams=tuple(teams))
