"""Puts the engine together with the real world and keeps its regular duties: heartbeat, admission, reconnects."""

import asyncio
import os
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog

from acd.distributor import Distributor
from hotline import clock
from hotline.admission import Admission
from hotline.adoption import Adoption
from hotline.asterisk import translate
from hotline.asterisk.actions import set_variable
from hotline.asterisk.ami_message import Action, AmiMessage, HeaderError
from hotline.asterisk.key_echoes import KeyEchoes
from hotline.asterisk.link import ActionRefusedError, Link, LinkAddress, LinkState
from hotline.asterisk.translate import to_reported
from hotline.board import Board
from hotline.config import Config, load_config
from hotline.control.server import ControlServer
from hotline.engine import Engine
from hotline.lag import LoopLag
from hotline.ops import Ops
from hotline.phone_watch import PhoneWatch, channels_of
from hotline.ports import Ports
from hotline.prompts.catalogue import all_segments
from hotline.prompts.library import PromptLibrary
from hotline.prompts.preparation import prompt_library
from hotline.recognition import Recognition
from hotline.remembering import Remembering
from hotline.repricing import Repricing
from hotline.secrets import load_secrets
from hotline.settings import Settings
from hotline.shift_watch import SHIFT_OVER, ShiftWatch
from hotline.store.archive import Archive
from hotline.store.journal import Boot, Journal, JournalSettings
from telephony.calendar import Calendar
from telephony.commands import AgentState
from telephony.errors import LinkError, StoreError, WorldError
from telephony.events import AgentAsked, AgentWish

log = structlog.get_logger()

DAY_S = 86_400.0

BEAT_S = 1.0
"""Between heartbeats; the dialplan counts whole seconds and allows several."""

LAG_SAMPLE_S = 0.1
"""Between samples of the loop's lag."""

AMI_USER = "hotline"
"""The manager user of `dialplan/manager.conf`."""


class Hotline:
    """One engine in the real world; `run` until cancelled."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.boot = Boot(uuid4().hex[:8], clock.engine_now(), clock.wall_s())
        self.config = load_settings_config(settings)
        self.prompts = prompt_library(settings, self.config.menu)
        self.journal = Journal.open(
            settings.journal_dir,
            self.boot,
            settings=JournalSettings(keep_s=settings.journal_keep_days * DAY_S),
            on_trouble=self._journal_trouble,
        )
        self.board = Board(
            self.config.menu,
            self.config.roster,
            boot=self.boot.id,
            started_at=self.boot.at,
            version=self.config.version,
        )
        secrets = load_secrets(settings.secrets_file, ())
        self.link = Link(
            LinkAddress("127.0.0.1", settings.ami_port, AMI_USER, secrets.ami),
            on_event=self._on_event,
            on_state=self._on_state,
            wanted=translate.WANTED_EVENTS,
        )
        ports = Ports(self.link, self.prompts, self.journal, self.board, clock, defer=self._defer, tell=self._publish)
        self.archive = Archive(settings.archive_dir)
        self.repricing = Repricing(self.config, self.archive, self.boot.id)
        self.remembering = Remembering(self.config.roster.routing.history, secrets)
        distributor = Distributor(
            self.config.roster,
            self.repricing.assigner,
            history=self.remembering.history,
            calendar=Calendar(_wall_offset_s()),
        )
        self.engine = Engine(self.config, distributor, ports=ports, settings=settings, boot=self.boot.id)
        self.engine.wake = self._wake
        self.recognition = Recognition(self.engine, settings, load_secrets(settings.secrets_file, ()).asr)
        self.recognition.desk.take_menu(self.config.menu.version, self.config.menus_text)
        self.adoption = Adoption(self.engine, self.journal.recovered)
        self.phones = PhoneWatch(self.engine, self.adoption, self.link)
        self.admission = Admission(settings.max_calls)
        self.lag = LoopLag()
        self.ops = Ops(self)
        self.control = ControlServer(settings.control_socket, self.ops.table())
        self.shifts = ShiftWatch(self._local(self.journal.recovered.last_wall))
        self._compared = False
        self._echoes = KeyEchoes()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.get_running_loop()

    async def run(self) -> None:
        """Run until cancelled; then the calls stay in Asterisk and the journal is complete."""
        for damage in self.journal.damages:
            log.error("journal_damaged", damage=str(damage))
        self.adoption.restore_agents(self.journal.recovered.agents.values())
        try:
            async with self.control, asyncio.TaskGroup() as tasks:
                tasks.create_task(self.link.run(), name="link")
                tasks.create_task(self._beat(), name="heartbeat")
                tasks.create_task(self._watch_lag(), name="lag")
                tasks.create_task(self.phones.run(), name="phones")
                tasks.create_task(self.recognition.run(), name="recognition")
                tasks.create_task(self.repricing.run(self.engine), name="prices")
                self._defer(self._recall(), "recall history")
                self._defer(asyncio.to_thread(self._archive_roster, self.config), "archive roster")
                log.info("engine_started", boot=self.boot.id, pid=os.getpid(), config=self.config.version)
        finally:
            await self._close()

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.link.close()
        try:
            await self.journal.close()
        except StoreError as error:
            log.error("journal_not_closed", problem=str(error))  # noqa: TRY400 - the world's failure needs no traceback
        log.info("engine_stopped", boot=self.boot.id)

    # ---- what Asterisk says -----------------------------------------------------------------------

    def _on_event(self, message: AmiMessage) -> None:
        try:
            reported = None if self._echoes.is_echo(message, clock.engine_now()) else to_reported(message)
        except HeaderError as error:
            log.warning("event_not_understood", event_name=message.name, problem=str(error))
            return
        if reported is not None:
            self.engine.report(reported)

    def _on_state(self, state: LinkState) -> None:
        connected = self.engine.connected = state is LinkState.CONNECTED
        self.board.link_changed(connected=connected, reconnects=self.link.reconnects, now=clock.engine_now())
        if connected:
            self.engine.epoch += 1
            self._defer(self._catch_up(self.engine.epoch), "catch up")

    async def _catch_up(self, epoch: int) -> None:
        """Compare Asterisk's channels with our calls; only then is the heartbeat sent again."""
        try:
            uses = await self.phones.listed()
            contacts = await self._contacts()
            listed = await self.link.request_list(Action("CoreShowChannels"))  # last: what calls are compared with
        except LinkError as error:
            log.warning("calls_not_compared", problem=str(error))
            return
        if epoch != self.engine.epoch:
            return
        channels = channels_of(listed)
        if uses is not None:  # before callers are brought to agents
            self.engine.phones_seen(uses, listed=True)
        self.adoption.compare(channels)
        self.recognition.compare(channels)
        self.engine.phones_registered(
            {line.optional("Endpoint") for line in contacts if line.name == "ContactList"},
        )
        if not self._compared:  # only now can a customer be called
            self.adoption.restore_callbacks(self.journal.recovered.callbacks.values())
            self.engine.wake()
        self._compared = True
        self._send_heartbeat()

    async def _contacts(self) -> list[AmiMessage]:
        """The registered phones; Asterisk calls it an error if there is none."""
        try:
            return await self.link.request_list(Action("PJSIPShowContacts"))
        except ActionRefusedError:
            return []

    # ---- regular duties ---------------------------------------------------------------------------

    async def _beat(self) -> None:
        """The sign of life: sent by the engine's own loop, so a stuck engine counts as dead."""
        while True:
            await asyncio.sleep(BEAT_S)
            self._send_heartbeat()
            self.engine.distributor.calendar.wall_offset_s = _wall_offset_s()
            self._end_shifts()
            before = self.admission.cap
            cap = self.admission.observe(self.link.round_trip_s, len(self.engine.lines))
            if cap != before:
                log.warning("admission_changed", cap=cap, calls=len(self.engine.lines))
            self.board.gauges(cap=cap, round_trip_s=self.link.round_trip_s, loop_lag_p99_s=self.lag.p99_s)
            self.board.speech = self.recognition.desk.view()

    def _end_shifts(self) -> None:
        """Sign off who is still signed in long after his shift; a talk is brought to its end first."""
        local_on = self.board.local_on = self.local_now()
        for number in self.shifts.overdue(self.config.roster, local_on):
            if self.engine.distributor.agent_state(number) not in {None, AgentState.SIGNED_OFF}:
                log.warning("shift_over", agent=number)
                self.engine.post(AgentAsked(number, AgentWish.SIGN_OFF, SHIFT_OVER))
                self.engine.wake()

    def local_now(self) -> datetime:
        """The hotline's wall clock."""
        return clock.wall_now().astimezone(self.config.menu.hours.zone)

    def _local(self, wall: float) -> datetime | None:
        """An instant on the hotline's wall clock; None for none."""
        return datetime.fromtimestamp(wall, self.config.menu.hours.zone) if wall else None

    def _send_heartbeat(self) -> None:
        if not self._compared or self.link.state is not LinkState.CONNECTED:
            return
        self.link.send(set_variable("GLOBAL(HL_CAP)", str(self.admission.cap)))
        self.link.send(set_variable("GLOBAL(HL_ALIVE)", str(int(clock.wall_s()))))

    async def _recall(self) -> None:
        """Know the callers again, who called before the restart."""
        history = await self.remembering.recall(
            self.settings.journal_dir, boot=self.boot.id, wall_less_engine_s=self.boot.wall - self.boot.at
        )
        self.engine.distributor.remember(history)

    def _archive_roster(self, config: Config) -> None:
        """Keep what decisions are made by; blocks. A disk that does not take it costs explanations, not calls."""
        try:
            self.archive.forget(clock.wall_s() - self.settings.journal_keep_days * DAY_S)
            self.archive.keep_roster(config.roster.version, config.agents_raw)
        except OSError as error:
            log.error("roster_not_archived", problem=error.strerror)  # noqa: TRY400 - the world's failure

    async def _watch_lag(self) -> None:
        while True:
            due = self._loop.time() + LAG_SAMPLE_S
            await asyncio.sleep(LAG_SAMPLE_S)
            self.lag.add(self._loop.time() - due)

    def _wake(self) -> None:
        """Set the one timer to the earliest deadline of all machines."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due_at = self.engine.agenda.next_at
        if due_at is not None:
            self._timer = self._loop.call_at(due_at, self._timer_rang)

    def _timer_rang(self) -> None:
        self._timer = None
        self.engine.time_reached()
        self._wake()

    # ---- the rest ---------------------------------------------------------------------------------

    async def reload(self) -> Config:
        """Check both files, render what is new, then swap. Raises ConfigError; nothing has changed then."""
        config = await asyncio.to_thread(load_settings_config, self.settings)  # 10,000 phrases take seconds
        library = prompt_library(self.settings, config.menu)
        self._defer(self._take(config, library), "reload")
        return config

    async def _take(self, config: Config, library: PromptLibrary) -> None:
        missing = library.missing(all_segments(config.menu, config.roster))
        if missing:
            await asyncio.to_thread(library.render, missing)
        await asyncio.to_thread(self._archive_roster, config)  # from here on all at once
        self.prompts = library
        self.engine.ports = replace(self.engine.ports, prompts=library)
        self.config = config
        self.recognition.desk.take_menu(config.menu.version, config.menus_text)
        self.board.reload(config.menu, config.roster, config.version)
        self.remembering.history.rules = config.roster.routing.history
        self.engine.reload(config, self.repricing.new_assigner(config))
        log.info("configuration_reloaded", config=config.version)

    def _publish(self, fact: object) -> None:
        self.repricing.facts.apply(fact, self.engine.now)
        self.remembering.apply(fact, self.engine.now)
        self.control.publish(fact)

    def _defer(self, work: Awaitable[object], name: str) -> None:
        task = self._loop.create_task(_logged(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _journal_trouble(self, trouble: StoreError | None) -> None:
        """Called in either thread: only logs, and the status shows it."""
        if trouble is None:
            log.info("journal_recovered")
        else:
            log.error("journal_trouble", problem=str(trouble))


async def _logged(work: Awaitable[object], name: str) -> None:
    """Nothing deferred fails silently."""
    try:
        await work
    except WorldError as error:
        log.error("deferred_work_failed", work=name, problem=str(error))  # noqa: TRY400 - same
    except Exception:
        log.exception("deferred_work_crashed", work=name)


def _wall_offset_s() -> float:
    """Wall clock at the engine's instant 0: looked at again and again, for somebody may set the clock."""
    return clock.wall_s() - clock.engine_now()


def load_settings_config(settings: Settings) -> Config:
    """Both YAML files and the VIP file, as the settings name them. Raises ConfigError."""
    return load_config(settings.menus, settings.agents, settings.vip, settings.recordings_dir)
