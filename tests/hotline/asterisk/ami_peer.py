"""An Asterisk manager that misbehaves as told, over real TCP; and recorded conversations to replay."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from hotline.asterisk.ami_message import AmiMessage
from hotline.asterisk.link import Link, LinkAddress, LinkState, LinkTiming

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ami"
BANNER = b"Asterisk Call Manager/11.0.0\r\n"
BOOTED = b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
PATIENCE_S = 10.0
"""For anything that should happen at once, on a machine that may be busy."""

QUICK = LinkTiming(retry_first_s=0.01, retry_limit_s=0.05, retry_refused_s=0.05)
"""Reconnects at once, otherwise as patient as in real life."""

Said = dict[str, str]
"""What the link sent: header in lower case → value; the last of repeated ones."""


@dataclass(frozen=True)
class Turn:
    """One action as recorded, and everything Asterisk said before the next."""

    action: str
    action_id: str
    answer: bytes


def conversation(name: str) -> list[Turn]:
    """A recorded conversation without its banner."""
    turns: list[Turn] = []
    asked, said = b"", b""
    lines = (FIXTURES / f"{name}.txt").read_bytes().splitlines()[1:]
    for before, line in zip([b"S: ", *lines], lines, strict=False):
        if line.startswith(b"C: ") and before.startswith(b"S: ") and asked:
            turns.append(_turn(asked, said))
            asked, said = b"", b""
        text = re.sub(rb"\\(.)", lambda found: b"\n" if found[1] == b"n" else found[1], line[3:]) + b"\r\n"
        if line.startswith(b"C: "):
            asked += text
        else:
            said += text
    return [*turns, _turn(asked, said)]


def _turn(asked: bytes, said: bytes) -> Turn:
    heard = _parse(asked)
    return Turn(heard.get("action", ""), heard["actionid"], said)


def server_bytes(name: str) -> bytes:
    """Everything Asterisk said in a recorded conversation, with its banner."""
    return BANNER + b"".join(turn.answer for turn in conversation(name))


def _parse(raw: bytes) -> Said:
    pairs = (line.split(": ", 1) for line in raw.decode().split("\r\n") if ": " in line)
    return {key.lower(): value for key, value in pairs}


def success(said: Said, more: str = "") -> bytes:
    return f"Response: Success\r\nActionID: {said['actionid']}\r\n{more}\r\n".encode()


@dataclass
class Visit:
    """One connection of the link to the peer."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    heard: list[Said] = field(default_factory=list)
    unread: asyncio.Queue[Said] = field(default_factory=asyncio.Queue)

    async def say(self, data: bytes, *, cut_every: int = 0) -> None:
        """Send; `cut_every` bytes as TCP segments of their own, each read by the link before the next is sent."""
        for at in range(0, len(data), cut_every or len(data) or 1):
            self.writer.write(data[at : at + (cut_every or len(data))])
            await self.writer.drain()
            for _ in range(3 if cut_every else 0):
                await asyncio.sleep(0)  # the link lives on the same loop

    async def hear(self) -> Said:
        """The next action."""
        raw = await self.reader.readuntil(b"\r\n\r\n")
        said = _parse(raw)
        self.heard.append(said)
        self.unread.put_nowait(said)
        return said

    def cut(self) -> None:
        self.writer.transport.abort()

    async def log_in(self) -> None:
        """Greet, accept, boot."""
        await self.say(BANNER)
        await self.say(success(await self.hear(), "Message: Authentication accepted\r\n") + BOOTED)

    async def serve(self, answers: dict[str, Callable[[Said], bytes]] | None = None) -> None:
        """Answer pings and what is in `answers`, keep silent about the rest."""
        known = {"Ping": lambda said: success(said, "Ping: Pong\r\n")} | (answers or {})
        while True:
            said = await self.hear()
            if answer := known.get(said["action"]):
                await self.say(answer(said))

    async def heard_action(self, action: str) -> Said:
        """Wait until the link has sent such an action."""
        async with asyncio.timeout(PATIENCE_S):
            while (said := await self.unread.get())["action"] != action:
                pass
        return said


Behaviour = Callable[[Visit], Awaitable[None]]


async def civil(visit: Visit) -> None:
    """As Asterisk would."""
    await visit.log_in()
    await visit.serve()


class AmiPeer:
    """Listens on loopback; each connection is treated by `behave`, which a test may change between connections."""

    def __init__(self, behave: Behaviour = civil, port: int = 0) -> None:
        self.behave = behave
        self.visits: list[Visit] = []
        self.port = port
        """0 until it listens: any free one."""
        self._arrived: asyncio.Queue[Visit] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self.failures: list[BaseException] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, limit=2**24)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for visit in self.visits:
            visit.cut()
        await self._server.wait_closed()
        assert not self.failures, self.failures

    async def next_visit(self) -> Visit:
        """The next connection not yet asked for."""
        return await asyncio.wait_for(self._arrived.get(), PATIENCE_S)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        visit = Visit(reader, writer)
        self.visits.append(visit)
        self._arrived.put_nowait(visit)
        task = asyncio.ensure_future(self._treat(visit))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _treat(self, visit: Visit) -> None:
        try:
            await self.behave(visit)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the link hung up on us
        except Exception as error:  # noqa: BLE001 - reported when the test ends
            self.failures.append(error)
        finally:
            visit.cut()


@dataclass
class Witness:
    """What the link told its owner."""

    events: list[AmiMessage] = field(default_factory=list)
    states: list[LinkState] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def on_event(self, event: AmiMessage) -> None:
        self.events.append(event)
        self._news.set()

    def on_state(self, state: LinkState) -> None:
        self.states.append(state)
        self._news.set()

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for news until something is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not happened():
                self._news.clear()
                await self._news.wait()

    async def connected(self, times: int = 1) -> None:
        await self.until(lambda: self.states.count(LinkState.CONNECTED) >= times)

    async def event(self, name: str) -> AmiMessage:
        """Wait for an event of that name; the last one if there are several."""
        await self.until(lambda: any(event.name == name for event in self.events))
        return [event for event in self.events if event.name == name][-1]


def address(peer: AmiPeer) -> LinkAddress:
    return LinkAddress("127.0.0.1", peer.port, "hotline", "correct horse")


@contextlib.asynccontextmanager
async def running(link: Link) -> AsyncIterator[Link]:
    """The link runs for as long as the block does, and leaves nothing behind."""
    task = asyncio.ensure_future(link.run())
    try:
        yield link
    finally:
        await asyncio.wait_for(link.close(), PATIENCE_S)
        await asyncio.wait_for(task, PATIENCE_S)
        assert link.state is LinkState.DISCONNECTED


@contextlib.asynccontextmanager
async def linked(
    behave: Behaviour = civil, *, timing: LinkTiming = QUICK, wanted: frozenset[str] | None = None
) -> AsyncIterator[tuple[Link, AmiPeer, Witness]]:
    """A peer and a link that has connected to it."""
    async with AmiPeer(behave) as peer:
        witness = Witness()
        link = Link(address(peer), on_event=witness.on_event, on_state=witness.on_state, timing=timing, wanted=wanted)
        async with running(link):
            await witness.connected()
            yield link, peer, witness


def replaying(name: str, *, cut_every: int = 0, stop_after: int | None = None) -> Behaviour:
    """Say what Asterisk said, action by action; only the ActionIDs and the pings are of today.

    With `stop_after`, the connection is cut when so many bytes have been said.
    """

    async def behave(visit: Visit) -> None:
        left = stop_after
        held: list[Said] = []
        await visit.say(BANNER)
        for turn in conversation(name):
            said = await _said_in_turn(visit, turn.action, held)
            answer = turn.answer.replace(
                f"ActionID: {turn.action_id}\r\n".encode(), f"ActionID: {said['actionid']}\r\n".encode()
            )
            if left is not None and len(answer) >= left:
                await visit.say(answer[:left], cut_every=cut_every)
                return
            left = None if left is None else left - len(answer)
            await visit.say(answer, cut_every=cut_every)
        await visit.serve()

    return behave


async def _said_in_turn(visit: Visit, action: str, held: list[Said]) -> Said:
    """The next such action; others wait for their turn, but pings of today are answered in between."""
    for said in held:
        if said["action"] == action:
            held.remove(said)
            return said
    while (said := await visit.hear())["action"] != action:
        if said["action"] == "Ping":
            await visit.say(success(said, "Ping: Pong\r\n"))
        else:
            held.append(said)
    return said
