"""Facts about what a caller says: members of `telephony.events.CallEvent`, as every fact of a caller's channel."""

from dataclasses import dataclass

from telephony.ids import CallId
from telephony.wish import Meaning


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Sound began on the caller's side: words, a cough or noise; nobody knows yet."""

    call: CallId


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """The caller's side is silent again: what was said will be known in a moment, if anybody listened."""

    call: CallId


@dataclass(frozen=True, slots=True)
class SpeechHeard:
    """What came of one listening: it is over with this, and nobody listens before the next `Listen`."""

    call: CallId
    listening: int
    """The `Listen.listening` number it answers; a machine ignores any but its latest."""
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class SpeechFailed:
    """Nobody can listen to this call any more: the recogniser died. Keys go on working."""

    call: CallId


@dataclass(frozen=True, slots=True)
class SpeechOffered:
    """Whether somebody could listen to this call from its next prompt on: recognition is up, or has too much to do."""

    call: CallId
    offered: bool
