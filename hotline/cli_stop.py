"""`hotline stop`: end a running hotline from another terminal, or what a killed supervisor left behind."""

import signal
import sys

import typer
from rich.console import Console

from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import AsteriskInstall
from hotline.clock import engine_now, sleep_s
from hotline.control.client import NotRunningError
from hotline.lock import AlreadyRunningError, SupervisorLock
from hotline.logs import LogSettings, open_logs
from hotline.pidfile import Identity
from hotline.run_lines import RunLines
from hotline.screen import Screen
from hotline.services import services_of
from hotline.settings import Settings, load_settings
from hotline.supervisor import Supervisor
from telephony.errors import WorldError

STOPPED_WITHIN_S = 30.0
"""The sum of what the children may take, and some."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

DONE = {"zh-CN": "已停止", "en": "stopped"}


@app.command()
def stop() -> None:
    """停止热线 · Stop a running hotline from another terminal; calls in progress are ended."""
    settings = load_settings()
    lock = SupervisorLock(settings.run_dir)
    owner = lock.owner
    if owner is not None:
        end(owner)
    elif not stop_leftovers(settings, lock):
        raise NotRunningError(settings.control_socket)
    sys.stdout.write(DONE[settings.language] + "\n")


def end(supervisor: Identity) -> None:
    """Ask the supervisor to stop everything, and wait until it has."""
    supervisor.signal(signal.SIGTERM)
    until = engine_now() + STOPPED_WITHIN_S
    while supervisor.is_alive:
        if engine_now() > until:
            message = f"the supervisor (pid {supervisor.pid}) does not stop within {STOPPED_WITHIN_S:.0f} s"
            raise WorldError(message, retryable=True)
        sleep_s(0.05)


def stop_leftovers(settings: Settings, lock: SupervisorLock) -> bool:
    """Take over what runs without a supervisor and stop it; whether there was anything."""
    if not settings.run_dir.is_dir():
        return False
    open_logs(LogSettings(console=False, file=settings.logs_dir / "supervisor.log"))
    nothing = AsteriskInstall((), settings.state_dir, settings.state_dir, settings.state_dir, version="", source="")
    asterisk = AsteriskInstance(nothing, settings.asterisk_home, {}, run_dir=settings.asterisk_run_dir)
    services = services_of(settings, asterisk)
    try:
        with lock.held():
            found = [service for service in services if service.adopt()]
            lines = RunLines(settings, Screen(Console(highlight=False)), program=sys.argv[0])
            supervisor = Supervisor(found, tell=lines.tell, now=engine_now)
            supervisor.bring_up()
            supervisor.stop()
    except AlreadyRunningError as error:
        raise WorldError("a hotline is just being started or stopped; try again", retryable=True) from error
    return bool(found)
