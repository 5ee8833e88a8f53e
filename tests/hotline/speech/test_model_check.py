"""Damaged models, each tried in a process of its own, as they may end it."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hotline.speech import model_check
from hotline.speech.model_check import ModelFacts, check_model, try_model
from hotline.speech.models import EMBEDDED
from telephony.errors import RecognizerError

Damage = Callable[[Path], object]


def cut(name: str, share: float) -> Damage:
    def damage(folder: Path) -> None:
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: int(len(whole) * share)])

    return damage


def missing(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()


def mangled(name: str) -> Damage:
    """As by a tool that takes it for text."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes().decode("utf-8", "replace").encode())


def with_line(name: str, line: str) -> Damage:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + line.encode() + b"\n")


def test_the_embedded_model_works() -> None:
    facts = check_model(EMBEDDED)
    assert facts.rate == 8000
    assert facts.has_filler
    assert facts.takes_grammar
    assert 10.0 < facts.memory_mb < 400.0


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(cut("am/final.mdl", 0.5), id="cut"),
        pytest.param(mangled("am/final.mdl"), id="mangled"),
        pytest.param(cut("graph/HCLr.fst", 0.3), id="graph cut"),
        pytest.param(missing("graph/Gr.fst"), id="grammar missing"),
        pytest.param(with_line("conf/mfcc.conf", "--num-ceps=13"), id="wrong dimensions"),
        pytest.param(with_line("conf/model.conf", "--endpoint.silence-phones="), id="aborts"),
        pytest.param(with_line("conf/model.conf", "--foo=1"), id="unknown option"),
        pytest.param(lambda folder: (folder / "am" / "final.mdl").write_bytes(b"hello"), id="no model"),
    ],
)
def test_damage_becomes_one_clear_line(damage: Damage, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(EMBEDDED, folder)
    damage(folder)
    with pytest.raises(RecognizerError) as caught:
        check_model(folder)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="no such folder"):
        check_model(tmp_path / "none")


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="not a speech model"):
        check_model(tmp_path)


def test_a_model_that_never_loads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sleeper = tmp_path / "python"
    sleeper.write_text("#!/bin/sh\nexec sleep 30\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(sleeper))
    with pytest.raises(RecognizerError, match="did not load") as caught:
        check_model(tmp_path, patience_s=0.2)
    assert caught.value.retryable


@pytest.mark.parametrize("output", [b"", b"not json\n", b"\xff\n"])
def test_an_answer_that_is_none(output: bytes) -> None:
    with pytest.raises(RecognizerError, match="damaged"):
        model_check._facts(Path("m"), 1, output)


def test_what_the_library_prints_is_not_the_answer() -> None:
    line = b'{"name":"m","rate":8000,"takes_grammar":true,"has_filler":false,"load_s":0.1,"memory_mb":9.0}\nLOG bye\n'
    expected = ModelFacts("m", 8000, takes_grammar=True, has_filler=False, load_s=0.1, memory_mb=9.0)
    assert model_check._facts(Path("m"), 0, b"LOG hello\n" + line) == expected


def test_a_model_of_another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_check, "PROBES", ("xyzzy",))
    with pytest.raises(RecognizerError, match="neither Chinese nor English"):
        try_model(EMBEDDED)


def test_here_it_is_tried_the_same_way() -> None:
    assert try_model(EMBEDDED).rate == 8000
