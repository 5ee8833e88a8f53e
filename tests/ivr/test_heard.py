"""What was heard, made ready."""

import pytest

from ivr.heard import NO_WAY_ACROSS, hear
from tests.intent_menus import sample_index


def heard(text: str) -> str:
    return "".join(hear(text, sample_index().book).units)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("嗯 我 想，提前呃还款", "我想提前还款"),
        ("我想问一下", "我想问一下"),
        ("不要还款", ""),
        ("嗯嗯", ""),
        ("", ""),
        ("\U0001f600", ""),
    ],
)
def test_units(text: str, units: str) -> None:
    assert heard(text) == units


def test_what_means_something_is_summed_up() -> None:
    said = hear("我想提前还款", sample_index().book)
    assert said.meaning == 4
    assert said.between(0, 3) == 1
    assert said.gaps[0] < said.gaps[-1]


def test_no_phrase_reaches_across_what_was_taken_back() -> None:
    said = hear("提前不要投诉我要还款", sample_index().book)
    assert said.denied
    assert said.units[2] == "~"
    assert said.gaps[2] == NO_WAY_ACROSS


def test_a_book_is_not_read_to_its_end() -> None:
    assert heard("故事" * 100_000 + "还款").endswith("还款")
