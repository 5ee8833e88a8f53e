"""What the engine and a recognition worker say to each other: one JSON object per line, versioned, bounded. Pure.

    → {"v": 1, "is": "Hello", "secret": "…"}
    ← {"v": 1, "is": "Ready", "audio": "127.0.0.1:40123", "model": "…", "demo": true, "most_taps": 200}
    → {"v": 1, "is": "TakeMenu", "version": "9f86d081884c", "text": "language: zh-CN …"}
    → {"v": 1, "is": "OpenTap", "tap": "6f9619ff-…", "menu": "9f86d081884c"}
    → {"v": 1, "is": "ListenTo", "tap": "6f9619ff-…", "listening": 1, "node": "main", "asks": false, "fresh": false}
    ← {"v": 1, "is": "Heard", "tap": "6f9619ff-…", "listening": 1, "meaning": {"is": "Understood", …}, …}

The engine connects to the worker, over TCP; the audio's address is the worker's word, and the menu is sent rather than
read from a file: nothing here assumes one machine. No transcript crosses.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, get_args, get_type_hints

from telephony.ids import NodeId
from telephony.wish import Answered, Everywhere, Meaning, NotUnderstood, Understood, Unheard, Unsure, Wish

VERSION = 1
"""Raised when an older partner could misunderstand; a partner of another version is not spoken to."""

LONGEST_LINE = 4_400_000
"""Bytes: the longest menu file (`telephony.located_yaml.MAX_CHARACTERS`) as JSON, mostly ASCII, and its frame."""


class ProtocolError(ValueError):
    """A line that is none of ours; the connection it came on is closed. Says nothing of what was on the line."""


# ---- engine → worker -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hello:
    """Who may speak to a worker: whoever knows its secret. The first line, answered by `Ready`."""

    secret: str


@dataclass(frozen=True, slots=True)
class TakeMenu:
    """What can be said from now on, in taps opened for this version; a worker keeps the last few."""

    version: str
    text: str
    """Of the menu file."""


@dataclass(frozen=True, slots=True)
class OpenTap:
    """Audio that introduces itself by this identity will come: a caller."""

    tap: str
    """A UUID."""
    menu: str
    """Version of the menu the call is on."""


@dataclass(frozen=True, slots=True)
class ListenTo:
    """Hear one utterance; answered by `Heard`, or `TapFailed`. A listening that still goes on ends without a word."""

    tap: str
    listening: int
    node: str
    asks: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class SoundBegan:
    """Asterisk says that the caller makes a sound: if nobody speaks, say so soon."""

    tap: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Nobody acts on what is said: frames are thrown away."""

    tap: str


@dataclass(frozen=True, slots=True)
class CloseTap:
    """The caller has left the menu: end the audio."""

    tap: str


# ---- worker → engine -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker can hear."""

    audio: str
    """`host:port` of its AudioSocket listener, as Asterisk reaches it."""
    model: str
    demo: bool
    """The model is one for trying out, with synthetic voices."""
    most_taps: int


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance is over."""

    tap: str
    listening: int
    meaning: Meaning
    why: str
    """How it ended (`asr.endpointing.Ending`)."""
    waited_s: float
    """Seconds of sound after the last voice until it was decided."""
    took_s: float
    """Seconds from the arrival of the last sound to this word."""


@dataclass(frozen=True, slots=True)
class TapFailed:
    """Nothing more will be heard on this tap: its sound was no sound, never came or the model failed."""

    tap: str


@dataclass(frozen=True, slots=True)
class TapClosed:
    """The audio's connection is gone."""

    tap: str


@dataclass(frozen=True, slots=True)
class Load:
    """How the worker is doing, every half second."""

    taps: int
    listening: int
    lag_s: float
    """How long sound waited lately until it was dealt with, the worst of the last second or two."""


FromEngine = Hello | TakeMenu | OpenTap | ListenTo | SoundBegan | Pause | CloseTap
FromWorker = Ready | Heard | TapFailed | TapClosed | Load
Message = FromEngine | FromWorker

_MEANINGS: Mapping[str, type] = {kind.__name__: kind for kind in get_args(Meaning)}
_KINDS: Mapping[str, type[Message]] = {kind.__name__: kind for kind in get_args(Message)}


def encode(message: Message) -> bytes:
    """One line."""
    plain: dict[str, Any] = {"v": VERSION, "is": type(message).__name__}
    for name in (field.name for field in fields(message)):
        value = getattr(message, name)
        plain[name] = _plain_meaning(value) if isinstance(value, Meaning) else value
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(errors="replace") + b"\n"


def parse(line: bytes) -> Message:
    """Read one line; raises `ProtocolError` for anything that is not exactly a message of this version."""
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError):
        raise ProtocolError("not a line of JSON in UTF-8") from None
    if not isinstance(plain, dict) or plain.get("v") != VERSION:
        raise ProtocolError(f"not an object of version {VERSION}")
    kind = _KINDS.get(str(plain.get("is")))
    if kind is None:
        raise ProtocolError("no such message")
    hints = get_type_hints(kind)
    return kind(**{name: _read(plain.get(name), hints[name]) for name in hints})


def _read(value: object, kind: Any) -> Any:
    if kind == Meaning:
        return _read_meaning(value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ProtocolError(f"a {kind.__name__} is missing")
    return value


def _plain_meaning(meaning: Meaning) -> dict[str, Any]:
    plain: dict[str, Any] = {"is": type(meaning).__name__}
    match meaning:
        case Understood(wish) | Unsure(wish):
            plain |= {"node": wish.node} if wish.node is not None else {"everywhere": wish.everywhere}
        case Answered(yes):
            plain["yes"] = yes
        case NotUnderstood(why):
            plain["why"] = why
    return plain


def _read_meaning(plain: object) -> Meaning:
    match plain:
        case {"is": "Understood" | "Unsure" as name, "node": str(node)}:
            return _MEANINGS[name](Wish(node=NodeId(node)))  # type: ignore[no-any-return]  # of the union's own members
        case {"is": "Understood" | "Unsure" as name, "everywhere": str(word)}:
            return _MEANINGS[name](Wish(everywhere=_one_of(Everywhere, word)))  # type: ignore[no-any-return]  # same
        case {"is": "Answered", "yes": bool(yes)}:
            return Answered(yes)
        case {"is": "NotUnderstood", "why": str(word)}:
            return NotUnderstood(_one_of(Unheard, word))
        case _:
            raise ProtocolError("no meaning of ours")


def _one_of(kind: Callable[[str], Any], word: str) -> Any:
    try:
        return kind(word)
    except ValueError:
        raise ProtocolError("an unknown word") from None
