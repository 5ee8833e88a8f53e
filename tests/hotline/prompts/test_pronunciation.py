import pytest

from hotline.prompts.pronunciation import ends_sentence, write_script


def zh(text: str) -> str:
    return write_script(text, "zh-CN")


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("提前还款", "ti2 qian2 huan2 kuan3"),
        ("还款金额与还款日", "huan2 kuan3 jin1 e2 yu3 huan2 kuan3 ri4"),
        ("您前面还有三位", "nin2 qian2 mian4 hai2 you3 san1 wei4"),
        ("重听请按9", "chong2 ting1 qing3 an4 jiu3"),
        ("密码重置", "mi4 ma3 chong2 zhi4"),
        ("转人工", "zhuan3 ren2 gong1"),
        ("处理进度", "chu3 li3 jin4 du4"),
        ("银行", "yin2 hang2"),
        ("我们的", "wo3 men5 de5"),
        ("利率", "li4 lv4"),
    ],
)
def test_syllables_with_several_readings(text: str, pinyin: str) -> None:
    assert zh(text) == pinyin


def test_yi_and_bu_take_the_tones_they_have_in_speech() -> None:
    assert zh("一下，一位，等一等，不要，不行") == "yi2 xia4, yi2 wei4, deng3 yi4 deng3, bu2 yao4, bu4 xing2"


def test_yi_keeps_its_tone_in_keys_numbers_and_compounds() -> None:
    assert zh("1到2分钟") == "yi1 dao4 liang3 fen1 zhong1"
    assert zh("请按1，十一位，统一，工号8001为您服务") == (
        "qing3 an4 yi1, shi2 yi1 wei4, tong3 yi1, gong1 hao4 ba1 ling2 ling2 yi1 wei4 nin2 fu2 wu4"
    )


def test_numbers_to_dial_say_yao() -> None:
    assert zh("请拨10086") == "qing3 bo1 yao1 ling2 ling2 ba1 liu4"


def test_app_and_capitals_are_spelled_other_latin_words_are_spoken() -> None:
    assert zh("登录App，VIP客户，WeChat") == "deng1 lu4 ei1 P P, V I P ke4 hu4, WeChat"


def test_punctuation_becomes_one_pause_of_the_strongest_kind() -> None:
    assert zh("您好！……请稍候，（谢谢）“好的”。") == "nin2 hao3. qing3 shao1 hou4, xie4 xie5, hao3 de5."


def test_syllables_espeak_lacks_are_given_as_phonemes() -> None:
    assert zh("熊先生") == "[[S;'iong35]] xian1 sheng1"


def test_a_text_can_not_smuggle_phonemes_or_markup_in() -> None:
    assert zh("[[xx]]<voice>好") == "xx voice hao3"
    assert write_script("[[xx]]<b>", "en") == "xx b"


def test_english_reads_long_numbers_digit_by_digit() -> None:
    assert write_script("Agent 8001. Press 1 or *", "en") == "Agent 8 0 0 1. Press 1 or star"


def test_nothing_to_say() -> None:
    assert zh("") == ""
    assert zh("……") == ""


def test_sentence_ends_are_seen_through_quotation_marks() -> None:
    assert ends_sentence("请稍候。”")
    assert ends_sentence("Thank you.")
    assert not ends_sentence("请按1，")
