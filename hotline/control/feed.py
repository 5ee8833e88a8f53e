"""What followers see of facts and orders: named, with the caller's data masked, in a queue that never grows."""

import dataclasses
from collections import deque
from typing import Any

from hotline.masking import mask_number
from telephony.prompt import Prompt
from telephony.wish import Meaning

FOLLOWED_EVENTS = 1_000
"""Events kept for one slow follower: some seconds of a busy hotline, 0.3 MB."""

_NUMBERS = frozenset({"caller"})
_HIDDEN = frozenset({"caller_name", "digit", "digits"})


def shown(happened: object) -> dict[str, Any]:
    """A fact or order as followers may see it: `{"kind": "CallArrived", "call": …, "caller": "138****8000"}`."""
    seen: dict[str, Any] = {"kind": type(happened).__name__}
    if dataclasses.is_dataclass(happened):
        seen |= {
            item.name: _shown_field(item.name, getattr(happened, item.name)) for item in dataclasses.fields(happened)
        }
    return seen


def _shown_field(name: str, value: Any) -> Any:
    if name in _NUMBERS:
        return mask_number(str(value))
    if name in _HIDDEN:
        return "*" * len(str(value))
    if isinstance(value, Meaning):
        return {"is": type(value).__name__, **dataclasses.asdict(value)}
    return value.text if isinstance(value, Prompt) else value


class Feed:
    """One follower's queue: the newest events, and how many older ones had to go."""

    def __init__(self, size: int = FOLLOWED_EVENTS) -> None:
        self._events: deque[Any] = deque(maxlen=size)
        self._dropped = 0

    def put(self, event: object) -> None:
        """Append; the oldest event goes where there is no room."""
        self._dropped += len(self._events) == self._events.maxlen
        self._events.append(event)

    def take(self) -> tuple[int, list[Any]]:
        """How many were dropped since the last time, and everything that waits."""
        dropped, waiting = self._dropped, list(self._events)
        self._dropped = 0
        self._events.clear()
        return dropped, waiting
