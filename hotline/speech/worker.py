"""A recognition worker: one model, the callers' sound, and one engine that says whom to hear."""

import asyncio
import contextlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Self

import structlog

from asr.listening import STALLED_S, Manner
from asr.recognizer import Recognizer
from hotline import clock
from hotline.speech import protocol as p
from hotline.speech.audio_server import AudioConnection, AudioServer, Listener
from hotline.speech.hearing import Chunk, Happening, Hearing, Keep
from hotline.speech.understanding import Understanding
from hotline.speech.workshop import STUCK_S, Bench, Workshop
from ivr.menu_file import parse_menus
from telephony.events import TimeReached

HELLO_WITHIN_S: Final = 3.0
"""The engine speaks first."""

MOST_ENGINES: Final = 8
"""Connections at once; one engine is served, and one that has just been replaced may linger."""

KEPT_MENUS: Final = 4
"""Versions: calls in progress stay on theirs, and admins edit in small steps."""

PREPARED_WITHIN_S: Final = 1.0
"""What follows a menu waits so long for it, and then goes on: the sample menu takes 0.05 s, 10,000 phrases some 6 s,
and calls that begin in between use keys."""

TICK_S: Final = 0.1
"""Between looks at who has fallen silent."""

HUSHED_S: Final = 0.12
"""Without sound, after which the last frames wait for no more: some telephones send nothing while nobody speaks."""

HELD_UP_TICKS: Final = 2
"""A tick that comes so much later tells nothing about silence."""

LOAD_EVERY_TICKS: Final = 5

CONNECTED_WITHIN_S: Final = 6.0
"""From a tap's announcement until Asterisk brings its sound, which takes 2 ms."""

MOST_UNSENT: Final = 1_000_000
"""Bytes an engine may leave unread; it is given up then."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """How one worker works."""

    host: str
    """Where it listens, for the engine and for Asterisk."""
    secret: str
    threads: int = 2
    """SPEECH.md: two carried 50 callers with 100 ms chunks."""
    most_taps: int = 200
    is_demo: bool = False


class StuckError(Exception):
    """A piece of recognition does not end; nothing but a new process helps."""


class Tap(Listener):
    """One caller's sound."""

    def __init__(self, name: str, worker: "Worker", understanding: Understanding) -> None:
        self.name = name
        self.connection: AudioConnection | None = None
        self.opened_at = self.sound_at = clock.engine_now()
        """When it was announced, and when sound came last: dealing with it may take longer than anybody is silent."""
        self._worker = worker
        self.hearing = Hearing(understanding, worker.manner, worker.keep)
        self._bench = Bench(self.hearing, self._done, self.wake_after)

    def sound(self, pcm: bytes) -> None:
        """Sound that came together."""
        self.sound_at = clock.engine_now()
        self.take(Chunk(pcm, self.sound_at))

    def gone(self, *, damaged: bool) -> None:
        """The connection is over."""
        self.end()
        self._worker.forget(self, p.TapFailed(self.name) if damaged else p.TapClosed(self.name))

    def wake_after(self, frames: int) -> None:
        """Be told of sound when so many frames of it have come; any thread may ask."""
        if (connection := self.connection) is not None:
            connection.wake_after(frames)

    def take(self, happening: Happening) -> None:
        """Deal with it in the workshop."""
        self._worker.workshop.take(self._bench, happening)

    def end(self) -> None:
        """Hear no more; the connection ends, if there is one."""
        self._worker.workshop.drop(self._bench)
        if self.connection is not None:
            self.connection.end()

    def _done(self, outcome: list[p.Heard] | None) -> None:
        if outcome is None:
            self._worker.tell(p.TapFailed(self.name))
            self.end()
            return
        for heard in outcome:
            self._worker.tell(heard)


class Worker:
    """Serves one engine at a time."""

    def __init__(self, plan: WorkerPlan, recognizer: Recognizer, manner: Manner, keep: Keep | None = None) -> None:
        self.plan = plan
        self.manner = manner
        self.keep = keep
        self.workshop = Workshop(plan.threads)
        self.port = 0
        self._recognizer = recognizer
        self._audio = AudioServer(self._claim)
        self._taps: dict[str, Tap] = {}
        self._menus: OrderedDict[str, Understanding] = OrderedDict()
        self._preparing: dict[str, asyncio.Task[None]] = {}
        self._engine: asyncio.StreamWriter | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self._audio.open(self.plan.host)
        self._server = await asyncio.start_server(self._serve, self.plan.host, 0, limit=p.LONGEST_LINE)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        tasks = [*self._connections, *self._preparing.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._end_taps()
        await self._audio.close()
        self.workshop.close()

    async def run(self) -> None:
        """Watch over silent callers and stuck threads; raises `StuckError`."""
        ticks = 0
        while True:
            before = clock.engine_now()
            await asyncio.sleep(TICK_S)
            ticks += 1
            if clock.engine_now() - before < HELD_UP_TICKS * TICK_S:  # else sound may have come that is not read yet
                for tap in list(self._taps.values()):
                    self._look_after(tap)
            if self.workshop.longest_s > STUCK_S:
                raise StuckError
            if ticks % LOAD_EVERY_TICKS == 0:
                listening = sum(tap.hearing.is_listening for tap in self._taps.values())
                self.tell(p.Load(len(self._taps), listening, self.workshop.lag_s))

    def _look_after(self, tap: Tap) -> None:
        now, deadline = clock.engine_now(), tap.hearing.deadline
        if now - tap.sound_at > HUSHED_S:
            tap.wake_after(1)
        if tap.connection is None and now - tap.opened_at > CONNECTED_WITHIN_S:
            tap.end()
            self.forget(tap, p.TapFailed(tap.name))
        elif deadline is not None and now >= max(deadline, tap.sound_at + STALLED_S):
            tap.take(TimeReached())

    def tell(self, message: p.FromWorker) -> None:
        """Tell the engine; one that does not read is given up."""
        engine = self._engine
        if engine is None or engine.is_closing():
            return
        engine.write(p.encode(message))
        if engine.transport.get_write_buffer_size() > MOST_UNSENT:
            log.warning("engine_does_not_read")
            engine.transport.abort()

    def forget(self, tap: Tap, word: p.TapFailed | p.TapClosed) -> None:
        """A tap's sound is over."""
        if self._taps.pop(tap.name, None) is not None:
            self.tell(word)

    # ---- the engine ------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._connections) >= MOST_ENGINES:
            writer.close()
            return
        self._connections.add(task)
        try:
            await self._converse(reader, writer)
        except (p.ProtocolError, OSError, EOFError, ValueError, TimeoutError) as error:
            log.warning("engine_connection_ended", problem=type(error).__name__)
        finally:
            self._connections.discard(task)
            if self._engine is writer:
                self._engine = None
                self._end_taps()
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HELLO_WITHIN_S):
            hello = p.parse(await reader.readline())
        if not isinstance(hello, p.Hello) or not hmac.compare_digest(hello.secret.encode(), self.plan.secret.encode()):
            raise p.ProtocolError("not our engine")
        self._welcome(writer)
        while line := await reader.readline():
            message = p.parse(line)
            if isinstance(message, p.TakeMenu):
                await self._take_menu(message)
            else:
                self._take(message)

    def _welcome(self, writer: asyncio.StreamWriter) -> None:
        """A new engine replaces the one before: that one is dead, or will see that it is not wanted."""
        if self._engine is not None:
            self._engine.close()
            self._end_taps()
        self._engine = writer
        name, plan = self._recognizer.name, self.plan
        self.tell(p.Ready(f"{plan.host}:{self._audio.port}", name, plan.is_demo, plan.most_taps))
        log.info("engine_connected", model=name)

    async def _take_menu(self, message: p.TakeMenu) -> None:
        """Prepare a menu. A long one must not keep callers waiting who are on another: their engine is heard again."""
        if message.version in self._menus:
            return
        preparing = self._preparing.get(message.version)
        if preparing is None:
            preparing = asyncio.get_running_loop().create_task(self._prepare(message), name="menu")
            self._preparing[message.version] = preparing
            preparing.add_done_callback(lambda _: self._preparing.pop(message.version, None))
        await asyncio.wait({preparing}, timeout=PREPARED_WITHIN_S)

    async def _prepare(self, message: p.TakeMenu) -> None:
        """In a thread: sound goes on."""
        menu, problems = await asyncio.to_thread(parse_menus, message.text, "menus")
        if menu is None:
            log.error("menu_not_understood", problems=len(problems))
            return
        understanding = await asyncio.to_thread(Understanding.build, menu, self._recognizer)
        refused = understanding.grammar(asks=False).refused
        log.info("menu_ready", menu=message.version, phrases_without_words=len(refused))
        self._menus[message.version] = understanding
        while len(self._menus) > KEPT_MENUS:
            self._menus.popitem(last=False)

    def _take(self, message: p.Message) -> None:
        if isinstance(message, p.OpenTap):
            self._open_tap(message)
            return
        tap = self._taps.get(getattr(message, "tap", ""))
        match message:
            case p.ListenTo() | p.SoundBegan() | p.Pause() if tap is not None:
                tap.take(message)
            case p.CloseTap() if tap is not None:
                tap.end()
                self.forget(tap, p.TapClosed(tap.name))
            case p.ListenTo(name):
                self.tell(p.TapFailed(name))
            case _:
                pass  # late, or none of an engine's business

    def _open_tap(self, message: p.OpenTap) -> None:
        understanding = self._menus.get(message.menu)
        if understanding is None or len(self._taps) >= self.plan.most_taps or message.tap in self._taps:
            self.tell(p.TapFailed(message.tap))
            return
        self._taps[message.tap] = Tap(message.tap, self, understanding)
        self._audio.expected(message.tap)

    def _claim(self, name: str, connection: AudioConnection) -> Listener | None:
        """Find who listens to this sound; a second connection for the same tap is not it."""
        tap = self._taps.get(name)
        if tap is None or tap.connection is not None:
            return None
        tap.connection = connection
        return tap

    def _end_taps(self) -> None:
        taps, self._taps = list(self._taps.values()), {}
        for tap in taps:
            with contextlib.suppress(OSError):
                tap.end()
