"""Words that carry a wish."""

import pytest

from ivr.carriers import LEXICONS, LIGHT
from ivr.units import split_units

MANDARIN, ENGLISH = LEXICONS["zh-CN"], LEXICONS["en"]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("我想问一下提前还款怎么办理", "提前还款"),
        ("麻烦帮我查一下账单谢谢", "账单"),
        ("请问怎么还款", "还款"),
        ("还款的问题", "还款"),
        ("投诉", "投诉"),
        ("我要第一个", "第一个"),
        ("我有一个投诉", "投诉"),
        ("我想问一下", ""),
        ("", ""),
    ],
)
def test_what_means_something(text: str, meaning: str) -> None:
    weighed = zip(text, MANDARIN.meanings(text), strict=True)
    assert "".join(unit for unit, weight in weighed if weight) == meaning


def test_in_english() -> None:
    units = split_units("I would like to ask about early repayment please", "en")
    weighed = zip(units, ENGLISH.meanings(units), strict=True)
    assert [unit for unit, weight in weighed if weight] == ["early", "repayment"]


def test_hesitation_is_left_out_unless_the_menu_uses_it() -> None:
    assert MANDARIN.without_hesitation("嗯提前呃还款啊") == list("提前还款")
    assert MANDARIN.without_hesitation("啊哈", frozenset("哈")) == ["哈"]


def test_a_phrase_of_nothing_but_carriers_means_what_it_says() -> None:
    assert MANDARIN.weights("我要投诉") == (LIGHT, LIGHT, 1.0, 1.0)
    assert MANDARIN.weights("怎么办") == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("嗯", True),
        ("提前还款嗯", True),
        ("我想问一下", True),
        ("提前还款那个", True),
        ("第", True),
        ("提前还款", False),
        ("提前还款怎么办理", False),
        ("", False),
    ],
)
def test_who_ends_like_this_will_go_on(text: str, is_open: bool) -> None:
    assert MANDARIN.is_left_open(tuple(text)) is is_open


def test_left_open_in_english() -> None:
    assert ENGLISH.is_left_open(("i", "want", "to"))
    assert not ENGLISH.is_left_open(("early", "repayment"))
