"""What a simulated caller says."""

from pathlib import Path

import numpy as np
import pytest

from hotline.prompts import alaw
from hotline.trial import sayings
from hotline.trial.sayings import CALLER_VOICES, read_recording, speak, yes
from hotline.trial.voices import voice_of
from telephony.errors import WorldError


def test_words_are_spoken_by_another_voice_than_the_prompts() -> None:
    (said,) = speak(["提前还款"], "zh-CN")
    assert said.text == "提前还款"
    assert 0.5 < said.sound.size / alaw.RATE < 3.0
    assert yes("zh-CN").text == "是的"
    assert yes("fr").text == "yes"
    assert all(voice.name.endswith("+m3") for voice in CALLER_VOICES.values())


def test_recordings_are_taken_as_they_come(tmp_path: Path) -> None:
    file = tmp_path / "wish.alaw"
    file.write_bytes(alaw.encode(voice_of("a")))
    said = read_recording(file)
    assert said.text == "wish.alaw"
    assert np.abs(said.sound - voice_of("a")).max() < 0.02


@pytest.mark.parametrize(("name", "content", "why"), [("a.wav", b"no sound", "not a WAV"), ("b.wav", None, "No such")])
def test_what_is_no_recording_is_said_in_one_line(tmp_path: Path, name: str, content: bytes | None, why: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(WorldError, match=why):
        read_recording(tmp_path / name)


def test_nobody_speaks_to_a_menu_for_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sayings, "LONGEST_FILE", 3)
    (tmp_path / "long.alaw").write_bytes(b"long")
    with pytest.raises(WorldError, match="longer than"):
        read_recording(tmp_path / "long.alaw")
