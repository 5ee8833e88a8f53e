"""A queue (技能组) as the roster describes one, and the roster itself."""

from dataclasses import dataclass, field
from enum import StrEnum

from acd.agent import Agent
from acd.limits import CoolDowns, Limits
from acd.routing import Routing
from acd.shifts import Shift
from telephony.hours import Hours
from telephony.ids import AgentNumber, QueueId, Topic
from telephony.way_out import WayOut


class Emptiness(StrEnum):
    """Why nobody would answer; each includes the ones before it."""

    NOBODY = "nobody"
    """Nobody signed in has the skill."""
    PAUSED = "paused"
    """Everybody with the skill is not ready (置忙)."""
    UNREACHABLE = "unreachable"
    """The telephones of all who are at work are off or their network is gone."""


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """How callers of a queue are called back who ask for it."""

    tries: int = 3
    """Calls to the customer until it is given up."""
    gap_s: float = 600.0
    """From one try to the next: long enough to find the phone again or to end another call."""
    expires_s: float = 4 * 3600.0
    """After this a call-back is no longer expected: half a working day."""


class AfterTalk(StrEnum):
    """What a caller hears whose agent has hung up."""

    GOODBYE = "goodbye"
    MENU = "menu"
    """The menu again, for another wish."""
    SURVEY = "survey"
    """The words about rating the service, then goodbye."""


class Shut(StrEnum):
    """Why a queue takes no caller."""

    CLOSED = "closed"
    FULL = "full"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Overflow:
    """Where callers go whom a queue can not take, or not soon."""

    to: QueueId
    after_s: float | None = None
    """Also whoever has waited so long, if the other queue takes him; None: never for that."""
    when: frozenset[Shut] = frozenset(Shut)
    """What sends callers there who come, or whom nobody is left for."""
    topic: Topic | None = None
    """The skill asked for there; None: the call's own."""


@dataclass(frozen=True, slots=True)
class Widening:
    """One step by which a caller is offered to more agents."""

    after_s: float
    """Of waiting."""
    min_level: int
    """Demanded from then on."""


Demands = tuple[tuple[Topic, int], ...]
"""Skills with the levels demanded of them, in the order of their names."""

CallKind = str
"""Calls alike in what they demand of agents, levels apart, as `call_kind` names them."""


def call_kind(topic: Topic, language: str = "", further: Demands = ()) -> CallKind:
    """The topic itself, where nothing else is demanded; else the topic with what is.

    Levels are no part of it: less is demanded while a caller waits, and he is of one kind all the time.
    """
    if not language and not further:
        return topic
    return f"{topic}|{language}|{','.join(skill for skill, _ in further)}"


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of `agents.yaml`."""

    id: QueueId
    name: str
    """As 还款专席."""
    min_level: int = 1
    """Skill level an agent needs for the call's topic."""
    skills: Demands = ()
    """Further skills an agent needs, whatever the topic, each with its level."""
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
    priority_s: float = 0.0
    """Its callers count as if they had waited so much longer than those of other queues; negative: less long."""
    language: str = ""
    """Agents must speak it; empty: whatever they speak."""
    hours: Hours | None = None
    """When callers may come; who is inside at closing time is served. None: always."""
    overflow: Overflow | None = None
    """None: who can not be taken is told so."""
    extension: str | None = None
    """What agents dial to transfer a caller here."""
    after_talk: AfterTalk = AfterTalk.GOODBYE
    way_out: WayOut = field(default_factory=WayOut)
    """The key by which a waiting caller leaves."""
    callback: CallbackRules | None = None
    """None: nobody is called back."""
    turn_away_if: frozenset[Emptiness] = frozenset()
    """What keeps callers from entering, besides nobody being signed in."""
    let_go_if: frozenset[Emptiness] = frozenset()
    """What ends the wait of those inside, besides the last one signing off."""

    def further(self, level: int) -> Demands:
        """The further skills demanded while this level is: less by as much as the level is less than at first."""
        if not self.skills:
            return ()
        less = max(0, self.min_level - level)
        return tuple((skill, max(1, demanded - less)) for skill, demanded in self.skills)

    def level_after(self, waited_s: float) -> int:
        """The level demanded after so long a wait."""
        return min((step.min_level for step in self.widen if step.after_s <= waited_s), default=self.min_level)

    def steps_below(self, level: int) -> "tuple[Widening, ...]":
        """The steps that demand less than this level, in order."""
        return tuple(step for step in self.widen if step.min_level < level)

    def next_level(self, level: int, waited_s: float) -> int:
        """What is demanded after this level, whose next step is due; less, if more than one step has passed."""
        return min(self.steps_below(level)[0].min_level, self.level_after(waited_s))

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
    limits: Limits = field(default_factory=Limits)
    cool_downs: CoolDowns = field(default_factory=CoolDowns)
    version: str = ""
    """Hash of the file's bytes."""

    @property
    def overtaking_bound_s(self) -> float:
        """A call is overtaken only by calls that arrived at most so much later, unbound classes apart."""
        weights = self.routing.weights
        return weights.overtaking_bound_s(weights.hold_most_s, [queue.priority_s for queue in self.queues.values()])
