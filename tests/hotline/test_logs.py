"""What is logged is complete, rotated, and holds nothing of a caller's person."""

import dataclasses
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from hotline.logs import LogFormat, LogSettings, about_call, close_logs, open_logs
from telephony.events import CallArrived
from telephony.ids import CallId

CANARY = "13912345678"


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_logs()
    structlog.reset_defaults()


def _lines(file: Path) -> list[dict[str, Any]]:
    close_logs()
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "hotline.log"


def test_a_line_has_message_fields_level_logger_and_time(file: Path) -> None:
    open_logs(LogSettings(file=file, console=False))
    structlog.get_logger("hotline.x").info("agent rung", agent="8001", wait_s=1.5)
    (line,) = _lines(file)
    stamp = line.pop("timestamp")
    assert stamp.endswith("Z")
    assert line == {"event": "agent rung", "agent": "8001", "wait_s": 1.5, "level": "info", "logger": "hotline.x"}


def test_everything_about_a_call_carries_its_id(file: Path) -> None:
    open_logs(LogSettings(file=file, console=False))
    log = structlog.get_logger()
    with about_call(CallId("1763772471.17")):
        log.info("inside")
    log.info("outside")
    inside, outside = _lines(file)
    assert inside["call"] == "1763772471.17"
    assert "call" not in outside


@pytest.mark.parametrize("personal", [False, True])
@pytest.mark.parametrize("log_format", list(LogFormat))
def test_a_callers_number_never_appears(
    file: Path, capsys: pytest.CaptureFixture[str], *, personal: bool, log_format: LogFormat
) -> None:
    open_logs(LogSettings(format=log_format, file=file, personal=personal))
    log = structlog.get_logger("hotline.x")
    event = CallArrived(CallId("1.1"), "4008001234", CANARY, CANARY)
    log.info("a", caller=CANARY, deep={"list": [CANARY, {CANARY: 1}]}, number=int(CANARY), event_object=event)
    log.warning(f"number {CANARY} in the message", **{"pii.caller": CANARY})  # noqa: G004 - the mistake to guard against
    log.info("formatted %s", CANARY)
    log.info("in a set", numbers={CANARY}, spaced="139 1234 5678", boot=CANARY)
    logging.getLogger("library").warning("library says %s", CANARY, extra={"callerid": CANARY})
    try:
        raise ValueError(CANARY)  # noqa: TRY301 - a traceback with the number in it is the point
    except ValueError:
        log.exception("failed", exc_text=CANARY)
        logging.getLogger("library").exception("library failed")
    close_logs()
    written = file.read_text(encoding="utf-8") + capsys.readouterr().err
    assert "139 1234 5678" not in written
    assert CANARY not in written
    assert written.count("ValueError") >= 4
    assert ("139****5678" in written) is personal
    assert ("pii.caller" in written) is personal


def test_what_we_number_ourselves_stays_readable(file: Path) -> None:
    open_logs(LogSettings(file=file, console=False))
    log = structlog.get_logger()
    log.info("started", boot="20261122a1b2c3d4", version="12345678abcdef00", rss_bytes=1_234_567_890, share=0.25)
    (line,) = _lines(file)
    assert (line["boot"], line["version"]) == ("20261122a1b2c3d4", "12345678abcdef00")
    assert (line["rss_bytes"], line["share"]) == (1_234_567_890, 0.25)


def test_levels_below_the_wanted_one_are_left_out(file: Path) -> None:
    open_logs(LogSettings(file=file, console=False, level="WARNING"))
    structlog.get_logger().info("small")
    logging.getLogger("library").info("small")
    structlog.get_logger().warning("large")
    assert [line["event"] for line in _lines(file)] == ["large"]


def test_the_file_is_rotated(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.logs.ROTATE_AT_BYTES", 1_000)
    open_logs(LogSettings(file=file, console=False))
    for number in range(200):
        structlog.get_logger().info("line", number=number)
    close_logs()
    assert len(list(file.parent.iterdir())) == 6
    assert all(path.stat().st_size <= 1_000 for path in file.parent.iterdir())


def test_opening_again_replaces_and_closing_twice_is_harmless(file: Path) -> None:
    open_logs(LogSettings(file=file, console=False))
    open_logs(LogSettings(file=file, console=False))
    structlog.get_logger().info("once")
    assert len(_lines(file)) == 1
    close_logs()


def test_records_without_room_are_counted_not_waited_for(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hotline.logs.WAITING_RECORDS", 1)
    open_logs(LogSettings(file=file))
    for number in range(2_000):
        structlog.get_logger().info("line", number=number)
    lines = _lines(file)
    assert lines[-1]["event"] == "log records dropped"
    assert len(lines) - 1 + lines[-1]["count"] == 2_000
    assert "log records dropped" in capsys.readouterr().err


def test_an_object_without_a_json_form_is_shown_by_its_repr(file: Path) -> None:
    @dataclasses.dataclass
    class Thing:
        size: int

    open_logs(LogSettings(file=file, console=False))
    structlog.get_logger().info("seen", thing=Thing(3), nothing=None, yes=True)
    (line,) = _lines(file)
    assert "Thing(size=3)" in line["thing"]
    assert (line["nothing"], line["yes"]) == (None, True)
