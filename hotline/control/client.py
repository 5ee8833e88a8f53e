"""The window's side of the control socket: a plain client for the command line, an asyncio one for consoles."""

import asyncio
import contextlib
import itertools
import os
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Self

from hotline.control.protocol import (
    MAX_REPLY_BYTES,
    ControlError,
    Dropped,
    ErrorCode,
    Reply,
    Request,
    Streamed,
    encode_request,
    parse_reply,
)
from telephony.errors import WorldError

ANSWER_WITHIN_S = 5.0
"""The engine answers in milliseconds; a reload reads two files and checks them."""


class NotRunningError(WorldError):
    """No hotline answers on this socket."""

    exit_code = 3
    """Of the command line: nothing is broken, it just does not run."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"热线没有运行 · the hotline is not running (nobody answers on {path})", retryable=True)


class ControlClient:
    """One connection, one request at a time. Every failure is a `NotRunningError`, `WorldError` or `ControlError`."""

    def __init__(self, path: Path, *, timeout_s: float = ANSWER_WITHIN_S) -> None:
        self._numbers = itertools.count(1)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout_s)
        try:
            self._socket.connect(os.fspath(path))
        except OSError as error:
            self._socket.close()
            if isinstance(error, PermissionError):
                raise WorldError(f"this hotline belongs to another user ({path})", retryable=False) from error
            raise NotRunningError(path) from error
        self._lines = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()

    def ask(self, op: str, **args: object) -> Any:
        """The result of one op."""
        with _world_errors():
            number = next(self._numbers)
            self._socket.sendall(encode_request(Request(number, op, args)))
            while True:
                reply = parse_reply(_checked(self._lines.readline(MAX_REPLY_BYTES + 1)))
                if isinstance(reply, Reply) and reply.id == number:
                    return reply.result

    def follow(self, *, silence_s: float | None = None) -> Iterator[Streamed | Dropped]:
        """What happens from now on, until closed; a `WorldError` after `silence_s` without any event."""
        self.ask("follow")
        self._socket.settimeout(silence_s)
        while True:
            with _world_errors():
                frame = parse_reply(_checked(self._lines.readline(MAX_REPLY_BYTES + 1)))
            if isinstance(frame, Streamed | Dropped):
                yield frame


class AsyncControlClient:
    """The same over asyncio: open with `async with await AsyncControlClient.connect(path)`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timeout_s: float) -> None:
        self._reader = reader
        self._writer = writer
        self._timeout_s = timeout_s
        self._numbers = itertools.count(1)

    @classmethod
    async def connect(cls, path: Path, *, timeout_s: float = ANSWER_WITHIN_S) -> Self:
        """Dial the hotline."""
        try:
            async with asyncio.timeout(timeout_s):
                reader, writer = await asyncio.open_unix_connection(os.fspath(path), limit=MAX_REPLY_BYTES + 1)
        except OSError as error:
            raise NotRunningError(path) from error
        return cls(reader, writer, timeout_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def ask(self, op: str, **args: object) -> Any:
        """The result of one op."""
        with _world_errors():
            number = next(self._numbers)
            async with asyncio.timeout(self._timeout_s):
                self._writer.write(encode_request(Request(number, op, args)))
                await self._writer.drain()
                while True:
                    reply = parse_reply(_checked(await self._reader.readline()))
                    if isinstance(reply, Reply) and reply.id == number:
                        return reply.result

    async def follow(self) -> AsyncIterator[Streamed | Dropped]:
        """What happens from now on, until closed."""
        await self.ask("follow")
        while True:
            with _world_errors():
                frame = parse_reply(_checked(await self._reader.readline()))
            if isinstance(frame, Streamed | Dropped):
                yield frame


def _checked(line: bytes) -> bytes:
    if not line.endswith(b"\n"):
        if len(line) > MAX_REPLY_BYTES:
            raise ControlError(ErrorCode.TOO_LARGE, f"an answer has at most {MAX_REPLY_BYTES} bytes")
        raise WorldError("the hotline hung up before it answered", retryable=True)
    return line


@contextlib.contextmanager
def _world_errors() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise WorldError("the hotline does not answer in time", retryable=True) from error
    except OSError as error:
        raise WorldError(f"the connection to the hotline broke: {error.strerror}", retryable=True) from error
