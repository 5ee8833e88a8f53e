from pathlib import Path

from asr.vocabulary import fit
from ivr.intents import IntentIndex
from ivr.menu_file import parse_menus
from tools.speech_model.lexicon import (
    LETTERS,
    UNKNOWN,
    all_syllables,
    common_characters,
    hotline_phrases,
    hotline_words,
    level_one,
    pronunciations,
    readings,
    vocabulary,
)

ROOT = Path(__file__).parents[3]


def test_every_character_of_the_standard_is_a_word_and_has_a_sound() -> None:
    assert len(level_one()) == 3755
    assert len(common_characters()) == 6763
    known = set(vocabulary())
    assert known.issuperset(common_characters())
    assert all(pronunciations(character) for character in common_characters())


def test_every_word_can_be_pronounced_and_is_there_once() -> None:
    words = vocabulary()
    assert len(words) == len(set(words))
    assert known_words() <= set(words)
    assert all(pronunciations(word) for word in words)


def known_words() -> set[str]:
    return {*hotline_words(), *LETTERS, UNKNOWN}


def test_money_is_paid_back_and_a_password_is_set_again() -> None:
    assert pronunciations("还款") == (("h", "uan", "k", "uan"),)
    assert pronunciations("重置") == (("ch", "ong", "zh", "iii"),)
    assert set(readings("还")) == {"huan", "hai"}
    assert readings("的")[0] == "de"


def test_the_unknown_word_is_any_syllable() -> None:
    assert len(all_syllables()) >= 400
    assert len(pronunciations(UNKNOWN)) == len(all_syllables())


def test_letters_are_said_as_they_are_in_mandarin() -> None:
    assert pronunciations("b") == (("b", "i"),)
    assert pronunciations("app") == (("ai", "p", "u"),)


def test_no_phrase_of_the_sample_menu_is_refused() -> None:
    menu, _ = parse_menus((ROOT / "menus.yaml").read_text("utf-8"), "menus.yaml")
    assert menu
    phrases = [phrase.text for phrase in IntentIndex.build(menu).book.phrases]
    grammar = fit(phrases, set(vocabulary()).__contains__)
    assert grammar.refused == ()


def test_whatever_an_admin_writes_in_common_characters_can_be_spelled() -> None:
    phrases = ["核酸检测报告查询", "宠物医院夜间急诊", "换一个靠窗的座位", "登录App的密码", "5G套餐"]
    assert fit(phrases, set(vocabulary()).__contains__).refused == ()


def test_phrases_for_training_are_plain_characters() -> None:
    assert len(hotline_phrases()) > 300
    assert all(set(phrase) <= set(common_characters()) for phrase in hotline_phrases())
