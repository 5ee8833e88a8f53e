"""The writing thread under what happens to machines: kill -9 at any moment, a full disk."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

from hotline.store.facts import Booted, Checkpoint, Record, RecordsLost
from hotline.store.journal import Boot, Journal
from hotline.store.recovery import Fold, fold
from hotline.store.segments import Damage, DamageKind, read_journal, segments_in
from hotline.store.writer import Loss, Writer
from telephony.errors import StoreError
from telephony.events import CallArrived, CallEnded
from telephony.ids import CallId

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def kill_while_writing(directory: Path, boot: str, lines: int) -> int:
    """Run a writer until it has printed so many lines, kill -9 it; returns the last number it said was durable."""
    command = [sys.executable, str(HERE / "append_forever.py"), str(directory), boot]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True) as writer:
        assert writer.stdout is not None
        durable = 0
        for _ in range(lines):
            line = writer.stdout.readline()
            assert line, "the writer died by itself"
            durable = int(line.split()[0])
        writer.kill()
        for line in writer.stdout:  # what it had still said when the kill came
            if line.endswith("\n"):
                durable = int(line.split()[0])
    return durable


def check_after_kill(directory: Path, durable: int) -> list[Record]:
    found = list(read_journal(directory))
    records = [each for each in found if isinstance(each, Record)]
    damages = [each for each in found if isinstance(each, Damage)]
    assert all(damage.kind is DamageKind.TORN for damage in damages), damages
    assert len(damages) <= 1
    assert [record.seq for record in records] == list(range(1, len(records) + 1)), "a gap"
    assert records[-1].seq >= durable, "an acknowledged record is missing"
    return records


def test_kill_9_at_random_moments_loses_nothing_acknowledged(tmp_path: Path) -> None:
    rng = random.Random(20)
    for n in range(5):
        durable = kill_while_writing(tmp_path, f"b{n}", rng.randrange(1, 60))
        records = check_after_kill(tmp_path, durable)
        for boot in {record.boot for record in records}:
            arrivals = [r.fact.call for r in records if r.boot == boot and isinstance(r.fact, CallArrived)]
            assert arrivals == [f"{boot}-{n}" for n in range(len(arrivals))], "a fact is missing"
    expected = fold(records)
    journal = Journal.open(tmp_path, Boot("last", 0.0, 0.0))
    journal.close_blocking()
    assert journal.recovered == expected
    assert len(segments_in(tmp_path)) > 1, "it died in rotations too"
    assert not any(isinstance(each, Damage) for each in read_journal(tmp_path)), "the end was cut clean"


def test_a_full_disk_is_told_survived_and_accounted_for(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "fill_the_disk.py"), str(tmp_path)]
    ran = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=True)
    said = json.loads(ran.stdout)
    assert "File too large" in said["told"][0]
    assert any("records are being lost" in told for told in said["told"])
    assert said["told"][-1] == "well"
    assert said["durable_then"] > 2, "some were written before"
    records = [each for each in read_journal(tmp_path) if isinstance(each, Record)]
    assert len(records) == len(list(read_journal(tmp_path))), "no damage"
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    kept = [record.fact.call for record in records if isinstance(record.fact, CallArrived)]
    losses = [record.fact.count for record in records if isinstance(record.fact, RecordsLost)]
    assert said["lost"] == sum(losses) >= 50
    assert len(kept) + sum(losses) == said["offered"]
    assert kept == [f"c{n}" for n in range(len(kept))], "what is kept is in order, up to the loss"


def test_a_loss_that_was_written_takes_no_more() -> None:
    loss = Loss()
    assert loss.add()
    assert loss.seal() == RecordsLost(2)
    assert not loss.add()


def test_a_bug_in_the_thread_is_told_and_what_waits_is_counted(tmp_path: Path) -> None:
    told: list[StoreError | None] = []
    writer = Writer(tmp_path, "b", fold=Fold(), on_trouble=told.append)
    writer.buffer.append((1, 0.0, 0.0))  # type: ignore[arg-type]  # an entry cut short
    writer.buffer.append((2, 0.0, 0.0, CallEnded(CallId("c"), 16)))
    writer.wake.set()
    writer.begin(linger_s=0.0, max_segment_bytes=1000)
    writer.stop(5.0)
    assert "writer stopped by IndexError" in str(told[-1])
    assert told[-1] is not None
    assert not told[-1].retryable
    assert writer.lost == 2


def test_a_boot_is_recorded_before_everything_else(tmp_path: Path) -> None:
    for n in range(3):
        Journal.open(tmp_path, Boot(f"b{n}", 0.0, 0.0)).close_blocking()
    facts = [each.fact for each in read_journal(tmp_path) if isinstance(each, Record)]
    assert facts == [Checkpoint(), Booted(), Booted(), Booted()]
