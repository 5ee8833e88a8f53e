"""A worker over real sockets: its engine, its callers' sound, and everybody who is neither."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest

from asr.listening import STALLED_S
from asr.recognizer import Recognizer
from hotline.speech import protocol as p
from hotline.speech import worker as module
from hotline.speech.frames import AUDIO, HANG_UP_FRAME, IDENTITY
from hotline.speech.understanding import Understanding
from hotline.speech.worker import StuckError, Worker, WorkerPlan
from ivr.menu import Menu
from telephony.events import TimeReached
from telephony.ids import NodeId
from telephony.wish import NotUnderstood, Understood, Unheard, Wish
from tests.hotline.speech.speech_play import MANNER, MENUS, ScriptedRecognizer, menu, recognizer, silence, speech

PATIENCE_S = 30.0
EARLY = Understood(Wish(NodeId("repayment.early")))


class Engine:
    """One engine's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.audio = ("", 0)

    def tell(self, *messages: p.Message) -> None:
        for message in messages:
            self.writer.write(p.encode(message))

    async def hears(self, *kinds: type) -> p.Message:
        """The next message of one of these kinds; loads pass by."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = p.parse(await self.reader.readline())
                if isinstance(message, kinds):
                    return message
                assert isinstance(message, p.Load)

    async def is_let_go(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            with contextlib.suppress(ConnectionError):
                while await self.reader.readline():
                    pass
        self.writer.close()

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


class Caller:
    """A tap as Asterisk brings it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, engine: Engine, tap: str) -> "Caller":
        caller = cls(*await asyncio.open_connection(*engine.audio))
        caller.writer.write(bytes((IDENTITY, 0, 16)) + bytes.fromhex(tap.replace("-", "")))
        return caller

    def says(self, sound: bytes) -> None:
        for start in range(0, len(sound), 320):
            frame = sound[start : start + 320]
            self.writer.write(bytes((AUDIO, *len(frame).to_bytes(2, "big"))) + frame)

    async def is_hung_up(self) -> bytes:
        async with asyncio.timeout(PATIENCE_S):
            try:
                left = await self.reader.read()
            except ConnectionError:
                left = b""
        self.writer.close()
        return left

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


@contextlib.asynccontextmanager
async def worker_running(*texts: str, most_taps: int = 10) -> AsyncIterator[tuple[Worker, ScriptedRecognizer]]:
    hears = recognizer(*texts)
    async with Worker(WorkerPlan("127.0.0.1", "geheim", most_taps=most_taps), hears, MANNER) as worker:
        watching = asyncio.ensure_future(worker.run())
        try:
            yield worker, hears
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def connect(worker: Worker, secret: str = "geheim") -> Engine:
    engine = Engine(*await asyncio.open_connection("127.0.0.1", worker.port, limit=p.LONGEST_LINE))
    engine.tell(p.Hello(secret))
    return engine


@contextlib.asynccontextmanager
async def engine_of(worker: Worker) -> AsyncIterator[Engine]:
    engine = await connect(worker)
    ready = await engine.hears(p.Ready)
    assert isinstance(ready, p.Ready)
    host, _, port = ready.audio.rpartition(":")
    engine.audio = (host, int(port))
    engine.tell(p.TakeMenu("v1", MENUS))
    try:
        yield engine
    finally:
        await engine.close()


def listen(tap: str, listening: int = 1) -> p.ListenTo:
    return p.ListenTo(tap, listening, "main", asks=False, fresh=False)


async def listens(worker: Worker, tap: str) -> None:
    await until(lambda: tap in worker._taps and worker._taps[tap].connection and worker._taps[tap].hearing.is_listening)


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not happened():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.01)


async def test_a_callers_words_become_their_meaning() -> None:
    async with worker_running("提前还款") as (worker, _), engine_of(worker) as engine:
        tap = str(uuid4())
        engine.tell(p.OpenTap(tap, "v1"), listen(tap, 4))
        caller = await Caller.connect(engine, tap)
        await listens(worker, tap)
        caller.says(silence(0.3) + speech(1.2) + silence(1.0))
        heard = await engine.hears(p.Heard)
        assert isinstance(heard, p.Heard)
        assert (heard.tap, heard.listening, heard.meaning) == (tap, 4, EARLY)
        engine.tell(p.CloseTap(tap))
        assert await engine.hears(p.TapClosed) == p.TapClosed(tap)
        assert await caller.is_hung_up() == HANG_UP_FRAME


async def test_sound_may_come_before_its_tap_is_announced() -> None:
    async with worker_running("提前还款") as (worker, _), engine_of(worker) as engine:
        tap = str(uuid4())
        caller = await Caller.connect(engine, tap)
        caller.says(silence(0.1))
        await until(lambda: tap in worker._audio._waiting.values())
        engine.tell(p.OpenTap(tap, "v1"), listen(tap))
        await listens(worker, tap)
        caller.says(silence(0.3) + speech(1.2) + silence(1.0))
        assert isinstance(await engine.hears(p.Heard), p.Heard)
        await caller.close()
        assert await engine.hears(p.TapClosed) == p.TapClosed(tap)


async def test_orders_about_a_tap_reach_it_and_others_do_no_harm() -> None:
    async with worker_running("提前还款") as (worker, _), engine_of(worker) as engine:
        tap = str(uuid4())
        engine.tell(p.Pause("none"), p.CloseTap("none"), p.Load(1, 1, 1.0), listen("none"))
        assert await engine.hears(p.TapFailed) == p.TapFailed("none")
        engine.tell(p.OpenTap(tap, "v1"), p.Pause(tap), listen(tap), p.SoundBegan(tap))
        caller = await Caller.connect(engine, tap)
        await listens(worker, tap)
        caller.says(silence(1.5))
        heard = await engine.hears(p.Heard)
        assert isinstance(heard, p.Heard)
        assert heard.meaning == NotUnderstood(Unheard.NOTHING)
        await caller.close()


async def test_what_cannot_be_heard_is_said_at_once() -> None:
    async with worker_running(most_taps=1) as (worker, _), engine_of(worker) as engine:
        engine.tell(p.TakeMenu("v1", MENUS), p.TakeMenu("v2", "menu: [wrong"))
        engine.tell(p.OpenTap("a", "v2"), p.OpenTap("b", "v1"), p.OpenTap("c", "v1"))
        assert [await engine.hears(p.TapFailed) for _ in range(2)] == [p.TapFailed("a"), p.TapFailed("c")]


async def test_a_long_menu_keeps_nobody_waiting_who_is_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PREPARED_WITHIN_S", 0.05)
    go_on = threading.Event()
    build = Understanding.build

    def build_slowly(menu: Menu, recognizer: Recognizer) -> Understanding:
        assert go_on.wait(PATIENCE_S)
        return build(menu, recognizer)

    async with worker_running("提前还款") as (worker, _), engine_of(worker) as engine:
        await until(lambda: "v1" in worker._menus)
        monkeypatch.setattr(Understanding, "build", build_slowly)
        engine.tell(p.TakeMenu("long", MENUS), p.OpenTap("too early", "long"), p.TakeMenu("long", MENUS))
        assert await engine.hears(p.TapFailed) == p.TapFailed("too early")
        tap = str(uuid4())
        engine.tell(p.OpenTap(tap, "v1"), listen(tap))
        caller = await Caller.connect(engine, tap)
        await listens(worker, tap)
        caller.says(silence(0.3) + speech(1.2) + silence(1.0))
        assert isinstance(await engine.hears(p.Heard), p.Heard)
        await caller.close()
        go_on.set()
        await until(lambda: "long" in worker._menus)


async def test_old_versions_of_the_menu_are_forgotten() -> None:
    async with worker_running() as (worker, _), engine_of(worker) as engine:
        engine.tell(*(p.TakeMenu(f"w{number}", MENUS) for number in range(module.KEPT_MENUS)))
        engine.tell(p.OpenTap("old", "v1"))
        assert await engine.hears(p.TapFailed) == p.TapFailed("old")


async def test_a_model_that_fails_costs_one_tap() -> None:
    async with worker_running("(fails)") as (worker, _), engine_of(worker) as engine:
        tap = str(uuid4())
        engine.tell(p.OpenTap(tap, "v1"), listen(tap))
        caller = await Caller.connect(engine, tap)
        await listens(worker, tap)
        caller.says(silence(0.3) + speech(1.0))
        assert await engine.hears(p.TapFailed) == p.TapFailed(tap)
        await caller.is_hung_up()


async def test_a_tap_whose_sound_never_comes_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECTED_WITHIN_S", 0.1)
    async with worker_running() as (worker, _), engine_of(worker) as engine:
        engine.tell(p.OpenTap("nobody", "v1"))
        assert await engine.hears(p.TapFailed) == p.TapFailed("nobody")
        await until(lambda: not worker._taps)


@pytest.mark.parametrize("line", [b"GET / HTTP/1.1\r\n", p.encode(p.Hello("falsch")), p.encode(p.Pause("a")), b"\n"])
async def test_nobody_else_is_served(line: bytes) -> None:
    async with worker_running() as (worker, _):
        stranger = Engine(*await asyncio.open_connection("127.0.0.1", worker.port))
        stranger.writer.write(line)
        await stranger.is_let_go()


async def test_who_says_nothing_is_let_go_and_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELLO_WITHIN_S", 0.2)
    async with worker_running() as (worker, _):
        strangers = [
            Engine(*await asyncio.open_connection("127.0.0.1", worker.port)) for _ in range(module.MOST_ENGINES + 3)
        ]
        await asyncio.gather(*(stranger.is_let_go() for stranger in strangers))


async def test_an_engine_that_speaks_nonsense_loses_its_taps() -> None:
    async with worker_running() as (worker, _), engine_of(worker) as engine:
        tap = str(uuid4())
        engine.tell(p.OpenTap(tap, "v1"))
        caller = await Caller.connect(engine, tap)
        engine.writer.write(b"nonsense\n")
        await engine.is_let_go()
        assert await caller.is_hung_up() == HANG_UP_FRAME


async def test_a_new_engine_replaces_the_one_before() -> None:
    async with worker_running() as (worker, _), engine_of(worker) as old:
        tap = str(uuid4())
        old.tell(p.OpenTap(tap, "v1"))
        caller = await Caller.connect(old, tap)
        await until(lambda: tap in worker._taps and worker._taps[tap].connection)
        async with engine_of(worker) as new:
            assert await caller.is_hung_up() == HANG_UP_FRAME
            await old.is_let_go()
            new.tell(p.OpenTap("x", "v9"))
            assert await new.hears(p.TapFailed) == p.TapFailed("x")


async def test_an_engine_that_does_not_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_UNSENT", -1)
    async with worker_running() as (worker, _):
        engine = await connect(worker)
        await engine.is_let_go()
        await until(lambda: worker._engine is None)
        worker.tell(p.Load(0, 0, 0.0))


async def test_a_thread_that_never_ends_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STUCK_S", -1.0)
    async with Worker(WorkerPlan("127.0.0.1", "geheim"), recognizer(), MANNER) as worker:
        with pytest.raises(StuckError):
            await worker.run()


async def test_only_a_tap_whose_sound_has_not_come_for_long_has_fallen_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long ago it is that what came was dealt with."""
    now = 100.0
    monkeypatch.setattr("hotline.clock.engine_now", lambda: now)
    async with Worker(WorkerPlan("127.0.0.1", "geheim"), recognizer(), MANNER) as worker:
        tap = module.Tap("t", worker, Understanding.build(menu(), recognizer()))
        taken: list[object] = []
        monkeypatch.setattr(tap, "take", taken.append)
        monkeypatch.setattr(type(tap.hearing), "deadline", 99.0)
        tap.sound(silence(0.04))
        taken.clear()
        woken: list[int] = []
        monkeypatch.setattr(tap, "wake_after", woken.append)
        now += module.HUSHED_S - 0.01
        worker._look_after(tap)
        assert woken == []
        now += STALLED_S - module.HUSHED_S - 0.09
        worker._look_after(tap)
        assert taken == []
        assert woken == [1]  # the last frames of a telephone that sends nothing in silence
        now += 0.1
        worker._look_after(tap)
        assert taken == [TimeReached()]


async def test_a_tick_that_comes_late_tells_nothing_about_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sound may have come that nobody has read yet."""
    looked: list[float] = []
    now = 100.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds * (1.0 if len(looked) == 1 else 3.0)
        if now > 103.0:
            raise asyncio.CancelledError
        looked.append(now)

    async with Worker(WorkerPlan("127.0.0.1", "geheim"), recognizer(), MANNER) as worker:
        monkeypatch.setattr("hotline.clock.engine_now", lambda: now)
        monkeypatch.setattr("hotline.speech.worker.asyncio.sleep", sleep)
        after: list[float] = []
        monkeypatch.setattr(worker, "_look_after", lambda _: after.append(now))
        worker._taps["t"] = module.Tap("t", worker, Understanding.build(menu(), recognizer()))
        with pytest.raises(asyncio.CancelledError):
            await worker.run()
        monkeypatch.undo()
    assert after == [looked[1]]
