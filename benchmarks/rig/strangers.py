"""Whoever connects where a recogniser expects the callers' sound, and is not Asterisk."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

IDENTITY, AUDIO = 0x01, 0x10
LISTENS = "0A"
"""TCP_LISTEN of /proc/net/tcp (proc(5))."""

LET_GO_WITHIN_S = 15.0
"""Deadlines of the listener are 2 s each; the rest is a busy machine's."""


@dataclass
class Strangers:
    """Connections of one kind, and how long each was kept."""

    kind: str
    count: int
    kept_s: list[float] = field(default_factory=list)
    still_open: int = 0


def audio_port(recogniser: int, other: int) -> int:
    """Where a recogniser process takes sound: of the ports it listens on the one that is not the engine's."""
    mine = set(_sockets(recogniser))
    for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
        fields = line.split()
        port = int(fields[1].rpartition(":")[2], 16)
        if fields[3] == LISTENS and f"socket:[{fields[9]}]" in mine and port != other:
            return port
    raise SystemExit("the recogniser does not listen for sound")


def _sockets(pid: int) -> Iterator[str]:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            yield str(link.readlink())


def kinds(chance: random.Random) -> dict[str, Callable[[], list[bytes]]]:
    """What each kind sends, piece by piece, a fifth of a second apart."""

    def hello() -> bytes:
        return bytes((IDENTITY, 0, 16)) + chance.randbytes(16)

    half = bytes((AUDIO, 1, 64)) + bytes(100)
    return {
        "garbage": lambda: [chance.randbytes(chance.randint(1, 4000))],
        "half frames": lambda: [hello() + half],
        "half an identity": lambda: [hello()[: chance.randint(1, 18)]],
        "wrong uuid": lambda: [hello() + (bytes((AUDIO, 1, 64)) + bytes(320)) * 20],
        "slow, byte by byte": lambda: [bytes((byte,)) for byte in hello() + half],
        "idle": list,
    }


async def visit(strangers: Strangers, port: int, pieces: Callable[[], list[bytes]]) -> None:
    """Connect all of them at once, and wait until each has been let go."""
    await asyncio.gather(*(_visit(strangers, port, pieces()) for _ in range(strangers.count)))


async def _visit(strangers: Strangers, port: int, pieces: list[bytes]) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(LET_GO_WITHIN_S):
            await _stay(port, pieces)
    except TimeoutError:
        strangers.still_open += 1
    except ConnectionError:
        pass
    strangers.kept_s.append(loop.time() - began)


async def _stay(port: int, pieces: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            if len(pieces) > 1:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(), 0.2)
                    return
        await reader.read()
    finally:
        writer.close()
