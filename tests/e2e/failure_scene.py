"""Five callers in every place a failure can meet them, and what must be true of each of them afterwards."""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import AsteriskInstall
from hotline.clock import engine_now, sleep_s
from hotline.prompts import alaw
from hotline.prompts.alaw import RATE, Samples
from hotline.store.facts import Record
from hotline.store.follow import Follower, Place
from hotline.trial.agent_phone import Manner
from hotline.trial.listening import find
from hotline.trial.phone import NotHeardError, Phone
from hotline.trial.silence import longest_silence
from hotline.trial.voices import voice_of
from ivr.menu import Node
from tests.e2e.hotline_rig import ROOT, HotlineUp

TALKS, RINGS, PAUSES = "8003", "8005", "8006"
"""Agents with skills of their own: for repayment, accounts, complaints."""

TO_TALK, TO_RING, TO_QUEUE, TO_MENU = "220", "310", "410", "2"

STALE_S = 3
"""Short, so that the tests are; the dialplan counts whole seconds."""

RESCUED_S = STALE_S + 6.0
"""Until the dialplan has taken over: the heartbeat, up to a second of rounding, the watchdog's round of 2 s; and then
0.8 s of the prompt tell which one it is."""

FIRST_WORDS_S = 0.8

STUTTER_S = 0.4
"""Longest gap in a talk that may come from a busy machine: nobody would call it an interruption."""


BRIEF = """
phrases:
  to_agent: 请稍候。
  recording_notice: 通话将被录音。
  next_in_line: 下一位就是您。
"""
"""What is said on the way to an agent, in a breath."""


def quick_files(folder: Path) -> dict[str, Path]:
    """The sample's menu and roster, phrases and wrap-up short enough for a test."""
    menus = folder / "menus.yaml"
    menus.write_text((ROOT / "menus.yaml").read_text() + BRIEF)
    return {"menus": menus, "agents": _quick_agents(folder)}


def _quick_agents(folder: Path) -> Path:
    text = re.sub(r"wrap_up_s: \d+", "wrap_up_s: 2", (ROOT / "agents.yaml").read_text())
    for name in ("贷款咨询专席", "还款专席", "综合服务专席"):
        text = text.replace(f"name: {name}\n", f"name: {name}\n    wrap_up_s: 2\n")
    path = folder / "agents.yaml"
    path.write_text(text)
    return path


@dataclass
class Scene:
    """Who is where."""

    up: HotlineUp
    walks: Phone
    """In the menu, at 还款相关疑问."""
    first: Phone
    second: Phone
    """In the queue, in this order; the only agent at work is not ready."""
    rings: Phone
    """Hears music while an agent's phone rings."""
    talks: Phone
    talk: Phone
    """The agent's side of that talk."""

    def phase(self, phone: Phone) -> str:
        return str((self.up.call_of(phone.name) or {}).get("phase"))

    # ---- what must be true afterwards -------------------------------------------------------------

    async def talk_goes_on(self, since: tuple[float, float]) -> None:
        """Both have heard each other all the time since, and still do."""
        await both_hear(self.talks, self.talk, since)

    async def talk_ends(self) -> None:
        """The agent hangs up: that is noticed, the caller hears so, the agent is free again."""
        since = self.talks.heard_s
        await self.talk.hang_up()
        farewell = self.up.sound(self.up.config.menu.phrases.after_talk)
        await self.talks.hears(farewell, within_s=6, from_s=since, what="the farewell")
        await self.agent_is_free(TALKS)

    async def agent_is_free(self, number: str) -> None:
        await self.up.until(lambda: self.up.agent(number)["state"] == "ready", within_s=10)

    async def keys_work(self) -> None:
        """The caller in the menu is where he was: 2 is 提前还款."""
        menu = self.up.config.menu
        early: Node = menu.nodes[menu.nodes[menu.root.choices["2"]].choices["2"]]
        while True:
            since = self.walks.heard_s
            await self.walks.press("2")
            try:
                await self.walks.hears(self.up.sound(early.say), within_s=8, from_s=since, what="提前还款")
            except NotHeardError:
                if not self._was_rescued(since):
                    raise
            else:
                return

    def _was_rescued(self, since_s: float) -> bool:
        """Whether the dialplan had taken over when the key was pressed: nobody took it, and a person presses again."""
        heard = self.walks.heard(max(0.0, since_s - RESCUED_S))
        return any(match.at_s < RESCUED_S + 1.0 for match in find(heard, emergency_of(self.up)))

    async def place_is_kept(self) -> None:
        """Who came first is served first."""
        await self.up.until(lambda: {self.phase(self.first), self.phase(self.second)} == {"queued"}, within_s=15)
        agent = await self.up.ready(PAUSES)
        talk = await agent.talk(within_s=15)
        await talk.hears(voice_of(self.first.name), within_s=6, what="the voice of who came first")
        await self.first.hears(agent.speech, within_s=6, from_s=self.first.heard_s - 3, what="the agent")
        assert self.phase(self.second) == "queued"
        await talk.hang_up()

    async def ring_leads_to_a_talk(self) -> None:
        """The ring goes on and is answered, or comes again."""
        agent = self.up.phones[RINGS]
        agent.manner = Manner.ANSWERS
        if not agent.rings[-1].ended.is_set():
            with contextlib.suppress(Exception):
                await agent.react(agent.rings.pop())
        talk = await agent.talk(within_s=25)
        await talk.hears(voice_of(self.rings.name), within_s=6, what="the voice of who was rung for")
        await self.rings.hears(agent.speech, within_s=6, from_s=self.rings.heard_s - 3, what="the agent")
        await self.up.until(lambda: self.phase(self.rings) == "talking")
        await talk.hang_up()

    def heard_at(self) -> tuple[float, float]:
        """Where both sides of the talk are now."""
        return self.talks.heard_s, self.talk.heard_s


async def talk(up: HotlineUp, caller: str) -> tuple[Phone, Phone]:
    """A talk going on: the caller's side and the agent's."""
    agent = await up.ready(TALKS)
    phone = await up.dial(caller)
    await phone.press(TO_TALK)
    other = await agent.talk(within_s=20)
    await phone.hears(voice_of(TALKS), within_s=8, what="the agent")
    await other.hears(voice_of(caller), within_s=8, what="the caller")
    return phone, other


async def set_scene(up: HotlineUp, tag: str) -> Scene:
    """Dial everybody and bring them to their places."""
    for number in (TALKS, RINGS, PAUSES):
        await up.phone(number)
    await up.ready(TALKS)
    (await up.ready(RINGS)).manner = Manner.IGNORES
    up.ask("agent", number=PAUSES, wish="sign_in")
    up.ask("agent", number=PAUSES, wish="not_ready", reason="1")
    dialled = (up.dial(f"137{tag}{place:04}") for place in range(5))
    walks, first, second, rings, talks = await asyncio.gather(*dialled)
    scene = Scene(up, walks, first, second, rings, talks, talks)
    await asyncio.gather(talks.press(TO_TALK), rings.press(TO_RING), first.press(TO_QUEUE))
    await up.until(lambda: scene.phase(first) == "queued", within_s=10)
    await second.press(TO_QUEUE)
    scene.talk = await up.phones[TALKS].talk(within_s=20)
    await up.until(lambda: scene.phase(rings) == "ringing", within_s=20)
    await up.until(lambda: scene.phase(second) == "queued", within_s=10)
    await walks.press(TO_MENU)
    await talks.hears(voice_of(TALKS), within_s=8, what="the agent")
    await scene.talk.hears(voice_of(talks.name), within_s=8, what="the caller")
    return scene


async def both_hear(caller: Phone, agent: Phone, since: tuple[float, float]) -> None:
    """Each has heard the other without a break since that moment, and still does."""
    await asyncio.sleep(0.5)
    uninterrupted(caller.heard(since[0]), voice_of(agent.name), who="the caller")
    uninterrupted(agent.heard(since[1]), voice_of(caller.name), who="the agent")


def uninterrupted(heard: Samples, voice: Samples, *, who: str) -> None:
    """This voice, said over and over, and nothing else."""
    silence = longest_silence(heard)
    assert silence.length_s < STUTTER_S, f"{who} heard nothing for {silence.length_s:.1f} s"
    period = voice.size / RATE
    places = [0.0, *(match.at_s for match in find(heard, voice)), heard.size / RATE]
    longest = max(later - earlier for earlier, later in pairwise(places))
    assert longest < 2.2 * period, f"{who} did not hear the other's voice for {longest:.1f} s: {places}"


# ---- what fails ----------------------------------------------------------------------------------


class Hotline:
    """The processes of a running hotline, to be hurt."""

    def __init__(self, up: HotlineUp, install: AsteriskInstall) -> None:
        self.up = up
        settings = up.settings
        self._supervisors: list[subprocess.Popen[bytes]] = []
        self._asterisk = AsteriskInstance(install, settings.asterisk_home, {}, run_dir=settings.asterisk_run_dir)

    async def cut_ami(self) -> int:
        """Close every manager connection from Asterisk's side; how many there were."""
        listed = await asyncio.to_thread(self._asterisk.cli, "manager show connected")
        sessions = re.findall(r"^ *hotline +127\.0\.0\.1 +\d+ +\d+ +(\d+) ", listed, re.MULTILINE)
        for session in sessions:
            await asyncio.to_thread(self._asterisk.cli, f"manager kick session {session}")
        return len(sessions)

    def signal(self, service: str, number: signal.Signals) -> int:
        """Send a signal to one of its processes; its pid."""
        pid = self.up.pid(service)
        os.kill(pid, number)
        return pid

    async def connected(self, *, within_s: float = 15.0) -> Any:
        """The engine is there and linked to Asterisk; its status."""
        return await self.up.until(
            lambda: (status := self.up.status())["link"]["connected"] and status, within_s=within_s
        )

    def supervise(self) -> None:
        """`hotline run` once more, after the death of the one before; ready when it has adopted everything."""
        output = self.up.settings.logs_dir / "supervisor-again.out"
        with output.open("wb") as out:
            run = subprocess.Popen(
                [sys.executable, "-m", "hotline", "run"],
                env=self.up.environment, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=ROOT,
            )  # fmt: skip
        self._supervisors.append(run)
        self.up.supervisor = run
        deadline = engine_now() + 30
        while "95001@" not in output.read_text():
            assert run.poll() is None, output.read_text()
            assert engine_now() < deadline, output.read_text()
            sleep_s(0.1)

    def stop(self) -> None:
        """Stop the supervisors started here, in order."""
        for run in self._supervisors:
            if run.poll() is None:
                run.send_signal(signal.SIGINT)
                run.wait(20)

    def journal(self) -> list[object]:
        """Everything that is written down so far."""
        follower, facts = Follower(self.up.settings.journal_dir, Place()), list[object]()
        while found := follower.read(1000):
            facts += [record.fact for record in found if isinstance(record, Record)]
        return facts

    @property
    def emergency(self) -> Samples:
        """What the dialplan says while the engine is away, less its first words: a busy machine may tear these."""
        return emergency_of(self.up)


def emergency_of(up: HotlineUp) -> Samples:
    """The same."""
    whole = alaw.decode((up.settings.prompts_dir / "fixed" / "emergency.alaw").read_bytes())
    return whole[round(FIRST_WORDS_S * RATE) :]
