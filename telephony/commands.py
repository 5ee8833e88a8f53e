"""Orders: what to do, in the imperative. Machines return them, the shell carries them out."""

from dataclasses import dataclass, field
from enum import StrEnum

from telephony.events import AgentWish, Outcome, PhoneUse, RingOutcome, TalkEndedBy
from telephony.ids import AgentNumber, CallbackId, CallId, NodeId, QueueId, Topic
from telephony.prompt import Prompt

# ---- to the caller's channel -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlayPrompt:
    """Play this; it replaces a prompt still playing, and music pauses for it."""

    call: CallId
    prompt: int
    """A number the machine counts up; comes back in `PromptEnded`."""
    what: Prompt
    resumes: int = 0
    """The number of a prompt with the same words that was stopped: go on where it was. 0: from the beginning."""


@dataclass(frozen=True, slots=True)
class StopPrompt:
    """Silence the prompt now playing; `PromptEnded(completed=False)` follows."""

    call: CallId


@dataclass(frozen=True, slots=True)
class PlayMusic:
    """Music until the next order; prompts interrupt it and the shell resumes it after them."""

    call: CallId
    music: str = "default"


@dataclass(frozen=True, slots=True)
class EnterNode:
    """The caller is now at this node: for journal, board and (with speech) the grammar."""

    call: CallId
    node: NodeId


@dataclass(frozen=True, slots=True)
class Listen:
    """Listen to the caller until one utterance is understood or given up; it replaces a listening still going on."""

    call: CallId
    listening: int
    """A number the machine counts up; comes back in `SpeechHeard`."""
    node: NodeId
    """Where the caller is: its choices are expected first."""
    asks: bool = False
    """A question was asked that yes or no answers."""
    fresh: bool = False
    """Whatever was said up to now has been dealt with: begin with silence."""


@dataclass(frozen=True, slots=True)
class StopListening:
    """Nobody acts on what the caller says until the next `Listen`."""

    call: CallId


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """The caller wants an agent."""

    call: CallId
    queue: QueueId
    topic: Topic


@dataclass(frozen=True, slots=True)
class OfferCall:
    """What must be heard first has been heard: the call may be offered to agents."""

    call: CallId


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """The caller leaves the queue without an agent."""

    call: CallId
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class AskCallback:
    """The caller wants to be called back at this number, which he has confirmed."""

    call: CallId
    number: str
    """Personal data."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call politely: what had to be said has been said."""

    call: CallId


# ---- from the distributor ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """The record of one decision, in seconds of waiting. Compact: the candidates are derived again from the journal."""

    by_agent: bool
    """The agent became free and chose among callers; else the call chose among idle agents."""
    topic: Topic
    """What the skill was reckoned for: named by the caller, or likely from his history."""
    min_level: int
    """Level demanded at that instant."""
    score_s: float
    terms: dict[str, float]
    """What the score is the sum of."""
    rival: str | None
    """The best of another group of agents, or of another lane of callers where the agent chose; None without one. Who
    comes next in the same group or lane is not looked at on the call path: the runner-up is found on request."""
    margin_s: float | None
    """How far ahead of it; negative where age decided, or that somebody learns, and not the score."""
    wait_s: float
    idle_s: float
    version: str
    """Of the roster with its weights, then of the prices: `8c1f…/boot-3`."""
    aged: bool = False
    """The caller had waited so long that nobody may overtake him any more."""
    explored: bool = False
    """The agent was to learn the topic; the runner-up is who would have had the call."""
    named: bool = False
    """Nothing was chosen: the caller was passed on to this agent, who was free. The score is nothing."""


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Ring one agent for one call; ends in `AgentAnswered` or `RingEnded`."""

    call: CallId
    agent: AgentNumber
    queue: QueueId
    timeout_s: float
    reason: str
    """Why this agent, in one compact line of terms."""
    choice: Choice | None = field(default=None, compare=False)
    """The whole record, from policies that keep one; `hotline why` explains it."""


@dataclass(frozen=True, slots=True)
class CancelRing:
    """Take the ring back; `RingEnded(outcome=CANCELLED)` follows."""

    call: CallId
    agent: AgentNumber


@dataclass(frozen=True, slots=True)
class TellPlace:
    """The caller's place in the queue, counted from 1, changed or is due to be told."""

    call: CallId
    position: int
    expected_wait_s: tuple[float, float] | None
    """An honest range, or None where there is too little to go on."""


@dataclass(frozen=True, slots=True)
class RefuseCall:
    """The queue can not take or keep this call; the caller is told and offered the other channels."""

    call: CallId
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RingColleague:
    """Ring a colleague whom the agent of this call wants to ask; ends in `ConsultAnswered` or `ConsultEnded`."""

    call: CallId
    agent: AgentNumber
    timeout_s: float


@dataclass(frozen=True, slots=True)
class RefuseConsult:
    """Nobody can be asked: the colleague is not free, or nobody of the queue is."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallCustomer:
    """It is the turn of a customer who asked to be called back: call him; an agent is kept free for him.

    Ends in the `CallQueued` of this call, or in `CallbackFailed`.
    """

    callback: CallbackId
    call: CallId
    """The call that begins when he answers."""
    number: str
    """Personal data."""
    queue: QueueId
    topic: Topic
    place_at: float
    dialled: str
    vip: bool
    timeout_s: float
    transferred: bool = False
    """An agent had passed him on when he asked for this."""
    named: Topic | None = None
    """What he named then, whatever skill is asked for; None: nothing, he asked for somebody."""


class CallbackState(StrEnum):
    """等待 · 呼叫中 · 已接通 · 已过期 · 已取消 · 未接通."""

    WAITING = "waiting"
    CALLING = "calling"
    DONE = "done"
    """The customer answered; from then on it is a call like any other."""
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """Called as often as the queue says, in vain."""


@dataclass(frozen=True, slots=True)
class ShowCallback:
    """A call-back's state changed: for journal and board."""

    callback: CallbackId
    queue: QueueId
    state: CallbackState
    tries: int
    next_at: float | None = None
    """When the customer is called next at the earliest, where that is not when it is his turn."""


@dataclass(frozen=True, slots=True)
class MoveCall:
    """The queue passes the call on to another, where it keeps its place: told to both sides as `CallQueued`."""

    call: CallId
    queue: QueueId
    topic: Topic
    """The skill asked for there."""
    place_at: float
    """From when the place counts."""


class AgentState(StrEnum):
    """签出 · 置闲 · 振铃 · 通话 · 保持 · 话后 · 置忙."""

    SIGNED_OFF = "signed_off"
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    WRAP_UP = "wrap_up"
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class Availability:
    """How an agent stands for calls beyond his state: what `hotline why` needs to reckon again who could have rung."""

    idle_since: float
    """On the engine's clock."""
    band: int = 0
    """Of load: 0 light, 1 usual, 2 heavy."""
    form: tuple[tuple[Topic, int], ...] = ()
    """Half levels above the roster's, by topic, as outcomes have shown."""
    rests_until: float | None = None
    """No calls before this instant on the engine's clock, after a ring that failed."""
    rests_after: RingOutcome | None = None
    """How that ring failed."""
    phone: PhoneUse | None = None
    """What his phone is in use for outside the hotline, as far as Asterisk knows: no calls until it is idle."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What an agent has besides his state that must survive a restart. Instants are on the engine's clock."""

    queue: QueueId | None = None
    """Where his call came from: its wrap-up time holds."""
    ends_at: float | None = None
    """When his wrap-up ends, extensions included."""
    pending: AgentWish | None = None
    """To be away, as soon as the ring or talk is over."""
    pending_reason: str = ""
    missed: int = 0
    """Rings missed in a row."""
    busy_ratio: float = 0.0
    """How busy he had been when the state began, as a share of his time."""
    idle_since: float | None = None
    """While ready: since when he is in line for a call."""
    seen_at: float | None = None
    """The last sign of him that did not change his state."""
    rests_until: float | None = None
    """No calls before, after a ring that failed."""
    rests_after: RingOutcome | None = None
    """How that ring failed."""


@dataclass(frozen=True, slots=True)
class ShowAgent:
    """An agent's state changed: for journal and board."""

    agent: AgentNumber
    state: AgentState
    reason: str = ""
    """For NOT_READY the key of the reason; after a sweep, who was released and why."""
    call: CallId | None = None
    availability: Availability | None = field(default=None, compare=False)
    """While READY."""
    late: bool = False
    """The state has outlasted what the roster allows: shown to supervisors until it ends."""
    since: float | None = field(default=None, compare=False)
    """When the state began, on the engine's clock: after a restart it is older than this order."""
    carried: Carried | None = field(default=None, compare=False)
    """For the journal. None in those of older versions."""


@dataclass(frozen=True, slots=True)
class NoteCaller:
    """What the hotline knew of a caller when his segment began, and what it made of it: for the journal and `why`."""

    call: CallId
    topic: Topic
    """What skill is reckoned for."""
    place_at: float
    """On the engine's clock: what the place in line is counted from."""
    caller_class: str = ""
    wish: int = 0
    """For skill: 0 none, 1 asked about the topic before, 2 several times in a day."""
    wanted: tuple[AgentNumber, ...] = ()
    """Agents preferred: his own, and whom he talked to last."""
    likely: bool = False
    """The topic is not what he named but what he asked about before."""
    redialled: bool = False
    """He hung up in the line a moment ago and has his place again."""
    transferred: bool = False
    """An agent passed him on: he has a head start, and `place_at` is so long ago as he has waited in all."""


@dataclass(frozen=True, slots=True)
class WidenCall:
    """A waiting caller is offered to more agents from now on; or to others, after a reload."""

    call: CallId
    """Or a call-back, by its id: who is called back waits for an agent as well."""
    min_level: int
    """Level demanded from now on."""
    nobody_else: bool = False
    """At once, since nobody signed in has the level demanded before; else because time has passed."""


@dataclass(frozen=True, slots=True)
class AnswerWish:
    """The reply to `AgentAsked`: spoken to the agent's phone or printed by the CLI."""

    agent: AgentNumber
    wish: AgentWish
    granted: bool
    explanation: str = ""
    """A stable key where refused, such as `talking` or `unknown_reason`."""


@dataclass(frozen=True, slots=True)
class CloseSegment:
    """A segment ended, with exactly one outcome: for journal and metrics."""

    call: CallId
    queue: QueueId
    outcome: Outcome
    wait_s: float
    agent: AgentNumber | None = None


@dataclass(frozen=True, slots=True)
class CloseTalk:
    """A talk ended: for journal and metrics."""

    call: CallId
    agent: AgentNumber
    talk_s: float
    by: TalkEndedBy


CallCommand = (
    PlayPrompt
    | StopPrompt
    | PlayMusic
    | EnterNode
    | Listen
    | StopListening
    | EnterQueue
    | OfferCall
    | LeaveQueue
    | AskCallback
    | HangUp
)
"""What the walker, the waiting room and the conversation order."""

DistributionCommand = (
    RingAgent
    | CallCustomer
    | ShowCallback
    | CancelRing
    | TellPlace
    | RefuseCall
    | MoveCall
    | RingColleague
    | RefuseConsult
    | ShowAgent
    | NoteCaller
    | WidenCall
    | AnswerWish
    | CloseSegment
    | CloseTalk
)
"""What the distributor orders."""
