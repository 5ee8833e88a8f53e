import os
from pathlib import Path

import numpy as np
import pytest

from hotline.prompts import alaw


def test_codes_of_g711() -> None:
    # From G.711, table 1a/1b: around zero, the largest, and one in between, of both signs.
    linear = np.array([0, -1, 32767, -32768, 8, -9, 1000, -1000], dtype=np.float32) / np.float32(32768)
    assert alaw.encode(linear).hex() == "d555aa2ad555fa7a"


def test_every_code_survives_decoding_and_encoding() -> None:
    codes = bytes(range(256))
    assert alaw.encode(alaw.decode(codes)) == codes


def test_the_error_stays_below_the_step_of_the_segment() -> None:
    wave = np.linspace(-1, 1, 20001, dtype=np.float32)
    error = np.abs(alaw.decode(alaw.encode(wave)) - wave)
    assert np.all(error <= np.maximum(np.abs(wave) / 31, 9 / 32768))


def test_too_loud_is_clipped_not_wrapped() -> None:
    assert alaw.decode(alaw.encode(np.array([3.0, -3.0], dtype=np.float32))) == pytest.approx([0.984, -0.984], abs=0.01)


def test_linear_round_trip_drops_half_a_sample() -> None:
    wave = np.array([0.5, -0.25], dtype=np.float32)
    assert alaw.decode_linear(alaw.encode_linear(wave) + b"x") == pytest.approx(wave)


def test_a_file_appears_whole_and_readable_to_asterisk(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "x.alaw"
    alaw.write(file, b"\xd5" * 80)
    assert alaw.read(file).size == 80
    assert [path.name for path in file.parent.iterdir()] == ["x.alaw"]
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.alaw").mkdir()
    with pytest.raises(OSError, match=os.strerror(21)):
        alaw.write(tmp_path / "x.alaw", b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["x.alaw"]
