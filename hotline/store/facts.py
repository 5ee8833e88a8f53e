"""What a record of the journal holds: a fact or an order of the hotline, or one of the journal's own facts."""

from dataclasses import dataclass, field
from enum import StrEnum

from telephony.commands import AgentState, Availability, CallCommand, Carried, DistributionCommand, NoteCaller
from telephony.events import CallbackAsked, CallEvent, DistributionEvent, Outcome
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic


class Phase(StrEnum):
    """Where a call is on its way through the hotline."""

    MENU = "menu"
    QUEUED = "queued"
    RINGING = "ringing"
    TALKING = "talking"
    CLOSING = "closing"
    """After a talk, a refusal or the last words: only the goodbye is left."""


@dataclass(frozen=True, slots=True)
class RecoveredCall:
    """A call that had arrived and not ended, as far as the journal knows."""

    call: CallId
    dialled: str
    caller: str
    """`""` if withheld, or if the arrival is not in the journal. Personal data."""
    caller_name: str
    """Personal data."""
    arrived_wall: float
    """Seconds since 1970."""
    phase: Phase = Phase.MENU
    node: NodeId | None = None
    """The menu node last entered; None before the first."""
    queue: QueueId | None = None
    """The queue the call is in, rings from or came from last."""
    topic: Topic | None = None
    entered_wall: float | None = None
    """When it entered the queue, in seconds since 1970: what its place is counted from. None outside a queue."""
    place_wall: float | None = None
    """From when its place counts, where that is before it entered; in seconds since 1970."""
    held: bool = False
    """The agent talks to a colleague meanwhile."""
    vip: bool = False
    offerable: bool = False
    """It has heard what must be heard before an agent may be rung."""
    agent: AgentNumber | None = None
    """The agent who rings or talks."""
    note: NoteCaller | None = None
    """What was made of the caller when this stay in a queue began; its instants are of the boot that wrote it."""
    place_at: float | None = None
    """From when its place counts without that note, on the clock of the boot that wrote it."""
    queued_seq: int = 0
    """The record it was queued by: decides between places of the same instant."""
    named: bool = True
    """The caller chose the topic in this call; not so if he just asked for somebody."""
    asked: Topic | None = None
    """What he chose, where skill is asked for in something else."""
    passed_on: bool = False
    """By another queue or an agent."""
    adopted: bool = True
    """The present run knows of it: not so between a restart and when the call is found again."""
    level: int | None = None
    """Level demanded by now, where it is less than the queue's."""
    transferred: bool = False
    """An agent passed him on to this queue."""
    waited_s: float = 0.0
    """In all, in the call's queues, when an agent last answered it."""


@dataclass(frozen=True, slots=True)
class RecoveredAgent:
    """The last state an agent was shown in."""

    agent: AgentNumber
    state: AgentState
    reason: str
    since_wall: float
    """Seconds since 1970."""
    call: CallId | None = None
    availability: Availability | None = None
    """While ready; its instants are of the boot that wrote it."""
    reachable: bool = True
    """The phone was there when last heard of."""
    carried: Carried | None = None
    """Its instants in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class RecoveredCallback:
    """A customer who is still to be called back."""

    asked: CallbackAsked
    """Personal data. Its instants are of the run that wrote it."""
    asked_wall: float
    """Seconds since 1970."""
    place_wall: float
    """From when its place counts, in seconds since 1970."""
    tries: int = 0
    calling: bool = False
    """The customer is being called."""
    next_at: float | None = None
    """No place in the line before this instant, on the clock of the boot that wrote it; None: it has its place."""
    level: int | None = None
    """Level demanded by now in this run, where the queue's is not; None: the queue's."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Totals since the journal began; a queue's stays obey Σ outcomes + still waiting = offered."""

    arrived: int = 0
    ended: int = 0
    offered: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    lost: int = 0
    """Records that never reached the disk."""
    unknown: int = 0
    """Records of a type this version does not know."""

    @property
    def waiting(self) -> int:
        """Stays in a queue that have no outcome yet; those that a crash left untold are settled by the next boot."""
        return self.offered - sum(self.outcomes.values())


# ---- the journal's own facts -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Booted:
    """The journal was opened by a new boot of the hotline."""

    cut_bytes: int = 0
    """Bytes of a half-written last line that were cut off."""
    damaged: int = 0
    """Places found damaged while reading back; each was reported with its position."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The folded state of all records before this one; the first record of every segment."""

    calls: tuple[RecoveredCall, ...] = ()
    agents: tuple[RecoveredAgent, ...] = ()
    counters: Counters = field(default_factory=Counters)
    callbacks: tuple[RecoveredCallback, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordsLost:
    """Facts that happened here and could not be kept: the disk did not take them and the memory was full."""

    count: int


JournalFact = Booted | Checkpoint | RecordsLost
"""What the journal records about itself."""

Fact = CallEvent | DistributionEvent | CallCommand | DistributionCommand | JournalFact
"""Everything that can be in the journal; a member added to one of the unions is known here by itself."""


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """A fact this version cannot read: of another version's vocabulary, or with other fields."""

    name: str
    """Its type, as written."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the journal."""

    seq: int
    """Counts up by one over all boots, from 1."""
    boot: str
    """Which run of the hotline wrote it."""
    wall: float
    """Seconds since 1970."""
    at: float
    """Seconds on the engine's clock."""
    fact: Fact | UnknownFact
    crc: int = field(default=0, compare=False)
    """Checksum of its line."""
