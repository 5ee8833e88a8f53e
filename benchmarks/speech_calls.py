"""Speech in real calls: how soon the prompt is silent, how soon the wish is acted on, and what it costs the engine.

    python -m benchmarks.speech_calls [--callers 1,20] [--rounds 10] [--model FOLDER]

A hotline runs as `hotline run` starts it, in a folder of its own. Each caller speaks SIP and RTP itself
(`rig/caller.py`); twenty dial each second. When the last of them hears the welcome, all say over it within the same
0.8 s that they want to repay early, each in one of four ways, from the plain phrase to a sentence around it, in A-law
and real time. Each packet is dated: what is said when it is sent, what is heard by the
kernel. So

- *silent*: from the first voiced frame sent to the end of the last packet of the welcome;
- *acted on*: from the last voiced frame sent to the first packet of the leaf's own prompt.

A frame is voiced above −42 dB, as for Asterisk's TALK_DETECT. The peer of *acted on* is a key: the same
callers press 2 and 2 in the same run, from the end of the second key to the first packet of the same prompt.
"""

import argparse
import asyncio
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np

from benchmarks.barge_in import Sound, p95, sound
from benchmarks.rig.caller import FRAME_S, FRAME_SAMPLES, Caller
from benchmarks.rig.machine import load, tell
from benchmarks.rig.ports import free_port
from benchmarks.rig.running_hotline import ROOT, RunningHotline, hotline_up, settings_for
from hotline.asterisk.provision import provision
from hotline.bootstrap import load_settings_config
from hotline.prompts import alaw
from hotline.settings import default_cache_dir
from hotline.trial.sayings import speak
from telephony.ids import NodeId

CALLER_ADDRESS, NUMBER = "127.0.0.3", "95001"
LEAF, KEYS = NodeId("repayment.early"), "22"
WISHES = ("提前还款", "我想提前还款", "麻烦帮我办一下提前还款", "我想问一下提前还款怎么办理")
"""Said in turn: the plain phrase needs one recogniser, the last one two, and a closer look."""
VOICED_DB = -42.0
WITHIN_S = 15.0
"""Longest wait for a prompt, on a machine that does other things as well."""
KEY_GAP_S = 0.25
"""As a quick person types."""
SPEAKS_AFTER_S = (0.6, 1.4)
"""After the last caller has heard the welcome begin."""
DIALS_EVERY_S = 0.05
GOAL_SILENT_MS, GOAL_P50_MS, GOAL_P95_MS, GOAL_LAG_MS = 150.0, 200.0, 350.0, 5.0


@dataclass
class Run:
    """What callers saw; milliseconds."""

    silent: list[float] = field(default_factory=list)
    acted_on: dict[str, list[float]] = field(default_factory=lambda: {wish: [] for wish in WISHES})
    by_key: list[float] = field(default_factory=list)
    failed: int = 0


@dataclass(frozen=True)
class Speech:
    """A wish as it is said."""

    wish: str
    frames: tuple[bytes, ...]
    voiced: tuple[int, int]
    """Its first and last voiced frame."""


@dataclass(frozen=True)
class Scene:
    """What is said and heard."""

    hotline: tuple[str, int]
    welcome: Sound
    leaf: Sound
    speeches: tuple[Speech, ...]


@dataclass(frozen=True)
class Turn:
    """What a caller says, and when."""

    speech: Speech
    all_there: asyncio.Barrier
    speaks_after_s: float


def speech_of(wish: str) -> Speech:
    """The wish in A-law frames."""
    samples = speak([wish], "zh-CN")[0].sound
    code = alaw.encode(samples)
    frames = tuple(
        code[at : at + FRAME_SAMPLES].ljust(FRAME_SAMPLES, b"\xd5") for at in range(0, len(code), FRAME_SAMPLES)
    )
    levels = [10 * np.log10(max(1e-10, float(np.mean(np.square(alaw.decode(frame)))))) for frame in frames]
    voiced = [number for number, level in enumerate(levels) if level >= VOICED_DB]
    return Speech(wish, frames, (voiced[0], voiced[-1]))


async def beginning(caller: Caller, wanted: Sound, first: int) -> int | None:
    """Index of the packet with which a prompt begins; None if it is not heard."""
    try:
        return await caller.hears(wanted.beginning, first, within_s=WITHIN_S)
    except TimeoutError:
        return None


async def by_voice(scene: Scene, number: int, run: Run, turn: Turn) -> None:
    """One caller says what he wants."""
    await asyncio.sleep(number * DIALS_EVERY_S)
    caller = await Caller.dial(CALLER_ADDRESS, scene.hotline, NUMBER, caller=f"1380000{number:04}")
    try:
        greeted = await beginning(caller, scene.welcome, 0) is not None
        await turn.all_there.wait()
        if not greeted:
            run.failed += 1
            return
        await asyncio.sleep(turn.speaks_after_s)
        place, speech = len(caller.heard), turn.speech
        caller.say(speech.frames)
        at = await beginning(caller, scene.leaf, place)
        if at is None or len(caller.said_ns) <= speech.voiced[1]:
            run.failed += 1
            return
        began_ns, ended_ns = (caller.said_ns[frame] for frame in speech.voiced)
        of_welcome = [frame.at_ns for frame in caller.heard[place - 1 : at] if frame.sound in scene.welcome.frames]
        if of_welcome and of_welcome[-1] > began_ns:  # else he heard it to its end
            run.silent.append((of_welcome[-1] - began_ns) / 1e6 + FRAME_S * 1000)
        run.acted_on[speech.wish].append((caller.heard[at].at_ns - ended_ns) / 1e6)
    finally:
        await caller.hang_up()


async def by_key(scene: Scene, number: int, run: Run) -> None:
    """One caller presses what leads to the same place."""
    caller = await Caller.dial(CALLER_ADDRESS, scene.hotline, NUMBER, caller=f"1390000{number:04}")
    try:
        if await beginning(caller, scene.welcome, 0) is None:
            run.failed += 1
            return
        place, up_ns = len(caller.heard), 0
        for key in KEYS:
            await asyncio.sleep(KEY_GAP_S)
            up_ns = (await caller.press(key, seconds=0.1)).up_ns
        at = await beginning(caller, scene.leaf, place)
        if at is not None:
            run.by_key.append((caller.heard[at].at_ns - up_ns) / 1e6)
    finally:
        await caller.hang_up()


async def measure(scene: Scene, *, callers: int, rounds: int, chance: random.Random) -> Run:
    """Everybody at once, in several rounds, then a few by key."""
    run = Run()
    for done in range(rounds):
        all_there, speeches = asyncio.Barrier(callers), scene.speeches
        spoken = (
            by_voice(
                scene,
                number,
                run,
                Turn(speeches[(done + number) % len(speeches)], all_there, chance.uniform(*SPEAKS_AFTER_S)),
            )
            for number in range(callers)
        )
        await asyncio.gather(*spoken)
    for number in range(min(rounds, 10)):
        await by_key(scene, number, run)
    return run


async def hears(up: RunningHotline) -> None:
    """Wait for the workers."""
    async with asyncio.timeout(60):
        while not up.status()["speech"]["offered"]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)


def row(title: str, values: Sequence[float]) -> str:
    if not values:
        return f"{title:<52}{'none':>8}"
    ordered = sorted(values)
    return f"{title:<52}{ordered[len(ordered) // 2]:8.0f}{p95(ordered):8.0f}{ordered[-1]:8.0f}"


def report(run: Run, status: dict[str, float], callers: int) -> None:
    print(f"\n{callers} at once; milliseconds{'':<29}{'p50':>8}{'p95':>8}{'max':>8}")
    print(row("welcome silent, after the first voiced frame", run.silent), f"  goal p95 {GOAL_SILENT_MS:.0f}")
    goal = f"  goal {GOAL_P50_MS:.0f} / {GOAL_P95_MS:.0f}"
    print(row("leaf heard, after the last voiced frame", list(chain.from_iterable(run.acted_on.values()))), goal)
    for wish, values in run.acted_on.items():
        print(row(f"  {wish}".ljust(52 - len(wish)), values))
    print(row("leaf heard, after the last key", run.by_key))
    print(f"engine's loop lag p99 {status['loop_lag_p99_ms']:.1f} ms  goal {GOAL_LAG_MS:.0f}; not served: {run.failed}")


async def scenes(up: RunningHotline, *, callers: Sequence[int], rounds: int) -> None:
    menu = load_settings_config(up.settings).menu
    scene = Scene(
        (str(up.settings.bind_address), up.settings.sip_port),
        sound(up.settings, menu.root.say),
        sound(up.settings, menu.nodes[LEAF].say),
        tuple(map(speech_of, WISHES)),
    )
    await hears(up)
    for count in callers:
        run = await measure(scene, callers=count, rounds=rounds, chance=random.Random(1))
        status = up.status()
        report(run, status, count)
        print(f"workers: {status['speech']}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--callers", default="1,20", help="at once, one run each (1,20)")
    arguments.add_argument("--rounds", type=int, default=10, help="of each run (10)")
    arguments.add_argument("--model", type=Path, help="a speech model's folder; the embedded one unless given")
    chosen = arguments.parse_args()
    callers = [int(count) for count in chosen.callers.split(",")]
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        settings = settings_for(
            Path(name),
            menus=ROOT / "menus.yaml",
            agents=ROOT / "agents.yaml",
            cache_dir=default_cache_dir(),
            sip_port=free_port("127.0.0.1"),
            ami_port=free_port("127.0.0.1"),
            rtp_start=24_000,
            rtp_end=25_199,
            max_calls=250,
            asr_workers=1,
            **({"asr_model": chosen.model} if chosen.model else {}),
        )
        install = provision(settings, tell)
        print(f"Asterisk {install.version}; {load()} before")
        with hotline_up(settings, install) as up:
            asyncio.run(scenes(up, callers=callers, rounds=chosen.rounds))
            print(f"\n{load()} after")


if __name__ == "__main__":
    main()
