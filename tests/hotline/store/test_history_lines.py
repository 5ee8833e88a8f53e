import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.store import history_lines
from hotline.store.journal import Boot, Journal
from hotline.store.journal_line import decode_line
from hotline.store.segments import segments_in
from telephony.events import CallArrived, CallEnded, CallQueued
from telephony.ids import CallId, QueueId, Topic

CALL = CallId("1.1")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    one = Journal.open(tmp_path, Boot("b", 0.0, 1000.0))
    for fact in (
        CallArrived(CALL, "95001", "13800138000"),
        CallQueued(CALL, QueueId("loan"), Topic("loan"), "13800138000", 1.0),
        CallEnded(CALL, 16),
    ):
        one.append(fact, at=1.0, wall=1001.0)
    one.close_blocking()
    return tmp_path


def test_only_what_makes_history_is_printed(journal: Path) -> None:
    command = [sys.executable, "-m", "hotline.store.history_lines", str(journal), "0"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout
    facts = [decode_line(line).fact for line in printed.splitlines(keepends=True)]
    assert [type(fact).__name__ for fact in facts] == ["CallQueued", "CallEnded"]


def test_files_that_end_before_are_not_read(
    journal: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (path,) = segments_in(journal)
    os.utime(path, (500.0, 500.0))
    monkeypatch.setattr(os, "nice", lambda _steps: 0)
    assert history_lines.main([str(journal), "501.0"]) == 0
    assert list(history_lines.history_lines(journal, 499.0))
    assert capfdbinary.readouterr().out == b""
