"""Calls a second through menu, queue and agent: the hotline, then a native dialplan, with the same callers and prompts.

    python -m benchmarks.load [--rate 20] [--seconds 60] [--talk 10] [--record] [--silent "caller agent"]
                              [--soak MINUTES] [--no-native]

SIPp plays both sides with sound: callers (127.0.0.3) dial, press 1 over the welcome and talk; agents' phones
(127.0.0.4) ring 0.3 s, answer, hang up after the talk; the hotline says goodbye. No wrap-up, no announcements.
The native plan is `Read`, `Dial` to a random agent, `Playback`, in the same Asterisk with the same files otherwise.
`--record` records every talk, after the notice (8 calls a second unless `--rate` says otherwise). `--soak` makes 5
calls a second for so long, samples what the processes hold each minute and says whether it is flat.

All runs on this machine's cores, SIPp's sending and receiving included; the figures name what else was running.
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rig.loaded import NUMBER, RING_S, Load, Media, left_over, native_up, prepare
from benchmarks.rig.machine import load as machine_load
from benchmarks.rig.machine import tell
from benchmarks.rig.meter import Meter
from benchmarks.rig.running_hotline import RunningHotline, hotline_up
from benchmarks.rig.sipp import Sipp, SippSide, Tally
from benchmarks.rig.soak import Soak
from hotline.asterisk.provision import AsteriskInstall, provision
from hotline.settings import Settings

PATIENCE_S = 60.0
"""After the last caller has dialled, until everybody should have hung up, beside the talk."""

SOAK_PEOPLE = 200
"""Callers of a soak, who come back every 40 s: what is remembered of each (600 bytes, of 100,000 at most) is no leak,
and after eight calls it is complete."""

RAMP_S = 4.0
"""Beside the talk, until as many calls end as begin."""


@dataclass(frozen=True, slots=True)
class Result:
    """One side's run."""

    load: Load
    callers: Tally
    agents: Tally
    meter: Meter
    errors: list[str]

    @property
    def failed(self) -> int:
        """Calls that did not come to their end, or not to an agent."""
        return self.load.calls - min(self.callers.ok, self.agents.ok)

    def percent(self, name: str) -> float:
        """Of one core while as many calls end as begin."""
        return self.meter.cpu_percent(name, *self.steady_s)

    @property
    def steady_s(self) -> tuple[float, float]:
        return self.load.talk_s + RAMP_S, self.load.seconds


@dataclass
class Bench:
    """One load, its callers and its agents."""

    load: Load
    install: AsteriskInstall
    folder: Path
    settings: Settings
    agents_port: int
    media: Media

    def run(self, pids: dict[str, int], name: str, *, soak: Soak | None = None) -> Result:
        """All calls of the load; returns when everybody has hung up."""
        people = SOAK_PEOPLE if soak else self.load.calls
        sipp = Sipp(self.install, self.folder / f"sipp-{name}", people=people, silent=self.load.silent)
        with (
            sipp.agents(port=self.agents_port, talk_s=self.load.talk_s, media=self.media.agents) as agents,
            sipp.callers(
                hotline=self.settings.sip_address, number=NUMBER, calls=self.load.calls, rate=self.load.rate,
                media=self.media.callers,
            ) as callers,
        ):  # fmt: skip
            sides = {"SIPp callers": callers.process.pid, "SIPp agents": agents.process.pid}
            pids = pids | sides | {"this script": os.getpid()}
            meter = Meter(pids, lambda: callers.tally().now)
            self._wait(callers, meter, soak)
            self._settle(agents)
            return Result(self.load, callers.tally(), agents.tally(), meter, callers.first_errors())

    @staticmethod
    def _settle(agents: SippSide) -> None:
        """SIPp writes its figures each second, on a busy machine later."""
        for _ in range(10):
            time.sleep(1.5)
            if not agents.tally().now:
                return

    def _wait(self, callers: SippSide, meter: Meter, soak: Soak | None) -> None:
        until_s = self.load.seconds + self.load.talk_s + PATIENCE_S
        while callers.running and meter.samples[-1].at_s < until_s:
            time.sleep(1.0)
            sample = meter.sample()
            if soak is not None:
                soak.look(sample.at_s, callers.tally())


def run_hotline(bench: Bench, *, soak_minutes: float) -> Result:
    with hotline_up(bench.settings, bench.install) as up:
        up.sign_in_all()
        pids = {name: up.pid(name) for name in ("engine", "asterisk", "projector")}
        soak = Soak(up, pids, bench.load) if soak_minutes else None
        result = bench.run(pids, "hotline", soak=soak)
        status = up.status()
        report("hotline", result)
        line("engine: keys heard, talks", up.count_facts("DigitPressed"), status["counters"]["talks"])
        line("loop lag p99, AMI round trip, ms", status["loop_lag_p99_ms"], status["link"]["round_trip_ms"])
        line("callers admitted at once", admitted(up))
        line("left over", ", ".join(left_over(up)[:8]) or "nothing")
        print()
        if soak is not None:
            soak.report()
    return result


def admitted(up: RunningHotline) -> str:
    """Whether the engine ever lowered the cap."""
    log = up.settings.logs_dir / "engine.log"
    changes = log.read_text(errors="replace").count("admission_changed") if log.exists() else 0
    return f"{up.settings.max_calls}, changed {changes} times" if changes else f"{up.settings.max_calls} throughout"


def run_native(bench: Bench) -> Result:
    with native_up(bench.settings, bench.install, bench.load, bench.folder / "native") as asterisk:
        assert asterisk.pid is not None
        result = bench.run({"asterisk": asterisk.pid}, "native")
    report("native dialplan", result)
    return result


def report(title: str, result: Result) -> None:
    callers, agents, meter, load = result.callers, result.agents, result.meter, result.load
    recorded = (", recorded" if load.record else "") + "".join(f", {side}s silent" for side in sorted(load.silent))
    print(f"--- {title}: {load.calls} calls, {load.rate:g}/s, talks of {load.talk_s:g} s{recorded}; {machine_load()}")
    line("callers: ok, failed", callers.ok, callers.failed, callers.why)
    line("agents: ok, failed", agents.ok, agents.failed, agents.why)
    line("failed, or never had an agent", result.failed)
    line("SIP retransmissions", callers.retransmissions + agents.retransmissions)
    line("calls at once, at most", meter.peak_calls)
    line("", "% of core", "peak s", "total s", "RSS MB")
    for name in meter.samples[-1].usages:
        rss_mb = max(sample.usages[name].rss_mb for sample in meter.samples)
        line(name, result.percent(name), meter.peak_percent(name), meter.cpu_s(name), rss_mb)
    line("others on this machine", meter.others_percent(*result.steady_s))
    line("taken by the hypervisor", meter.stolen_percent(*result.steady_s))
    for error in result.errors if callers.failed else []:
        print(f"    {error}")


def compare(ours: Result, native: Result) -> None:
    asterisk = [one.percent("asterisk") for one in (ours, native)]
    line("", "hotline", "native", "more")
    line("failed, or never had an agent", ours.failed, native.failed)
    line("Asterisk, % of a core", *asterisk, asterisk[0] - asterisk[1])
    line("controller, % of a core", ours.percent("engine"))
    line("controller, ms a call", 1000 * ours.meter.cpu_s("engine") / ours.load.calls)
    line("projector, % of a core", ours.percent("projector"))


def line(title: str, *figures: object) -> None:
    """One line of a table."""
    shown = (f"{figure:.1f}" if isinstance(figure, float) else str(figure) for figure in figures)
    print(f"{title:34}" + "".join(f"{figure:>11}" for figure in shown))


def main() -> int:
    chosen = parse_arguments()
    load = Load(chosen.rate, chosen.seconds, chosen.talk, chosen.record, frozenset(chosen.silent.split()))
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        settings, agents_port, media = prepare(folder, load)
        install = provision(settings, tell, tools=("sip-tester",))
        print(f"Asterisk {install.version}, {load.agents} agents, ring {RING_S:g} s; {machine_load()} before\n")
        bench = Bench(load, install, folder, settings, agents_port, media)
        ours = run_hotline(bench, soak_minutes=chosen.soak)
        if chosen.native and not chosen.soak:
            native = run_native(bench)
            print()
            compare(ours, native)
    return 1 if ours.failed else 0


def parse_arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--rate", type=float, help="calls a second (20; with --record 8, with --soak 5)")
    arguments.add_argument("--seconds", type=float, default=60.0, help="how long new calls come (60)")
    arguments.add_argument("--talk", type=float, default=10.0, help="seconds each talk takes (10)")
    arguments.add_argument("--record", action="store_true", help="record every talk")
    arguments.add_argument("--silent", default="", metavar="WHO", help='"agent", "caller" or both send no sound')
    arguments.add_argument("--soak", type=float, default=0.0, metavar="MINUTES", help="watch what the processes hold")
    arguments.add_argument("--no-native", dest="native", action="store_false", help="leave the native dialplan out")
    chosen = arguments.parse_args()
    if chosen.soak:
        chosen.seconds = 60.0 * chosen.soak
    if chosen.rate is None:
        chosen.rate = 5.0 if chosen.soak else 8.0 if chosen.record else 20.0
    return chosen


if __name__ == "__main__":
    sys.exit(main())
