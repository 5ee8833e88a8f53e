"""The processes of one hotline: Asterisk, the projector and the engine, as the supervisor runs them."""

import signal
import sys

from hotline.asterisk.instance import AsteriskInstance
from hotline.control.client import ControlClient
from hotline.control.protocol import ControlError
from hotline.pidfile import Identity
from hotline.service import Service, ServiceSpec
from hotline.settings import Settings
from hotline.speech.models import model_folder
from hotline.speech.place import place_file
from hotline.supervisor import Supervised
from telephony.errors import WorldError

ASKED_FOR_S = 0.5
"""How long the engine may take to say that it is there; it takes a millisecond."""

HUNG_AFTER_S = 20.0
"""A silence no busy moment explains; the dialplan has taken over long before, after `heartbeat_stale_s`."""

ASTERISK_BOOT_S = 20.0
"""Longest start of Asterisk; it takes 0.2 s on an idle machine."""


def services_of(settings: Settings, asterisk: AsteriskInstance) -> list[Supervised]:
    """All of them, in the order they start; they stop in the opposite one, so the engine can still say goodbye."""
    return [
        AsteriskService(asterisk),
        *(recogniser(settings, name) for name in (settings.recogniser_names if model_folder(settings) else ())),
        Service(
            ServiceSpec("projector", projector_command(settings)),
            run_dir=settings.run_dir,
            logs_dir=settings.logs_dir,
        ),
        Service(
            ServiceSpec(
                "engine",
                (sys.executable, "-m", "hotline.engine_main"),
                is_ready=EngineProbe(settings),
                hung_after_s=HUNG_AFTER_S,
            ),
            run_dir=settings.run_dir,
            logs_dir=settings.logs_dir,
        ),
    ]


def recogniser(settings: Settings, name: str) -> Service:
    """One recognition worker; without it callers go on by keys."""
    return Service(
        ServiceSpec(
            name,
            (sys.executable, "-m", "hotline.speech.worker_main", name),
            is_ready=place_file(settings.run_dir, name).exists,
            grace_s=3.0,
            is_needed=False,
        ),
        run_dir=settings.run_dir,
        logs_dir=settings.logs_dir,
    )


def projector_command(settings: Settings) -> tuple[str, ...]:
    """Its command line; a database address of the admin's own may hold a password, which `ps` must not show."""
    program = (sys.executable, "-m", "hotline.store.projector", "--journal", str(settings.journal_dir))
    keep = ("--keep-days", str(settings.journal_keep_days))
    return (*program, *keep, *(() if settings.database_url else ("--database", settings.database)))


class EngineProbe:
    """Whether the engine works: at first with its link to Asterisk, later it is enough that it answers."""

    def __init__(self, settings: Settings) -> None:
        self._socket = settings.control_socket
        self._was_connected = False

    def __call__(self) -> bool:
        """Ask it."""
        try:
            with ControlClient(self._socket, timeout_s=ASKED_FOR_S) as client:
                client.ask("ping")
                if not self._was_connected:  # a whole snapshot only for the first answer
                    self._was_connected = bool(client.ask("status")["link"]["connected"])
        except (WorldError, ControlError):
            return False
        return self._was_connected


class AsteriskService:
    """Asterisk as the supervisor sees it."""

    name = "asterisk"
    exit_code: int | None = None
    ready_within_s = ASTERISK_BOOT_S
    hung_after_s: float | None = None
    grace_s = 5.0
    is_needed = True

    def __init__(self, instance: AsteriskInstance) -> None:
        self._instance = instance

    @property
    def pid(self) -> int | None:
        """Its process, if it runs."""
        return self._instance.pid

    def adopt(self) -> bool:
        """Take over what an earlier supervisor left running."""
        return self._instance.adopt()

    def start(self) -> None:
        """Run it and wait until it is up; `WorldError` if that is not possible."""
        self._instance.start(boot_limit_s=ASTERISK_BOOT_S)

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._instance.running

    def is_ready(self) -> bool:
        """It was waited for."""
        return True

    def ask_to_stop(self) -> None:
        """SIGTERM: every channel is hung up."""
        pid = self._instance.pid
        if pid is not None and (identity := Identity.of(pid)) is not None:
            identity.signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash would."""
        self._instance.kill()

    def last_lines(self) -> list[str]:
        """Its latest errors."""
        return self._instance.errors()[-3:]
