"""One process is told from another that got its pid later; sessions are cleared to the last member."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.pidfile import Identity, PidFile

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
PARENT = [sys.executable, "-c", "import subprocess,sys; print(subprocess.Popen(sys.argv[1:]).pid, flush=True)", *SLEEP]
"""Ends at once and leaves a child behind in its session."""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(SLEEP, start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_a_process_is_itself(process: subprocess.Popen[bytes]) -> None:
    identity = Identity.of(process.pid)
    assert identity is not None
    assert identity.command == tuple(SLEEP)
    assert identity == Identity.of(process.pid)
    assert identity.is_alive


def test_the_same_pid_with_another_start_or_boot_is_somebody_else(process: subprocess.Popen[bytes]) -> None:
    identity = Identity.of(process.pid)
    assert identity is not None
    earlier = replace(identity, started_ticks=identity.started_ticks - 1)
    assert not earlier.is_alive
    assert not replace(identity, machine_boot="another").is_alive
    earlier.signal(signal.SIGKILL)
    assert process.poll() is None


def test_what_only_waits_to_be_buried_is_dead(process: subprocess.Popen[bytes]) -> None:
    identity = Identity.of(process.pid)
    assert identity is not None
    identity.signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not identity.is_alive
    assert Identity.of(process.pid) is None
    process.wait()
    assert Identity.of(process.pid) is None
    identity.signal(signal.SIGKILL)  # harmless


def test_a_session_is_cleared_after_its_leader_is_gone() -> None:
    leader = subprocess.Popen(PARENT, start_new_session=True, stdout=subprocess.PIPE)
    identity = Identity.of(leader.pid)
    out, _ = leader.communicate(timeout=20) if identity is None else (leader.stdout.readline(), None)  # type: ignore[union-attr]
    child = Identity.of(int(out))
    assert child is not None
    os.waitid(os.P_PID, leader.pid, os.WEXITED | os.WNOWAIT)
    assert identity is not None
    identity.kill_session(signal.SIGKILL)
    leader.wait()
    leader.stdout.close()  # type: ignore[union-attr]
    while child.is_alive:
        pass  # SIGKILL needs no help; pytest's time-out bounds it
    assert not child.is_alive


def test_a_pid_file_names_a_living_process_only(process: subprocess.Popen[bytes], tmp_path: Path) -> None:
    identity = Identity.of(process.pid)
    assert identity is not None
    file = PidFile(tmp_path / "run" / "x.pid")
    assert file.living() is None
    file.write(identity)
    assert file.living() == identity
    process.kill()
    process.wait()
    assert file.living() is None
    file.remove()
    file.remove()
    assert list((tmp_path / "run").iterdir()) == []


def test_another_command_line_under_pid_and_start_is_not_adopted(
    process: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    identity = Identity.of(process.pid)
    assert identity is not None
    file = PidFile(tmp_path / "x.pid")
    file.write(replace(identity, command=("asterisk",)))
    assert file.living() is None


@pytest.mark.parametrize("content", ["", "123", "[]", '{"pid": 1}', json.dumps({"pid": "x", "command": 1}), "\x00"])
def test_a_damaged_pid_file_names_nobody(content: str, tmp_path: Path) -> None:
    (tmp_path / "x.pid").write_text(content)
    assert PidFile(tmp_path / "x.pid").living() is None
