"""Supervision with real processes: who dies, who lives on, who is adopted, and that nobody is left over."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from hotline.clock import engine_now, sleep_s
from hotline.supervisor import HEALTH_EVERY_S, Milestone, Supervisor, Told
from telephony.errors import WorldError

HERE = Path(__file__).parent
WITHIN_S = 20.0
"""Longest wait for anything here; most takes a tenth of a second."""


def processes_about(folder: Path) -> dict[int, str]:
    """Every living process with this folder on its command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
            if str(folder) in command and (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found[int(entry.name)] = command
    return found


def until(condition: Callable[[], bool], what: str) -> None:
    end = engine_now() + WITHIN_S
    while not condition():
        assert engine_now() < end, f"not within {WITHIN_S} s: {what}"
        sleep_s(0.02)


class Run:
    """One supervisor process and what it tells."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "supervisor_play.py"), str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.out: IO[str] = self.process.stdout

    def told(self, what: Milestone, service: str = "") -> dict[str, Any]:
        """Read on until this is told."""
        for line in self.out:
            frame: dict[str, Any] = json.loads(line)
            if frame["what"] == what and frame["service"] == service:
                return frame
        raise AssertionError(f"never told {what} of {service}")

    def end(self, signals: int = 1, number: int = signal.SIGINT) -> None:
        for _ in range(signals):
            self.process.send_signal(number)
        assert self.process.wait(WITHIN_S) == 0

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for pid in processes_about(tmp_path):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def run(folder: Path) -> Iterator[Callable[[], Run]]:
    runs: list[Run] = []

    def start() -> Run:
        runs.append(Run(folder))
        return runs[-1]

    yield start
    for one in runs:
        one.close()


def test_ctrl_c_stops_everything_and_leaves_nothing(run: Callable[[], Run], folder: Path) -> None:
    one = run()
    one.told(Milestone.ALL_READY)
    assert len(processes_about(folder)) == 4
    one.end()
    assert (folder / "announced").exists()
    assert processes_about(folder) == {}
    assert sorted(path.name for path in (folder / "run").iterdir()) == ["supervisor.lock"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_ways_to_say_stop(run: Callable[[], Run], folder: Path, number: int) -> None:
    one = run()
    one.told(Milestone.ALL_READY)
    one.end(number=number)
    assert processes_about(folder) == {}


def test_the_engine_stops_before_asterisk(run: Callable[[], Run]) -> None:
    one = run()
    one.told(Milestone.ALL_READY)
    one.process.send_signal(signal.SIGINT)
    one.told(Milestone.STOPPED, "engine")
    one.told(Milestone.STOPPED, "asterisk")


def test_a_killed_engine_is_restarted_and_asterisk_does_not_notice(run: Callable[[], Run], folder: Path) -> None:
    one = run()
    asterisk = one.told(Milestone.STARTED, "asterisk")["pid"]
    engine = one.told(Milestone.READY, "engine")["pid"]
    (folder / "engine.up").unlink()
    os.kill(engine, signal.SIGKILL)
    died = one.told(Milestone.DIED, "engine")
    assert died["exit_code"] == -signal.SIGKILL
    again = one.told(Milestone.READY, "engine")["pid"]
    assert again != engine
    assert asterisk in processes_about(folder)
    assert len(processes_about(folder)) == 4  # the dead engine's own child is gone too
    one.end()
    assert processes_about(folder) == {}


def test_a_dead_asterisk_is_restarted(run: Callable[[], Run]) -> None:
    one = run()
    asterisk = one.told(Milestone.STARTED, "asterisk")["pid"]
    one.told(Milestone.ALL_READY)
    os.kill(asterisk, signal.SIGTERM)
    one.told(Milestone.DIED, "asterisk")
    assert one.told(Milestone.STARTED, "asterisk")["pid"] != asterisk
    one.end()


def test_a_new_supervisor_adopts_what_a_killed_one_left(run: Callable[[], Run], folder: Path) -> None:
    first = run()
    first.told(Milestone.ALL_READY)
    before = set(processes_about(folder)) - {first.process.pid}
    first.process.kill()
    first.process.wait()
    assert set(processes_about(folder)) == before
    second = run()
    asterisk = second.told(Milestone.ADOPTED, "asterisk")["pid"]
    engine = second.told(Milestone.ADOPTED, "engine")["pid"]
    second.told(Milestone.ALL_READY)
    assert set(processes_about(folder)) == before | {second.process.pid}
    os.kill(engine, signal.SIGKILL)  # an adopted child is watched like an own one
    assert second.told(Milestone.DIED, "engine")["exit_code"] is None
    second.told(Milestone.STARTED, "engine")
    assert asterisk in processes_about(folder)
    second.end()
    assert processes_about(folder) == {}


def test_a_pid_given_to_somebody_else_is_not_adopted(run: Callable[[], Run], folder: Path) -> None:
    first = run()
    first.told(Milestone.ALL_READY)
    first.end()
    stored = {"pid": os.getpid(), "started_ticks": 1, "machine_boot": "x", "command": ["python"]}
    (folder / "run" / "engine.pid").write_text(json.dumps(stored))
    (folder / "run" / "asterisk.pid").write_text("damaged")
    second = run()
    second.told(Milestone.STARTED, "asterisk")
    second.told(Milestone.STARTED, "engine")
    second.end()


def test_a_second_supervisor_is_refused_in_one_line(run: Callable[[], Run], folder: Path) -> None:
    one = run()
    one.told(Milestone.ALL_READY)
    two = run()
    _, error = two.process.communicate(timeout=WITHIN_S)
    assert two.process.returncode == 1
    assert error == f"热线已在运行 · the hotline is already running (pid {one.process.pid}); `hotline stop` ends it\n"
    one.end()


def test_a_crash_loop_is_told_with_the_last_words_and_ends_when_mended(run: Callable[[], Run], folder: Path) -> None:
    (folder / "break").touch()
    one = run()
    loop = one.told(Milestone.CRASH_LOOP, "engine")
    assert loop["again_in_s"] >= 1
    assert loop["last_lines"][-1] == "engine can not start: no journal for <number>"
    (folder / "break").unlink()
    one.told(Milestone.ALL_READY)
    one.end()
    assert processes_about(folder) == {}


def test_whoever_does_not_end_is_killed(run: Callable[[], Run], folder: Path) -> None:
    (folder / "stubborn").write_text("one second")
    one = run()
    one.told(Milestone.ALL_READY)
    one.process.send_signal(signal.SIGINT)
    one.told(Milestone.KILLED, "stubborn")
    one.told(Milestone.STOPPED, "engine")
    assert one.process.wait(WITHIN_S) == 0
    assert processes_about(folder) == {}


def test_a_second_ctrl_c_is_quick(run: Callable[[], Run], folder: Path) -> None:
    (folder / "stubborn").touch()  # would take a minute
    one = run()
    one.told(Milestone.ALL_READY)
    one.process.send_signal(signal.SIGINT)
    one.told(Milestone.STOPPING, "stubborn")
    one.end()
    assert processes_about(folder) == {}


class Fake:
    """A child in the memory of a test with a clock of its own: for what would take minutes."""

    ready_within_s = 30.0
    grace_s = 8.0
    is_needed = True
    pid = 1
    exit_code: int | None = None

    def __init__(self, *, hung_after_s: float | None = None) -> None:
        self.name = "engine"
        self.hung_after_s = hung_after_s
        self.alive = False
        self.ready = True
        self.error: Exception | None = None
        self.killed = 0

    def adopt(self) -> bool:
        return False

    def start(self) -> None:
        if self.error:
            raise self.error
        self.alive = True

    def is_alive(self) -> bool:
        return self.alive

    def is_ready(self) -> bool:
        return self.ready

    def ask_to_stop(self) -> None:
        self.alive = False

    def kill(self) -> None:
        self.killed += 1
        self.alive = False

    def last_lines(self) -> list[str]:
        return ["words"]


class Stage:
    """A supervisor whose time is ours."""

    def __init__(self, fake: Fake) -> None:
        self.at = 100.0
        self.told: list[Told] = []
        self.supervisor = Supervisor([fake], tell=self.told.append, now=lambda: self.at)
        self.supervisor.bring_up()

    def pass_s(self, seconds: float) -> list[str]:
        """Look again and again while time passes; what was told meanwhile."""
        before = len(self.told)
        for _ in range(round(seconds / 0.5)):
            self.at += 0.5
            self.supervisor.tick()
        return [str(told.what) for told in self.told[before:]]


def test_what_can_not_be_started_is_tried_again_ever_more_slowly() -> None:
    fake = Fake()
    fake.error = WorldError("no disk", retryable=True)
    stage = Stage(fake)
    stage.pass_s(300)
    assert all(told.what is Milestone.NOT_STARTED and told.last_lines == ("no disk",) for told in stage.told)
    assert 10 < len(stage.told) < 20
    fake.error = None
    assert stage.pass_s(31) == ["started", "ready", "all_ready"]


def test_a_slow_start_is_told_once() -> None:
    fake = Fake()
    fake.ready = False
    stage = Stage(fake)
    assert stage.pass_s(120) == ["slow"]
    fake.ready = True
    assert stage.pass_s(1) == ["ready", "all_ready"]


def test_a_child_that_hangs_is_killed_and_started_again() -> None:
    fake = Fake(hung_after_s=20.0)
    stage = Stage(fake)
    stage.pass_s(60)
    fake.ready = False
    assert stage.pass_s(14) == []
    assert stage.pass_s(14) == ["hung", "died", "started"]
    assert fake.killed == 1


def test_a_short_silence_is_no_hanging() -> None:
    fake = Fake(hung_after_s=20.0)
    stage = Stage(fake)
    stage.pass_s(60)
    for _ in range(5):
        fake.ready = False
        stage.pass_s(2 * HEALTH_EVERY_S)
        fake.ready = True
        stage.pass_s(2 * HEALTH_EVERY_S)
    assert fake.killed == 0


def test_a_child_nobody_may_kill_is_left_alone() -> None:
    fake = Fake(hung_after_s=None)
    stage = Stage(fake)
    stage.pass_s(60)
    fake.ready = False
    assert stage.pass_s(600) == []
    assert fake.killed == 0


def test_a_death_after_long_health_starts_a_new_row() -> None:
    fake = Fake()
    stage = Stage(fake)
    for _ in range(10):
        stage.pass_s(100)
        fake.alive = False
        assert stage.pass_s(1)[:2] == ["died", "started"]
