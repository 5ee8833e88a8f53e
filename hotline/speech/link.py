"""The engine's connection to one recognition worker: kept up, never waited for, and its end is news."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

import structlog

from hotline.speech import protocol as p

READY_WITHIN_S: Final = 5.0
"""From the connection's begin to the worker's word that it hears."""

AGAIN_AFTER_S: Final = 0.5
"""Between attempts: a worker that died is back within a second or two, and its caller would rather have it sooner."""

SILENT_FOR_S: Final = 4.0
"""A worker tells its load twice a second; one that is silent for so long hangs."""

MOST_UNSENT: Final = 16_000_000
"""Bytes a worker may leave unread: some of the longest menus."""

log = structlog.get_logger(__name__)

Where = Callable[[], tuple[str, int] | None]
"""Host and port of a worker now; None while it does not run."""


class LinkUser(Protocol):
    """Who is told; all on the loop."""

    def worker_up(self, name: str, ready: p.Ready) -> None:
        """It hears from now on; it knows nothing of what was before."""
        ...

    def worker_down(self, name: str) -> None:
        """It is gone, with everything it was doing."""
        ...

    def worker_said(self, name: str, message: p.FromWorker) -> None:
        """Something happened there."""
        ...


class WorkerLink:
    """Connects to one worker, again and again."""

    def __init__(self, name: str, where: Where, secret: str, user: LinkUser) -> None:
        self.name = name
        self._where = where
        self._secret = secret
        self._user = user
        self._writer: asyncio.StreamWriter | None = None

    def send(self, message: p.FromEngine) -> None:
        """Tell the worker; whoever does not read is given up. Without a connection nothing happens."""
        writer = self._writer
        if writer is None or writer.is_closing():
            return
        writer.write(p.encode(message))
        if writer.transport.get_write_buffer_size() > MOST_UNSENT:
            log.warning("worker_does_not_read", worker=self.name)
            writer.transport.abort()

    async def run(self) -> None:
        """Keep the connection up until cancelled."""
        while True:
            place = self._where()
            if place is not None:
                with suppress(OSError):
                    await self._connect(*place)
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _connect(self, host: str, port: int) -> None:
        async with asyncio.timeout(READY_WITHIN_S):
            reader, writer = await asyncio.open_connection(host, port, limit=p.LONGEST_LINE)
        try:
            await self._converse(reader, writer)
        except (p.ProtocolError, OSError, ValueError, TimeoutError) as error:
            log.warning("worker_connection_ended", worker=self.name, problem=type(error).__name__)
        finally:
            was_up, self._writer = self._writer is not None, None
            writer.close()
            if was_up:
                self._user.worker_down(self.name)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(p.encode(p.Hello(self._secret)))
        async with asyncio.timeout(READY_WITHIN_S):
            ready = p.parse(await reader.readline())
        if not isinstance(ready, p.Ready):
            raise p.ProtocolError("not a worker of ours")
        self._writer = writer
        self._user.worker_up(self.name, ready)
        while True:
            async with asyncio.timeout(SILENT_FOR_S):
                line = await reader.readline()
            if not line:
                return
            message = p.parse(line)
            if isinstance(message, p.FromWorker):
                self._user.worker_said(self.name, message)
                await asyncio.sleep(0)  # several callers may be understood at once: between them others have their turn
