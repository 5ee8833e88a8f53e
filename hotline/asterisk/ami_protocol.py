"""One AMI connection: panoramisk's protocol and action ids, with everything it does not survive replaced.

Kept: the transport's bookkeeping (`transport`, `closed`, `responses`, `version`) and the action ids. Replaced, each
for a reason measured (panoramisk 1.4): cutting and decoding (characters split over TCP segments vanished, 82,000
messages/s), the matching of replies (AsyncAGIExec was swallowed by its CommandID, `as_list` was lost, an error in
place of a list never resolved), `close` (unanswered actions were sent again after a reconnect: an agent rang twice),
callbacks (an exception in one closed the connection). `Manager` is not used: it is reconnecting, replaying and pinging.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from panoramisk.actions import Action as PanoramiskAction
from panoramisk.ami_protocol import AMIProtocol

from hotline.asterisk.ami_message import Action, AmiMessage
from hotline.asterisk.ami_stream import AmiStream
from hotline.masking import remove_numbers
from telephony.errors import LinkError

log = structlog.get_logger(__name__)

MAX_UNSENT_BYTES = 1_048_576
"""Waiting in the transport when Asterisk has stopped reading; more, and the connection is given up.

Some 7,000 AGI commands on top of what the kernel holds: a third of a second at the highest rate measured.
"""

MAX_UNANSWERED = 20_000
"""Actions under way at once: a second's worth at the highest rate measured (21,500/s)."""

MAX_LISTED = 100_000
"""Items of one list; two hundred times the channels one machine carries."""

SLICE_S = 0.002
"""Messages that come together, as when twenty callers ring in the same instant, are handled for so long before timers,
speech and commands have their turn: the loop is late by no more than this and one message."""

MAX_LATE_LISTS = 64
"""Lists given up whose items may still arrive and must not be taken for news."""

_FAILURES = frozenset({"error", "fail", "failure"})


class NotSentError(LinkError):
    """The action never left: there is no connection, or it is being given up. A new connection will follow."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=True)


class OutcomeUnknownError(LinkError):
    """No reply came: the action may or may not have been carried out. Look before doing it again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=True)


class ActionRefusedError(LinkError):
    """Asterisk said no."""

    def __init__(self, action: str, reply: AmiMessage) -> None:
        said = " ".join(" ".join(reply.all("Message")).split()) or reply.response
        super().__init__(f"{action}: {remove_numbers(said)}", retryable=False)
        self.reply = reply
        """With the message as Asterisk said it, numbers included."""


Reply = AmiMessage | list[AmiMessage] | LinkError
OnReply = Callable[[Any], None]
"""Takes a Reply: a list if one was asked for, else a message; or why there is none."""


def guarded(callback: Callable[[Any], None], about: object) -> None:
    """Call back; what it raises is our bug and is logged, and the connection lives."""
    try:
        callback(about)
    except Exception:
        kind = about.name or about.response if isinstance(about, AmiMessage) else type(about).__name__
        log.exception("ami_callback_failed", about=kind)


@dataclass(slots=True)
class _Unanswered:
    """An action under way."""

    action: str
    on_reply: OnReply
    sent_at: float
    timer: asyncio.TimerHandle
    items: list[AmiMessage] | None
    """Collected so far, if the reply is a list."""
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom a connection tells what."""

    on_event: Callable[[AmiMessage], None]
    on_lost: Callable[[LinkError], None]
    """Told once, before any of the actions under way is failed."""
    on_round_trip: Callable[[float], None] = field(default=lambda _seconds: None)


class SafeProtocol(AMIProtocol):  # type: ignore[misc]  # panoramisk ships no types
    """One connection. Dropped once, for one reason; everything under way then fails, nothing is ever sent again."""

    def __init__(self, stream: AmiStream, listener: Listener) -> None:
        self.stream = stream
        self.listener = listener
        self.loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[None] = self.loop.create_future()
        """Done when the banner has come; never, if the connection is lost before: wait for `lost` as well."""
        self.lost: asyncio.Future[LinkError] = self.loop.create_future()
        """Done with the reason when the connection is gone."""
        self.received_at = self.loop.time()
        """When Asterisk last sent anything."""
        self.closed: bool = False
        self.responses: dict[str, _Unanswered] = {}
        self._unsent = bytearray()
        """Actions of this turn of the loop, sent together in the next one."""
        self._late: dict[str, None] = {}
        self._unhandled: deque[AmiMessage] = deque()
        """Messages that have come, in order; they wait while others have their turn."""

    # ---- asyncio ----------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Bytes came, cut anywhere."""
        self.received_at = self.loop.time()
        self._unhandled.extend(self.stream.feed(data))
        if self.stream.version and not self.greeted.done():
            self.version = self.stream.version
            self.greeted.set_result(None)
        self._handle_some()

    def _handle_some(self) -> None:
        """Handle what has come, for a while; if some is left, read no more until the loop has come back to it."""
        until = self.loop.time() + SLICE_S
        while self._unhandled and not self.closed:
            self.handle_message(self._unhandled.popleft())
            if self._unhandled and self.loop.time() >= until:
                self.transport.pause_reading()
                self.loop.call_soon(self._handle_some)
                return
        if not self.transport.is_reading() and not self.closed:
            self.transport.resume_reading()
        if self.stream.broken:
            self.drop(LinkError(self.stream.broken, retryable=True))

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone; what came before its end still counts."""
        while self._unhandled and not self.closed:
            self.handle_message(self._unhandled.popleft())
        self.drop(LinkError(f"connection lost: {exc}" if exc else "Asterisk closed the connection", retryable=True))

    # ---- sending ----------------------------------------------------------------------------------

    def send(self, action: Action, on_reply: OnReply, *, timeout_s: float, as_list: bool = False) -> None:
        """Send; `on_reply` hears exactly once. Raises NotSentError, and ValueError for an ActionID in use."""
        if self.closed:
            raise NotSentError(f"{action.name}: not connected")
        if self.unsent_bytes > MAX_UNSENT_BYTES or len(self.responses) >= MAX_UNANSWERED:
            # Not now: whoever sends must not hear of the loss before `send` has returned.
            self.loop.call_soon(self.drop, LinkError("Asterisk does not read what we send", retryable=True))
            raise NotSentError(f"{action.name}: Asterisk does not read what we send")
        action_id = action.action_id or PanoramiskAction.action_id_generator()
        if action_id in self.responses:
            raise ValueError(f"{action.name}: its ActionID is in use")
        timer = self.loop.call_later(timeout_s, self._expire, action_id, timeout_s)
        self.responses[action_id] = _Unanswered(action.name, on_reply, self.loop.time(), timer, [] if as_list else None)
        self.stream.listing = self.stream.listing or as_list
        if not self._unsent:
            self.loop.call_soon(self._send_all)
        self._unsent += action.to_bytes(action_id)

    def _send_all(self) -> None:
        """Send what one event led to at once: each sending wakes Asterisk, which then takes our processor from us."""
        if self._unsent:
            self.transport.write(bytes(self._unsent))
            self._unsent.clear()

    @property
    def unsent_bytes(self) -> int:
        """Waiting for Asterisk to read."""
        size: int = self.transport.get_write_buffer_size()
        return size + len(self._unsent)

    @property
    def oldest_unanswered_s(self) -> float:
        """For how long the oldest action has waited for its first reply; 0 if none does."""
        waiting = next((sent for sent in self.responses.values() if not sent.acknowledged), None)
        return self.loop.time() - waiting.sent_at if waiting else 0.0

    # ---- receiving --------------------------------------------------------------------------------

    def handle_message(self, message: AmiMessage) -> None:
        """One message, in order of arrival."""
        told = message.headers.get("actionid", "")
        action_id = told if isinstance(told, str) else told[0]
        sent = self.responses.get(action_id)
        if message.response:
            if sent is not None and not sent.acknowledged:
                self._acknowledged(action_id, sent, message)
        elif sent is not None and sent.items is not None:
            self._listed(action_id, sent, sent.items, message)
        elif action_id in self._late:
            if message.all("EventList"):
                del self._late[action_id]
        else:
            guarded(self.listener.on_event, message)

    def _acknowledged(self, action_id: str, sent: _Unanswered, message: AmiMessage) -> None:
        sent.acknowledged = True
        self.listener.on_round_trip(self.loop.time() - sent.sent_at)
        if message.response.lower() in _FAILURES:
            self._finish(action_id, ActionRefusedError(sent.action, message))
        elif sent.items is None:
            self._finish(action_id, message)
        elif not message.all("EventList"):
            self._finish(action_id, LinkError(f"{sent.action}: its reply is not a list", retryable=False))

    def _listed(self, action_id: str, sent: _Unanswered, items: list[AmiMessage], message: AmiMessage) -> None:
        if message.all("EventList"):
            self._finish(action_id, items)
        elif len(items) < MAX_LISTED:
            items.append(message)
        else:
            self._remember_late(action_id)
            self._finish(action_id, LinkError(f"{sent.action}: list longer than {MAX_LISTED}", retryable=False))

    def _finish(self, action_id: str, reply: Reply) -> None:
        sent = self.responses.pop(action_id)
        sent.timer.cancel()
        self._update_listing()
        guarded(sent.on_reply, reply)

    def _expire(self, action_id: str, timeout_s: float) -> None:
        sent = self.responses[action_id]
        if sent.items is not None:
            self._remember_late(action_id)
        self._finish(action_id, OutcomeUnknownError(f"{sent.action}: no reply within {timeout_s:g} s"))

    def _remember_late(self, action_id: str) -> None:
        self._late[action_id] = None
        if len(self._late) > MAX_LATE_LISTS:
            del self._late[next(iter(self._late))]

    def _update_listing(self) -> None:
        if self.stream.listing:
            self.stream.listing = any(sent.items is not None for sent in self.responses.values())

    # ---- the end ----------------------------------------------------------------------------------

    def close(self) -> None:
        """Close on purpose."""
        self.drop(LinkError("closed", retryable=True))

    def drop(self, reason: LinkError) -> None:
        """End the connection, now, whatever still waits to be sent; only the first reason counts."""
        if self.closed:
            return
        self.closed = True
        self._send_all()
        self.transport.abort()
        self.lost.set_result(reason)
        unanswered, self.responses = self.responses, {}
        guarded(self.listener.on_lost, reason)
        for sent in unanswered.values():
            sent.timer.cancel()
            failure = OutcomeUnknownError(f"{sent.action}: {reason}")
            self.loop.call_soon(guarded, sent.on_reply, failure)
