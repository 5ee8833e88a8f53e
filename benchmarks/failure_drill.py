"""Everything fails during many calls: AMI is cut, the engine killed, Asterisk stopped. What did callers hear?

    python -m benchmarks.failure_drill [--calls 50] [--kicks 50] [--engine-kills 5] [--asterisk-stops 1]

Callers stand in the menu and in the queue, hear a phone ring, talk to agents; a second Asterisk plays them all and
what every one hears is kept from the first to the last second. AMI connections are cut from Asterisk's side, spread
over all of it; the engine is killed by SIGKILL in between, the last time while its supervisor is stopped too, so that
nobody restarts it for a while; in the end Asterisk is killed. Exit code 0 only if every line of the table says ok.
"""

import argparse
import asyncio
import os
import re
import shutil
import signal
import sys
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.rig.crowd import Crowd, Places
from benchmarks.rig.machine import load, tell
from benchmarks.rig.meter import Meter
from benchmarks.rig.ports import free_port, quiet_range
from benchmarks.rig.running_hotline import ROOT, RunningHotline, hotline_up, settings_for
from hotline.asterisk.provision import provision
from hotline.prompts import alaw
from hotline.settings import Settings, default_cache_dir
from hotline.trial.far_side import FarSide
from telephony.errors import WorldError

STALE_S = 3
"""Heartbeat: shorter than the default, so that the dialplan takes over more often."""

SILENT_S = STALE_S + 6.0
"""Longest silence a caller may hear: the heartbeat, a round of the watchdog, and the 5 s a menu waits for a key."""

RESCUED_S = STALE_S + 4.0
"""An engine away longer than this has been noticed by everybody: heartbeat, whole seconds, a round of the watchdog."""

GAP_S = 1.0
"""Longest silence in a talk that may be this program's own: it speaks and listens for everybody."""

VOICE_S = 4.5
"""A voice says the same every 1.92 s; under load one time may be too torn to be recognised, two may not."""

FIRST_WORDS_S = 0.8
"""Of the emergency prompt: not listened for, since a busy machine may tear them."""

KICK_EVERY_S = 1.2
AWAY_S = 8.0
"""How long the supervisor is stopped at the last kill."""

BACK_WITHIN_S = 30.0
SETTLED_S = 20.0


@dataclass(frozen=True, slots=True)
class Absence:
    """One time the engine was away, on the loop's clock."""

    since: float
    until: float


@dataclass
class Drill:
    """What was done to one hotline, and when."""

    up: RunningHotline
    crowd: Crowd
    began: float = 0.0
    stopped: float = 0.0
    kicks: int = 0
    absences: list[Absence] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Where callers were who should still have been on the line before Asterisk was stopped."""
    stuck: list[str] = field(default_factory=list)
    left_calls: int = 0
    works_again: bool = True
    lag_s: float = 0.0
    """Worst delay of our own loop."""

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def run(self, kicks: int, kills: int, stops: int) -> None:
        """Do all of it."""
        self.began = self.now
        for place in range(kills or 1):
            for _ in range(kicks // max(1, kills) + (place < kicks % max(1, kills))):
                await asyncio.sleep(KICK_EVERY_S)
                await self.kick()
            if kills:
                await self.kill_engine(hold=place == kills - 1)
        await asyncio.sleep(SETTLED_S / 2)
        self.stopped = self.now
        self.stuck += self._astray()
        self.lost = self.crowd.gone()
        self.crowd.over.set()
        for _ in range(stops):
            await self.stop_asterisk()
        await self.crowd.go()
        await self._settle()

    async def kick(self) -> None:
        """Close the engine's connection from Asterisk's side, as soon as there is one."""
        for _ in range(100):
            listed = await asyncio.to_thread(self.up.asterisk.cli, "manager show connected")
            session = re.search(r"^ *hotline +127\.0\.0\.1 +\d+ +\d+ +(\d+) ", listed, re.MULTILINE)
            if session:
                await asyncio.to_thread(self.up.asterisk.cli, f"manager kick session {session[1]}")
                self.kicks += 1
                return
            await asyncio.sleep(0.1)
        raise SystemExit("the engine does not connect to Asterisk any more")

    async def kill_engine(self, *, hold: bool) -> None:
        """SIGKILL; with `hold` nobody restarts it for a while."""
        boot, since = (await self._status())["boot"], self.now
        supervisor = self.up.pid("supervisor")
        if hold:
            os.kill(supervisor, signal.SIGSTOP)
        os.kill(self.up.pid("engine"), signal.SIGKILL)
        if hold:
            await asyncio.sleep(AWAY_S)
            os.kill(supervisor, signal.SIGCONT)
        await self._until(lambda status: status["boot"] != boot and status["link"]["connected"])
        self.absences.append(Absence(since, self.now))
        tell(f"engine killed, back after {self.now - since:.1f} s")

    async def stop_asterisk(self) -> None:
        """SIGKILL to Asterisk; then a call must work again."""
        pid = self.up.asterisk.pid if self.up.asterisk.adopt() else None
        if pid is None:
            raise SystemExit("Asterisk does not run")
        os.kill(pid, signal.SIGKILL)
        await self._until(lambda status: not status["calls"])
        await self.crowd.far.hang_up_all()
        await self._until(lambda status: bool(status["link"]["connected"]))
        try:
            ear = await self.crowd.call("after", "")
        except WorldError:
            self.works_again = False
            return
        await asyncio.sleep(2.0)
        self.works_again = ear.phone.heard_s > 1.0
        await ear.phone.hang_up()

    async def _settle(self) -> None:
        """Everybody has gone: whoever is still busy after a while is stuck."""

        def quiet(status: Any) -> bool:
            return not status["calls"] and all(one["state"] in {"ready", "not_ready"} for one in _at_work(status))

        try:
            await self._until(quiet, within_s=SETTLED_S)
        except TimeoutError:
            status = await self._status()
            self.left_calls = len(status["calls"])
            self.stuck += [f"{one['number']} {one['state']} at the end" for one in _at_work(status)]
        if channels := await asyncio.to_thread(self.up.channels):
            self.stuck.append(f"channels {' '.join(channels)}")

    def _astray(self) -> list[str]:
        """Agents who talk the whole time and are not shown so."""
        states = {one["number"]: one["state"] for one in self.up.status()["agents"]}
        wrong = [number for number in self.crowd.places.talkers if states[number] != "talking"]
        return [f"{number} {states[number]} during a talk" for number in wrong]

    async def _status(self) -> Any:
        return await asyncio.to_thread(self.up.status)

    async def _until(self, true_of: Any, *, within_s: float = BACK_WITHIN_S) -> None:
        async with asyncio.timeout(within_s):
            while True:
                try:
                    if true_of(await self._status()):
                        return
                except WorldError:
                    pass
                await asyncio.sleep(0.1)

    async def watch_lag(self) -> None:
        """Our own delays would be heard as gaps."""
        while True:
            due = self.now + 0.1
            await asyncio.sleep(0.1)
            self.lag_s = max(self.lag_s, self.now - due)


def _at_work(status: Any) -> list[Any]:
    return [agent for agent in status["agents"] if agent["state"] != "signed_off"]


Row = tuple[str, str, str, bool]


def judge(drill: Drill, emergency: alaw.Samples) -> Iterator[Row]:
    """The table: what was looked at, what was found, what is allowed, whether that is so."""
    crowd, since, until = drill.crowd, drill.began, drill.stopped
    silence, ear = crowd.longest_silences(since, until)[0]
    found = f"{silence.length_s:.1f} s ({ear.place}, {ear.phone.name}, after {silence.at_s:.1f} s)"
    yield "longest silence of any caller", found, f"{SILENT_S:g} s", (silence.length_s <= SILENT_S)
    silence, ear = crowd.longest_silences(since, until, ("talk", "agent"))[0]
    yield (
        "longest silence in a talk",
        f"{silence.length_s:.2f} s ({ear.place})",
        f"{GAP_S:g} s",
        silence.length_s <= GAP_S,
    )
    gap, ear = crowd.talk_gaps(since, until)[0]
    yield "longest time without the other's voice", f"{gap:.1f} s ({ear.place})", f"{VOICE_S:g} s", gap <= VOICE_S
    yield "callers lost before Asterisk stopped", ", ".join(drill.lost) or "none", "none", not drill.lost
    for absence in drill.absences:
        away_s = absence.until - absence.since
        for place in ("menu", "queue"):
            heard, of = crowd.heard_by(place, emergency, absence.since, absence.until + 1.0)
            due = away_s > RESCUED_S
            yield (
                f"away {away_s:.1f} s: emergency prompt, {place}",
                f"{heard} of {of}",
                "all" if due else "any",
                heard == of or not due,
            )
    yield "agents or channels stuck", "; ".join(drill.stuck) or "none", "none", not drill.stuck
    yield "calls left at the end", str(drill.left_calls), "0", drill.left_calls == 0
    yield "a call after Asterisk's return", "works" if drill.works_again else "fails", "works", drill.works_again


async def drill_on(up: RunningHotline, folder: Path, chosen: argparse.Namespace) -> Drill:
    install = up.asterisk.install
    places = Places.of(chosen.calls)
    async with FarSide(install, folder / "far", hotline=up.settings.sip_address) as far:
        crowd = Crowd(far, up.status, places)
        drill = Drill(up, crowd)
        await crowd.agents_come(up.ask, up.settings.secrets_file)
        async with asyncio.TaskGroup() as tasks:
            lag = tasks.create_task(drill.watch_lag())
            await crowd.callers_come(tasks)
            tell(f"{len(up.status()['calls'])} calls; {load()}")
            drill.lag_s = 0.0
            meter = Meter({"python": os.getpid(), "asterisk": up.asterisk.pid or 0})
            began = drill.now
            await drill.run(chosen.kicks, chosen.engine_kills, chosen.asterisk_stops)
            meter.sample()
            took = drill.now - began
            tell(f"this program {100 * meter.cpu_s('python') / took:.0f} % of a core, for {took:.0f} s")
            lag.cancel()
    return drill


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--calls", type=int, default=50, help="callers at once (50)")
    arguments.add_argument("--kicks", type=int, default=50, help="AMI connections cut (50)")
    arguments.add_argument("--engine-kills", type=int, default=5, help="kill -9 of the engine (5)")
    arguments.add_argument("--keep", type=Path, help="folder for what everybody heard, and journal and logs")
    arguments.add_argument("--asterisk-stops", type=int, default=1, help="kill -9 of Asterisk, at the end (1)")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="hotline-drill-") as name:
        folder = Path(name)
        roster = folder / "agents.yaml"
        roster.write_text(Places.of(chosen.calls).roster(), encoding="utf-8")
        settings = _settings(folder, roster)
        install = provision(settings, tell)
        print(f"Asterisk {install.version}; {load()} before")
        with hotline_up(settings, install) as up:
            drill = asyncio.run(drill_on(up, folder, chosen))
        emergency = alaw.decode((settings.prompts_dir / "fixed" / "emergency.alaw").read_bytes())
        rows = list(judge(drill, emergency[round(FIRST_WORDS_S * alaw.RATE) :]))
        if chosen.keep:
            keep(drill, settings, chosen.keep)
    return report(drill, rows)


def keep(drill: Drill, settings: Settings, folder: Path) -> None:
    """Everything needed to find out why; a sound file begins with the first failure."""
    for name in ("journal", "logs", "asterisk/log"):
        shutil.copytree(settings.state_dir / name, folder / name, dirs_exist_ok=True)
    for place, ear in enumerate(drill.crowd.ears):
        heard = ear.between(drill.began, drill.stopped)
        with wave.open(str(folder / f"{place:03}-{ear.place}-{ear.phone.name}.wav"), "wb") as file:
            file.setparams((1, 2, alaw.RATE, 0, "NONE", ""))
            file.writeframes(alaw.encode_linear(heard))
    times = [f"{one.since - drill.began:.1f} to {one.until - drill.began:.1f} s: no engine" for one in drill.absences]
    (folder / "times.txt").write_text("\n".join(times) + "\n", encoding="utf-8")


def _settings(folder: Path, roster: Path) -> Settings:
    first = quiet_range(800)
    return settings_for(
        folder,
        menus=ROOT / "menus.yaml",
        agents=roster,
        cache_dir=default_cache_dir(),
        sip_port=free_port("127.0.0.1"),
        ami_port=free_port("127.0.0.1"),
        rtp_start=first,
        rtp_end=first + 799,
        heartbeat_stale_s=STALE_S,
        max_calls=200,
    )


def report(drill: Drill, rows: list[Row]) -> int:
    places = drill.crowd.places
    print(
        f"{places.menu} callers in the menu, {places.queue} in the queue, {places.ring} rung for and calling again, "
        f"{places.talk} talking; {len(drill.crowd.ears)} calls and ends heard"
    )
    print(
        f"AMI cut {drill.kicks} times, engine killed {len(drill.absences)} times, "
        f"in {drill.stopped - drill.began:.0f} s"
        f"; {load()} after; own delay up to {drill.lag_s:.2f} s\n"
    )
    width = max(len(name) for name, *_ in rows)
    for name, found, allowed, passed in rows:
        print(f"{'ok  ' if passed else 'FAIL'} {name:{width}}  {found}  (allowed: {allowed})")
    return 0 if all(passed for *_, passed in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
