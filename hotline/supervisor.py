"""Keeps the hotline's processes running, each for itself: no death, not even our own, takes another one along.

One thread, woken by signals and five times a second. Decides by `Restarts` and the services' own word; no locks.
"""

import os
import select
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from hotline.restarts import Restarts
from telephony.errors import WorldError

TICK_S = 0.2
"""How often adopted processes are looked at; our own children announce their death by a signal."""

HEALTH_EVERY_S = 5.0
"""How often a child that was ready is asked whether it still does its work."""

KILLED_WITHIN_S = 5.0
"""A killed process is gone at once, unless it hangs in the kernel."""

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `hotline stop`, and a terminal that was closed."""


class Milestone(StrEnum):
    """What is worth telling about a child."""

    STARTED = "started"
    ADOPTED = "adopted"
    READY = "ready"
    SLOW = "slow"
    """Not ready in its time; it is left to go on."""
    HUNG = "hung"
    """It runs but does no work, and is killed for it."""
    DIED = "died"
    CRASH_LOOP = "crash_loop"
    NOT_STARTED = "not_started"
    STOPPING = "stopping"
    STOPPED = "stopped"
    KILLED = "killed"
    ALL_READY = "all_ready"


@dataclass(frozen=True, slots=True)
class Told:
    """One milestone of one child."""

    what: Milestone
    service: str = ""
    pid: int | None = None
    exit_code: int | None = None
    again_in_s: float = 0.0
    last_lines: tuple[str, ...] = ()


class Supervised(Protocol):
    """A child as the supervisor sees it (`hotline.service.Service`)."""

    exit_code: int | None

    @property
    def name(self) -> str:
        """As shown."""
        ...

    @property
    def pid(self) -> int | None:
        """Its process, if it runs."""
        ...

    @property
    def ready_within_s(self) -> float:
        """A start slower than this is reported."""
        ...

    @property
    def hung_after_s(self) -> float | None:
        """Silence after which it is killed, once it was ready; None: never."""
        ...

    @property
    def grace_s(self) -> float:
        """How long it may take to end when asked."""
        ...

    @property
    def is_needed(self) -> bool:
        """Without it the hotline is not ready."""
        ...

    def adopt(self) -> bool:
        """Take over what an earlier supervisor left running."""
        ...

    def start(self) -> None:
        """Run it; `OSError` or `WorldError` if that is not possible."""
        ...

    def is_alive(self) -> bool:
        """Whether it runs."""
        ...

    def is_ready(self) -> bool:
        """Whether it does its work; answers at once."""
        ...

    def ask_to_stop(self) -> None:
        """End in order."""
        ...

    def kill(self) -> None:
        """End at once, with all it started."""
        ...

    def last_lines(self) -> list[str]:
        """The end of what it wrote."""
        ...


@dataclass(slots=True)
class _Child:
    service: Supervised
    restarts: Restarts = field(default_factory=Restarts)
    start_at: float | None = None
    """When to start it; None while it runs."""
    slow_at: float | None = None
    """When its start is called slow; None once it was ready, or reported."""
    ready: bool = False
    check_at: float = 0.0
    """When to ask next whether it is ready, or still works."""
    worked_at: float = 0.0
    """When it last said so."""


class Supervisor:
    """Runs services until a signal says stop, then stops them, the last one first."""

    def __init__(
        self, services: Sequence[Supervised], *, tell: Callable[[Told], None], now: Callable[[], float]
    ) -> None:
        self._children = [_Child(service) for service in services]
        self._tell = tell
        self._now = now
        self._stops_wanted = 0
        self._wake: Callable[[float], None] = lambda _seconds: None
        self._all_ready_told = False

    def run(self) -> None:
        """Adopt or start everything in the order given, keep it running, and stop it on a signal."""
        with self._signals():
            try:
                self.bring_up()
                while not self._stops_wanted:
                    self.tick()
                    self._wake(TICK_S)
            finally:
                self.stop()

    def bring_up(self) -> None:
        """Adopt or start everybody."""
        for child in self._children:
            self._bring_up(child)

    def tick(self) -> None:
        """One look at everyone."""
        for child in self._children:
            if child.start_at is not None:
                if self._now() >= child.start_at:
                    self._start(child)
            elif not child.service.is_alive():
                self._died(child)
            else:
                self._look_after(child)
        if not self._all_ready_told and all(child.ready or not child.service.is_needed for child in self._children):
            self._all_ready_told = True
            self._tell(Told(Milestone.ALL_READY))

    def stop(self) -> None:
        """Stop all, the last one started first; a second signal makes it quick."""
        for child in reversed(self._children):
            if child.start_at is None and child.service.is_alive():
                self._stop_one(child.service)

    def _bring_up(self, child: _Child) -> None:
        if self._stops_wanted:
            child.start_at = self._now()
        elif child.service.adopt():
            self._running(child, Milestone.ADOPTED)
        else:
            self._start(child)

    def _start(self, child: _Child) -> None:
        child.restarts.started(self._now())
        try:
            child.service.start()
        except (OSError, WorldError) as error:
            child.start_at = child.restarts.died(self._now())
            again_in_s = child.start_at - self._now()
            self._tell(Told(Milestone.NOT_STARTED, child.service.name, again_in_s=again_in_s, last_lines=(str(error),)))
            return
        self._running(child, Milestone.STARTED)

    def _running(self, child: _Child, how: Milestone) -> None:
        now = self._now()
        child.restarts.started(now)
        child.start_at, child.ready, child.check_at = None, False, now
        child.slow_at = now + child.service.ready_within_s
        self._tell(Told(how, child.service.name, pid=child.service.pid))

    def _look_after(self, child: _Child) -> None:
        now = self._now()
        if now < child.check_at:
            return
        child.check_at = now + (HEALTH_EVERY_S if child.ready else TICK_S)
        if child.service.is_ready():
            child.worked_at = now
            if not child.ready:
                child.ready = True
                self._tell(Told(Milestone.READY, child.service.name, pid=child.service.pid))
        elif child.ready:
            self._kill_hung(child, silent_s=now - child.worked_at)
        elif child.slow_at is not None and now >= child.slow_at:
            child.slow_at = None
            self._tell(Told(Milestone.SLOW, child.service.name, last_lines=tuple(child.service.last_lines())))

    def _kill_hung(self, child: _Child, *, silent_s: float) -> None:
        """Kill what only seems to live; the next look finds it dead and starts it again."""
        allowed_s = child.service.hung_after_s
        if allowed_s is not None and silent_s >= allowed_s:
            self._tell(Told(Milestone.HUNG, child.service.name, pid=child.service.pid))
            child.service.kill()

    def _died(self, child: _Child) -> None:
        now = self._now()
        child.start_at = child.restarts.died(now)
        child.ready = False
        self._tell(
            Told(
                Milestone.CRASH_LOOP if child.restarts.is_crash_loop else Milestone.DIED,
                child.service.name,
                exit_code=child.service.exit_code,
                again_in_s=child.start_at - now,
                last_lines=tuple(child.service.last_lines()),
            )
        )

    def _stop_one(self, service: Supervised) -> None:
        self._tell(Told(Milestone.STOPPING, service.name))
        service.ask_to_stop()
        if self._gone(service, within_s=service.grace_s, patient=True):
            self._tell(Told(Milestone.STOPPED, service.name))
            return
        service.kill()
        self._gone(service, within_s=KILLED_WITHIN_S, patient=False)
        self._tell(Told(Milestone.KILLED, service.name))

    def _gone(self, service: Supervised, *, within_s: float, patient: bool) -> bool:
        """Whether it ended in time; a second stop signal ends our patience."""
        until = self._now() + within_s
        while service.is_alive():
            if self._now() >= until or (patient and self._stops_wanted > 1):
                return False
            self._wake(TICK_S / 4)
        return True

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Count stop signals, and wake up on these and on a child's death."""
        readable, writable = os.pipe()
        os.set_blocking(writable, False)
        os.set_blocking(readable, False)
        before = {number: signal.signal(number, self._want_stop) for number in STOP_SIGNALS}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        wake_before = signal.set_wakeup_fd(writable, warn_on_full_buffer=False)

        def wait(seconds: float) -> None:
            select.select([readable], [], [], seconds)
            with suppress(BlockingIOError):
                os.read(readable, 4096)

        self._wake = wait
        try:
            yield
        finally:
            signal.set_wakeup_fd(wake_before)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(readable)
            os.close(writable)

    def _want_stop(self, *_: object) -> None:
        self._stops_wanted += 1
