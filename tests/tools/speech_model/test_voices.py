import numpy as np
import pytest

from tools.speech_model.voices import (
    REPORTED,
    TUNED,
    Role,
    band_role,
    draw_voice,
    invent_variant,
    named_variants,
)

INSTALLED = ("f1", "f3", "f2", "Gene2", "robosoft", "whisper", "m1", "rob", "Demonic", "UniRobot", "zac")

ROLES: tuple[Role, ...] = ("train", "tune", "report")


def test_nobody_who_is_held_out_trains_nor_their_relatives_nor_monsters() -> None:
    assert named_variants(INSTALLED, "train") == ("f1", "m1")
    assert not set(REPORTED) & set(TUNED)
    assert named_variants(INSTALLED, "report") == REPORTED
    assert named_variants(INSTALLED, "tune") == TUNED


@pytest.mark.parametrize("role", ROLES)
def test_speeds_and_pitches_belong_to_one_role(role: Role) -> None:
    rng = np.random.default_rng(2)
    for _ in range(100):
        voice = draw_voice(("f1",), role, rng)
        assert voice.name == "cmn-latn-pinyin+f1"
        assert band_role(voice.words_per_minute) == band_role(voice.pitch) == role
        assert 130 <= voice.words_per_minute <= 310
        assert 15 <= voice.pitch <= 90


def test_an_invented_variant_is_one_espeak_can_read() -> None:
    rng = np.random.default_rng(5)
    for number in range(50):
        lines = invent_variant(f"own{number}", rng).splitlines()
        assert lines[:2] == ["language variant", f"name own{number}"]
        assert sum(line.startswith("formant ") for line in lines) == 7
        low, high = (int(part) for part in lines[2].split()[1:])
        assert 60 <= low < high <= 500
