"""`hotline stop`: a supervisor, what a dead one left behind, or nothing at all. (The whole: tests/e2e/test_run.py.)"""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner

from hotline import cli_stop
from hotline.cli_stop import app, end
from hotline.control.client import NotRunningError
from hotline.lock import SupervisorLock
from hotline.pidfile import Identity, PidFile
from hotline.settings import Settings
from telephony.errors import WorldError

SLEEP = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
SUPERVISOR = f"""
import pathlib, sys
from hotline.lock import SupervisorLock
with SupervisorLock(pathlib.Path(sys.argv[1])).held():
    {SLEEP}
"""

runner = CliRunner()

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def start(code: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", code, *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_nothing_runs(own_settings: Settings) -> None:
    assert isinstance(runner.invoke(app, []).exception, NotRunningError)
    shutil.rmtree(own_settings.state_dir)
    assert isinstance(runner.invoke(app, []).exception, NotRunningError)


def test_a_supervisor_is_asked_and_waited_for(own_settings: Settings, start: Start) -> None:
    supervisor = start(SUPERVISOR, str(own_settings.run_dir))
    result = runner.invoke(app, [])
    assert (result.exit_code, result.output) == (0, "已停止\n")
    assert supervisor.wait(20) == -signal.SIGTERM


def test_a_supervisor_that_does_not_stop_is_told(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_stop, "STOPPED_WITHIN_S", 0.2)
    identity = Identity.of(start(STUBBORN).pid)
    assert identity is not None
    with pytest.raises(WorldError, match=f"pid {identity.pid}"):
        end(identity)


def test_what_a_killed_supervisor_left_is_stopped(own_settings: Settings, start: Start) -> None:
    engine, asterisk = start(SLEEP), start(SLEEP)
    for process, file in (
        (engine, own_settings.run_dir / "engine.pid"),
        (asterisk, own_settings.asterisk_home / "asterisk.pid"),
    ):
        identity = Identity.of(process.pid)
        assert identity is not None
        PidFile(file).write(identity)
    result = runner.invoke(app, [])
    assert result.exit_code == 0
    assert result.output.index("引擎已停止") < result.output.index("Asterisk已停止")
    assert engine.wait(20) == -signal.SIGTERM
    assert Identity.of(asterisk.pid) is None
    assert isinstance(runner.invoke(app, []).exception, NotRunningError)


def test_while_somebody_starts_or_stops_nothing_is_touched(own_settings: Settings) -> None:
    with SupervisorLock(own_settings.run_dir).held():
        (own_settings.run_dir / "supervisor.pid").unlink()
        result = runner.invoke(app, [])
    assert isinstance(result.exception, WorldError)
    assert "try again" in str(result.exception)
