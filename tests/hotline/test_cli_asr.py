"""`hotline asr eval`, with the embedded model and a synthetic caller."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from asr.rejection import Limits
from hotline.cli_asr import app, on_the_line
from hotline.prompts.alaw import Samples, encode_linear
from hotline.prompts.synthesis import VOICES, Synthesiser
from hotline.settings import Settings
from hotline.speech.limits import FILE, read_limits
from hotline.speech.models import EMBEDDED
from telephony.errors import ConfigError, RecognizerError

RUN = CliRunner()


@pytest.fixture(autouse=True)
def sample(own_settings: Settings) -> None:
    """In the repository's folder, with its menu."""


def write_wav(file: Path, samples: Samples, rate: int = 8000) -> None:
    pcm = encode_linear(samples)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(pcm), b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", len(pcm))  # fmt: skip # noqa: E501
    file.write_bytes(head + pcm)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest of a few sentences."""
    folder = tmp_path_factory.mktemp("spoken")
    said = {
        "转人工": "@agent",
        "提前还款": "repayment.early",
        "今天天气怎么样": "foreign",
        "昨天看了一场电影": "foreign",
    }
    lines = ["file\ttext\tnode"]
    with Synthesiser(VOICES["zh"]) as synthesiser:
        for number, (text, node) in enumerate(said.items()):
            quiet = np.zeros(2400, dtype=np.float32)
            write_wav(folder / f"espeak_{number}.wav", np.concatenate([quiet, synthesiser.speak(text)]))
            lines.append(f"espeak_{number}.wav\t{text}\t{node}")
    (folder / "manifest.tsv").write_text("\n".join(lines), "utf-8")
    return folder


def test_a_report(spoken: Path) -> None:
    run = RUN.invoke(app, ["eval", str(spoken)])
    assert run.exit_code == 0, run.output
    assert "共 4 句" in run.stdout
    assert "无关却办理" in run.stdout
    assert "espeak" in run.stdout
    assert "@agent" in run.stdout


def test_for_tools(spoken: Path) -> None:
    run = RUN.invoke(app, ["eval", str(spoken / "manifest.tsv"), "--json", "--only-menu"])
    found = json.loads(run.stdout)
    assert found["listened_for"] == "menu"
    assert sum(found["verdicts"].values()) == 4
    assert {"file", "text", "heard", "expected", "actual", "verdict", "score"} <= set(found["recordings"][0])


def test_limits_are_chosen_and_saved(spoken: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for path in EMBEDDED.iterdir():
        if path.name != FILE:
            (model / path.name).symlink_to(path.resolve())
    (model / FILE).write_bytes((EMBEDDED / FILE).read_bytes())
    run = RUN.invoke(app, ["eval", str(spoken), "--tune", "--save", "--model", str(model)])
    assert run.exit_code == 0, run.output
    assert "阈值" in run.stdout
    assert (model / FILE).is_file()
    before, after = read_limits(EMBEDDED), read_limits(model)
    assert after != Limits()
    assert after.act != before.act
    assert after.filler == before.filler  # too few to fit another


def test_without_foreign_speech_there_is_nothing_to_choose_by(spoken: Path, tmp_path: Path) -> None:
    folder = tmp_path / "repayment.early"
    folder.mkdir()
    (folder / "a.wav").write_bytes((spoken / "espeak_1.wav").read_bytes())
    run = RUN.invoke(app, ["eval", str(tmp_path), "--tune"])
    assert "无法选阈值" in run.stdout
    assert "repayment.early" in run.stdout


def test_every_mistake_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.tsv").write_text("a.wav\t\trepayment.erly\nb.wav\t\tloan\n")
    run = RUN.invoke(app, ["eval", str(tmp_path / "m.tsv")])
    assert isinstance(run.exception, ConfigError)
    assert "repayment.erly" in str(run.exception)
    assert "there is no b.wav" in str(run.exception)


def test_nothing_to_hear(tmp_path: Path) -> None:
    run = RUN.invoke(app, ["eval", str(tmp_path)])
    assert "has no recordings" in str(run.exception)


def test_what_is_no_sound(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"hello")
    (tmp_path / "manifest.tsv").write_text("a.wav\t\tloan\n")
    run = RUN.invoke(app, ["eval", str(tmp_path)])
    assert "is not a WAV file" in str(run.exception)


def test_without_a_model(spoken: Path, tmp_path: Path) -> None:
    run = RUN.invoke(app, ["eval", str(spoken), "--model", str(tmp_path / "none")])
    assert isinstance(run.exception, RecognizerError)


def test_there_may_be_none_at_all(spoken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.cli_asr.model_folder", lambda _settings: None)
    run = RUN.invoke(app, ["eval", str(spoken)])
    assert "there is no speech model" in str(run.exception)


def test_sound_of_another_rate_goes_over_the_line() -> None:
    second = np.zeros(44_100, dtype=np.float32)
    assert abs(len(on_the_line(second, 44_100)) - 2 * 8000 * 2.6) < 100
