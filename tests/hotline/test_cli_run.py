"""`hotline run` where it can not run: one clear line each. (Where it can: tests/e2e/test_run.py.)"""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.lock import SupervisorLock
from hotline.settings import Settings


def run(command: str = "run") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hotline", command], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("command", ["run", "setup"])
def test_a_hotline_that_runs_already_is_left_alone(own_settings: Settings, command: str) -> None:
    with SupervisorLock(own_settings.run_dir).held():
        done = run(command)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "already running" in done.stderr


def test_mistakes_in_the_configuration_are_all_named(
    own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "menus.yaml").write_text("nonsense: 1\nmenus: 2\n")
    monkeypatch.setenv("HOTLINE_MENUS", str(tmp_path / "menus.yaml"))
    done = run()
    assert done.returncode == 2
    assert "menus.yaml:1:1" in done.stderr
    assert "menus.yaml:2:1" in done.stderr
    assert "✗" in done.stdout


def test_mistakes_in_the_settings_are_all_named(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_SIP_PORT", "many")
    monkeypatch.setenv("HOTLINE_SIPPORT", "1")
    done = run()
    assert done.returncode == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["HOTLINE_SIPPORT", "HOTLINE_SIP_PORT"]


def test_a_port_that_is_taken_is_one_clear_line(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setenv("HOTLINE_SIP_PORT", str(port))
        done = run()
    assert done.returncode == 1
    assert any(f":{port} " in line for line in done.stderr.splitlines())
    assert "Traceback" not in done.stderr


def test_a_folder_that_can_not_be_written_is_one_clear_line(
    own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(tmp_path / "file" / "var"))
    done = run()
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "Not a directory" in done.stderr
