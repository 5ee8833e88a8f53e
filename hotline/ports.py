"""What the engine needs of the world, as protocols: real things in the running system, recorders in tests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.asterisk.ami_message import Action, AmiMessage
from telephony.commands import Listen
from telephony.errors import LinkError
from telephony.ids import CallId
from telephony.prompt import Segment


class LinkPort(Protocol):
    """The AMI link (`hotline.asterisk.link`)."""

    def send(
        self,
        action: Action,
        on_reply: Callable[[AmiMessage | LinkError], None] | None = None,
        *,
        timeout_s: float = 5.0,
    ) -> None:
        """Send without waiting; the outcome comes to `on_reply`, never inside `send`."""
        ...


class PromptsPort(Protocol):
    """The prompt library (`hotline.prompts.library`)."""

    def path_of(self, segment: Segment) -> str | None:
        """File of a segment without suffix, as Asterisk wants it; None if it is not rendered yet."""
        ...

    def ensure(self, segment: Segment) -> Awaitable[object]:
        """Render a segment off the loop."""
        ...


class JournalPort(Protocol):
    """The journal (`hotline.store.journal`)."""

    def append(self, fact: object, *, at: float, wall: float) -> int:
        """Remember a fact in memory; a thread of its own writes it."""
        ...


class BoardPort(Protocol):
    """The board every window paints (`hotline.board`)."""

    def apply(self, fact: object, now: float) -> None:
        """Take one fact or order."""
        ...

    def call_recovered(self, call: CallId, *, dialled: str, caller: str, arrived_at: float) -> None:
        """Show a call that arrived before this engine did."""
        ...


class SpeechPort(Protocol):
    """Who listens to callers (`hotline.recognition`)."""

    @property
    def offered(self) -> bool:
        """Whether a new caller would be heard."""
        ...

    def listen(self, order: Listen, channel: str, menu: str) -> None:
        """Hear one utterance of a caller on this channel, who is on this version of the menu."""
        ...

    def pause(self, call: CallId) -> None:
        """Throw away what is said until the next order."""
        ...

    def close(self, call: CallId) -> None:
        """The caller left the menu."""
        ...

    def sound_began(self, call: CallId) -> None:
        """The caller makes a sound."""
        ...

    def call_ended(self, call: CallId) -> None:
        """The caller is gone."""
        ...

    def channel_ended(self, uniqueid: str) -> None:
        """A channel is gone that is no caller's."""
        ...


class NoSpeech:
    """Nobody listens: callers go on by keys."""

    offered = False

    def listen(self, order: Listen, channel: str, menu: str) -> None:
        """Never asked, for nothing is offered."""

    def pause(self, call: CallId) -> None:
        """Nothing goes on."""

    def close(self, call: CallId) -> None:
        """Nothing is open."""

    def sound_began(self, call: CallId) -> None:
        """Nobody cares."""

    def call_ended(self, call: CallId) -> None:
        """Nothing is left."""

    def channel_ended(self, uniqueid: str) -> None:
        """It was none of ours."""


class Clock(Protocol):
    """Both clocks."""

    def engine_now(self) -> float:
        """Seconds, never steps back."""
        ...

    def wall_s(self) -> float:
        """Seconds since 1970."""
        ...

    def wall_now(self) -> datetime:
        """An aware instant, for opening hours and file names."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything the engine touches."""

    link: LinkPort
    prompts: PromptsPort
    journal: JournalPort
    board: BoardPort
    clock: Clock
    defer: Callable[[Awaitable[object], str], None]
    """Run something slow in a named task beside the engine."""
    tell: Callable[[object], None] = lambda _fact: None
    """Show a fact or order to those who follow the control socket."""
