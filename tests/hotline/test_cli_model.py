"""`hotline model` as an admin uses it."""

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline import cli_model
from hotline.cli_model import app
from hotline.settings import Settings
from hotline.speech.model_check import ModelFacts
from hotline.speech.models import EMBEDDED
from telephony.errors import RecognizerError

RUN = CliRunner()


@pytest.fixture(autouse=True)
def sample(own_settings: Settings) -> None:
    """With a cache of its own."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    file = tmp_path / "mine.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for path in EMBEDDED.rglob("*"):
            if path.is_file():
                packed.write(path, f"my-model/{path.relative_to(EMBEDDED)}")
    return file


def test_install_list_and_check(archive: Path, own_settings: Settings) -> None:
    folder = own_settings.cache_dir / "models" / "my-model"
    run = RUN.invoke(app, ["install", str(archive)])
    assert run.exit_code == 0, run.output
    assert f"HOTLINE_ASR_MODEL={folder}" in run.stdout
    assert "8000 Hz" in run.stdout
    listed = RUN.invoke(app, ["list"]).stdout
    assert "内置模型" in listed
    assert "使用中" in listed
    assert "my-model" in listed
    found = json.loads(RUN.invoke(app, ["list", "--json"]).stdout)
    assert [entry["in_use"] for entry in found] == [True, False]
    assert RUN.invoke(app, ["check", str(folder)]).stdout.startswith(f"✓ {folder}")
    assert json.loads(RUN.invoke(app, ["check", "--json"]).stdout)["folder"] == str(EMBEDDED)


def test_what_is_not_what_it_should_be(archive: Path) -> None:
    run = RUN.invoke(app, ["install", str(archive), "--sha256", "0" * 64])
    assert "not what it should be" in str(run.exception)


def test_nothing_installed_and_nothing_embedded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cli_model, "EMBEDDED", tmp_path / "none")
    monkeypatch.setattr(cli_model, "model_folder", lambda _settings: None)
    assert "hotline model install small-cn" in RUN.invoke(app, ["list"]).stdout
    assert isinstance(RUN.invoke(app, ["check"]).exception, RecognizerError)


def test_what_a_model_cannot_do_is_said() -> None:
    facts = ModelFacts("m", 16000, takes_grammar=False, has_filler=False, load_s=2.0, memory_mb=300.0)
    assert len(cli_model.describe(facts, "zh-CN").splitlines()) == 3
    assert "cannot be told what to listen for" in cli_model.describe(facts, "en")
