"""What a session may do and what it remembers of it: activities, the command in flight, the agent's leg. Pure."""

from dataclasses import dataclass

from hotline.asterisk.orders import Order, SessionEvent
from telephony.events import RingOutcome
from telephony.ids import AgentNumber

STOP_RETRY_S = 0.06
"""A stop that reaches the channel before its file has begun is lost; ask again after three frames of 20 ms."""

AGAIN_BEFORE = 8000
"""Samples at 8 kHz, one second: a file cut earlier is played from its beginning, one cut later goes on."""

RESUME_EARLIER = 2400
"""Samples at 8 kHz, 0.3 s: a prompt that goes on repeats so much, for the ear was busy and a word was cut."""

SYNC_RETRY_S = 1.0
"""No answer to the probe within this: a command still runs on the channel (TELEPHONY, path 5)."""

HANGUP_FOLLOWS_S = 1.0
"""A command that failed without the channel's end following within this failed for another reason."""

RING_GRACE_S = 15.0
"""Longest an answered ring may take to become a talk: the announcement of the agent's number, and slow phones."""

CAUSE_BUSY, CAUSE_REJECTED = 17, 21
"""Q.850: user busy; call rejected (SIP 603)."""


@dataclass(frozen=True, slots=True)
class Play:
    """Files to play in a row."""

    prompt: int
    files: tuple[str, ...]
    resumes: int = 0
    """The prompt, stopped before, that these files are of: go on where it was."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A prompt that was cut short."""

    prompt: int
    files: tuple[str, ...]
    """What was playing, and what was to follow."""
    at: int
    """Samples of the first file that were played."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Dial one agent."""

    agent: AgentNumber
    timeout_s: float
    announcement: str = ""
    """File the caller hears when the agent has picked up; empty for none."""


@dataclass(frozen=True, slots=True)
class End:
    """Hang up."""


Activity = Play | Ring | End


@dataclass(slots=True)
class Leg:
    """The agent's side of a ring or talk."""

    agent: AgentNumber
    channel: str = ""
    cause: int = 0
    status: str = ""
    bridged: bool = False
    cancelled: bool = False


@dataclass(slots=True)
class Flight:
    """The command in flight."""

    id: str
    kind: str
    """play, music, dial or sync; also the ending of `id`."""
    prompt: int = 0
    file: str = ""
    """Of a prompt: what plays now."""
    rest: tuple[str, ...] = ()
    """Files of the same prompt still to come."""
    dropped: tuple[str, ...] = ()
    """What was still to come when it was stopped."""
    began_at: int = 0
    """The sample of `file` it began with."""
    stopping: bool = False
    dying: bool = False
    """It failed, and the hang-up that explains it has not been told yet."""
    behind: "Flight | None" = None
    """Of a sync: the prompt that may still be heard. Asterisk answers the sync when that is over."""
    proven: bool = False
    """Of such a prompt: its end was told after all."""

    @property
    def play(self) -> "Flight | None":
        """The prompt that is heard while this is in flight."""
        return self if self.kind == "play" else self.behind


Output = list[Order | SessionEvent]


def ring_outcome(leg: Leg) -> RingOutcome:
    """Classify by the agent leg's hang-up cause: SIP 603 shows DialEnd NOANSWER, HANGUPCAUSE is stale (TELEPHONY)."""
    if leg.cancelled or leg.status == "CANCEL":
        return RingOutcome.CANCELLED
    if leg.cause == CAUSE_BUSY or leg.status == "BUSY":
        return RingOutcome.BUSY
    if leg.cause == CAUSE_REJECTED:
        return RingOutcome.REJECTED
    if not leg.channel or leg.status in {"CONGESTION", "CHANUNAVAIL"}:
        return RingOutcome.UNREACHABLE
    return RingOutcome.NO_ANSWER


def stopped_at(play: Flight, cut_at: int | None) -> Stopped:
    """Where a prompt that is being stopped was; None: its file came to its end first."""
    if cut_at is None:
        return Stopped(play.prompt, play.dropped, 0)
    return Stopped(play.prompt, (play.file, *play.dropped), max(play.began_at, cut_at - RESUME_EARLIER))
