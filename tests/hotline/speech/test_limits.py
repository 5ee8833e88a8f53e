from pathlib import Path

import pytest

from asr.filler_guess import FillerGuess
from asr.rejection import Limits
from hotline.speech.limits import FILE, read_limits, write_limits
from telephony.errors import RecognizerError


def test_a_model_without_any_has_the_usual_ones(tmp_path: Path) -> None:
    assert read_limits(tmp_path) == Limits()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_limits(tmp_path, Limits(act=1.25, ask=0.875))
    assert read_limits(tmp_path) == Limits(act=1.25, ask=0.875)


def test_a_question_needs_no_more_than_an_action(tmp_path: Path) -> None:
    write_limits(tmp_path, Limits(act=1.0, ask=2.0))
    assert read_limits(tmp_path).ask == 1.0


@pytest.mark.parametrize("content", ["", "{}", '{"act": "1", "ask": 1}', '{"act": 1.0, "ask": 0.5, "else": 1}', "\xff"])
def test_a_mangled_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, "latin-1")
    with pytest.raises(RecognizerError, match=r"hotline\.json"):
        read_limits(tmp_path)


def test_the_fillers_line_is_kept_with_them(tmp_path: Path) -> None:
    line = FillerGuess(24.6, 5.958, -4.961, 0.57, -13.024, 16.9, 4.2)
    write_limits(tmp_path, Limits(act=1.95, ask=1.95, filler=line))
    assert read_limits(tmp_path).filler == line
