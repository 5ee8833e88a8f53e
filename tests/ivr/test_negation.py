"""What is taken back."""

import pytest

from ivr.carriers import LEXICONS
from ivr.negation import DENIALS, STRUCK
from ivr.units import Ways, split_units


def left(text: str, own: tuple[str, ...] = ("还不上", "不满意"), language: str = "zh-CN") -> str:
    units = split_units(text, language)
    phrases = Ways(split_units(phrase, language) for phrase in own)
    kept = DENIALS[language].strike_out(units, LEXICONS[language].meanings(units), phrases)
    return ("" if language == "zh-CN" else " ").join(unit for unit in kept if unit != STRUCK).strip(" ,")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("我要还款", "我要还款"),
        ("我不要还款，我要投诉", "我,我要投诉"),
        ("我不要还款我要投诉", "我我要投诉"),
        ("不是还款是投诉", "是投诉"),
        ("不是要还款是要投诉", "是要投诉"),
        ("别给我转人工我想查账单", "我想查账单"),
        ("不用转人工帮我查账单", "帮我查账单"),
        ("不要还款", ""),
        ("不要我要投诉", "我要投诉"),
        ("我没说要还款", "我"),
        ("我还不上了", "我还不上了"),
        ("我不满意", "我不满意"),
        ("不想还款我还不上", "还不上"),
        ("不要申请贷款", ""),
        ("要不要提前还款", "要不要提前还款"),
        ("是不是逾期了", "是不是逾期了"),
        ("我要还款不对我要投诉", "我要投诉"),
        ("还款说错了投诉", "投诉"),
        ("还款金额不对", "还款金额不对"),
        ("还款不对我还不上", "我还不上"),
        ("不", "不"),
    ],
)
def test_what_is_left(text: str, rest: str) -> None:
    assert left(text) == rest


def test_a_phrase_of_the_menu_is_no_repair() -> None:
    assert left("密码不对怎么办我要改密码", own=("密码不对",)) == "密码不对怎么办我要改密码"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("I don't want to pay, I want to complain", "i , i want to complain"),
        ("not a complaint but the loan", "but the loan"),
        ("loan no wait repayment", "repayment"),
    ],
)
def test_in_english(text: str, rest: str) -> None:
    assert left(text, language="en") == rest
