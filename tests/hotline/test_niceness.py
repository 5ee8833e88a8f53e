"""Stepping back: in a session of its own a process says it for the session, too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hotline import niceness
from hotline.niceness import AUTOGROUP, step_back

SHOW = "from hotline.niceness import step_back; step_back(7); import os; print(os.nice(0)); print(open('{}').read())"

needs_sessions = pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel does not group by session")


def said(*, of_its_own: bool, inherited: int = 0) -> list[str]:
    """What a process that stepped back sees of itself and its session."""
    command = [
        "nice",
        "-n",
        str(inherited),
        sys.executable,
        "-c",
        SHOW.format(AUTOGROUP if AUTOGROUP.exists() else os.devnull),
    ]
    return subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, timeout=30, start_new_session=of_its_own
    ).stdout.split()


@pytest.fixture
def leader(monkeypatch: pytest.MonkeyPatch) -> None:
    """We lead a session, and are as nice as we are told."""
    monkeypatch.setattr(os, "nice", lambda steps: steps)
    monkeypatch.setattr(os, "getsid", lambda _pid: os.getpid())
    monkeypatch.setattr(niceness, "AUTOGROUP", Path(os.devnull))
    monkeypatch.setattr(niceness, "ONCE_EVERY_S", 0.0)


def test_a_process_steps_back() -> None:
    assert said(of_its_own=True)[0] == str(os.nice(0) + 7)


@needs_sessions
def test_the_session_it_leads_steps_back_with_it() -> None:
    assert said(of_its_own=True)[-1] == "7"


@needs_sessions
def test_what_it_inherited_is_not_its_sessions() -> None:
    """The others' sessions do not have it, either."""
    told = said(of_its_own=True, inherited=5)
    assert (told[0], told[-1]) == (str(os.nice(0) + 12), "7")


@needs_sessions
def test_a_session_that_is_not_its_own_stays() -> None:
    before = AUTOGROUP.read_text().split()
    assert said(of_its_own=False)[1:] == before


def test_a_kernel_that_wants_to_be_asked_later_is(leader: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [BlockingIOError(), BlockingIOError(), None]
    written: list[str] = []

    def write(_path: Path, text: str) -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        written.append(text)

    monkeypatch.setattr(Path, "write_text", write)
    step_back(10)
    assert written == ["10"]


@pytest.mark.parametrize("error", [BlockingIOError(11, "again"), PermissionError(1, "not for you")])
def test_a_kernel_that_does_not_take_it_is_told_of(
    leader: None, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def write(_path: Path, _text: str) -> None:
        raise error

    monkeypatch.setattr(Path, "write_text", write)
    with capture_logs() as logs:
        step_back(10)
    assert [line["event"] for line in logs] == ["session_not_stepped_back"]


def test_a_kernel_without_sessions_is_nothing_to_tell_of(
    leader: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(niceness, "AUTOGROUP", tmp_path / "none" / "autogroup")
    with capture_logs() as logs:
        step_back(10)
    assert logs == []
