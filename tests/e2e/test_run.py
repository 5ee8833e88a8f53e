"""`hotline run` as an admin has it: real processes, a real Asterisk, killed in every way, nothing left over."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline.asterisk.provision import AsteriskInstall
from hotline.clock import engine_now, sleep_s
from tests.e2e.hotline_rig import environment

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 90.0
"""Longest wait for anything: the first run renders every prompt."""


class Shell:
    """An admin's terminal."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder = folder
        self.variables = variables
        self.run_dir = folder / "var" / "run"
        self.runs: list[subprocess.Popen[bytes]] = []

    def start(self) -> Path:
        """`hotline run` in the background; its output."""
        output = self.folder / f"run{len(self.runs)}.out"
        with output.open("wb") as out:
            self.runs.append(
                subprocess.Popen(
                    [sys.executable, "-m", "hotline", "run"],
                    env=self.variables, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=ROOT,
                    start_new_session=True,
                )
            )  # fmt: skip
        return output

    def started(self) -> str:
        """The same, and wait until it says that it is ready."""
        output = self.start()
        until(lambda: "95001@" in output.read_text() or self.runs[-1].poll() is not None)
        assert self.runs[-1].poll() is None, output.read_text()
        return output.read_text()

    def hotline(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hotline", *words]
        return subprocess.run(
            command, env=self.variables, capture_output=True, text=True, cwd=ROOT, timeout=WITHIN_S, check=False
        )

    def status(self) -> dict[str, Any]:
        shown: dict[str, Any] = json.loads(self.hotline("status", "--json").stdout)
        return shown

    def pid(self, name: str) -> int:
        file = self.folder / "var" / "asterisk" / "asterisk.pid" if name == "asterisk" else self.run_dir / f"{name}.pid"
        return int(json.loads(file.read_text())["pid"])

    def processes(self) -> list[str]:
        """Whatever runs with this hotline's state folder on its command line or in its environment."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if entry.name != str(os.getpid()) and str(self.folder / "var").encode() in (
                    (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
                ):
                    found.append((entry / "cmdline").read_bytes().decode(errors="replace"))
        return found


def until(condition: Callable[[], bool]) -> None:
    end = engine_now() + WITHIN_S
    while not condition():
        assert engine_now() < end
        sleep_s(0.1)


@pytest.fixture
def shell(tmp_path: Path, install: AsteriskInstall, free_port: Callable[[str, int], int]) -> Iterator[Shell]:
    assert install.version
    shell = Shell(tmp_path, environment(tmp_path, free_port))
    yield shell
    for run in shell.runs:
        if run.poll() is None:
            run.send_signal(signal.SIGTERM)
            run.wait(30)
    shell.hotline("stop")


def test_a_hotline_survives_every_death_and_stops_without_a_trace(shell: Shell) -> None:
    told = shell.started()
    assert told.index("Asterisk") < told.index("95001@")
    asterisk, engine = shell.pid("asterisk"), shell.pid("engine")
    boot = shell.status()["boot"]

    second = shell.hotline("run")
    assert second.returncode == 1
    assert len(second.stderr.splitlines()) == 1
    assert str(shell.pid("supervisor")) in second.stderr

    os.kill(engine, signal.SIGKILL)
    until(lambda: shell.hotline("status").returncode == 0 and shell.status()["boot"] != boot)
    assert shell.pid("asterisk") == asterisk
    until(lambda: bool(shell.status()["link"]["connected"]))

    shell.runs[0].kill()
    shell.runs[0].wait()
    engine = shell.pid("engine")
    assert shell.status()["link"]["connected"]
    adopted = shell.started()
    assert (shell.pid("asterisk"), shell.pid("engine")) == (asterisk, engine)
    assert adopted.count("接管") == 3

    os.kill(asterisk, signal.SIGKILL)
    until(lambda: shell.pid("asterisk") != asterisk)
    until(lambda: bool(shell.status()["link"]["connected"]))
    assert shell.pid("engine") == engine

    reloaded = shell.hotline("reload")
    assert (reloaded.returncode, reloaded.stderr) == (0, "")
    assert shell.hotline("agent", "sign-in", "8001").returncode == 0
    assert next(agent for agent in shell.status()["agents"] if agent["number"] == "8001")["state"] == "ready"

    began_at = engine_now()
    stopped = shell.hotline("stop")
    assert (stopped.returncode, stopped.stderr) == (0, "")
    assert engine_now() - began_at < 15
    until(lambda: shell.runs[-1].poll() == 0)
    assert shell.processes() == []
    assert shell.hotline("stop").returncode == 3

    began_at = engine_now()
    shell.started()
    assert engine_now() - began_at < 20
    shell.runs[-1].send_signal(signal.SIGINT)
    assert shell.runs[-1].wait(WITHIN_S) == 0
    assert shell.processes() == []
