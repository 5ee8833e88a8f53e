"""The engine's connection to a worker: up, down, up again, and nothing waits for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from hotline.speech import link as module
from hotline.speech import protocol as p
from hotline.speech.link import WorkerLink
from hotline.speech.worker import Worker, WorkerPlan
from tests.hotline.speech.speech_play import MANNER, MENUS, recognizer

PATIENCE_S = 30.0
READY = p.encode(p.Ready("127.0.0.1:1", "m", demo=False, most_taps=1))


class Desk:
    def __init__(self) -> None:
        self.told: list[object] = []

    def worker_up(self, name: str, ready: p.Ready) -> None:
        self.told.append(("up", name, ready.model))

    def worker_down(self, name: str) -> None:
        self.told.append(("down", name))

    def worker_said(self, name: str, message: p.FromWorker) -> None:
        if not isinstance(message, p.Load):
            self.told.append((name, message))


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not happened():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def linked(where: Callable[[], tuple[str, int] | None]) -> AsyncIterator[tuple[WorkerLink, Desk]]:
    desk = Desk()
    link = WorkerLink("recogniser-1", where, "geheim", desk)
    running = asyncio.ensure_future(link.run())
    try:
        yield link, desk
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@contextlib.asynccontextmanager
async def worker_says(*answers: bytes) -> AsyncIterator[int]:
    """A worker of the wrong kind: answers each connection with these bytes, then falls silent."""
    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        for answer in answers:
            writer.write(answer)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await done.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        done.set()
        server.close()
        await asyncio.sleep(0.05)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_AFTER_S", 0.01)


async def test_a_worker_is_found_again_after_its_death() -> None:
    places: list[tuple[str, int]] = []
    async with linked(lambda: places[-1] if places else None) as (link, desk):
        link.send(p.Pause("nobody"))  # without a connection nothing happens
        for _ in range(2):
            async with Worker(WorkerPlan("127.0.0.1", "geheim"), recognizer(), MANNER) as worker:
                places.append(("127.0.0.1", worker.port))
                await until(lambda: desk.told and desk.told[-1] == ("up", "recogniser-1", "scripted"))
                link.send(p.TakeMenu("v1", MENUS))
                link.send(p.ListenTo("no-tap", 1, "main", asks=False, fresh=False))
                await until(lambda: desk.told[-1] == ("recogniser-1", p.TapFailed("no-tap")))
            await until(lambda: desk.told[-1] == ("down", "recogniser-1"))


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH\r\n", p.encode(p.Pause("a")), b""])
async def test_who_is_no_worker_is_not_believed(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READY_WITHIN_S", 0.3)
    async with worker_says(answer) as port, linked(lambda: ("127.0.0.1", port)) as (_, desk):
        await asyncio.sleep(0.1)
        assert desk.told == []


@pytest.mark.parametrize("rest", [b"", b"nonsense\n"])
async def test_a_worker_that_hangs_or_raves_is_down(rest: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENT_FOR_S", 0.2)
    async with worker_says(READY, rest) as port, linked(lambda: ("127.0.0.1", port)) as (_, desk):
        await until(lambda: ("down", "recogniser-1") in desk.told)
        assert desk.told[0] == ("up", "recogniser-1", "m")


async def test_a_worker_that_does_not_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_UNSENT", -1)
    async with worker_says(READY) as port, linked(lambda: ("127.0.0.1", port)) as (link, desk):
        await until(lambda: desk.told)
        link.send(p.Pause("a"))
        await until(lambda: ("down", "recogniser-1") in desk.told)


async def test_what_only_an_engine_says_is_not_passed_on() -> None:
    says = worker_says(READY, p.encode(p.Pause("a")), p.encode(p.TapClosed("b")))
    async with says as port, linked(lambda: ("127.0.0.1", port)) as (_, desk):
        await until(lambda: len(desk.told) == 2)
        assert desk.told[1] == ("recogniser-1", p.TapClosed("b"))
