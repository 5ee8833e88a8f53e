"""`hotline reload`: mistakes first, then Asterisk, then the engine. (With a real Asterisk: tests/e2e/test_run.py.)"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline import cli_reload
from hotline.asterisk.provision import AsteriskInstall
from hotline.cli_reload import app, reload_asterisk
from hotline.control.client import NotRunningError
from hotline.control.protocol import ControlError, ErrorCode
from hotline.settings import Settings, load_settings
from telephony.errors import ConfigError
from tests.hotline.board_play import playing

runner = CliRunner()


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The files Asterisk would get."""
    files: list[dict[str, str]] = []
    monkeypatch.setattr(cli_reload, "reload_asterisk", lambda _settings, given: files.append(given))
    return files


def test_both_sides_take_the_new_version(own_settings: Settings, brought: list[dict[str, str]]) -> None:
    with playing(own_settings.control_socket):
        result = runner.invoke(app, [])
    assert result.output == "已生效：版本 v2，19 个节点，10 名坐席\n"
    assert "8001" in brought[0]["pjsip.conf"]


def test_a_model_that_went_bad_is_named_and_the_files_take_effect_all_the_same(
    own_settings: Settings, brought: list[dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_ASR_MODEL", str(tmp_path / "gone"))
    with playing(own_settings.control_socket):
        result = runner.invoke(app, [])
        monkeypatch.setenv("HOTLINE_ASR_WORKERS", "0")
        without = runner.invoke(app, [])
    assert result.exit_code == 1
    assert result.stdout.startswith("已生效：版本 v2")
    assert f"{tmp_path / 'gone'}: there is no such folder" in result.stderr
    assert "\n" not in result.stderr.rstrip("\n")
    assert without.exit_code == 0
    assert len(brought) == 2


def test_mistakes_are_named_and_nothing_is_touched(
    own_settings: Settings, brought: list[dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "menus.yaml").write_text("nonsense: 1\n")
    monkeypatch.setenv("HOTLINE_MENUS", str(tmp_path / "menus.yaml"))
    with playing(own_settings.control_socket):
        assert isinstance(runner.invoke(app, []).exception, ConfigError)
    assert brought == []


def test_nothing_runs(own_settings: Settings, brought: list[dict[str, str]]) -> None:
    assert isinstance(runner.invoke(app, []).exception, NotRunningError)
    assert brought == []


def test_what_the_engine_finds_is_named_too(own_settings: Settings, brought: list[dict[str, str]]) -> None:
    def refuse(_: object) -> object:
        raise ControlError(ErrorCode.CONFIG, "problems", ["agents.yaml:3:4: x"])

    with playing(own_settings.control_socket) as played:
        played.reload = refuse
        result = runner.invoke(app, [])
    assert str(result.exception) == "agents.yaml:3:4: x"


def test_an_asterisk_that_does_not_run_needs_no_reload(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = own_settings.state_dir
    install = AsteriskInstall(("/nowhere",), folder, folder, folder, version="22.10.1", source="private")
    monkeypatch.setattr(cli_reload, "provision", lambda _settings, _report: install)
    reload_asterisk(load_settings(), {"x.conf": ""})
    assert not (own_settings.asterisk_home / "etc").exists()
