"""Silences: found where they are, ended by sound and not by a click."""

import numpy as np
import pytest

from hotline.prompts.alaw import RATE, Samples
from hotline.trial.silence import longest_silence, silences
from hotline.trial.voices import voice_of


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def test_each_silence_is_found_with_its_place() -> None:
    voice = voice_of("8001")
    heard = np.concatenate([quiet(0.5), voice, quiet(1.0), voice, quiet(0.2)])
    found = silences(heard, least_s=0.4)
    edges = [edge for one in found for edge in (one.at_s, one.until_s)]
    assert edges == pytest.approx([0.0, 0.5, 2.42, 3.42], abs=0.03)
    assert longest_silence(heard).length_s == pytest.approx(1.0, abs=0.05)


def test_a_voice_has_no_silence_and_nothing_heard_has_none_either() -> None:
    assert longest_silence(np.tile(voice_of("8001"), 5)).length_s < 0.05
    assert longest_silence(quiet(0)).length_s == 0


def test_a_click_and_the_noise_of_the_line_are_no_sound() -> None:
    click = np.full(round(0.03 * RATE), 0.5, dtype=np.float32)
    noise = np.full(round(1.0 * RATE), 0.0005, dtype=np.float32)
    assert longest_silence(np.concatenate([quiet(1), click, noise])).length_s == pytest.approx(2.03, abs=0.05)
