"""How fast a key silences a prompt and how soon the next one is heard: the hotline beside a native dialplan.

    python -m benchmarks.barge_in [--times 50] [--tone-ms 100]

A hotline runs as `hotline run` starts it, in a folder of its own. Beside its contexts, its own Asterisk gets two
contexts of `Background()` and `WaitExten()` that play the same files for the same keys. One caller stands in each; in
turns, each presses a key over the prompt it hears (RFC 4733, at a random moment) and waits for the next prompt.

Every packet is dated by the kernel and recognised by its bytes: prompts are A-law files, which Asterisk sends as they
are. So a prompt's first packet is known exactly, and the last packet of the one before it too; resolution is that of
the send time, well under a millisecond. A prompt is silent from the end of its last packet's 20 ms.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.rig.caller import FRAME_S, FRAME_SAMPLES, Caller, Press
from benchmarks.rig.machine import load, tell
from benchmarks.rig.ports import free_port
from benchmarks.rig.running_hotline import ROOT, RunningHotline, hotline_up, settings_for
from hotline.asterisk.provision import provision
from hotline.bootstrap import load_settings_config
from hotline.prompts.preparation import prompt_library
from hotline.settings import Settings, default_cache_dir
from telephony.prompt import Prompt

CALLER_ADDRESS = "127.0.0.3"
HOTLINE_NUMBER, NATIVE_NUMBER = "95001", "7000001"
DOWN, UP = "2", "*"
"""From the main menu into a submenu, and back: the keys pressed in turn."""

PRESS_AFTER_S = (0.3, 0.7)
"""Of the prompt that is interrupted."""

NEXT_WITHIN_S = 3.0
RUN_OF_FRAMES = 8
"""As many packets in a row, 160 ms, are a prompt's beginning; each must have the bytes of its file."""

GOAL_MS = 10.0
"""How much later than the native dialplan's the next prompt may be heard, at the median."""

NATIVE_PLAN = """
[from-trunk](+)
exten => {number},1,Answer()
 same => n,Goto(bench-main,s,1)
[bench-main]
exten => s,1,Background({main})
 same => n,WaitExten(10)
 same => n,Hangup()
exten => {down},1,Goto(bench-branch,s,1)
[bench-branch]
exten => s,1,Background({branch})
 same => n,WaitExten(10)
 same => n,Hangup()
exten => {up},1,Goto(bench-main,s,1)
"""


@dataclass(frozen=True, slots=True)
class Sound:
    """A prompt as it is on the wire."""

    files: tuple[str, ...]
    """Without suffix, as Asterisk wants them."""
    frames: tuple[bytes, ...]

    @property
    def beginning(self) -> tuple[bytes, ...]:
        """By which it is known."""
        return self.frames[:RUN_OF_FRAMES]


@dataclass(frozen=True, slots=True)
class Timing:
    """What one key did; milliseconds after it went down."""

    stopped: float
    """The old prompt was silent."""
    next_heard: float
    """The next prompt's first packet arrived."""
    next_heard_after_up: float
    """The same after the key was let go."""


@dataclass
class Side:
    """One caller and what it measured."""

    name: str
    caller: Caller
    timings: list[Timing] = field(default_factory=list)


def sound(settings: Settings, prompt: Prompt | None) -> Sound:
    assert prompt is not None
    library = prompt_library(settings, load_settings_config(settings).menu)
    files = [library.file_of(segment) for segment in prompt.segments]
    frames = [
        code[at : at + FRAME_SAMPLES] for code in (file.read_bytes() for file in files)
        for at in range(0, len(code), FRAME_SAMPLES)
    ]  # fmt: skip
    return Sound(tuple(str(file.with_suffix("")) for file in files), tuple(frames))


async def hears(caller: Caller, wanted: Sound, first: int) -> int:
    """Wait for a prompt to begin."""
    try:
        return await caller.hears(wanted.beginning, first, within_s=NEXT_WITHIN_S)
    except TimeoutError:
        raise SystemExit("the next prompt was not heard within 3 s") from None


async def interrupt(side: Side, old: Sound, new: Sound, *, key: str, tone_s: float) -> Timing:
    """Press a key over a prompt and wait for the next one."""
    caller = side.caller
    place = len(caller.heard)
    pressed = asyncio.ensure_future(caller.press(key, seconds=tone_s))
    at = await hears(caller, new, place - 1)
    press: Press = await pressed
    last = caller.heard[at - 1]
    if last.sound not in old.frames:
        raise SystemExit(f"{side.name}: between the two prompts something else was heard")
    next_ns = caller.heard[at].at_ns
    return Timing(
        stopped=(last.at_ns - press.down_ns) / 1e6 + FRAME_S * 1000,
        next_heard=(next_ns - press.down_ns) / 1e6,
        next_heard_after_up=(next_ns - press.up_ns) / 1e6,
    )


async def measure(up: RunningHotline, *, times: int, tone_s: float, chance: random.Random) -> list[Side]:
    """Both callers in turns."""
    menu = load_settings_config(up.settings).menu
    main, branch = (
        sound(up.settings, menu.root.options),
        sound(up.settings, menu.nodes[menu.root.choices[DOWN]].options),
    )
    welcome = sound(up.settings, menu.root.say)
    up.add_contexts(
        NATIVE_PLAN.format(
            number=NATIVE_NUMBER, down=DOWN, up=UP, main="&".join(main.files), branch="&".join(branch.files)
        )
    )
    hotline = (str(up.settings.bind_address), up.settings.sip_port)
    ours = Side("hotline", await Caller.dial(CALLER_ADDRESS, hotline, HOTLINE_NUMBER, caller="13800000001"))
    native = Side("native", await Caller.dial(CALLER_ADDRESS, hotline, NATIVE_NUMBER, caller="13800000002"))
    try:
        await hears(ours.caller, welcome, 0)
        await hears(native.caller, main, 0)
        for side, heard in ((ours, welcome), (native, main)):
            await asyncio.sleep(PRESS_AFTER_S[1])
            await interrupt(side, heard, branch, key=DOWN, tone_s=tone_s)
        for number in range(times):
            old, new, key = (branch, main, UP) if number % 2 == 0 else (main, branch, DOWN)
            for side in (ours, native):
                await asyncio.sleep(chance.uniform(*PRESS_AFTER_S))
                side.timings.append(await interrupt(side, old, new, key=key, tone_s=tone_s))
    finally:
        await asyncio.gather(ours.caller.hang_up(), native.caller.hang_up())
    return [ours, native]


def report(sides: list[Side]) -> None:
    rows = {
        "old prompt silent, after key down": "stopped",
        "next prompt heard, after key down": "next_heard",
        "next prompt heard, after key up": "next_heard_after_up",
    }
    print(f"{'milliseconds':<36}{'':10}{'p50':>8}{'p95':>8}{'max':>8}")
    medians: dict[str, dict[str, float]] = {}
    for title, name in rows.items():
        medians[name] = {}
        for side in sides:
            values = sorted(getattr(timing, name) for timing in side.timings)
            medians[name][side.name] = statistics.median(values)
            print(f"{title:<36}{side.name:10}{statistics.median(values):8.1f}{p95(values):8.1f}{values[-1]:8.1f}")
        print(f"{'':<36}{'difference':10}{medians[name]['hotline'] - medians[name]['native']:+8.1f}")
    later_ms = medians["next_heard"]["hotline"] - medians["next_heard"]["native"]
    verdict = "met" if later_ms <= GOAL_MS else "missed"
    print(f"\ngoal: next prompt at most {GOAL_MS:.0f} ms later than native at p50: {later_ms:+.1f} ms, {verdict}")


def p95(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--times", type=int, default=50, help="keys pressed on each side (50)")
    arguments.add_argument("--tone-ms", type=int, default=100, help="how long a key is held, in steps of 20 (100)")
    arguments.add_argument("--seed", type=int, default=1, help="of the moments at which keys are pressed (1)")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        settings = settings_for(
            Path(name),
            menus=ROOT / "menus.yaml",
            agents=ROOT / "agents.yaml",
            cache_dir=default_cache_dir(),
            sip_port=free_port("127.0.0.1"),
            ami_port=free_port("127.0.0.1"),
            rtp_start=24_000,
            rtp_end=24_399,
            max_calls=90,
        )
        install = provision(settings, tell)
        print(f"Asterisk {install.version}; {load()} before")
        with hotline_up(settings, install) as up:
            chance = random.Random(chosen.seed)
            sides = asyncio.run(measure(up, times=chosen.times, tone_s=chosen.tone_ms / 1000, chance=chance))
            print(f"{chosen.times} keys each, held {chosen.tone_ms} ms; {load()} after\n")
            report(sides)


if __name__ == "__main__":
    main()
