"""What the journal costs: per append, in lag of the engine's loop, on restart, and how fast it gets into the tables.

    python benchmarks/journal.py [--seconds 5] [--directory DIR]

Prints the machine's load beside every figure: on a busy machine the lag of an idle loop is the one to compare with.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from hotline.store.database import open_database
from hotline.store.facts import Fact
from hotline.store.journal import Boot, Journal, JournalSettings
from hotline.store.projector import Projector
from hotline.store.segments import segments_in
from telephony.commands import AgentState, CloseSegment, CloseTalk, EnterNode, PlayPrompt, RingAgent, ShowAgent
from telephony.events import (
    AgentAnswered,
    CallArrived,
    CallEnded,
    CallQueued,
    DigitPressed,
    Outcome,
    PromptEnded,
    TalkEnded,
    TalkEndedBy,
)
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic
from telephony.prompt import Prompt, Say

RATE = 1_000
"""Facts a second: some 60 calls a second, three times what the telephone side of two cores carries."""

TICK_S = 0.002
"""How often the loop's lag is looked at."""

ROUNDS = 3
"""Rounds of everything that is compared; medians are printed."""

RECORDS = 60_000
"""For burst and projection."""

FULL_SEGMENT = 24_000
"""Records of a segment that is about to be followed by the next: 4 MiB."""


def facts() -> Iterator[Fact]:
    """Calls without end, 16 facts each."""
    queue, topic = QueueId("repayment"), Topic("repayment.early")
    said = Prompt((Say("提前还款请按2，逾期处理请按3。"),))
    n = 0
    while True:
        n += 1
        call, agent = CallId(f"1750000000.{n}"), AgentNumber(f"8{n % 200:03d}")
        yield CallArrived(call, "4001", f"138{n % 10**8:08d}")
        for number, node in enumerate(("main", "repayment", "repayment.early")):
            yield EnterNode(call, NodeId(node))
            yield PlayPrompt(call, number, said)
        yield DigitPressed(call, "2")
        yield PromptEnded(call, 2, completed=False)
        yield CallQueued(call, queue, topic, "138", float(n))
        yield RingAgent(call, agent, queue, 20.0, "waits 2 + skill 3")
        yield AgentAnswered(call, agent)
        yield CloseSegment(call, queue, Outcome.ANSWERED, 3.0, agent)
        yield TalkEnded(call, agent, TalkEndedBy.AGENT)
        yield CloseTalk(call, agent, 60.0, TalkEndedBy.AGENT)
        yield ShowAgent(agent, AgentState.READY)
        yield CallEnded(call, 16)


def say(text: str) -> None:
    """A line of the report."""
    sys.stdout.write(text + "\n")


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def load() -> str:
    """How busy the machine is."""
    return f"[load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores]"


def sync_ms(directory: Path) -> float:
    """Median of a bare write + fdatasync of 2 kB, to know the disk."""
    took = []
    with (directory / "probe").open("wb", buffering=0) as file:
        for _ in range(50):
            file.write(bytes(2_000))
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - begun)
    (directory / "probe").unlink()
    return statistics.median(took) * 1e3


async def feed(journal: Journal | None, seconds: float, costs_s: list[float]) -> None:
    """Append at the rate, as the engine would; without a journal do all the same but append."""
    story, begun, done = facts(), time.perf_counter(), 0
    while (elapsed := time.perf_counter() - begun) < seconds:
        for fact in islice(story, int(elapsed * RATE) - done):
            done += 1
            before = time.perf_counter()
            if journal is not None:
                journal.append(fact, at=before, wall=before)
            costs_s.append(time.perf_counter() - before)
        await asyncio.sleep(TICK_S)


async def watch_lag(lags_s: list[float]) -> None:
    """How late the loop comes back to a sleeper."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK_S)
        lags_s.append(time.perf_counter() - before - TICK_S)


async def loop_lag(journal: Journal | None, seconds: float, costs_s: list[float]) -> list[float]:
    """Lags of a loop that feeds the journal."""
    lags_s: list[float] = []
    watcher = asyncio.ensure_future(watch_lag(lags_s))
    await feed(journal, seconds, costs_s)
    watcher.cancel()
    return lags_s


def measure_path(directory: Path, seconds: float) -> None:
    """Cost of an append and lag of the loop, with and without the journal in turn."""
    p99_without, p99_with, p50_cost, p99_cost = [], [], [], []
    for n in range(ROUNDS):
        p99_without.append(percentile(asyncio.run(loop_lag(None, seconds, [])), 0.99) * 1e3)
        costs_s: list[float] = []
        journal = Journal.open(directory / f"path{n}", Boot("b", 0.0, time.perf_counter()))
        p99_with.append(percentile(asyncio.run(loop_lag(journal, seconds, costs_s)), 0.99) * 1e3)
        journal.close_blocking()
        if journal.status().lost:
            raise SystemExit("records were lost: the figures mean nothing")
        p50_cost.append(percentile(costs_s, 0.5) * 1e6)
        p99_cost.append(percentile(costs_s, 0.99) * 1e6)
    middle = statistics.median
    say(f"append at {RATE}/s      p50 {middle(p50_cost):6.2f} µs   p99 {middle(p99_cost):6.2f} µs   {load()}")
    say(f"loop lag p99, idle    {middle(p99_without):6.2f} ms")
    say(f"loop lag p99, journal {middle(p99_with):6.2f} ms   each {', '.join(f'{each:.2f}' for each in p99_with)}")


def measure_burst(directory: Path) -> Path:
    """Cost of an append in a burst, and what the writer then carries to the disk."""
    journal = Journal.open(directory / "burst", Boot("b", 0.0, 0.0), settings=JournalSettings(max_waiting=RECORDS))
    told = list(islice(facts(), RECORDS - 100))
    begun = time.perf_counter()
    for fact in told:
        journal.append(fact, at=0.0, wall=0.0)
    appended = time.perf_counter()
    asyncio.run(journal.flush(timeout_s=60.0))
    durable = time.perf_counter()
    journal.close_blocking()
    say(f"append in a burst     mean {(appended - begun) / len(told) * 1e6:5.2f} µs   {load()}")
    say(f"durable               {len(told) / (durable - begun):,.0f} records/s")
    return directory / "burst"


def measure_restart(directory: Path) -> None:
    """Opening a journal whose newest segment is as large as they get."""
    took, size = [], 0
    for n in range(ROUNDS):
        journal = Journal.open(directory / f"restart{n}", Boot("b", 0.0, 0.0))
        for fact in islice(facts(), FULL_SEGMENT):
            journal.append(fact, at=0.0, wall=0.0)
        journal.close_blocking(timeout_s=60.0)
        size = segments_in(directory / f"restart{n}")[-1].stat().st_size
        begun = time.perf_counter()
        journal = Journal.open(directory / f"restart{n}", Boot("again", 0.0, 0.0))
        took.append(time.perf_counter() - begun)
        journal.close_blocking()
    say(f"restart               {statistics.median(took):6.2f} s for a segment of {size / 2**20:.1f} MiB   {load()}")


def measure_projection(directory: Path, journal_dir: Path) -> None:
    """Records a second into SQLite, from an empty database."""
    rates = []
    for n in range(ROUNDS):
        engine = open_database(f"sqlite:///{directory / f'projected{n}.sqlite'}")
        projector, total, begun = Projector(journal_dir, engine), 0, time.perf_counter()
        while read := projector.project():
            total += read
        rates.append(total / (time.perf_counter() - begun))
        engine.dispose()
    say(f"projected to SQLite   {statistics.median(rates):,.0f} records/s   {load()}")


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description="What the journal costs.")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round of loop lag (default 5)")
    parser.add_argument("--directory", type=Path, help="where to write: the disk to be measured")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.directory) as name:
        directory = Path(name)
        say(f"Python {sys.version.split()[0]}, bare fdatasync {sync_ms(directory):.2f} ms   {load()}")
        measure_path(directory, arguments.seconds)
        journal_dir = measure_burst(directory)
        measure_restart(directory)
        measure_projection(directory, journal_dir)


if __name__ == "__main__":
    main()
