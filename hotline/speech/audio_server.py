"""Where Asterisk connects the callers' sound to: AudioSocket over TCP, garbage and idlers bounded, nothing waits."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from hotline.speech.frames import HANG_UP_FRAME, FrameError, FrameReader

INTRODUCED_WITHIN_S: Final = 2.0
"""Asterisk says whose sound it is with its first packet."""

CLAIMED_WITHIN_S: Final = 2.0
"""The engine announces a tap before it asks Asterisk for it; its word may come a moment later than the sound."""

MOST_UNCLAIMED: Final = 256
"""Connections that belong to no tap, at once; the oldest goes for a new one."""

FRAME_BYTES: Final = 323
"""Of Asterisk's 20 ms."""

log = structlog.get_logger(__name__)


class Listener(Protocol):
    """Who takes one tap's sound."""

    def sound(self, pcm: bytes) -> None:
        """Sound that came together."""
        ...

    def gone(self, *, damaged: bool) -> None:
        """The connection is over; damaged: what came was no sound."""
        ...


class AudioConnection(asyncio.Protocol):
    """One connection from Asterisk, or from whoever pretends to be."""

    def __init__(self, server: "AudioServer") -> None:
        self._server = server
        self._reader = FrameReader()
        self._listener: Listener | None = None
        self._early = b""
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._damaged = False
        self._endpoint: socket.socket | None = None
        self._frames = 1
        self._lock = threading.Lock()
        """Threads say after how many frames we are to be woken; a socket that is closed must not be meant any more."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connected; he has a moment to say whose sound he brings."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._endpoint = transport.get_extra_info("socket")
        self._timer = asyncio.get_running_loop().call_later(INTRODUCED_WITHIN_S, self.end)
        self._server.arrived(self)

    def data_received(self, data: bytes) -> None:
        """Take frames."""
        before = self._reader.identity
        try:
            sound = self._reader.take(data)
        except FrameError:
            self._damaged = True
            self.end()
            return
        if before is None and self._reader.identity is not None:
            self._introduced(str(self._reader.identity))
        if self._listener is not None and sound:
            self._listener.sound(sound)
        elif sound:
            self._early = sound  # the next replaces it: what counts has not begun
        if self._reader.is_over:
            self.end()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        """Tell the listener."""
        self._stop_timer()
        with self._lock:
            self._endpoint = None
        self._server.left(self)
        if self._listener is not None:
            self._listener.gone(damaged=self._damaged)

    def belongs_to(self, listener: Listener) -> None:
        """Give the sound to its listener from now on."""
        self._stop_timer()
        self._listener = listener
        if self._early:
            listener.sound(self._early)
            self._early = b""

    def wake_after(self, frames: int) -> None:
        """Be woken when so many whole frames have come, which costs as much as one (SO_RCVLOWAT); from any thread.

        Where as many have come already, the kernel wakes us at once.
        """
        with self._lock:
            if self._endpoint is not None and frames != self._frames:
                self._frames = frames
                with contextlib.suppress(OSError):
                    self._endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, frames * FRAME_BYTES)

    def end(self) -> None:
        """End it: Asterisk hangs the tap's channel up."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(HANG_UP_FRAME)
            self._transport.close()

    def _introduced(self, tap: str) -> None:
        self._stop_timer()
        self._timer = asyncio.get_running_loop().call_later(CLAIMED_WITHIN_S, self.end)
        self._server.introduced(tap, self)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class AudioServer:
    """Brings connections and taps together, whichever comes first."""

    def __init__(self, claim: Callable[[str, AudioConnection], Listener | None]) -> None:
        self._claim = claim
        self._waiting: dict[AudioConnection, str] = {}
        """Connections that belong to nobody yet, the oldest first, and the tap they name."""
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self, host: str) -> None:
        """Listen on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: AudioConnection(self), host, 0, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more; connections that wait are ended, others are their taps' business."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._waiting):
            connection.end()

    def expected(self, tap: str) -> None:
        """A tap was announced: its connection may be here already."""
        for connection in [one for one, name in self._waiting.items() if name == tap]:
            self.introduced(tap, connection)

    def arrived(self, connection: AudioConnection) -> None:
        """Somebody connected."""
        self._waiting[connection] = ""
        if len(self._waiting) > MOST_UNCLAIMED:
            oldest = next(iter(self._waiting))
            log.warning("too_many_strangers")
            self._waiting.pop(oldest)
            oldest.end()

    def introduced(self, tap: str, connection: AudioConnection) -> None:
        """A connection says whose sound it is."""
        listener = self._claim(tap, connection)
        if listener is None:
            self._waiting[connection] = tap
            return
        self._waiting.pop(connection, None)
        connection.belongs_to(listener)

    def left(self, connection: AudioConnection) -> None:
        """A connection is gone."""
        self._waiting.pop(connection, None)
