"""Yes, no, or something else."""

import pytest

from ivr.answers import hear_answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("是", True), ("是的", True), ("对对", True),
        ("嗯，对的", True), ("好的", True), ("嗯嗯", True), ("事的", True),
        ("1", True),
        ("不是", False), ("不要", False), ("不用了", False), ("呃不对", False), ("2", False),
        ("嗯", None), ("", None), ("我要投诉", None), ("不是，我要投诉", None), ("\U0001f600", None),
    ],
)  # fmt: skip
def test_mandarin(text: str, answer: bool | None) -> None:
    assert hear_answer(text, "zh-CN") is answer


@pytest.mark.parametrize(("text", "answer"), [("Yes please.", True), ("um no thanks", False), ("a loan", None)])
def test_english(text: str, answer: bool | None) -> None:
    assert hear_answer(text, "en") is answer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("那个不对", False),
        ("我要是的", True),
        ("那个是", True),
        ("请问不是", False),
        ("那个", None),
        ("我要还款", None),
    ],
)
def test_an_answer_after_a_carrier(text: str, expected: bool | None) -> None:
    assert hear_answer(text, "zh-CN") is expected
