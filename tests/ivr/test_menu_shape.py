"""The shape of the menu file agrees with the menu it becomes."""

from dataclasses import asdict, fields

import pytest
from pydantic import ValidationError

from ivr.menu import Phrases, Timing
from ivr.menu_shape import BranchShape, FeatureShape, PhrasesShape, TimingShape
from ivr.phrases import MANDARIN


def test_defaults_are_those_of_the_menu() -> None:
    assert TimingShape().model_dump() == asdict(Timing())


def test_every_phrase_can_be_written() -> None:
    assert set(PhrasesShape.model_fields) == {field.name for field in fields(Phrases)}
    assert set(FeatureShape.model_fields) == set(MANDARIN.feature)


@pytest.mark.parametrize("topic", ["Loan", "loan.", ".loan", "loan..quota", "1loan", "贷款", "loan quota", ""])
def test_topics_that_are_none(topic: str) -> None:
    with pytest.raises(ValidationError):
        BranchShape(topic=topic)


@pytest.mark.parametrize("word", ["Loan", "1", "a b", "x" * 41])
def test_queues_that_are_none(word: str) -> None:
    with pytest.raises(ValidationError):
        BranchShape(queue=word)
