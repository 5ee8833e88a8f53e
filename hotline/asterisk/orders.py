"""What a session asks of Asterisk, and what it is told: the small vocabulary between `session` and `translate`."""

from dataclasses import dataclass

from telephony.events import (
    AgentAnswered,
    AgentRinging,
    CallEnded,
    PromptEnded,
    RingEnded,
    TalkEnded,
)
from telephony.ids import AgentNumber

# ---- orders to Asterisk (actions.to_action makes AMI actions of them) --------------------------


@dataclass(frozen=True, slots=True)
class RunAgi:
    """Run one AGI command on the caller's channel."""

    channel: str
    command: str
    command_id: str
    """Comes back in `CommandDone`; ends in the kind of command, so that a new controller can read it."""


@dataclass(frozen=True, slots=True)
class StopPlayback:
    """Stop the file now playing on the channel."""

    channel: str


@dataclass(frozen=True, slots=True)
class HangUpChannel:
    """Hang up any channel, the caller's or an agent's leg."""

    channel: str
    cause: int = 16
    """Q.850; 16 is normal clearing."""


@dataclass(frozen=True, slots=True)
class MarkDone:
    """Tell the dialplan not to hand this channel back to the controller."""

    channel: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Take the caller out of whatever he is in, back to our hands; the agent with him, to where we talk to agents."""

    channel: str
    extension: str
    """Of the dialplan, where the caller comes back."""
    agent_channel: str = ""
    """Empty: the caller alone."""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """Let two channels hear each other."""

    channel: str
    other: str


@dataclass(frozen=True, slots=True)
class CallColleague:
    """Call an agent's phone, which comes to us when it is answered."""

    agent: str
    channel_id: str
    """Unique id of the new channel."""
    timeout_s: float
    caller: str
    """The agent who asks: shown on the phone."""


@dataclass(frozen=True, slots=True)
class DialCustomer:
    """Call a customer over the trunk; he comes to us when he answers, as if he had dialled this number."""

    number: str
    """Personal data."""
    channel_id: str
    """Unique id of the new channel."""
    dialled: str
    timeout_s: float


@dataclass(frozen=True, slots=True)
class StopRecording:
    """The talk that is being recorded on this channel is over."""

    channel: str


Order = RunAgi | StopPlayback | HangUpChannel | MarkDone
"""What a session orders."""

TransferOrder = Redirect | Join | CallColleague | DialCustomer | StopRecording
"""What only transfers and call-backs order."""

# ---- facts from Asterisk about one call ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgiStarted:
    """The channel is in AsyncAGI and waits for commands, for the first time or again."""

    channel: str


@dataclass(frozen=True, slots=True)
class AgiEnded:
    """The channel left AsyncAGI: hung up, redirected or transferred. Nothing in flight will ever answer."""


@dataclass(frozen=True, slots=True)
class CommandDone:
    """An AGI command ended."""

    command_id: str
    failed: bool
    """Result −1: the channel hung up or the command could not run."""
    cut_at: int | None = None
    """Where a prompt was stopped by `StopPlayback`, in samples from its beginning; None if it ended by itself."""


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """An action for this call could not be sent or was refused: no `CommandDone` will follow."""

    command_id: str


@dataclass(frozen=True, slots=True)
class LegCreated:
    """The agent's phone is being called on this channel (DialBegin)."""

    channel: str
    agent: AgentNumber


@dataclass(frozen=True, slots=True)
class LegEnded:
    """The agent's leg is gone."""

    channel: str
    cause: int
    """Q.850."""


@dataclass(frozen=True, slots=True)
class DialEnded:
    """Asterisk's verdict on the ring: ANSWER, BUSY, CONGESTION, CHANUNAVAIL, NOANSWER, CANCEL."""

    status: str


@dataclass(frozen=True, slots=True)
class LegBridged:
    """The agent's leg entered a bridge: both hear each other."""

    channel: str


@dataclass(frozen=True, slots=True)
class LegKey:
    """A key pressed on the agent's side."""

    channel: str
    digit: str


@dataclass(frozen=True, slots=True)
class CodePressed:
    """An in-talk feature code: Asterisk has swallowed its keys."""

    channel: str
    consult: bool


@dataclass(frozen=True, slots=True)
class Resynchronise:
    """The link was lost or the controller is new: find out what the channel is doing."""

    channel: str
    leg: str | None = None
    """The agent's leg found beside it."""
    agent: AgentNumber | None = None
    bridged: bool = False


@dataclass(frozen=True, slots=True)
class ChannelGone:
    """The caller's channel is gone."""

    cause: int


SessionFact = (
    AgiStarted
    | AgiEnded
    | CommandDone
    | CommandRefused
    | LegCreated
    | LegEnded
    | DialEnded
    | LegBridged
    | Resynchronise
    | ChannelGone
)


@dataclass(frozen=True, slots=True)
class Referred:
    """The agent's telephone has transferred the caller (REFER), who is on his way to this extension.

    Told 2 ms before the end of the Dial, which then is no end of a talk.
    """

    extension: str


AgentFact = LegKey | CodePressed | Referred
"""What an agent does in a talk; nothing for the caller's session."""

SessionEvent = PromptEnded | AgentRinging | RingEnded | AgentAnswered | TalkEnded | CallEnded
