"""The threads of a worker: each tap's happenings in their order, one thread at a time, and a bound on all of it."""

import asyncio
import contextlib
import heapq
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from queue import SimpleQueue
from typing import Final

import structlog

from hotline import clock
from hotline.speech.hearing import Chunk, Happening, Hearing, seconds
from hotline.speech.protocol import Heard
from telephony.errors import RecognizerError
from telephony.events import TimeReached

LONGEST_BACKLOG_S: Final = 3.0
"""Sound a tap may have waiting; beyond it the caller goes on by keys rather than be answered late."""

STUCK_S: Final = 8.0
"""A happening that takes longer than this never ends; it takes a hundredth of a second."""

LAG_WINDOW_S: Final = 1.5
"""How far back the worst lag counts."""

log = structlog.get_logger(__name__)

MORE: Final = "more"
END: Final = "end"

Outcome = list[Heard] | None
"""What came of a tap's happenings; None: the tap is of no more use."""


@dataclass(slots=True)
class Bench:
    """One tap's place in the workshop."""

    hearing: Hearing
    done: Callable[[Outcome], None]
    """Told on the loop."""
    wake_after: Callable[[int], None]
    """Told by a thread after how many frames of sound it wants to be woken again."""
    waiting: deque[Happening] = field(default_factory=deque)
    waiting_bytes: int = 0
    busy_since: float | None = None
    is_over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Ready:
    """Benches with something to do: who does not speak first, which takes microseconds, then who began first.

    Where there is more to do than processors for a while, those who began first are answered in time, instead of
    everybody late.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heap: list[tuple[float, int, Bench]] = []
        self._put = count()
        self._tokens: SimpleQueue[str] = SimpleQueue()
        """One for each bench, and the end."""

    def put(self, bench: Bench) -> None:
        with self._lock:
            heapq.heappush(self._heap, (bench.hearing.speaking_since, next(self._put), bench))
        self._tokens.put(MORE)

    def get(self) -> Bench | None:
        """Wait for one; None: no more."""
        if self._tokens.get() is END:
            return None
        with self._lock:
            return heapq.heappop(self._heap)[2]

    def close(self) -> None:
        self._tokens.put(END)


class Workshop:
    """All taps of one worker. Everything here is called on the loop, but what the threads do, from `_run` down.

    Most pieces of sound are silence and mean nothing: the loop hears them itself, since handing one to a thread costs
    three times as much. Where somebody speaks, threads take the pieces from a heap, and the loop is woken only by what
    it has to tell.
    """

    def __init__(self, threads: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready = _Ready()
        self._benches: dict[int, Bench] = {}
        self._lags: deque[tuple[float, float]] = deque()
        self._threads = [threading.Thread(target=self._run, name=f"hear-{n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def take(self, bench: Bench, happening: Happening) -> None:
        """Have a tap deal with this, after everything before it.

        That time has passed means nothing to a tap that is still at work: whoever is being heard is not silent.
        """
        if bench.is_over or (isinstance(happening, TimeReached) and bench.busy_since is not None):
            return
        if bench.busy_since is None and bench.hearing.is_silence(happening):
            self._take_in(bench, self._deal(bench, [happening]))
            return
        with bench.lock:
            bench.waiting.append(happening)
            if isinstance(happening, Chunk):
                bench.waiting_bytes += len(happening.pcm)
            too_much = seconds(bench.waiting_bytes) > LONGEST_BACKLOG_S
            starts = bench.busy_since is None
            if starts:
                bench.busy_since = clock.engine_now()
        if too_much:
            log.warning("tap_overrun")
            self._take_in(bench, None)
        elif starts:
            self._benches[id(bench)] = bench
            self._ready.put(bench)

    @property
    def lag_s(self) -> float:
        """How long sound waited lately until it was dealt with, and how long any waits now."""
        now = clock.engine_now()
        while self._lags and self._lags[0][0] < now - LAG_WINDOW_S:
            self._lags.popleft()
        return max([lag for _, lag in self._lags.copy()] + [self.longest_s])

    @property
    def longest_s(self) -> float:
        """How long the slowest piece of work has been going on."""
        now = clock.engine_now()
        since = (bench.busy_since for bench in list(self._benches.values()))
        return max((now - at for at in since if at is not None), default=0.0)

    def drop(self, bench: Bench) -> None:
        """Its tap is gone: nothing of it is of interest any more."""
        bench.is_over = True
        self._benches.pop(id(bench), None)

    def close(self) -> None:
        """Wait for nothing."""
        for _ in self._threads:
            self._ready.close()

    def _run(self) -> None:
        while (bench := self._ready.get()) is not None:
            self._work(bench)

    def _work(self, bench: Bench) -> None:
        """Deal with everything that waits."""
        while (batch := self._next(bench)) is not None:
            outcome = self._deal(bench, batch)
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to be told
                if outcome != []:
                    self._loop.call_soon_threadsafe(self._take_in, bench, outcome)
            if outcome is None:
                return

    def _deal(self, bench: Bench, batch: list[Happening]) -> Outcome:
        """Hear it, on the loop or in a thread."""
        try:
            heard: list[Heard] = []
            for happening in batch:
                heard += bench.hearing.handle(happening, clock.engine_now())
        except RecognizerError as error:
            log.warning("recognition_failed", problem=str(error))
            return None
        except Exception:
            log.exception("recognition_crashed")
            return None
        self._note(min((one.came_at for one in batch if isinstance(one, Chunk)), default=None))
        bench.wake_after(bench.hearing.frames_wanted)
        return heard

    def _next(self, bench: Bench) -> list[Happening] | None:
        with bench.lock:
            batch = list(bench.waiting)
            bench.waiting.clear()
            bench.waiting_bytes = 0
            bench.busy_since = clock.engine_now() if batch and not bench.is_over else None
            return batch if bench.busy_since is not None else None

    def _note(self, came_at: float | None) -> None:
        """How late that was."""
        if came_at is not None:
            now = clock.engine_now()
            self._lags.append((now, now - came_at))

    def _take_in(self, bench: Bench, outcome: Outcome) -> None:
        """On the loop: pass on what was heard, or give the tap up."""
        if outcome is None:
            self._benches.pop(id(bench), None)
        if bench.is_over or outcome == []:
            return
        bench.is_over = outcome is None
        bench.done(outcome)
