"""Both clients against a real server, and against peers that misbehave."""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotline.control import client as client_module
from hotline.control.client import AsyncControlClient, ControlClient, NotRunningError
from hotline.control.protocol import ControlError, Dropped, Streamed
from hotline.control.server import ControlServer
from telephony.errors import WorldError
from telephony.events import DigitBegan
from telephony.ids import CallId


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "c.sock"


@contextlib.contextmanager
def misbehaving(path: Path, *answers: bytes) -> Iterator[None]:
    """A server that reads one request, says this and hangs up."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(path))
        listener.listen()
        listener.settimeout(10)

        def serve() -> None:
            peer, _ = listener.accept()
            with peer, contextlib.suppress(OSError):
                peer.settimeout(10)
                peer.recv(65536)
                for answer in answers:
                    peer.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join()


async def _in_thread(path: Path, work: Callable[[ControlClient], object]) -> object:
    def run() -> object:
        with ControlClient(path) as client:
            return work(client)

    return await asyncio.to_thread(run)


async def test_the_plain_client_asks_and_hears_errors(path: Path) -> None:
    async with ControlServer(path, {"echo": lambda args: args}):
        assert await _in_thread(path, lambda client: [client.ask("echo", n=n) for n in range(3)]) == [
            {"n": 0},
            {"n": 1},
            {"n": 2},
        ]
        with pytest.raises(ControlError, match="unknown op"):
            await _in_thread(path, lambda client: client.ask("nonsense"))


async def test_the_plain_client_follows(path: Path) -> None:
    async with ControlServer(path, {}) as server:
        heard: list[Streamed | Dropped] = []

        def follow(client: ControlClient) -> None:
            for frame in client.follow(silence_s=10):
                heard.append(frame)
                if len(heard) == 2:
                    return

        task = asyncio.ensure_future(_in_thread(path, follow))
        while not server.followers:  # noqa: ASYNC110 - the server's own state, not an event of ours
            await asyncio.sleep(0)
        server.publish(DigitBegan(CallId("1.1")))
        server.publish(DigitBegan(CallId("1.2")))
        await task
        assert [frame.event["call"] for frame in heard if isinstance(frame, Streamed)] == ["1.1", "1.2"]


async def test_a_follower_is_not_kept_waiting_for_ever(path: Path) -> None:
    async with ControlServer(path, {}):
        with pytest.raises(WorldError, match="in time"):
            await _in_thread(path, lambda client: list(client.follow(silence_s=0.05)))


async def test_the_asyncio_client_asks_follows_and_hears_errors(path: Path) -> None:
    async with (
        ControlServer(path, {"echo": lambda args: args}) as server,
        await AsyncControlClient.connect(path) as client,
    ):
        assert await client.ask("echo", agent="8001") == {"agent": "8001"}
        with pytest.raises(ControlError, match="unknown op"):
            await client.ask("nonsense")
        stream = client.follow()
        first = asyncio.ensure_future(anext(stream))
        while not server.followers:  # noqa: ASYNC110 - the server's own state, not an event of ours
            await asyncio.sleep(0)
        server.publish(DigitBegan(CallId("1.1")))
        frame = await first
        assert isinstance(frame, Streamed)
        assert frame.event == {"kind": "DigitBegan", "call": "1.1"}
        await stream.aclose()  # type: ignore[attr-defined]


async def test_the_asyncio_client_does_not_wait_for_ever(path: Path) -> None:
    async def slow(_: object) -> None:
        await asyncio.sleep(60)

    async with ControlServer(path, {"slow": slow}), await AsyncControlClient.connect(path, timeout_s=0.05) as client:
        with pytest.raises(WorldError, match="in time"):
            await client.ask("slow")


async def test_nobody_there_is_told_apart(path: Path) -> None:
    with pytest.raises(NotRunningError, match="not running"):
        ControlClient(path)
    with pytest.raises(NotRunningError, match="not running"):
        await AsyncControlClient.connect(path)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(os.fspath(path))
    with pytest.raises(NotRunningError, match="not running"):
        ControlClient(path)


def test_a_socket_of_another_user_is_told_apart(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forbidden(socket.socket):
        def connect(self, address: object) -> None:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "socket", Forbidden)
    with pytest.raises(WorldError, match="another user"):
        ControlClient(path)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ((), "hung up"),
        ((b'{"v":1,"id":1,',), "hung up"),
        ((b"SSH-2.0-OpenSSH\n",), "not a line of JSON"),
        ((b'{"v":3,"id":1,"ok":true}\n',), "protocol 3"),
    ],
)
def test_a_peer_that_is_no_hotline_is_one_clear_error(path: Path, answers: tuple[bytes, ...], message: str) -> None:
    expected = pytest.raises((WorldError, ControlError), match=message)
    with misbehaving(path, *answers), ControlClient(path) as client, expected:
        client.ask("ping")


def test_an_answer_without_end_is_cut_off(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_REPLY_BYTES", 1000)
    expected = pytest.raises(ControlError, match="1000 bytes")
    with misbehaving(path, b"x" * 5000), ControlClient(path) as client, expected:
        client.ask("ping")


def test_a_peer_that_says_nothing_is_not_waited_for(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(path))
        listener.listen()
        with ControlClient(path, timeout_s=0.05) as client, pytest.raises(WorldError, match="in time"):
            client.ask("ping")


def test_a_broken_connection_is_a_world_error(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(path))
        listener.listen()
        with ControlClient(path) as client:
            peer, _ = listener.accept()
            peer.close()
            with pytest.raises(WorldError, match=r"broke|hung up"):
                client.ask("ping")
