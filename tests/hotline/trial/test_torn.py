"""A sound is known by its later pieces where its beginning was torn."""

import numpy as np
import pytest

from hotline.prompts.alaw import RATE, Samples
from hotline.trial.torn import LaterPieces
from hotline.trial.voices import voice_of

SHORT = voice_of("short")[: round(2.3 * RATE)]
LONG = np.concatenate([voice_of("one"), voice_of("two")])
SOUNDS = {"short": SHORT, "long": LONG}


def still(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def places(heard: Samples) -> list[tuple[int, float]]:
    return [(onset.index, round(onset.at / RATE, 2)) for onset in LaterPieces(SOUNDS).onsets(heard)]


def test_a_long_sound_is_found_without_its_first_words() -> None:
    whole = np.concatenate([still(1), LONG, still(1)])
    assert places(whole) == [(1, 1.0)]
    whole[RATE : RATE + 5000] = 0.0
    assert places(whole) == [(1, 1.0)]


def test_what_was_looked_through_is_not_looked_through_again() -> None:
    later, whole = LaterPieces(SOUNDS), np.concatenate([still(1), LONG, still(1)])
    found = [later.onsets(whole[:size]) for size in range(0, whole.size, 1600)]
    assert {round(onset.at / RATE, 2) for onsets in found for onset in onsets} == {1.0}
    assert sum(map(len, found)) <= 2  # its peak may lie across two looks


@pytest.mark.parametrize("heard", [SHORT, still(3), LONG[9000:], np.zeros(0, dtype=np.float32)])
def test_short_sounds_silence_and_what_began_before_are_not_found(heard: Samples) -> None:
    assert places(heard) == []


def test_without_long_sounds_there_is_nothing_to_look_for() -> None:
    assert LaterPieces({"short": SHORT}).onsets(np.concatenate([SHORT, LONG])) == []
