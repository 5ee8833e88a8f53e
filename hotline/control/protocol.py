"""The control socket's words: one JSON object per line, versioned, bounded. Pure.

    → {"v": 1, "id": 7, "op": "agent", "args": {"number": "8001", "wish": "ready"}}
    ← {"v": 1, "id": 7, "ok": true, "result": {"granted": true}}
    ← {"v": 1, "id": 7, "ok": false, "error": {"code": "bad_args", "message": "…", "details": []}}

After `follow` succeeded, its id also marks what is streamed:

    ← {"v": 1, "id": 8, "event": {…}}
    ← {"v": 1, "id": 8, "dropped": 12}
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

VERSION = 1
"""Raised when an old client could misunderstand an answer; adding fields does not raise it."""

MAX_REQUEST_BYTES = 65_536
"""Longest request line; ours are under 1 kB (nginx allows 8 kB per header line)."""

MAX_REPLY_BYTES = 8_388_608
"""Longest reply line; a snapshot of 1,000 calls takes 0.2 MB."""


class ErrorCode(StrEnum):
    """Stable keys of what can go wrong; clients decide by them, people read the message."""

    BAD_FRAME = "bad_frame"
    TOO_LARGE = "too_large"
    WRONG_VERSION = "wrong_version"
    UNKNOWN_OP = "unknown_op"
    BAD_ARGS = "bad_args"
    REFUSED = "refused"
    CONFIG = "config"
    WORLD = "world"
    TOO_MANY_CLIENTS = "too_many_clients"
    INTERNAL = "internal"


class ControlError(Exception):
    """A request that can not be served; travels to the client as an error reply and is raised again there."""

    def __init__(self, code: ErrorCode | str, message: str, details: list[str] | None = None) -> None:
        super().__init__(message)
        self.code = str(code)
        self.message = message
        self.details = details or []
        """One line each, such as the problems of a configuration."""
        self.request_id: int | None = None
        """Which request it answers, where that could still be read."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question or order."""

    id: int
    """Chosen by the client; comes back in the reply."""
    op: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request."""

    id: int
    result: Any = None


@dataclass(frozen=True, slots=True)
class Streamed:
    """One thing that happened, sent to a follower."""

    id: int
    """Of the `follow` request."""
    event: Any


@dataclass(frozen=True, slots=True)
class Dropped:
    """The follower was too slow: this many events were left out here."""

    id: int
    count: int


def encode_request(request: Request) -> bytes:
    """One line, for the server."""
    return _line({"v": VERSION, "id": request.id, "op": request.op, "args": request.args})


def encode_reply(reply: Reply | Streamed | Dropped) -> bytes:
    """One line, for the client."""
    match reply:
        case Reply(number, result):
            line = _line({"v": VERSION, "id": number, "ok": True, "result": result})
        case Streamed(number, event):
            line = _line({"v": VERSION, "id": number, "event": event})
        case Dropped(number, count):
            line = _line({"v": VERSION, "id": number, "dropped": count})
    if len(line) > MAX_REPLY_BYTES:
        return encode_error(ControlError(ErrorCode.TOO_LARGE, "the answer is too large for one frame"), reply.id)
    return line


def encode_error(error: ControlError, request_id: int | None) -> bytes:
    """One line, for the client; `request_id` is None where the request could not be read."""
    shown = {"code": error.code, "message": error.message, "details": error.details}
    return _line({"v": VERSION, "id": request_id, "ok": False, "error": shown})


def parse_request(line: bytes) -> Request:
    """The request on this line; raises `ControlError` saying what is wrong with it."""
    frame = _parse_object(line)
    number = frame.get("id")
    request_id = number if isinstance(number, int) and not isinstance(number, bool) else None
    try:
        return _request(frame, request_id)
    except ControlError as error:
        error.request_id = request_id
        raise


def parse_reply(line: bytes) -> Reply | Streamed | Dropped:
    """What the server said on this line; an error reply is raised as the `ControlError` it carries."""
    frame = _parse_object(line)
    if frame.get("v") != VERSION:
        raise ControlError(
            ErrorCode.WRONG_VERSION, f"the hotline speaks protocol {frame.get('v')!r}, we speak {VERSION}"
        )
    match frame:
        case {"ok": False, "error": {"code": str(code), "message": str(message)} as error}:
            raise ControlError(code, message, [str(detail) for detail in error.get("details", [])])
        case {"id": int(number), "ok": True}:
            return Reply(number, frame.get("result"))
        case {"id": int(number), "event": event}:
            return Streamed(number, event)
        case {"id": int(number), "dropped": int(count)}:
            return Dropped(number, count)
        case _:
            raise ControlError(ErrorCode.BAD_FRAME, "the answer is no frame of this protocol")


def _request(frame: dict[str, Any], request_id: int | None) -> Request:
    if frame.get("v") != VERSION:
        message = f"protocol version {frame.get('v')!r} is not spoken here; this hotline speaks {VERSION}"
        raise ControlError(ErrorCode.WRONG_VERSION, message)
    match frame:
        case {"op": str(op)} if request_id is not None and isinstance(frame.get("args", {}), dict):
            return Request(request_id, op, frame.get("args", {}))
        case _:
            raise ControlError(ErrorCode.BAD_FRAME, 'a request has "v", a whole number "id", "op" and an object "args"')


def _parse_object(line: bytes) -> dict[str, Any]:
    try:
        frame = json.loads(line)
    except (ValueError, RecursionError) as error:  # a thousand brackets are garbage too
        raise ControlError(ErrorCode.BAD_FRAME, "not a line of JSON in UTF-8") from error
    if not isinstance(frame, dict):
        raise ControlError(ErrorCode.BAD_FRAME, "not a JSON object")
    return frame


def _line(frame: dict[str, Any]) -> bytes:
    """Our dataclasses, enums and sets as they are; what JSON has no word for (NaN, other objects) is our bug."""
    text = json.dumps(frame, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    return text.encode(errors="replace") + b"\n"


def _plain(value: object) -> Any:
    """One level of what `json` does not know; it comes back for what is inside."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} does not travel over the control socket")
