"""The engine's side of the control socket. A slow, silent or hostile client costs the engine nothing but its turn."""

import asyncio
import inspect
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Self

import structlog

from hotline.control.connection import Connection, Limits
from hotline.control.feed import shown
from hotline.control.protocol import MAX_REQUEST_BYTES, ControlError, ErrorCode, Request
from telephony.errors import ConfigError, WorldError

Op = Callable[[dict[str, Any]], Awaitable[object] | object]
"""What one word of the protocol does: gets the arguments, returns the result or raises `ControlError`."""

LONGEST_SOCKET_PATH = 107
"""Bytes of `sun_path` on Linux, less the closing zero (unix(7))."""

SOCKET_MODE = 0o600

WAITING_CONNECTIONS = 100
"""Connections the kernel holds before we accept them (asyncio's default)."""

ROOT_UID = 0

log = structlog.get_logger(__name__)


class ControlServer:
    """Serves a table of ops, and `follow`, on a Unix socket only its owner (and root) may open."""

    def __init__(
        self,
        path: Path,
        ops: Mapping[str, Op],
        *,
        allowed_uids: frozenset[int] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._path = path
        self._ops = ops
        self._allowed_uids = frozenset({os.getuid(), ROOT_UID}) if allowed_uids is None else allowed_uids
        self._limits = limits or Limits()
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._closing = False

    async def open(self) -> None:
        """Listen. A socket left behind by a dead hotline is replaced; one that answers is a `WorldError`."""
        listener = _listen(self._path)
        self._closing = False
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=MAX_REQUEST_BYTES)

    async def close(self) -> None:
        """Stop listening, let every client go and remove the socket."""
        if self._server is None:
            return
        server, self._server = self._server, None
        self._closing = True
        server.close()
        self._path.unlink(missing_ok=True)
        tasks = [connection.task for connection in self._connections if connection.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # one more turn, in which the sockets are closed
        await server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def followers(self) -> int:
        """How many clients follow the stream of events."""
        return sum(connection.follows for connection in self._connections)

    def publish(self, happened: object) -> None:
        """Tell every follower of a fact or order, callers' data masked, without waiting for any of them."""
        if not self.followers:
            return
        event = shown(happened)
        for connection in self._connections:
            connection.tell(event)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer, self._limits)
        self._connections.add(connection)
        try:
            await self._talk(connection)
        except asyncio.CancelledError:
            if not self._closing:  # else it is our own close(), and asyncio would report it as an error
                raise
        finally:
            self._connections.discard(connection)

    async def _talk(self, connection: Connection) -> None:
        refusal = self._refusal(connection)
        try:
            await (connection.converse(self._answer) if refusal is None else connection.refuse(refusal))
        except* OSError:  # TimeoutError is one: the client went away or does not read, which is its own affair
            log.debug("control client lost")
        finally:
            await connection.close()

    def _refusal(self, connection: Connection) -> ControlError | None:
        if self._closing:
            return ControlError(ErrorCode.WORLD, "the hotline is being stopped")
        uid = connection.peer_uid()
        if uid not in self._allowed_uids:
            log.warning("control client refused", uid=uid)
            return ControlError(ErrorCode.REFUSED, "this hotline belongs to another user")
        if len(self._connections) > self._limits.clients:
            log.warning("too many control clients", clients=len(self._connections))
            return ControlError(ErrorCode.TOO_MANY_CLIENTS, "too many clients; try again later")
        return None

    async def _answer(self, request: Request) -> object:
        """The result of one op; whatever it raises becomes a `ControlError`."""
        op = self._ops.get(request.op)
        if op is None:
            known = ", ".join(sorted({*self._ops, "follow"}))
            raise ControlError(ErrorCode.UNKNOWN_OP, f"unknown op {request.op!r}; known are {known}")
        try:
            result = op(request.args)
            return await result if inspect.isawaitable(result) else result
        except ControlError:
            raise
        except ConfigError as error:
            problems = [str(problem) for problem in error.problems]
            raise ControlError(ErrorCode.CONFIG, "the configuration has problems", problems) from error
        except WorldError as error:
            raise ControlError(ErrorCode.WORLD, str(error)) from error
        except Exception as error:  # a bug in one op must not end the connection, let alone the engine
            log.exception("control op failed", op=request.op)
            raise ControlError(ErrorCode.INTERNAL, f"a bug in {request.op!r}; see the log") from error


def _listen(path: Path) -> socket.socket:
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        message = f"the control socket's path is longer than {LONGEST_SOCKET_PATH} bytes: {path}"
        raise WorldError(message, retryable=False)
    if _answers(path):
        raise WorldError(f"another hotline answers on {path}", retryable=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(listener.fileno(), SOCKET_MODE)  # before bind: at no instant could anyone else connect
        listener.bind(os.fspath(path))
        listener.listen(WAITING_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise WorldError(f"can not listen on {path}: {error.strerror}", retryable=False) from error
    return listener


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(os.fspath(path)) == 0
