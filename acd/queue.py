"""A queue (技能组) as the roster describes one, and the roster itself."""

from dataclasses import dataclass, field

from acd.agent import Agent
from acd.routing import Routing
from acd.shifts import Shift
from telephony.ids import AgentNumber, QueueId


@dataclass(frozen=True, slots=True)
class Widening:
    """One step by which a caller is offered to more agents."""

    after_s: float
    """Of waiting."""
    min_level: int
    """Demanded from then on."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of `agents.yaml`."""

    id: QueueId
    name: str
    """As 还款专席."""
    min_level: int = 1
    """Skill level an agent needs for the call's topic."""
    ring_s: float = 20.0
    """How long one agent's phone rings before the next is tried."""
    wrap_up_s: float = 15.0
    """Time after a talk before the agent gets the next call."""
    max_wait_s: float = 600.0
    """Longest wait; then the caller is told and let go."""
    max_waiting: int = 100
    """Callers waiting at once; the next is refused."""
    announce_every_s: float = 30.0
    """Position announcement: on entering and then as often as this; 0 never."""
    service_level_s: float = 20.0
    """T of METRICS."""
    music: str = "default"
    widen: tuple[Widening, ...] = ()
    """In order of time, each demanding less than the one before."""
    language: str = ""
    """Agents must speak it; empty: whatever they speak."""

    def level_after(self, waited_s: float) -> int:
        """The level demanded after so long a wait."""
        return min((step.min_level for step in self.widen if step.after_s <= waited_s), default=self.min_level)

    @property
    def lowest_level(self) -> int:
        """The level demanded in the end."""
        return min((step.min_level for step in self.widen), default=self.min_level)


@dataclass(frozen=True, slots=True)
class Roster:
    """One checked version of `agents.yaml`."""

    agents: dict[AgentNumber, Agent]
    queues: dict[QueueId, Queue]
    not_ready_reasons: dict[str, str]
    """Key (also the digit after the feature code) → name, as 1: 小休."""
    teams: dict[str, str] = field(default_factory=dict)
    """Key → name."""
    shifts: dict[str, Shift] = field(default_factory=dict)
    """Key → hours."""
    routing: Routing = field(default_factory=Routing)
    version: str = ""
    """Hash of the file's bytes."""
