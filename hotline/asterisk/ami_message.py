"""AMI on the wire: bytes to immutable messages, actions to bytes. Pure; neither side can smuggle a line past it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import methodcaller
from types import MappingProxyType
from urllib.parse import unquote

from telephony.errors import LinkError

MAX_LINE_SENT_BYTES = 1000
"""Longest line of an action. Measured on Asterisk 22.10: 1,022 bytes pass, 1,023 fail with "line too long"."""

MAX_LINES_SENT = 128
"""Lines of an action with Action and ActionID. Measured on Asterisk 22.10: 128 pass, 129 fail."""

_SEVERAL = " appears more than once"

_KINDS = frozenset({"event", "response"})

_SPLIT = methodcaller("partition", ": ")

_FORBIDDEN = re.compile(r"[\r\n\0]")

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)

_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
"""Asterisk's `ast_escape_c`; every other escaped character stands for itself."""


class HeaderError(LinkError):
    """A message lacks a header it must have, or has it twice: not the message it seems to be."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False)


@dataclass(frozen=True, slots=True, repr=False)
class AmiMessage:
    """One event or response. Header names are case-insensitive; `repr` shows no values, they may be personal."""

    name: str
    """Event's name; `""` for a response."""
    response: str
    """`Success`, `Error`, `Goodbye`; `""` for an event."""
    headers: Mapping[str, str | tuple[str, ...]]
    """By lower-case name; a tuple where a header was repeated."""

    def required(self, key: str) -> str:
        """The one value of a header. Raises HeaderError if it is missing or repeated."""
        value = self.headers.get(key.lower())
        if isinstance(value, str):
            return value
        raise HeaderError(f"{self._kind}: {key}{' is missing' if value is None else _SEVERAL}")

    def optional(self, key: str, default: str = "") -> str:
        """The one value of a header, or the default. Raises HeaderError if it is repeated."""
        value = self.headers.get(key.lower(), default)
        if isinstance(value, str):
            return value
        raise HeaderError(f"{self._kind}: {key}{_SEVERAL}")

    def all(self, key: str) -> tuple[str, ...]:
        """Every value of a header that may be repeated, such as Variable, ChanVariable or Output."""
        value = self.headers.get(key.lower(), ())
        return (value,) if isinstance(value, str) else value

    def unquoted(self, key: str) -> str:
        """A value Asterisk has URL-encoded: Env and Result of the AsyncAGI events."""
        return unquote(self.required(key))

    def unescaped(self, key: str) -> str:
        r"""A value Asterisk has escaped as in C: every CallerIDName and ConnectedLineName (`a\"b` is `a"b`)."""
        return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), self.required(key))

    @property
    def _kind(self) -> str:
        return f"event {self.name}" if self.name else f"response {self.response}"

    def __repr__(self) -> str:
        return f"<AmiMessage {self._kind}: {', '.join(self.headers)}>"


def parse_message(raw: bytes) -> AmiMessage | None:
    """One message without its blank line. None if there is neither an event nor a response in it.

    Whatever stands before the Event or Response line is a torn message's rest and is passed over, as are lines
    without a colon. Bytes that are no UTF-8 become U+FFFD: Asterisk may cut a name in the middle of a character.
    """
    lines = raw.decode("utf-8", "replace").split("\r\n")
    plain: dict[str, str] = {key.lower(): value for key, colon, value in map(_SPLIT, lines) if colon}
    if len(plain) == len(lines) and ":" not in "".join(plain) and (kind := next(iter(plain))) in _KINDS:
        return _message(kind, plain[kind], plain)  # as nearly every message is; the rest is five times slower
    return _parse_oddities(lines)


def _parse_oddities(lines: list[str]) -> AmiMessage | None:
    """Repeated headers, lines without a colon or without its space, a torn beginning."""
    first: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    kind = ""
    for line in lines:
        key, colon, value = line.partition(":")
        key = key.lower()
        if not colon or not (kind or key in _KINDS):
            continue
        kind = kind or key
        value = value.removeprefix(" ")
        if key in first:
            repeated.setdefault(key, [first[key]]).append(value)
        else:
            first[key] = value
    if not kind:
        return None
    return _message(kind, first[kind], first | {key: tuple(values) for key, values in repeated.items()})


def _message(kind: str, what: str, headers: Mapping[str, str | tuple[str, ...]]) -> AmiMessage | None:
    what = what.strip()
    if not what:
        return None
    told = MappingProxyType(headers)
    return AmiMessage(what, "", told) if kind == "event" else AmiMessage("", what, told)


@dataclass(frozen=True, slots=True, repr=False)
class Action:
    """An order to Asterisk. Raises ValueError for what would not arrive as one action: that is the author's bug."""

    name: str
    fields: tuple[tuple[str, str], ...] = ()
    """In order; a key may be repeated (Variable). An ActionID of the author's own is kept, else the link gives one."""

    def __post_init__(self) -> None:
        for key, value in (("Action", self.name), *self.fields):
            _check_line(key, value)
        if len(self.fields) + 2 > MAX_LINES_SENT:
            raise ValueError(f"{self.name}: more than {MAX_LINES_SENT} lines")

    def to_bytes(self, action_id: str) -> bytes:
        """As it goes over the wire."""
        _check_line("ActionID", action_id)
        own = [line for line in self.fields if line[0].lower() != "actionid"]
        lines = [("Action", self.name), ("ActionID", action_id), *own]
        return ("\r\n".join(f"{key}: {value}" for key, value in lines) + "\r\n\r\n").encode()

    @property
    def action_id(self) -> str:
        """The author's own ActionID, `""` if the link is to give one."""
        return next((value for key, value in self.fields if key.lower() == "actionid"), "")

    def __repr__(self) -> str:
        return f"<Action {self.name}: {', '.join(key for key, _ in self.fields)}>"


def _check_line(key: str, value: str) -> None:
    """Refuse what Asterisk would read as something else; the message names the key, never the value."""
    if not key or ":" in key or _FORBIDDEN.search(key):
        raise ValueError(f"{key!r} cannot be the name of an AMI header")
    if _FORBIDDEN.search(value):
        raise ValueError(f"{key}: a value with CR, LF or NUL would become lines of its own")
    if len(f"{key}: {value}".encode()) > MAX_LINE_SENT_BYTES:
        raise ValueError(f"{key}: line longer than {MAX_LINE_SENT_BYTES} bytes, Asterisk would refuse it")
