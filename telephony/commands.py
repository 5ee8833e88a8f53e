"""Orders: what to do, in the imperative. Machines return them, the shell carries them out."""

from dataclasses import dataclass
from enum import StrEnum

from telephony.events import AgentWish, Outcome, TalkEndedBy
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic
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
class HangUp:
    """End the call politely: what had to be said has been said."""

    call: CallId


# ---- from the distributor ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Ring one agent for one call; ends in `AgentAnswered` or `RingEnded`."""

    call: CallId
    agent: AgentNumber
    queue: QueueId
    timeout_s: float
    reason: str
    """Why this agent, in one compact line of terms; `hotline why` reads it."""


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


class AgentState(StrEnum):
    """签出 · 置闲 · 振铃 · 通话 · 话后 · 置忙."""

    SIGNED_OFF = "signed_off"
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class ShowAgent:
    """An agent's state changed: for journal and board."""

    agent: AgentNumber
    state: AgentState
    reason: str = ""
    """For NOT_READY the key of the reason; after a sweep, who was released and why."""
    call: CallId | None = None


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
    | HangUp
)
"""What the walker, the waiting room and the conversation order."""

DistributionCommand = (
    RingAgent | CancelRing | TellPlace | RefuseCall | ShowAgent | AnswerWish | CloseSegment | CloseTalk
)
"""What the distributor orders."""
