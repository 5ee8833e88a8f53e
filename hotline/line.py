"""What the engine keeps of one call: its session, its conversation and the figures for its one log line."""

from dataclasses import dataclass

from hotline.asterisk.session import Session
from hotline.config import Config
from ivr.conversation import Conversation
from ivr.menu import Entry
from telephony.commands import NoteCaller
from telephony.ids import AgentNumber, CallId, Topic


@dataclass(slots=True)
class Line:
    """One caller on the line."""

    call: CallId
    session: Session
    conversation: Conversation
    config: Config
    """The version the call began on; a reload does not change it."""
    entry: Entry
    caller: str
    """Personal data."""
    arrived_at: float
    epoch: int
    """The link's connection during which the session last knew what the channel does."""
    extension: str = ""
    """Of the dialplan, where the caller's channel is: the number dialled or, after a transfer, its target."""
    vip: bool = False
    asked: Topic | None = None
    """What the caller named in this call, or the agent who passed him on; None: he asked for somebody, no more."""
    notice_heard: bool = False
    """The recording notice of this stay in a queue was heard to its end."""
    place_at: float | None = None
    """From when the place in the queue counts, where that is before the stay there began."""
    kept_place_at: float | None = None
    """For the next stay in a queue: of a customer who is called back."""
    waited_s: float = 0.0
    """In all, in queues of this call, when an agent last answered it: what he was talking since is no waiting."""
    transferred: bool = False
    """An agent passed him on to the queue he is in."""
    note: NoteCaller | None = None
    """What was made of him in this stay in a queue; None: nothing worth a note."""
    agent: AgentNumber | None = None
    """Who is ringing or talking."""
    talked_to: AgentNumber | None = None
    """Who talked to him last."""
    answered_at: float | None = None
    talks: int = 0
    failed: bool = False
    """A bug of ours touched this call."""


@dataclass(slots=True)
class FeatureCall:
    """An agent's phone that dialled a feature code and waits to hear what became of it."""

    agent: AgentNumber
    session: Session
    prompt: int = 0
    """The answer's prompt number; 0 until it plays."""
