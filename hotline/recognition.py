"""Speech recognition in calls: the desk, its workers' connections, and what it asks of Asterisk and of the engine."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog

from hotline.asterisk import actions, translate
from hotline.asterisk.ami_message import AmiMessage
from hotline.asterisk.orders import HangUpChannel
from hotline.settings import Settings
from hotline.speech import protocol as p
from hotline.speech.desk import SpeechDesk
from hotline.speech.link import WorkerLink
from hotline.speech.models import model_folder
from hotline.speech.place import place_file, read_place
from telephony.errors import LinkError
from telephony.ids import CallId
from telephony.speech import SpeechFailed, SpeechHeard, SpeechOffered

if TYPE_CHECKING:
    from hotline.engine import Engine

log = structlog.get_logger(__name__)

TOLD_AT_ONCE = 4
"""Calls: some 2 ms of work."""

OPEN_WITHIN_S = 5.0
"""For Asterisk to take the order for a tap; it takes a millisecond."""


class Recognition:
    """The desk in the real world."""

    def __init__(self, engine: "Engine", settings: Settings, secret: str) -> None:
        self._engine = engine
        self._untold: deque[CallId] = deque()
        """Calls that do not know yet whether they could be heard now."""
        self.desk = SpeechDesk(
            self,
            lambda: str(uuid4()),
            workers=settings.recognisers if model_folder(settings) else 0,
            max_lag_s=settings.asr_max_lag_ms / 1000,
        )
        self._links = {
            name: WorkerLink(name, _where(place_file(settings.run_dir, name)), secret, self)
            for name in settings.recogniser_names
        }
        engine.speech = self.desk

    async def run(self) -> None:
        """Keep the connections to all workers up."""
        async with asyncio.TaskGroup() as tasks:
            for link in self._links.values():
                tasks.create_task(link.run(), name=f"link to {link.name}")

    def compare(self, channels: Iterable[translate.Channel]) -> None:
        """After a lost link: end the taps nobody knows."""
        self.desk.compare({channel.uniqueid: channel.name for channel in channels})

    # ---- what the desk asks for ---------------------------------------------------------------------

    def send(self, worker: str, message: p.FromEngine) -> None:
        """Tell a worker."""
        self._links[worker].send(message)

    def open_tap(self, channel: str, address: str, tap: str) -> None:
        """Have Asterisk send the caller's sound there, and report when it begins and ends."""
        link = self._engine.ports.link
        link.send(actions.detect_talk(channel))

        def replied(reply: AmiMessage | LinkError) -> None:
            if isinstance(reply, LinkError) or reply.response == "Error":
                log.warning("tap_refused", problem=str(reply) if isinstance(reply, LinkError) else "")
                self.desk.tap_refused(tap)

        link.send(actions.open_tap(channel, address, tap), replied, timeout_s=OPEN_WITHIN_S)

    def stop_detecting(self, channel: str) -> None:
        """Have Asterisk report the caller's sound no more."""
        self._engine.ports.link.send(actions.ignore_talk(channel))

    def hang_up(self, channel: str) -> None:
        """End a tap's channel."""
        self._engine.ports.link.send(actions.to_action(HangUpChannel(channel)))

    def post(self, event: SpeechHeard | SpeechFailed) -> None:
        """Tell the call's machine."""
        self._engine.post(event)
        self._engine.wake()

    def offer(self, *, offered: bool) -> None:
        """Tell every call whether it could be heard from now on."""
        log.info("speech_offered", offered=offered)
        is_telling, self._untold = bool(self._untold), deque(self._engine.lines)
        if not is_telling:
            self._tell_some()

    def _tell_some(self) -> None:
        """A few calls in each turn of the loop: all of fifty held it up by 19 ms."""
        calls = [self._untold.popleft() for _ in range(min(TOLD_AT_ONCE, len(self._untold)))]
        if self._untold:
            asyncio.get_running_loop().call_soon(self._tell_some)
        for call in calls:
            if call in self._engine.lines:
                self._engine.post(SpeechOffered(call, self.desk.offered))
        self._engine.wake()

    # ---- what the connections tell --------------------------------------------------------------------

    def worker_up(self, name: str, ready: p.Ready) -> None:
        """It hears from now on."""
        log.info("worker_up", worker=name, model=ready.model, demo=ready.demo)
        self.desk.worker_up(name, ready)

    def worker_down(self, name: str) -> None:
        """It is gone."""
        log.warning("worker_down", worker=name)
        self.desk.worker_down(name)

    def worker_said(self, name: str, message: p.FromWorker) -> None:
        """Something happened there."""
        if isinstance(message, p.Heard):
            log.info(
                "heard",
                worker=name,
                meaning=type(message.meaning).__name__,
                why=message.why,
                waited_ms=round(message.waited_s * 1000),
                took_ms=round(message.took_s * 1000),
            )
        self.desk.worker_said(name, message)


def _where(file: Path) -> Callable[[], tuple[str, int] | None]:
    return lambda: read_place(file)
