"""Facts: what happened, in the past tense. Machines take them with `handle(event, now)`.

Every instant is on the engine's clock, in seconds; `now` is always an argument.
"""

from dataclasses import dataclass
from enum import StrEnum

from telephony.ids import AgentNumber, CallbackId, CallId, NodeId, QueueId, Topic
from telephony.speech import SpeechFailed, SpeechHeard, SpeechOffered, SpeechStarted, SpeechStopped


class RingOutcome(StrEnum):
    """Why a ring to one agent ended without an answer (TELEPHONY: classify by the agent leg's hang-up cause)."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    """We took the ring back: the caller pressed the exit key or a talk was impossible."""


class Outcome(StrEnum):
    """How a segment (one stay of one call in one queue) ended; exactly one each (METRICS)."""

    ANSWERED = "answered"
    ABANDONED_QUEUED = "abandoned_queued"
    ABANDONED_RINGING = "abandoned_ringing"
    TIMED_OUT = "timed_out"
    OVERFLOWED = "overflowed"
    CALLBACK_REQUESTED = "callback_requested"
    LEFT_BY_KEY = "left_by_key"
    REJECTED_CLOSED = "rejected_closed"
    REJECTED_FULL = "rejected_full"
    REJECTED_NO_AGENTS = "rejected_no_agents"
    WITHDRAWN = "withdrawn"


class TalkEndedBy(StrEnum):
    """Who ended a talk."""

    CALLER = "caller"
    AGENT = "agent"
    UNKNOWN = "unknown"
    """Learned only afterwards, as after a lost link."""


# ---- on the caller's channel -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller's channel is ours to drive."""

    call: CallId
    dialled: str
    """The hotline number the caller dialled."""
    caller: str
    """The caller's number, `""` if withheld. Personal data."""
    caller_name: str = ""
    """As sent by the network. Personal data."""


@dataclass(frozen=True, slots=True)
class CallResumed:
    """A caller found in Asterisk after the controller was away; the call goes on where the journal left it."""

    call: CallId
    node: NodeId
    """Where in the menu the caller was."""
    queue: QueueId | None = None
    """The queue the caller was waiting in, if so: the place is kept by `entered_at`."""
    topic: Topic | None = None
    entered_at: float = 0.0
    notice_heard: bool = True
    """Whether the recording notice was heard to its end (the journal has a `CallOfferable`): if not, it is repeated."""


@dataclass(frozen=True, slots=True)
class DigitBegan:
    """A key went down: enough to stop a prompt, not yet a choice."""

    call: CallId


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A key was pressed and released."""

    call: CallId
    digit: str
    """One of `0123456789*#ABCD`."""


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """The prompt last ordered has ended, by itself or stopped."""

    call: CallId
    prompt: int
    """The `PlayPrompt.prompt` number it answers; a machine ignores any but its latest."""
    completed: bool
    """False if it was stopped or could not be played."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The caller's channel is gone."""

    call: CallId
    cause: int
    """Q.850 cause; 16 is a normal hang-up."""


@dataclass(frozen=True, slots=True)
class TimeReached:
    """A machine's own deadline has come."""


# ---- between a caller and an agent -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallQueued:
    """A caller asked for an agent: a segment begins."""

    call: CallId
    queue: QueueId
    topic: Topic
    caller: str
    """The caller's number: the key of the caller's history. Personal data."""
    entered_at: float
    vip: bool = False
    named: bool = True
    """Whether the caller chose the topic; not so if he just asked for somebody."""
    own_agent: AgentNumber | None = None
    """Whose client he is, by the VIP file."""
    place_at: float | None = None
    """From when the place counts, if not from now: a caller who comes from another queue, or was called back."""
    resumed: bool = False
    """The stay began before a restart: neither closing time nor a full queue ends it."""
    wanted: AgentNumber | None = None
    """Rung first, if he is free: whom the caller was transferred to."""
    asked: Topic | None = None
    """What the caller named in this call, where skill is asked for in something else: another queue has taken him."""
    passed_on: bool = False
    """By another queue or an agent, or he is called back: what he wants is known, and is not guessed from history."""
    transferred: bool = False
    """An agent passed him on or can not come back to him: he is inside already, as if resumed, with a head start."""


@dataclass(frozen=True, slots=True)
class CallOfferable:
    """The caller has heard what must be heard first (the recording notice) and may be offered to agents."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallLeftQueue:
    """The caller left by himself, without an agent: by key, or because nobody can serve him."""

    call: CallId
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class AgentRinging:
    """The agent's phone rings for this call."""

    call: CallId
    agent: AgentNumber


@dataclass(frozen=True, slots=True)
class RingEnded:
    """The ring ended without an answer."""

    call: CallId
    agent: AgentNumber
    outcome: RingOutcome


@dataclass(frozen=True, slots=True)
class AgentAnswered:
    """Agent and caller hear each other."""

    call: CallId
    agent: AgentNumber


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """Agent and caller no longer hear each other; the caller may still be on the line."""

    call: CallId
    agent: AgentNumber
    by: TalkEndedBy


@dataclass(frozen=True, slots=True)
class TalkHeld:
    """The agent put the caller on hold, or took him back."""

    call: CallId
    agent: AgentNumber
    on_hold: bool


# ---- transfers ---------------------------------------------------------------------------------


class TransferKind(StrEnum):
    """How an agent passes a caller on."""

    BLIND = "blind"
    """盲转: without asking."""
    WARM = "warm"
    """咨询转: after talking to the colleague."""


@dataclass(frozen=True, slots=True)
class CallTransferred:
    """An agent has passed the caller on; `CallQueued` (blind) or `AgentAnswered` (warm) follows, or the menu."""

    call: CallId
    agent: AgentNumber
    """Who passed the caller on: he is through with the call."""
    kind: TransferKind
    queue: QueueId | None = None
    """The queue the caller is in from now on; None: the menu."""
    topic: Topic | None = None
    to_agent: AgentNumber | None = None
    """Who shall talk to the caller next, or does already."""
    from_queue: QueueId | None = None
    """The queue the talk came from."""


@dataclass(frozen=True, slots=True)
class ConsultAsked:
    """An agent holds a caller and wants to ask a colleague, or anybody of a queue."""

    call: CallId
    agent: AgentNumber
    colleague: AgentNumber | None
    queue: QueueId | None = None
    topic: Topic | None = None


@dataclass(frozen=True, slots=True)
class ConsultAnswered:
    """The colleague picked up: the two agents hear each other."""

    call: CallId
    colleague: AgentNumber


@dataclass(frozen=True, slots=True)
class ConsultEnded:
    """The colleague is out of it: he did not answer, or talked and did not take the call."""

    call: CallId
    colleague: AgentNumber


# ---- call-backs --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallbackAsked:
    """A caller wants to be called back instead of waiting; he keeps his place."""

    callback: CallbackId
    number: str
    """Where to call, confirmed by the caller by key. Personal data."""
    queue: QueueId
    topic: Topic
    place_at: float
    """From when the place in the queue counts."""
    dialled: str = ""
    """The hotline number the caller dialled: shown to him when he is called."""
    vip: bool = False
    wish: int = 0
    """For skill, as `NoteCaller` has it: he is to be treated as the caller he was."""
    wanted: tuple[AgentNumber, ...] = ()
    """Agents he should rather get."""
    transferred: bool = False
    """An agent had passed him on."""
    named: bool = True
    """As `CallQueued` has it: whether he chose a topic; not so if he just asked for somebody."""
    asked: Topic | None = None
    """What he named, where skill is asked for in something else."""
    likely: bool = False
    """The topic is not what he named but what he asked about before."""
    asked_in: CallId | None = None
    """The call in which he asked."""


@dataclass(frozen=True, slots=True)
class CallbackFailed:
    """The customer did not answer, or could not be called."""

    callback: CallbackId


@dataclass(frozen=True, slots=True)
class CallbackCancelled:
    """Somebody took the call-back off the list."""

    callback: CallbackId


# ---- agents ------------------------------------------------------------------------------------


class AgentWish(StrEnum):
    """What an agent asks for by feature code, CLI or API."""

    SIGN_IN = "sign_in"
    SIGN_OFF = "sign_off"
    READY = "ready"
    NOT_READY = "not_ready"
    EXTEND_WRAP_UP = "extend_wrap_up"


@dataclass(frozen=True, slots=True)
class AgentAsked:
    """An agent (or someone for the agent) asks for a change of state."""

    agent: AgentNumber
    wish: AgentWish
    reason: str = ""
    """For NOT_READY: a key of the roster's list of reasons."""


@dataclass(frozen=True, slots=True)
class AgentReachable:
    """Whether the agent's phone is registered: a hint, never the truth about the agent's state."""

    agent: AgentNumber
    reachable: bool


class PhoneUse(StrEnum):
    """What an agent's phone does, as far as Asterisk knows."""

    IDLE = "idle"
    """No call, whether anything is registered or not."""
    RINGING = "ringing"
    IN_USE = "in_use"
    ON_HOLD = "on_hold"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PhonesSeen:
    """What agents' phones do: hints, never the truth about the agents' states."""

    phones: dict[AgentNumber, PhoneUse]
    good_for_s: float
    """For how long that may be believed unless it is heard again."""
    listed: bool = False
    """All that Asterisk knows, so that of other phones nothing is known; else what has changed."""


@dataclass(frozen=True, slots=True)
class AgentStranded:
    """An agent whom we hold in a ring or talk has nothing left of it: his phone is idle, all channels are gone."""

    agent: AgentNumber
    call: CallId | None
    """None: he was asked about another agent's caller."""
    idle_s: float
    """For how long Asterisk has been saying so."""


CallEvent = (
    CallArrived
    | CallResumed
    | DigitBegan
    | DigitPressed
    | PromptEnded
    | CallEnded
    | AgentRinging
    | RingEnded
    | AgentAnswered
    | TalkEnded
    | CallTransferred
    | SpeechStarted
    | SpeechStopped
    | SpeechHeard
    | SpeechFailed
    | SpeechOffered
)
"""What is reported about a caller's channel."""

DistributionEvent = (
    CallQueued
    | CallOfferable
    | CallLeftQueue
    | CallEnded
    | AgentRinging
    | RingEnded
    | AgentAnswered
    | TalkHeld
    | TalkEnded
    | CallTransferred
    | ConsultAsked
    | ConsultAnswered
    | ConsultEnded
    | CallbackAsked
    | CallbackFailed
    | CallbackCancelled
    | AgentAsked
    | AgentReachable
    | PhonesSeen
    | AgentStranded
    | TimeReached
)
"""What the distributor handles."""
