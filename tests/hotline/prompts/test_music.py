import numpy as np
import pytest

from hotline.prompts.alaw import RATE
from hotline.prompts.music import MUSIC_RMS_DB, hold_music
from hotline.prompts.shaping import rms_db


def test_the_music_is_long_soft_and_never_silent_or_loud() -> None:
    music = hold_music()
    assert music.size > 30 * RATE
    assert rms_db(music) == pytest.approx(MUSIC_RMS_DB, abs=0.1)
    assert np.abs(music).max() < 0.5
    seconds = [rms_db(music[start : start + RATE]) for start in range(0, music.size - RATE, RATE)]
    assert max(seconds) < MUSIC_RMS_DB + 5
    assert min(seconds) > MUSIC_RMS_DB - 8


def test_its_end_runs_into_its_beginning() -> None:
    music = hold_music()
    steps = np.abs(np.diff(np.concatenate([music[-400:], music[:400]])))
    assert steps[399] <= steps.max()
    assert abs(music[0] - music[-1]) < 0.05


def test_it_lies_within_the_telephone_band() -> None:
    power = np.abs(np.fft.rfft(hold_music())) ** 2
    hertz = np.fft.rfftfreq(hold_music().size, 1 / RATE)
    assert power[(hertz > 200) & (hertz < 3400)].sum() > 0.98 * power.sum()
