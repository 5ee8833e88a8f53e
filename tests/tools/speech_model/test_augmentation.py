import numpy as np
import pytest

from hotline.prompts.alaw import RATE
from tools.speech_model.augmentation import (
    add_noise,
    babble_noise,
    change_speed,
    disturb,
    held_out_noise,
    line_band,
)


def tone(seconds: float = 1.0, hertz: float = 440.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


def test_faster_is_shorter_and_higher() -> None:
    fast = change_speed(tone(), 1.25)
    assert fast.size == pytest.approx(RATE / 1.25, abs=1)
    spectrum = np.abs(np.fft.rfft(fast))
    assert np.fft.rfftfreq(fast.size, 1 / RATE)[spectrum.argmax()] == pytest.approx(550, abs=3)


def test_noise_is_as_far_below_as_it_is_told() -> None:
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(RATE).astype(np.float32)
    added = add_noise(tone(), noise, 20.0) - tone()
    assert 20 * np.log10(np.std(tone()) / np.std(added)) == pytest.approx(20, abs=0.1)


def test_whatever_happens_the_sound_stays_a_sound() -> None:
    rng = np.random.default_rng(4)
    babble = [tone(0.3, hertz) for hertz in (200, 300, 400, 500, 600)]
    for _ in range(150):
        heard = disturb(tone(0.5), babble, rng)
        assert heard.size == RATE // 2
        assert np.isfinite(heard).all()
        assert 0 < np.abs(heard).max() <= 1


def test_silence_may_be_disturbed_too() -> None:
    rng = np.random.default_rng(4)
    assert np.isfinite(disturb(np.zeros(RATE, np.float32), [], rng)).all()


def test_four_talk_in_the_room() -> None:
    voices = [np.full(10, value, np.float32) for value in (1, 2, 4, 8)]
    assert babble_noise(25, voices, np.random.default_rng(0)).tolist() == [15.0] * 25


@pytest.mark.parametrize("role", ["tune", "report"])
def test_noise_of_the_evaluation_lasts_as_long_as_the_call(role: str) -> None:
    noise = held_out_noise(5000, role, np.random.default_rng(2))  # type: ignore[arg-type]  # a parameter
    assert noise.shape == (5000,)
    assert noise.dtype == np.float32
    assert np.std(noise) > 0


def test_a_line_passes_the_middle_of_the_band() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        shut, low, high, end = line_band(rng)
        assert 40 <= shut < low < 500
        assert 3000 < high < end < 4000
