import numpy as np
import pytest

from asr.audio import SILENCE_DB, PreRoll, Resampler, frame_bytes, levels_db
from tests.asr.sounds import tone


def samples(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, dtype="<i2").astype(float)


def test_a_frame_is_20_ms() -> None:
    assert frame_bytes(8000) == 320
    assert frame_bytes(16000) == 640


def test_levels_are_in_db_below_full_scale() -> None:
    assert levels_db(tone(0.1, -20.0), 8000) == pytest.approx([-20.0] * 5, abs=0.1)


def test_digital_silence_has_a_level_too() -> None:
    assert levels_db(bytes(320), 8000) == [SILENCE_DB]


def test_a_part_of_a_frame_is_left_out() -> None:
    assert levels_db(bytes(319), 8000) == []
    assert len(levels_db(bytes(320 + 319), 8000)) == 1


def test_the_pre_roll_keeps_the_latest() -> None:
    kept = PreRoll(5)
    kept.add(b"ab")
    kept.add(b"cdef")
    assert kept.take() == b"cdef"
    assert kept.take() == b""


@pytest.mark.parametrize(("rate", "wanted"), [(8000, 16000), (16000, 8000), (44100, 8000), (48000, 16000)])
def test_a_tone_stays_the_same_tone_at_another_rate(rate: int, wanted: int) -> None:
    resampler = Resampler(rate, wanted)
    made = samples(resampler.convert(tone(0.5, rate=rate)) + resampler.drain())
    expected = samples(tone(0.5, rate=wanted))
    assert abs(made.size - expected.size) <= 2
    middle = slice(200, min(made.size, expected.size) - 200)
    error = made[middle] - expected[middle]
    assert np.sqrt((error**2).mean()) < 0.01 * np.sqrt((expected[middle] ** 2).mean())


def test_what_cannot_be_told_at_the_lower_rate_is_gone() -> None:
    made = samples(Resampler(16000, 8000).convert(tone(0.5, rate=16000, hertz=6500.0)))
    assert np.sqrt((made[200:-200] ** 2).mean()) < 0.01 * 0.1 * 32768


def test_pieces_of_any_size_make_the_same_sound() -> None:
    sound = tone(0.3)
    whole = Resampler(8000, 16000).convert(sound)
    resampler = Resampler(8000, 16000)
    pieces = [resampler.convert(sound[start : start + size]) for start, size in _cuts(len(sound))]
    assert b"".join(pieces) == whole


def _cuts(length: int) -> list[tuple[int, int]]:
    found, start, size = [], 0, 2
    while start < length:
        found.append((start, size))
        start, size = start + size, size * 3 % 998 + 2 - size * 3 % 2
    return found


def test_the_same_rate_changes_nothing() -> None:
    resampler = Resampler(8000, 8000)
    assert resampler.convert(b"\1\2") == b"\1\2"
    assert resampler.drain() == b""


def test_loud_sound_is_clipped_not_wrapped() -> None:
    square = (np.sign(np.sin(np.arange(800) * 0.9)) * 32767).astype("<i2").tobytes()
    made = samples(Resampler(8000, 16000).convert(square))
    assert made.max() == 32767
    assert made.min() == -32768
