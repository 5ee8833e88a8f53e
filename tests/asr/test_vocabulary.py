import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.vocabulary import LONGEST_PHRASE, fit

WORDS = {"提前", "还款", "提", "前", "还", "款", "第二个", "第", "二", "个", "选", "选第", "二个", "early", "repayment"}
WORDS |= {"don't", "pay", "two", "一", "千"}


def cut(phrase: str) -> str:
    fitted = fit([phrase], WORDS.__contains__)
    return fitted.phrases[0] if fitted.phrases else f"refused {fitted.refused}"


def test_as_few_words_as_can_be() -> None:
    assert cut("提前还款") == "提前 还款"


def test_of_as_many_the_last_word_is_the_longest() -> None:
    assert cut("选第二个") == "选 第二个"


def test_character_by_character_where_there_is_no_word() -> None:
    assert cut("前款") == "前 款"


def test_a_phrase_without_words_is_refused_as_it_was_written() -> None:
    grammar = fit(["提前还款", "注销", "ＡＢＣ"], WORDS.__contains__)
    assert grammar.phrases == ("提前 还款",)
    assert grammar.refused == ("注销", "ＡＢＣ")
    assert not grammar.is_empty


@pytest.mark.parametrize(
    "phrase",
    ["“提前”还款", '提前"还款\\', "提前还款😀", "提前 还款", "提前，还款。", "提前\n还款\x00", "‘提前’—还款！"],
)
def test_quotes_emoji_and_the_like_are_not_spoken(phrase: str) -> None:
    assert cut(phrase) == "提前 还款"


@pytest.mark.parametrize("phrase", ["", " ", "😀", "……", '"'])
def test_nothing_that_can_be_spoken(phrase: str) -> None:
    assert fit([phrase], WORDS.__contains__).refused == (phrase,)


def test_digits_are_spoken_in_the_language_of_the_phrase() -> None:
    assert cut("第2个") == "第二个"
    assert cut("pay 2") == "pay two"
    assert cut("选２") == "选 二"


def test_words_of_letters_are_taken_whole_and_small() -> None:
    assert cut("Early Repayment") == "early repayment"
    assert cut("Don’t pay") == "don't pay"
    assert cut("earl") == "refused ('earl',)"


def test_a_pasted_text_is_no_phrase() -> None:
    text = "提" * (LONGEST_PHRASE + 1)
    assert fit([text], WORDS.__contains__).refused == (text,)


def test_each_phrase_once() -> None:
    assert fit(["还款", "还款！", "还款"], WORDS.__contains__).phrases == ("还款",)


def test_ten_thousand_phrases_ask_for_each_word_once() -> None:
    asked: list[str] = []

    def knows(word: str) -> bool:
        asked.append(word)
        return len(word) == 1

    phrases = [chr(0x4E00 + number % 100) + chr(0x4E00 + number // 100) for number in range(10_000)]
    assert len(fit(phrases, knows).phrases) == 10_000
    assert len(asked) == len(set(asked))


@given(st.lists(st.text(max_size=80), max_size=5))
def test_any_text_becomes_known_words_or_is_refused(phrases: list[str]) -> None:
    grammar = fit(phrases, WORDS.__contains__)
    assert all(word in WORDS for phrase in grammar.phrases for word in phrase.split(" "))
    assert set(grammar.refused) <= set(phrases)


def test_what_is_optional_is_not_made_of_single_characters() -> None:
    grammar = fit(["还款"], WORDS.__contains__, ["第二个", "前款", "注销"])
    assert grammar.phrases == ("还款", "第二个")
    assert grammar.refused == ()
