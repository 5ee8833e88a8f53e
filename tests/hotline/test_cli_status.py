"""`hotline status` against a real control socket."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from hotline import cli_status
from hotline.clock import engine_now
from hotline.control.client import NotRunningError
from hotline.control.protocol import ControlError, ErrorCode
from hotline.control.server import Op
from hotline.settings import Settings
from telephony.errors import ConfigError, WorldError
from tests.hotline.board_play import BOOT, Played, playing

runner = CliRunner()


@pytest.fixture
def played(own_settings: Settings) -> Iterator[Played]:
    with playing(own_settings.control_socket) as played:
        yield played


def test_tables(played: Played) -> None:
    result = runner.invoke(cli_status.app, [])
    assert result.exit_code == 0
    assert "1763772471.3" in result.output
    assert "技能组" in result.output


def test_tables_in_english(played: Played) -> None:
    result = runner.invoke(cli_status.app, ["--language", "en"])
    assert "Asterisk connected" in result.output


def test_json_is_the_snapshot(played: Played) -> None:
    result = runner.invoke(cli_status.app, ["--json"])
    seen = json.loads(result.output)
    assert seen["boot"] == BOOT
    assert [call["phase"] for call in seen["calls"]] == ["talking", "queued", "menu"]


def test_an_unknown_language_is_a_mistake(own_settings: Settings) -> None:
    result = runner.invoke(cli_status.app, ["--language", "fr"])
    assert isinstance(result.exception, ConfigError)
    assert str(result.exception) == "--language fr: known are zh-CN, en"


def test_nothing_running_is_told_apart(own_settings: Settings) -> None:
    for arguments in ([], ["--json"], ["--watch"]):
        assert isinstance(runner.invoke(cli_status.app, arguments).exception, NotRunningError)


@pytest.mark.parametrize("arguments", [["--watch"], ["--watch", "--json"]])
def test_watching_redraws_and_stops_at_ctrl_c(
    played: Played, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def a_second_passes(seconds: float) -> None:
        looks.append(seconds)
        played.board.gauges(cap=len(looks), round_trip_s=0.0, loop_lag_p99_s=0.0)
        if len(looks) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(cli_status, "sleep_s", a_second_passes)
    result = runner.invoke(cli_status.app, arguments)
    assert looks == [1.0, 1.0, 1.0]
    assert "2" in result.output
    if "--json" in arguments:
        assert [json.loads(line)["admission_cap"] for line in result.output.splitlines()[:3]] == [400, 1, 2]
    else:
        assert result.exit_code == 0


def test_watching_survives_a_hotline_that_goes_away(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []
    with playing(own_settings.control_socket) as played:

        def nap(seconds: float) -> None:
            naps.append(seconds)
            own_settings.control_socket.unlink(missing_ok=True)
            if len(naps) == 2:
                raise KeyboardInterrupt

        monkeypatch.setattr(cli_status, "sleep_s", nap)
        result = runner.invoke(cli_status.app, ["--watch"])
    assert played is not None
    assert result.exit_code == 0
    assert "热线没有运行" in result.output


def test_a_watching_process_ends_at_ctrl_c(played: Played, own_settings: Settings) -> None:
    watching = subprocess.Popen(
        [sys.executable, "-m", "hotline", "status", "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert watching.stdout is not None
    try:
        assert "热线" in watching.stdout.readline()  # it has painted
        began_at = engine_now()
        watching.send_signal(signal.SIGINT)
        _, error = watching.communicate(timeout=20)
        assert (watching.returncode, error) == (0, "")
        assert engine_now() - began_at < 10
    finally:
        watching.kill()
        watching.communicate()


def test_at_a_terminal_the_picture_is_redrawn_in_place(played: Played) -> None:
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "160", "LINES": "50"}
    watching = subprocess.Popen(
        [sys.executable, "-m", "hotline", "status", "--watch"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    try:
        seen = b""
        while "还款专席".encode() not in seen:
            seen += os.read(ours, 65536)
        watching.send_signal(signal.SIGINT)
        with contextlib.suppress(OSError):  # EIO: the other side is closed
            while more := os.read(ours, 65536):
                seen += more
        assert watching.wait(20) == 0
        assert seen.startswith(b"\x1b[?1049h")  # another screen, which is left at the end
        assert b"\x1b[?1049l" in seen
    finally:
        watching.kill()
        watching.wait()
        os.close(ours)


def test_a_hotline_of_another_version_is_one_clear_line(played: Played) -> None:
    with pytest.raises(WorldError, match="another version"):
        cli_status.snapshot_of({"boot": BOOT})


def test_refusals_are_errors_by_fault(own_settings: Settings) -> None:
    with playing(own_settings.control_socket) as played:
        played.reload = _raising(ErrorCode.CONFIG, ["menus.yaml:1:2: x"])
        with pytest.raises(ConfigError) as caught:
            cli_status.ask(own_settings.control_socket, "reload")
        assert str(caught.value) == "menus.yaml:1:2: x"
        played.reload = _raising(ErrorCode.WORLD, [])
        with pytest.raises(WorldError, match="told"):
            cli_status.ask(own_settings.control_socket, "reload")


def _raising(code: ErrorCode, details: list[str]) -> Op:
    def op(_: object) -> object:
        raise ControlError(code, "told", details)

    return op
