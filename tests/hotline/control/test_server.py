"""The control socket against good, slow, silent and hostile clients: real sockets, real loops."""

import asyncio
import contextlib
import json
import os
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from hotline.control.connection import Limits
from hotline.control.protocol import MAX_REQUEST_BYTES, ControlError, ErrorCode
from hotline.control.server import ControlServer, Op
from telephony.errors import ConfigError, Problem, WorldError
from telephony.events import DigitBegan
from telephony.ids import CallId

WITHIN_S = 10.0
"""Longest wait for anything here; everything answers in milliseconds."""


async def _slow(args: dict[str, Any]) -> str:
    await asyncio.sleep(args.get("s", 60))
    return "done"


def _raise(make: Callable[[], Exception]) -> Op:
    def op(_: dict[str, Any]) -> object:
        raise make()

    return op


OPS: dict[str, Op] = {
    "ping": lambda _: "pong",
    "echo": lambda args: args,
    "slow": _slow,
    "large": lambda args: "x" * args["bytes"],
    "config": _raise(lambda: ConfigError([Problem("menus.yaml", 4, 2, "no such queue")])),
    "world": _raise(lambda: WorldError("no disk", retryable=True)),
    "refuse": _raise(lambda: ControlError(ErrorCode.BAD_ARGS, "no such agent")),
    "bug": _raise(lambda: KeyError("13912345678")),
    "unwritable": lambda _: object(),
}


class Peer:
    """A client that can do everything wrong."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, line: bytes) -> None:
        self.writer.write(line)
        await self.writer.drain()

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(WITHIN_S):
            line = await self.reader.readline()
        frame: dict[str, Any] = json.loads(line) if line else {"end": True}
        return frame

    async def ask(self, op: str, number: int = 1, **args: object) -> dict[str, Any]:
        await self.say(json.dumps({"v": 1, "id": number, "op": op, "args": args}).encode() + b"\n")
        return await self.hear()


Connect = Callable[[], Awaitable[Peer]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "control.sock"


@contextlib.asynccontextmanager
async def serving(
    path: Path, *, limits: Limits | None = None, allowed_uids: frozenset[int] | None = None
) -> AsyncIterator[tuple[ControlServer, Connect]]:
    peers: list[Peer] = []

    async def connect() -> Peer:
        peers.append(Peer(*await asyncio.open_unix_connection(path, limit=2**24)))
        return peers[-1]

    async with ControlServer(path, OPS, limits=limits, allowed_uids=allowed_uids) as server:
        yield server, connect
    for peer in peers:
        peer.writer.close()
        with contextlib.suppress(OSError):
            await peer.writer.wait_closed()


async def test_an_op_is_answered_under_its_number(path: Path) -> None:
    async with serving(path) as (_, connect):
        peer = await connect()
        assert await peer.ask("ping", 7) == {"v": 1, "id": 7, "ok": True, "result": "pong"}
        assert (await peer.ask("echo", 8, agent="8001"))["result"] == {"agent": "8001"}
        assert (await peer.ask("slow", 9, s=0))["result"] == "done"


async def test_only_the_owner_may_open_the_socket(path: Path) -> None:
    async with serving(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()


async def test_another_user_is_refused_by_the_kernels_word(path: Path) -> None:
    async with serving(path, allowed_uids=frozenset({os.getuid() + 1})) as (_, connect):
        peer = await connect()
        assert (await peer.hear())["error"]["code"] == "refused"
        assert await peer.hear() == {"end": True}


@pytest.mark.parametrize(
    ("op", "code", "message"),
    [
        ("config", "config", "problems"),
        ("world", "world", "no disk"),
        ("refuse", "bad_args", "no such agent"),
        ("bug", "internal", "see the log"),
        ("unwritable", "internal", "JSON"),
        ("nonsense", "unknown_op", "known are bug, config, echo, follow"),
    ],
)
async def test_an_error_is_an_answer_and_the_conversation_goes_on(path: Path, op: str, code: str, message: str) -> None:
    async with serving(path) as (_, connect):
        peer = await connect()
        answer = await peer.ask(op)
        assert (answer["ok"], answer["id"], answer["error"]["code"]) == (False, 1, code)
        assert message in answer["error"]["message"]
        assert "13912345678" not in json.dumps(answer)
        assert (await peer.ask("ping"))["result"] == "pong"


async def test_problems_of_the_configuration_are_listed(path: Path) -> None:
    async with serving(path) as (_, connect):
        answer = await (await connect()).ask("config")
        assert answer["error"]["details"] == ["menus.yaml:4:2: no such queue"]


async def test_a_wrong_version_is_named_and_the_conversation_goes_on(path: Path) -> None:
    async with serving(path) as (_, connect):
        peer = await connect()
        await peer.say(b'{"v":2,"id":5,"op":"ping"}\n')
        answer = await peer.hear()
        assert (answer["id"], answer["error"]["code"]) == (5, "wrong_version")
        assert (await peer.ask("ping"))["result"] == "pong"


@pytest.mark.parametrize("line", [b"GET / HTTP/1.1\r\n", b"\x00\xff\n", b"\n", b"[" * 60_000 + b"\n"])
async def test_garbage_ends_the_conversation_with_a_reason(path: Path, line: bytes) -> None:
    async with serving(path) as (_, connect):
        peer = await connect()
        await peer.say(line)
        assert (await peer.hear())["error"]["code"] == "bad_frame"
        assert await peer.hear() == {"end": True}
        assert (await (await connect()).ask("ping"))["result"] == "pong"


async def test_a_request_without_end_is_cut_off(path: Path) -> None:
    async with serving(path) as (_, connect):
        peer = await connect()
        with contextlib.suppress(ConnectionError):  # the server may hang up while we still write
            await peer.say(b"x" * (MAX_REQUEST_BYTES * 3))
        assert (await peer.hear())["error"]["code"] == "too_large"
        assert (await (await connect()).ask("ping"))["result"] == "pong"


async def test_half_a_request_is_never_carried_out(path: Path) -> None:
    async with serving(path) as (server, connect):
        peer = await connect()
        await peer.say(b'{"v":1,"id":1,"op":"follow"}')
        peer.writer.write_eof()
        assert await peer.hear() == {"end": True}
        assert server.followers == 0


async def test_a_silent_client_is_let_go(path: Path) -> None:
    async with serving(path, limits=Limits(idle_s=0.05)) as (_, connect):
        assert await (await connect()).hear() == {"end": True}


async def test_the_client_too_many_is_told_so(path: Path) -> None:
    async with serving(path, limits=Limits(clients=1)) as (_, connect):
        first = await connect()
        assert (await first.ask("ping"))["result"] == "pong"
        second = await connect()
        assert (await second.hear())["error"]["code"] == "too_many_clients"
        assert (await first.ask("ping"))["result"] == "pong"


async def test_two_clients_are_served_side_by_side(path: Path) -> None:
    async with serving(path) as (_, connect):
        one, two = await connect(), await connect()
        await one.say(b'{"v":1,"id":1,"op":"slow"}\n')
        assert (await two.ask("ping"))["result"] == "pong"


async def test_a_client_that_does_not_read_is_let_go_and_costs_the_others_nothing(path: Path) -> None:
    async with serving(path, limits=Limits(write_s=0.2, buffered_bytes=1024)) as (server, connect):
        deaf = await connect()
        deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
        for number in range(50):
            deaf.writer.write(b'{"v":1,"id":%d,"op":"large","args":{"bytes":1000000}}\n' % number)
        other = await connect()
        assert (await other.ask("ping"))["result"] == "pong"
        assert len(server._connections) == 2
        async with asyncio.timeout(WITHIN_S):
            while len(server._connections) > 1:
                assert (await other.ask("ping"))["result"] == "pong"


async def test_followers_get_what_happens_from_then_on(path: Path) -> None:
    async with serving(path) as (server, connect):
        peer, other = await connect(), await connect()
        server.publish(DigitBegan(CallId("1.0")))  # nobody follows yet
        assert (await peer.ask("follow", 8))["result"] == "following"
        assert (await other.ask("follow", 3))["result"] == "following"
        assert server.followers == 2
        server.publish(DigitBegan(CallId("1.1")))
        assert await peer.hear() == {"v": 1, "id": 8, "event": {"kind": "DigitBegan", "call": "1.1"}}
        assert (await other.hear())["id"] == 3
        assert (await peer.ask("ping", 9))["result"] == "pong"
        assert (await peer.ask("follow", 10))["error"]["code"] == "refused"


async def test_a_slow_follower_loses_the_oldest_and_is_told(path: Path) -> None:
    async with serving(path, limits=Limits(followed_events=10)) as (server, connect):
        peer = await connect()
        await peer.ask("follow", 2)
        for number in range(25):  # without giving the stream its turn
            server.publish(DigitBegan(CallId(f"1.{number}")))
        assert await peer.hear() == {"v": 1, "id": 2, "dropped": 15}
        assert [(await peer.hear())["event"]["call"] for _ in range(10)] == [f"1.{n}" for n in range(15, 25)]


async def test_a_follower_that_does_not_read_is_let_go(path: Path) -> None:
    async with serving(path, limits=Limits(write_s=0.1, buffered_bytes=1024)) as (server, connect):
        deaf = await connect()
        await deaf.ask("follow")
        deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
        async with asyncio.timeout(WITHIN_S):
            while server.followers:
                for _ in range(100):
                    server.publish(DigitBegan(CallId("1." + "7" * 1000)))
                await asyncio.sleep(0)


async def test_closing_lets_everybody_go(path: Path) -> None:
    async with serving(path) as (server, connect):
        peer, busy = await connect(), await connect()
        await peer.ask("follow")
        await busy.say(b'{"v":1,"id":1,"op":"slow"}\n')
        assert (await peer.ask("ping"))["result"] == "pong"
        async with asyncio.timeout(WITHIN_S):
            await server.close()
        assert await peer.hear() == {"end": True}
        assert await busy.hear() == {"end": True}
        await server.close()


async def test_a_socket_left_behind_is_replaced(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(os.fspath(path))
    async with serving(path) as (_, connect):
        assert (await (await connect()).ask("ping"))["result"] == "pong"


async def test_a_hotline_that_answers_is_not_pushed_aside(path: Path) -> None:
    async with serving(path) as (_, connect):
        with pytest.raises(WorldError, match="another hotline"):
            await ControlServer(path, OPS).open()
        assert (await (await connect()).ask("ping"))["result"] == "pong"


async def test_a_path_too_long_or_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="107 bytes"):
        await ControlServer(tmp_path / ("x" * 120), OPS).open()
    with pytest.raises(WorldError, match="can not listen"):
        await ControlServer(tmp_path / "none" / "c.sock", OPS).open()
