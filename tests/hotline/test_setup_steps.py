"""The steps that need no Asterisk; the whole row is tested by tests/e2e/test_run.py."""

import io
import sqlite3
from pathlib import Path

import pytest
from rich.console import Console

from hotline import setup_steps
from hotline.asterisk.provision import AsteriskInstall
from hotline.screen import Screen, Step
from hotline.secrets import load_secrets
from hotline.settings import Settings, load_settings
from hotline.setup_steps import TITLES, check_speech, prepare_asterisk, prepare_database, set_up
from hotline.speech.model_check import ModelFacts
from telephony.errors import ConfigError, ProvisionError, StoreError
from tests.hotline.board_play import sample_config


def test_the_authors_mistakes_come_before_anything_is_fetched(
    own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_AGENTS", str(tmp_path / "none.yaml"))
    out = io.StringIO()
    with pytest.raises(ConfigError, match=r"none\.yaml"):
        set_up(load_settings(), Screen(Console(file=out)))
    assert out.getvalue().count("✗") == 1
    assert not (tmp_path / "cache").exists()


def test_a_machine_that_will_not_do_is_told_before_anything_is_fetched(
    own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.preflight.NEEDED_BYTES", 10**18)
    out = io.StringIO()
    with pytest.raises(ProvisionError, match="MB"):
        set_up(own_settings, Screen(Console(file=out)))
    assert TITLES["zh-CN"].config in out.getvalue()
    assert not (tmp_path / "cache").exists()


def test_the_database_is_made_and_made_again(own_settings: Settings) -> None:
    prepare_database(own_settings)
    prepare_database(own_settings)
    with sqlite3.connect(own_settings.state_dir / "hotline.sqlite") as database:
        (count,) = database.execute("select count(*) from sqlite_master where type = 'table'").fetchone()
    database.close()
    assert count > 3


def test_a_database_that_is_none_is_the_worlds_failure(own_settings: Settings) -> None:
    (own_settings.state_dir / "hotline.sqlite").write_text("this is no database, but long enough to look like one" * 99)
    with pytest.raises(StoreError):
        prepare_database(own_settings)


def test_asterisks_files_are_written_for_its_next_start(own_settings: Settings) -> None:
    folder = own_settings.state_dir
    install = AsteriskInstall(("/nowhere/asterisk",), folder, folder, folder, version="22.10.1", source="private")
    config = sample_config()
    secrets = load_secrets(own_settings.secrets_file, config.roster.agents)
    asterisk = prepare_asterisk(own_settings, config, install, secrets=secrets)
    assert not asterisk.running
    assert secrets.ami in (own_settings.asterisk_home / "etc" / "manager.conf").read_text()


def tried(settings: Settings) -> tuple[str, bool]:
    step = Step(lambda _: None)
    check_speech(settings, step)
    return step.detail, step.is_amiss


def test_a_speech_model_is_tried_and_a_bad_one_stops_nothing(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bad = own_settings.model_copy(update={"asr_model": tmp_path})
    told, amiss = tried(bad)
    assert told.startswith(f"不可用，来电只能按键：{tmp_path}: ")
    assert amiss
    facts = ModelFacts("small", 8000, takes_grammar=True, has_filler=True, load_s=0.1, memory_mb=41.2)
    monkeypatch.setattr(setup_steps, "check_model", lambda _folder: facts)
    assert tried(bad) == ("small，8000 Hz，41 MB", False)
    assert tried(bad.model_copy(update={"asr_workers": 0})) == ("没有，来电只能按键", False)
