"""How characters sound, and how near two sounds are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.pinyin import SAME_SOUND, TONE, Sound, character_cost, rough_sounds, sound_cost, sounds

HANZI = st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF)


@pytest.mark.parametrize(
    ("character", "sound"),
    [
        ("款", Sound("k", "uan", "3")),
        ("四", Sound("s", "buzz", "4")),
        ("西", Sound("x", "i", "1")),
        ("女", Sound("n", "v", "3")),
        ("居", Sound("j", "v", "1")),
        ("略", Sound("l", "ve", "4")),
        ("问", Sound("", "uen", "4")),
        ("吗", Sound("m", "a", "5")),
    ],
)
def test_one_reading(character: str, sound: Sound) -> None:
    assert sounds(character) == (sound,)


def test_huan_in_money_matters_is_huan_and_both_readings_count() -> None:
    assert [sound.final for sound in sounds("还")] == ["uan", "ai"]
    assert character_cost("环", "还") == SAME_SOUND
    assert character_cost("孩", "还") == SAME_SOUND


@pytest.mark.parametrize("character", ["a", "", "7", "，", "\U0001f600"])
def test_what_is_not_chinese_has_no_sound(character: str) -> None:
    assert sounds(character) == ()
    assert rough_sounds(character) == ()
    assert character_cost(character, "款") == 1.0


@pytest.mark.parametrize(
    ("heard", "meant", "cost"),
    [
        ("款", "款", 0.0),
        ("代", "贷", SAME_SOUND),
        ("宽", "款", TONE),
        ("兰", "南", 0.25),
        ("森", "申", 0.25),
        ("粗", "出", 0.25),
        ("资", "知", 0.25),
        ("今", "京", 0.2),
        ("真", "征", 0.2),
        ("班", "帮", 0.2),
        ("烦", "还", 0.25),
        ("飞", "灰", 0.25),
        ("八", "趴", 0.4),
        ("贷", "款", 1.0),
    ],
)
def test_how_near(heard: str, meant: str, cost: float) -> None:
    assert character_cost(heard, meant) == pytest.approx(cost)


@given(HANZI, HANZI)
def test_costs_are_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert character_cost(one, other) == character_cost(other, one)
    assert 0.0 <= character_cost(one, other) <= 1.0
    assert (character_cost(one, other) == 0.0) == (one == other)


@given(HANZI, HANZI)
def test_dialect_alone_never_hides_a_phrase_from_the_index(one: str, other: str) -> None:
    for first in sounds(one):
        for second in sounds(other):
            if sound_cost(first, second) <= TONE + 0.2:
                assert set(rough_sounds(one)) & set(rough_sounds(other))
