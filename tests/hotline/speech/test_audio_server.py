"""Whatever connects where the callers' sound is expected: bounded, and nothing waits for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import pytest

from hotline.speech import audio_server as module
from hotline.speech.audio_server import AudioConnection, AudioServer, Listener
from hotline.speech.frames import AUDIO, HANG_UP_FRAME, IDENTITY

PATIENCE_S = 30.0
WHO = UUID("6f9619ff-8b86-d011-b42d-00cf4fc964ff")
HELLO = bytes((IDENTITY, 0, 16)) + WHO.bytes
SOUND = bytes((AUDIO, 1, 64)) + b"ab" * 160


class Taker(Listener):
    def __init__(self) -> None:
        self.heard = b""
        self.ends: list[bool] = []

    def sound(self, pcm: bytes) -> None:
        self.heard += pcm

    def gone(self, *, damaged: bool) -> None:
        self.ends.append(damaged)


class House:
    """A server and whom it knows."""

    def __init__(self) -> None:
        self.known: dict[str, Taker] = {str(WHO): Taker()}
        self.taken: set[str] = set()
        self.server = AudioServer(self._claim)
        self.claimed: list[AudioConnection] = []
        self._writers: list[asyncio.StreamWriter] = []

    @property
    def taker(self) -> Taker:
        return self.known[str(WHO)]

    @property
    def connection(self) -> AudioConnection:
        return self.claimed[-1]

    def _claim(self, tap: str, connection: AudioConnection) -> Listener | None:
        if tap not in self.known or tap in self.taken:
            return None
        self.claimed.append(connection)
        self.taken.add(tap)
        return self.known[tap]

    async def visit(self, data: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        self._writers.append(writer)
        writer.write(data)
        return reader, writer

    async def leave(self) -> None:
        for writer in self._writers:
            writer.close()
        for writer in self._writers:
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    await house.server.open("127.0.0.1")
    try:
        yield house
    finally:
        await house.server.close()
        await house.leave()


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not happened():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.005)


async def let_go(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENCE_S):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


async def test_sound_reaches_its_listener_in_whatever_pieces(house: House) -> None:
    _, writer = await house.visit()
    for byte in HELLO + 5 * SOUND:
        writer.write(bytes((byte,)))
        await writer.drain()
    await until(lambda: len(house.taker.heard) >= 3 * 320)
    assert house.taker.heard == (b"ab" * 800)[: len(house.taker.heard)]
    writer.close()
    await until(lambda: house.taker.ends == [False])


async def test_it_is_woken_after_as_many_frames_as_wanted_and_at_once_if_they_have_come(house: House) -> None:
    _, writer = await house.visit(HELLO)
    await until(lambda: house.claimed)
    house.connection.wake_after(4)
    writer.write(3 * SOUND)
    await asyncio.sleep(0.1)
    assert house.taker.heard == b""
    await asyncio.to_thread(house.connection.wake_after, 2)
    await until(lambda: len(house.taker.heard) == 3 * 320)
    writer.close()
    await until(lambda: house.taker.ends == [False])
    house.connection.wake_after(1)  # too late, and no harm


async def test_garbage_ends_its_own_connection_only(house: House) -> None:
    _, good = await house.visit(HELLO)
    reader, _ = await house.visit(b"GET / HTTP/1.1\r\n\r\n")
    assert await let_go(reader) in {HANG_UP_FRAME, b""}
    good.write(4 * SOUND)
    await until(lambda: house.taker.heard)
    good.write(b"\x77\x77\x77" * 300)
    await until(lambda: house.taker.ends == [True])


async def test_a_hang_up_is_the_end(house: House) -> None:
    reader, _ = await house.visit(HELLO + HANG_UP_FRAME)
    assert await let_go(reader) == HANG_UP_FRAME
    await until(lambda: house.taker.ends == [False])


async def test_an_identity_nobody_expects_is_let_go_after_a_moment(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLAIMED_WITHIN_S", 0.1)
    reader, _ = await house.visit(bytes((IDENTITY, 0, 16)) + uuid4().bytes)
    assert await let_go(reader) == HANG_UP_FRAME
    assert not house.server._waiting


async def test_who_does_not_introduce_himself_is_let_go(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "INTRODUCED_WITHIN_S", 0.1)
    reader, _ = await house.visit(HELLO[:7])
    assert await let_go(reader) == HANG_UP_FRAME


async def test_the_second_with_the_same_identity_is_not_the_caller(house: House) -> None:
    await house.visit(HELLO)
    await until(lambda: house.taken)
    await house.visit(HELLO)
    await until(lambda: list(house.server._waiting.values()) == [str(WHO)])


async def test_early_sound_waits_for_its_tap_and_only_the_latest_of_it(house: House) -> None:
    taker = house.known.pop(str(WHO))
    _, writer = await house.visit(HELLO + SOUND)
    await until(lambda: list(house.server._waiting.values()) == [str(WHO)])
    writer.write(SOUND + SOUND)
    await asyncio.sleep(0.05)
    house.known[str(WHO)] = taker
    house.server.expected(str(WHO))
    assert 0 < len(taker.heard) <= 640


async def test_five_hundred_idlers_cost_a_caller_nothing(house: House) -> None:
    visits = [await house.visit() for _ in range(500)]
    await until(lambda: len(house.server._waiting) <= module.MOST_UNCLAIMED)
    await house.visit(HELLO + 4 * SOUND)
    await until(lambda: house.taker.heard)
    assert await let_go(visits[0][0]) in {HANG_UP_FRAME, b""}
