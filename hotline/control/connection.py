"""One client of the control socket: its requests in order, and the stream of events if it follows."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from hotline.control.feed import FOLLOWED_EVENTS, Feed
from hotline.control.protocol import (
    MAX_REQUEST_BYTES,
    ControlError,
    Dropped,
    ErrorCode,
    Reply,
    Request,
    Streamed,
    encode_error,
    encode_reply,
    parse_request,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client, and all together, may take."""

    clients: int = 64
    """Open connections; a console, a web page and a few watchers are usual."""
    idle_s: float = 300.0
    """Silence after which a client that follows nothing is let go."""
    write_s: float = 5.0
    """How long a client may leave an answer unread."""
    buffered_bytes: int = 262_144
    """Bytes waiting in one connection before writing pauses."""
    followed_events: int = FOLLOWED_EVENTS
    """Events kept for a slow follower."""


Answer = Callable[[Request], Awaitable[object]]
"""Gives the result of a request or raises `ControlError`."""


class Connection:
    """Owns one client's stream; whoever awaits `converse` hears of a lost or slow client as an `OSError`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: Limits) -> None:
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._feed: Feed | None = None
        self._follow_id = 0
        self._news = asyncio.Event()
        self.task = asyncio.current_task()
        writer.transport.set_write_buffer_limits(high=limits.buffered_bytes)

    @property
    def follows(self) -> bool:
        """Whether this client asked for the stream of events."""
        return self._feed is not None

    def peer_uid(self) -> int:
        """The user behind the connection, as the kernel vouches for it (SO_PEERCRED, unix(7))."""
        peer: socket.socket = self._writer.get_extra_info("socket")
        _pid, uid, _gid = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return int(uid)

    def tell(self, event: object) -> None:
        """Queue an event if this client follows; never waits."""
        if self._feed is not None:
            self._feed.put(event)
            self._news.set()

    async def converse(self, answer: Answer) -> None:
        """Serve until the client leaves, or has said something that ends the conversation."""
        async with asyncio.TaskGroup() as group:
            stream = group.create_task(self._stream(), name="control-stream")
            with contextlib.suppress(asyncio.IncompleteReadError):  # the end of the stream
                while await self._serve_one(answer):
                    pass
            stream.cancel()

    async def refuse(self, error: ControlError) -> None:
        """Say why there will be no conversation."""
        await self._send(encode_error(error, None))

    async def close(self) -> None:
        """Let the client go, after what is written if it reads."""
        self._writer.close()
        try:
            async with asyncio.timeout(self._limits.write_s):
                await self._writer.wait_closed()
        except OSError:  # gone, or it does not read
            return
        finally:
            self._writer.transport.abort()

    async def _serve_one(self, answer: Answer) -> bool:
        """Read and answer one request; False where nothing sensible can follow."""
        try:
            request = parse_request(await self._read_line())
        except ControlError as error:
            await self._send(encode_error(error, error.request_id))
            return error.code not in {ErrorCode.BAD_FRAME, ErrorCode.TOO_LARGE}
        try:
            reply = Reply(request.id, self._follow(request) if request.op == "follow" else await answer(request))
        except ControlError as error:
            await self._send(encode_error(error, request.id))
        else:
            await self._send(_encode(reply))
        return True

    async def _read_line(self) -> bytes:
        try:
            async with asyncio.timeout(None if self.follows else self._limits.idle_s):
                return await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            message = f"a request has at most {MAX_REQUEST_BYTES} bytes"
            raise ControlError(ErrorCode.TOO_LARGE, message) from error

    def _follow(self, request: Request) -> str:
        if self._feed is not None:
            raise ControlError(ErrorCode.REFUSED, "this connection follows already")
        self._feed = Feed(self._limits.followed_events)
        self._follow_id = request.id
        return "following"

    async def _stream(self) -> None:
        """Send what the feed holds; while the client does not read, the feed drops, not the engine."""
        while True:
            await self._news.wait()
            self._news.clear()
            dropped, events = self._feed.take() if self._feed else (0, [])
            if dropped:
                await self._send(encode_reply(Dropped(self._follow_id, dropped)))
            for event in events:
                await self._send(encode_reply(Streamed(self._follow_id, event)))

    async def _send(self, line: bytes) -> None:
        self._writer.write(line)
        async with asyncio.timeout(self._limits.write_s):
            await self._writer.drain()


def _encode(reply: Reply) -> bytes:
    try:
        return encode_reply(reply)
    except (TypeError, ValueError):  # a result that is no JSON is a bug of the op, not of this client
        return encode_error(ControlError(ErrorCode.INTERNAL, "the answer can not be written as JSON"), reply.id)
