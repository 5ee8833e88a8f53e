"""Everything that can go wrong with speech goes wrong during real calls. Does every call go on?

    python -m benchmarks.speech_drill [--kills 20] [--callers 2] [--idle 500] [--phrases 10000] [--only kills,…]

Callers speak SIP and RTP themselves (`rig/caller.py`) and know what they hear by its bytes. In turn

- *kills*: the recogniser is killed by SIGKILL in the middle of a word; its callers must be told once that only keys are
  left, and come to their leaf by keys; the next callers must be understood by its replacement;
- *strangers*: garbage, half frames, wrong UUIDs, byte by byte and idle connections at the port for the callers' sound,
  while callers speak;
- *phrases*: `menus.yaml` gets 10,000 phrases, some with quotes and emoji, while callers are in the menu;
- *models*: the model's folder is damaged while callers are in the menu, and `hotline reload` must say so; then the
  hotline is started with it, must say so, and serve callers by keys.

The engine must be the same process from the first to the last call of each start. Exit code 0 only if every line of the
table says ok.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.barge_in import Sound, sound
from benchmarks.rig import bad_models, long_menu, strangers
from benchmarks.rig.caller import Caller
from benchmarks.rig.machine import load, tell
from benchmarks.rig.ports import free_port, quiet_range
from benchmarks.rig.running_hotline import ROOT, RunningHotline, environment, hotline_up, settings_for
from benchmarks.speech_calls import KEYS, LEAF, WISHES, speech_of
from hotline.asterisk.provision import AsteriskInstall, provision
from hotline.bootstrap import load_settings_config
from hotline.settings import Settings, default_cache_dir
from hotline.speech.models import EMBEDDED
from hotline.speech.place import place_file, read_place

CALLER_ADDRESS, NUMBER = "127.0.0.3", "95001"
LONG = "你好我想问一下就是我上个月在你们这里办的那个"
WORKER = "recogniser-1"
HEARD_WITHIN_S = 25.0
"""For a prompt, on a machine that does other things as well."""
TRIES, ANSWERED_WITHIN_S = 3, 10.0
BACK_WITHIN_S = 60.0
MID_WORD_S = 0.7
ONCE_MORE_S = 3.0
"""Listened on for a second “please use the keys”."""
PARTS = ("kills", "strangers", "phrases", "models")

Row = tuple[str, str, str, bool]


@dataclass(frozen=True)
class Words:
    """What is said on both sides."""

    welcome: Sound
    leaf: Sound
    use_keys: Sound
    wish: tuple[bytes, ...]
    long: tuple[bytes, ...]


@dataclass
class Drill:
    """One hotline that runs, and what was found."""

    up: RunningHotline
    words: Words
    callers: int
    rows: list[Row] = field(default_factory=list)
    again: int = 0
    """Callers who had to say it more than once."""
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(13_800_000_000, 13_900_000_000)))

    def found(self, what: str, good: int, of: int) -> None:
        """One line of the table."""
        self.row(what, f"{good} of {of}", "all", passed=good == of)

    def row(self, what: str, found: str, allowed: str, *, passed: bool) -> None:
        """The same, in its own words."""
        self.rows.append((what, found, allowed, passed))
        tell(f"{'ok  ' if passed else 'FAIL'} {what}: {found}")

    def same(self, what: str, *, passed: bool) -> None:
        """The same, for what is or is not."""
        self.row(what, "yes" if passed else "no", "yes", passed=passed)

    # ---- calls -----------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def call(self) -> AsyncIterator[Caller]:
        """A caller who is being welcomed."""
        settings = self.up.settings
        hotline = (str(settings.bind_address), settings.sip_port)
        caller = await Caller.dial(CALLER_ADDRESS, hotline, NUMBER, caller=str(next(self.numbers)))
        try:
            await self.hears(caller, self.words.welcome)
            yield caller
        finally:
            await caller.hang_up()

    async def hears(self, caller: Caller, wanted: Sound, first: int = 0, *, within_s: float = HEARD_WITHIN_S) -> bool:
        """Whether a prompt begins at or after that packet, in time."""
        with contextlib.suppress(TimeoutError):
            await caller.hears(wanted.beginning, first, within_s=within_s)
            return True
        return False

    async def by_keys(self, caller: Caller) -> bool:
        """Whether keys lead to the leaf; pressed without a gap, as telephones do that dial from memory."""
        place = len(caller.heard)
        for key in KEYS:
            await caller.press(key, seconds=0.1)
        return await self.hears(caller, self.words.leaf, place)

    async def by_voice(self, caller: Caller) -> bool:
        """Whether words lead to the leaf; a busy machine may tear them, so they are said up to three times."""
        for attempt in range(TRIES):
            place = len(caller.heard)
            await asyncio.sleep(0.5)
            caller.say(self.words.wish)
            if await self.hears(caller, self.words.leaf, place, within_s=ANSWERED_WITHIN_S):
                self.again += attempt > 0
                return True
        return False

    async def speaks(self) -> bool:
        """Whether a new caller is understood."""
        async with self.call() as caller:
            return await self.by_voice(caller)

    async def presses(self) -> bool:
        """Whether a new caller comes to the leaf by keys."""
        async with self.call() as caller:
            return await self.by_keys(caller)

    # ---- the hotline -----------------------------------------------------------------------------

    def boot(self) -> str:
        """Another one for every process of the engine."""
        return str(self.up.status()["boot"])

    async def offered(self, *, within_s: float = BACK_WITHIN_S) -> bool:
        """Wait until new callers are heard."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not (await asyncio.to_thread(self.up.status))["speech"]["offered"]:  # noqa: ASYNC110 - a process
                    await asyncio.sleep(0.2)
                return True
        return False

    # ---- what goes wrong -------------------------------------------------------------------------

    async def kills(self, count: int) -> None:
        """SIGKILL in the middle of a word."""
        boot, told, led, understood = self.boot(), 0, 0, 0
        for number in range(count):
            await self.offered()
            for was_told, was_led in await self._kill():
                told += was_told
                led += was_led
            await self.offered()
            understood += sum(await asyncio.gather(*(self.speaks() for _ in range(self.callers))))
            tell(f"recogniser killed {number + 1} times; {told} told, {led} led on, {understood} understood after it")
        of = count * self.callers
        self.found(f"killed mid-word {count} times: told once that only keys are left", told, of)
        self.found("killed mid-word: led to the leaf by keys", led, of)
        what = f"killed mid-word: callers after it understood by the replacement ({self.again} said it again)"
        self.found(what, understood, of)
        self.same("killed mid-word: the engine is the same", passed=self.boot() == boot)

    async def _kill(self) -> list[tuple[bool, bool]]:
        ready, killed = asyncio.Semaphore(0), asyncio.Event()

        async def victim() -> tuple[bool, bool]:
            async with self.call() as caller:
                caller.say(self.words.long)
                ready.release()
                await killed.wait()
                place = len(caller.heard)
                is_told = await self.hears(caller, self.words.use_keys, place)
                first = caller.find(self.words.use_keys.beginning, place)
                led = await self.by_keys(caller)
                await asyncio.sleep(ONCE_MORE_S)
                again = first is not None and caller.find(self.words.use_keys.beginning, first + 1) is not None
                return is_told and not again, led

        calls = [asyncio.ensure_future(victim()) for _ in range(self.callers)]
        for _ in calls:
            await ready.acquire()
        await asyncio.sleep(MID_WORD_S)
        os.kill(self.up.pid(WORKER), signal.SIGKILL)
        killed.set()
        return list(await asyncio.gather(*calls))

    async def strangers(self, idle: int, chance: random.Random) -> None:
        """Whoever connects where sound is expected."""
        boot, worker = self.boot(), self.up.pid(WORKER)
        place = read_place(place_file(self.up.settings.run_dir, WORKER))
        port = strangers.audio_port(worker, place[1] if place else 0)
        for kind, pieces in strangers.kinds(chance).items():
            many = strangers.Strangers(kind, idle if kind == "idle" else min(idle, 50))
            visiting = asyncio.ensure_future(strangers.visit(many, port, pieces))
            understood = sum(await asyncio.gather(*(self.speaks() for _ in range(self.callers))))
            await visiting
            self.found(f"{many.count} × {kind}: callers understood meanwhile", understood, self.callers)
            kept = f"{max(many.kept_s):.1f} s"
            most = f"{strangers.LET_GO_WITHIN_S:g} s"
            self.row(f"{many.count} × {kind}: let go", kept, most, passed=not many.still_open)
        same = self.boot() == boot and self.up.pid(WORKER) == worker
        self.same("strangers: engine and recogniser are the same", passed=same)

    async def phrases(self, count: int, menus: Path, chance: random.Random) -> None:
        """A menu with far too much to say, taken while callers are in the old one."""
        boot, worker = self.boot(), self.up.pid(WORKER)
        before = await asyncio.to_thread(menus.read_text, "utf-8")
        longer = long_menu.with_phrases(before, count, chance)
        async with self.call() as by_key, self.call() as by_voice:
            reloading = asyncio.ensure_future(asyncio.to_thread(self._reload_with, menus, longer))
            in_call = [await self.by_voice(by_voice), await self.by_keys(by_key)]
            done = await reloading
        self.found(f"{count} phrases, quotes, emoji: callers in the menu go on, by words and by keys", sum(in_call), 2)
        self.row("the same: `hotline reload`", f"exit code {done.returncode}", "0", passed=done.returncode == 0)
        after = await asyncio.gather(*(self.presses() for _ in range(self.callers)))
        self.found("the same: callers after it, by keys", sum(after), self.callers)
        again = await asyncio.to_thread(self._reload_with, menus, before)
        heard = again.returncode == 0 and await self.offered() and await self.speaks()
        self.same("the same: callers after it are understood by the old menu", passed=heard)
        same = self.boot() == boot and self.up.pid(WORKER) == worker
        self.same("the same: engine and recogniser are the same", passed=same)

    async def bad_model_in_calls(self, model: Path, kinds: Sequence[str]) -> None:
        """The model is damaged while callers are in the menu."""
        for kind in kinds:
            await self.offered()
            async with self.call() as by_voice, self.call() as by_key:
                bad_models.DAMAGES[kind](model)
                done = await asyncio.to_thread(self._reload)
                led = [await self.by_voice(by_voice), await self.by_keys(by_key)]
            is_told = done.returncode == 1 and str(model) in done.stderr
            self.same(f"model {kind}, reload: says so", passed=is_told)
            self.found(f"model {kind}, reload: callers in the menu go on, by words and by keys", sum(led), 2)
            bad_models.renew(model, EMBEDDED)

    def _reload_with(self, menus: Path, text: str) -> "subprocess.CompletedProcess[str]":
        menus.write_text(text, "utf-8")
        return self._reload()

    def _reload(self) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "hotline", "reload"],
            env=environment(self.up.settings), cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip


def words_of(up: RunningHotline) -> Words:
    menu = load_settings_config(up.settings).menu
    return Words(
        welcome=sound(up.settings, menu.root.say),
        leaf=sound(up.settings, menu.nodes[LEAF].say),
        use_keys=sound(up.settings, menu.phrases.use_keys),
        wish=speech_of(WISHES[1]).frames,
        long=speech_of(LONG).frames,
    )


@dataclass(frozen=True)
class Scene:
    """Where everything happens."""

    settings: Settings
    install: AsteriskInstall
    chosen: argparse.Namespace
    chance: random.Random


def during_calls(scene: Scene) -> Iterator[Row]:
    """What happens to a hotline that runs."""
    chosen, settings = scene.chosen, scene.settings
    assert settings.asr_model is not None
    with hotline_up(settings, scene.install) as up:
        drill = Drill(up, words_of(up), chosen.callers)

        async def run(model: Path) -> None:
            await drill.offered()
            if "kills" in chosen.only:
                await drill.kills(chosen.kills)
            if "strangers" in chosen.only:
                await drill.strangers(chosen.idle, scene.chance)
            if "phrases" in chosen.only:
                await drill.phrases(chosen.phrases, settings.menus, scene.chance)
            if "models" in chosen.only:
                await drill.bad_model_in_calls(model, chosen.damages)

        asyncio.run(run(settings.asr_model))
    yield from drill.rows


def from_the_start(scene: Scene, kinds: Sequence[str]) -> Iterator[Row]:
    """A hotline that is started with a bad model."""
    model = scene.settings.asr_model
    assert model is not None
    for kind in kinds:
        bad_models.renew(model, EMBEDDED)
        bad_models.DAMAGES[kind](model)
        with hotline_up(scene.settings.model_copy(update=free_ports()), scene.install) as up:
            said = up.output.read_text("utf-8", "replace")
            drill = Drill(up, words_of(up), scene.chosen.callers)
            boot = drill.boot()

            async def press(drill: Drill = drill) -> list[bool]:
                return list(await asyncio.gather(*(drill.presses() for _ in range(drill.callers))))

            led = asyncio.run(press())
            is_same = drill.boot() == boot and not up.status()["speech"]["offered"]
        line = next((line for line in said.splitlines() if str(model) in line), "")
        tell(f"{kind}: {line.strip()}")
        drill.same(f"model {kind}, at the start: says so", passed=bool(line))
        drill.found(f"model {kind}, at the start: callers come to the leaf by keys", sum(led), drill.callers)
        drill.same(f"model {kind}, at the start: engine is the same, nobody is heard", passed=is_same)
        yield from drill.rows


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _chosen(arguments)
    with tempfile.TemporaryDirectory(prefix="hotline-drill-") as name:
        folder = Path(name)
        menus = folder / "menus.yaml"
        menus.write_text((ROOT / "menus.yaml").read_text("utf-8"), "utf-8")
        bad_models.renew(folder / "model", EMBEDDED)
        settings = settings_for(
            folder,
            menus=menus,
            agents=ROOT / "agents.yaml",
            cache_dir=default_cache_dir(),
            max_calls=90,
            asr_workers=1,
            asr_max_lag_ms=30_000,  # what is too much for a busy machine is measured elsewhere
            asr_model=folder / "model",
            language="en",
            **free_ports(),
        )
        scene = Scene(settings, provision(settings, tell), chosen, random.Random(chosen.seed))
        print(f"Asterisk {scene.install.version}; {load()} before")
        rows = list(during_calls(scene))
        if "models" in chosen.only:
            rows += from_the_start(scene, chosen.damages)
    return report(rows)


def free_ports() -> dict[str, int]:
    """Anew for every start: another program may take one in between."""
    first = quiet_range(400)
    sip = free_port("127.0.0.1")
    return {"sip_port": sip, "ami_port": free_port("127.0.0.1"), "rtp_start": first, "rtp_end": first + 399}


def _chosen(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=20, help="kill -9 of the recogniser (20)")
    parser.add_argument("--callers", type=int, default=2, help="callers each time (2)")
    parser.add_argument("--idle", type=int, default=500, help="idle connections (500)")
    parser.add_argument("--phrases", type=int, default=10_000, help="phrases of the long menu (10000)")
    parser.add_argument("--damages", default=",".join(bad_models.DAMAGES), help="to the model, some of these (all)")
    parser.add_argument("--seed", type=int, default=1, help="of garbage and made-up phrases (1)")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    chosen = parser.parse_args(arguments)
    chosen.only, chosen.damages = frozenset(chosen.only.split(",")), tuple(chosen.damages.split(","))
    return chosen


def report(rows: Sequence[Row]) -> int:
    print(f"{load()} after\n")
    width = max(len(name) for name, *_ in rows)
    for name, found, allowed, passed in rows:
        print(f"{'ok  ' if passed else 'FAIL'} {name:{width}}  {found}  (allowed: {allowed})")
    return 0 if all(passed for *_, passed in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
