"""A whole hotline as its user runs it (`hotline run`), in a folder and on ports of its own, and its far side."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotline.asterisk.provision import AsteriskInstall
from hotline.bootstrap import load_settings_config
from hotline.config import Config
from hotline.control.client import ControlClient
from hotline.prompts import alaw
from hotline.prompts.alaw import Samples
from hotline.prompts.catalogue import all_segments
from hotline.prompts.preparation import prompt_library
from hotline.secrets import load_secrets
from hotline.settings import Settings
from hotline.trial.agent_phone import AgentPhone, Manner
from hotline.trial.far_side import FarSide
from hotline.trial.phone import Phone
from telephony.errors import WorldError
from telephony.prompt import Prompt, Segment

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN_S = 120.0
"""Provisioning is done by then; rendering the prompts takes ten seconds, on a busy machine a minute."""
TO_EARLY_REPAYMENT = "220"
"""还款, 提前还款, and 人工 instead of hearing the text out."""

PATIENCE_S = 30.0
"""For what takes a second or a prompt's length on a quiet machine; how quick things are is for the benchmarks."""
TRUNK, PHONES = "127.0.0.2", "127.0.0.5"
FreePort = Callable[[str, int], int]


@dataclass
class HotlineUp:
    """A running hotline and everything a test asks of it."""

    settings: Settings
    environment: Mapping[str, str]
    config: Config
    far: FarSide
    sounds: dict[str, Samples]
    supervisor: subprocess.Popen[bytes]
    phones: dict[str, AgentPhone] = field(default_factory=dict)

    # ---- its state --------------------------------------------------------------------------------

    def ask(self, op: str, **args: object) -> Any:
        with ControlClient(self.settings.control_socket) as client:
            return client.ask(op, **args)

    def status(self) -> Any:
        return self.ask("status")

    def agent(self, number: str) -> Any:
        return next(agent for agent in self.status()["agents"] if agent["number"] == number)

    def call_of(self, caller: str) -> Any:
        call = self.ask("find_call", caller=caller)["call"]
        return next((one for one in self.status()["calls"] if one["id"] == call), None)

    async def until(self, what: Callable[[], object], *, within_s: float = PATIENCE_S) -> Any:
        """Wait for something to be true of the running hotline."""
        deadline = time.monotonic() + within_s  # noqa: TID251 - a test's own patience
        while True:
            with contextlib.suppress(WorldError):
                if found := what():
                    return found
            if time.monotonic() > deadline:  # noqa: TID251 - same
                raise AssertionError(f"not within {within_s:g} s; status: {self._last_status()}")
            await asyncio.sleep(0.05)

    def _last_status(self) -> Any:
        try:
            status = self.status()
        except WorldError as error:
            return str(error)
        return {"calls": status["calls"], "agents": [a for a in status["agents"] if a["state"] != "signed_off"]}

    def pid(self, service: str) -> int:
        """Process of a service, by its pid file."""
        folder = self.settings.asterisk_home if service == "asterisk" else self.settings.run_dir
        return int(json.loads((folder / f"{service}.pid").read_text())["pid"])

    # ---- people -----------------------------------------------------------------------------------

    async def phone(self, number: str) -> AgentPhone:
        """An agent's telephone, registered."""
        if number not in self.phones:
            secret = load_secrets(self.settings.secrets_file, self.config.roster.agents).sip[
                self.config.roster.agents[number].number  # type: ignore[index]
            ]
            self.phones[number] = await self.far.agent(number, secret, within_s=PATIENCE_S)
        return self.phones[number]

    async def ready(self, number: str, *, answers_after_s: float = 0.2) -> AgentPhone:
        """An agent at work: registered, signed in, ready, no wrap-up left over from another test."""
        phone = await self.phone(number)
        phone.answers_after_s = answers_after_s
        self.ask("agent", number=number, wish="sign_in")
        self.ask("agent", number=number, wish="ready")
        await self.until(lambda: self.agent(number)["state"] in {"ready", "ringing", "talking"})
        return phone

    async def dial(self, caller: str, dialled: str = "95001") -> Phone:
        phone = await self.far.dial(dialled, caller=caller)
        await phone.is_answered(within_s=PATIENCE_S)
        return phone

    def sound(self, prompt: Prompt | None, segment: int = 0) -> Samples:
        assert prompt is not None
        return self.sounds[prompt.segments[segment].text]

    async def tidy(self) -> None:
        """Nobody on the line, nobody at work, and every phone answers as it does at first."""
        for phone in self.phones.values():
            phone.manner, phone.hangs_up_after_s = Manner.ANSWERS, None
        for agent in self.status()["agents"]:
            if agent["state"] != "signed_off":
                self.ask("agent", number=agent["number"], wish="sign_off")
        await self.until(lambda: not self.status()["calls"], within_s=PATIENCE_S)
        await self.until(lambda: all(agent["state"] == "signed_off" for agent in self.status()["agents"]), within_s=75)


def environment(folder: Path, free_port: FreePort, **settings: object) -> dict[str, str]:
    """The HOTLINE_* variables of a hotline that shares nothing with another but the provisioned Asterisk."""
    rtp = free_port("127.0.0.1", socket.SOCK_DGRAM)
    values: dict[str, object] = {
        "settings": "",
        "menus": ROOT / "menus.yaml",
        "agents": ROOT / "agents.yaml",
        "state_dir": folder / "var",
        "sip_port": free_port("127.0.0.1", socket.SOCK_DGRAM),
        "ami_port": free_port("127.0.0.1", socket.SOCK_STREAM),
        "rtp_start": 20_000 + rtp % 2_000 * 2,
        "rtp_end": 20_000 + rtp % 2_000 * 2 + 398,
        "max_calls": 90,
        "asr_workers": 0,  # callers hum all the time, so that one can tell who hears whom; those who speak set it
        **settings,
    }
    return os.environ | {f"HOTLINE_{name.upper()}": str(value) for name, value in values.items()}


@contextlib.asynccontextmanager
async def hotline_up(
    install: AsteriskInstall, folder: Path, free_port: FreePort, **settings: object
) -> AsyncIterator[HotlineUp]:
    """`hotline run` in the background, ready; stopped as by Ctrl-C, and nothing may be left of it."""
    variables = environment(folder, free_port, **settings)
    known = _settings_of(variables)
    output = folder / "supervisor.out"
    rendered = _rendered_before(folder)
    if rendered.is_dir():
        shutil.copytree(rendered, known.prompts_dir, copy_function=os.link)
    with output.open("wb") as out:
        supervisor = subprocess.Popen(  # noqa: ASYNC220 - its pid is all we want of it
            [sys.executable, "-m", "hotline", "run"],
            env=variables, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=ROOT,
        )  # fmt: skip
    try:
        await _wait_up(known, supervisor, output)
        _keep_rendered(known.prompts_dir, rendered)
        config = load_settings_config(known)
        library = prompt_library(known, config.menu)
        sounds = {segment.text: alaw.decode(library.file_of(segment).read_bytes()) for segment in _segments(config)}
        async with FarSide(
            install,
            folder / "far",
            hotline=known.sip_address,
            callers_address=TRUNK,
            phones_address=PHONES,
            sip_port=int(known.trunk_contact.rpartition(":")[2]) if known.trunk_contact else None,
        ) as far:
            yield HotlineUp(known, variables, config, far, sounds, supervisor)
    finally:
        _stop(supervisor, output)


def _rendered_before(folder: Path) -> Path:
    """Prompts another hotline of this test run has rendered: their names tell their content, so they are the same."""
    beside = folder.parent.parent if folder.parent.name.startswith("popen-") else folder.parent
    return beside / "prompts-rendered"


def _keep_rendered(prompts: Path, rendered: Path) -> None:
    if rendered.is_dir():
        return
    fresh = prompts.with_name("prompts-kept")
    shutil.copytree(prompts, fresh, copy_function=os.link)
    with contextlib.suppress(OSError):  # another worker was quicker
        fresh.rename(rendered)


def _segments(config: Config) -> list[Segment]:
    return all_segments(config.menu, config.roster)


def _settings_of(variables: Mapping[str, str]) -> Settings:
    names = {f"HOTLINE_{name.upper()}": name for name in Settings.model_fields}
    return Settings(**{names[key]: value for key, value in variables.items() if key in names})  # type: ignore[arg-type]


async def _wait_up(settings: Settings, supervisor: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN_S  # noqa: TID251 - a test's own patience
    while time.monotonic() < deadline:  # noqa: TID251 - same
        assert supervisor.poll() is None, output.read_text()
        with contextlib.suppress(WorldError), ControlClient(settings.control_socket) as client:
            if client.ask("status")["link"]["connected"]:
                return
        await asyncio.sleep(0.1)
    raise AssertionError(output.read_text())


def _stop(supervisor: subprocess.Popen[bytes], output: Path) -> None:
    if supervisor.poll() is None:
        supervisor.send_signal(signal.SIGINT)
        try:
            supervisor.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            raise AssertionError(f"Ctrl-C did not stop it: {output.read_text()}") from None
