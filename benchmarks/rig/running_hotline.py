"""A hotline as its user runs it (`hotline run`), in a folder of its own, for one benchmark."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import AsteriskInstall
from hotline.control.client import ControlClient
from hotline.settings import Settings
from telephony.errors import WorldError

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN_S = 180.0
"""Rendering the prompts of a large roster takes most of it."""
DOWN_WITHIN_S = 30.0


class RunningHotline:
    """One running hotline and what a benchmark asks of it."""

    def __init__(self, settings: Settings, asterisk: AsteriskInstance) -> None:
        self.settings = settings
        self.asterisk = asterisk
        self.output = output_of(settings)
        """What `hotline run` says."""

    def ask(self, op: str, **args: object) -> Any:
        with ControlClient(self.settings.control_socket) as client:
            return client.ask(op, **args)

    def status(self) -> Any:
        return self.ask("status")

    def sign_in_all(self) -> None:
        """Every agent of the roster ready."""
        with ControlClient(self.settings.control_socket) as client:
            for agent in client.ask("status")["agents"]:
                client.ask("agent", number=agent["number"], wish="sign_in")
        self.await_ready(within_s=10.0)

    def not_ready(self) -> list[str]:
        """`10042 wrap_up` for each agent who is not."""
        return [f"{one['number']} {one['state']}" for one in self.status()["agents"] if one["state"] != "ready"]

    def await_ready(self, *, within_s: float) -> list[str]:
        """Who is still not ready when the time is over."""
        until = time.perf_counter() + within_s
        while (waiting := self.not_ready()) and time.perf_counter() < until:
            time.sleep(0.2)
        return waiting

    def channels(self) -> list[str]:
        """SIP channels in Asterisk; the watchdog's own two do not count."""
        lines = self.asterisk.cli("core show channels concise").splitlines()
        return [line.partition("!")[0] for line in lines if line.startswith("PJSIP/")]

    def count_facts(self, kind: str) -> int:
        """How often the journal has this fact."""
        mark = f'"fact":"{kind}"'.encode()
        return sum(path.read_bytes().count(mark) for path in self.settings.journal_dir.glob("*.jsonl"))

    def add_contexts(self, plan: str) -> None:
        """Put a dialplan beside the hotline's own, in the same Asterisk; gone with its next start."""
        with (self.settings.asterisk_home / "etc" / "extensions.conf").open("a", encoding="utf-8") as file:
            file.write(plan)
        self.asterisk.cli("dialplan reload")

    def pid(self, service: str) -> int:
        """Process of `engine`, `projector` or `asterisk`."""
        if service == "asterisk":
            return int((self.settings.asterisk_run_dir / "asterisk.pid").read_text())
        written = (self.settings.run_dir / f"{service}.pid").read_text()
        return int(written.partition('"pid":')[2].partition(",")[0])


def settings_for(folder: Path, **values: object) -> Settings:
    """Settings of a hotline that shares nothing with another but the provisioned Asterisk."""
    values.setdefault(
        "asr_workers", 0
    )  # by keys, unless speech is what is measured: callers of a load hum all the time
    return Settings(state_dir=folder / "var", vip=folder / "vip.txt", recordings_dir=folder / "recordings", **values)  # type: ignore[arg-type]


@contextlib.contextmanager
def hotline_up(settings: Settings, install: AsteriskInstall) -> Iterator[RunningHotline]:
    """`hotline run` in the background, ready to take calls; stopped as by Ctrl-C."""
    output = output_of(settings)
    with output.open("wb") as out:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "hotline", "run"],
            env=environment(settings), stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=ROOT,
        )  # fmt: skip
    try:
        _await_up(settings, supervisor, output)
        asterisk = AsteriskInstance(install, settings.asterisk_home, {}, run_dir=settings.asterisk_run_dir)
        yield RunningHotline(settings, asterisk)
    except BaseException:
        traceback.print_exc()  # what goes wrong while it is stopped must not hide it
        raise
    finally:
        _stop(supervisor)


def output_of(settings: Settings) -> Path:
    return settings.state_dir.with_name("hotline-run.out")


def environment(settings: Settings) -> Mapping[str, str]:
    """The HOTLINE_* variables by which another process finds this hotline."""
    given = {name: getattr(settings, name) for name in settings.model_fields_set}
    given["trunk_addresses"] = ",".join(str(one) for one in settings.trunk_addresses)
    mine = {f"HOTLINE_{name.upper()}": str(value) for name, value in given.items()}
    others = {name: value for name, value in os.environ.items() if not name.upper().startswith("HOTLINE_")}
    return others | mine | {"HOTLINE_SETTINGS": ""}


def _await_up(settings: Settings, supervisor: subprocess.Popen[bytes], output: Path) -> None:
    until = time.perf_counter() + UP_WITHIN_S
    while time.perf_counter() < until:
        if supervisor.poll() is not None:
            break
        with contextlib.suppress(WorldError), ControlClient(settings.control_socket) as client:
            if client.ask("status")["link"]["connected"]:
                return
        time.sleep(0.2)
    raise SystemExit(f"the hotline did not come up:\n{output.read_text(errors='replace')}")


def _stop(supervisor: subprocess.Popen[bytes]) -> None:
    if supervisor.poll() is None:
        supervisor.send_signal(signal.SIGINT)
        try:
            supervisor.wait(DOWN_WITHIN_S)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            raise SystemExit("the hotline did not stop within 30 s") from None
