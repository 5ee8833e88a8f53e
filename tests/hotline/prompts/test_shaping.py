import numpy as np
import pytest

from hotline.prompts.alaw import RATE, Samples
from hotline.prompts.shaping import active_rms_db, level, resample, rms_db, trim


def sine(hertz: float, seconds: float, rate: int = RATE, loud: float = 0.5) -> Samples:
    return (loud * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_the_voice_band_passes_unchanged_at_every_rate(rate: int) -> None:
    heard = resample(sine(1000, 0.5, rate), rate)
    assert heard.size == 4000
    assert heard[800:3200] == pytest.approx(sine(1000, 0.5)[800:3200], abs=0.01)


@pytest.mark.parametrize("hertz", [50, 100, 3990, 5000, 9000])
def test_what_a_telephone_does_not_carry_is_gone_and_does_not_fold_back(hertz: float) -> None:
    assert rms_db(resample(sine(hertz, 1, 22050), 22050)[1000:7000]) < -50


def test_the_end_does_not_ring_into_the_beginning() -> None:
    late = np.concatenate([np.zeros(22050, dtype=np.float32), sine(1000, 0.5, 22050)])
    assert np.abs(resample(late, 22050)[:4000]).max() < 0.001


def test_speech_is_levelled_by_its_loud_parts_and_never_clips() -> None:
    quiet = np.concatenate([sine(700, 1, loud=0.01), np.zeros(RATE, dtype=np.float32)])
    assert active_rms_db(level(quiet)) == pytest.approx(-20, abs=0.2)
    spiky = sine(700, 1, loud=0.01)
    spiky[::400] = 0.9
    assert np.abs(level(spiky)).max() < 0.85


def test_silence_at_the_ends_is_cut_to_measure_and_faded() -> None:
    still = np.zeros(RATE, dtype=np.float32)
    heard = trim(np.concatenate([still, sine(500, 1), still]), before_s=0.02, after_s=0.25)
    assert heard.size / RATE == pytest.approx(1.28, abs=0.03)
    assert not heard[:160].any()
    assert not heard[-2000:].any()
    assert abs(heard[162]) < 0.05


def test_nothing_stays_nothing() -> None:
    nothing = np.zeros(0, dtype=np.float32)
    still = np.zeros(800, dtype=np.float32)
    assert resample(nothing, 22050).size == 0
    assert level(nothing).size == 0
    assert trim(nothing).size == 0
    assert not trim(level(still)).any()
    assert rms_db(nothing) == -120
    assert active_rms_db(still) < -100
