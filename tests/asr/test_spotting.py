import pytest

from asr.recognizer import Transcript
from asr.spotting import spot


@pytest.mark.parametrize(
    ("words", "phrase", "place"),
    [
        ("提前 还款", "提前还款", range(2)),
        ("我 想 提前 还款 怎么办", "提前还款", range(2, 4)),
        ("还款 我 想 还款 提前 办", "提前还款", range(3, 5)),
        ("还款 提前", "提前还款", range(2)),
        ("提前 了 还款", "提前还款", range(3)),
        ("我 想 还款", "提前还款", range(2, 3)),
        ("还款 再 还款", "还款", range(1)),
        ("i want to speak to an agent", "speak to an agent", range(3, 7)),
        ("天气 不错", "提前还款", None),
        ("", "提前还款", None),
        ("提前 还款", "", None),
    ],
)
def test_the_words_that_are_the_phrase(words: str, phrase: str, place: range | None) -> None:
    found = spot(Transcript(words.replace(" ", ""), tuple(words.split()), None), phrase)
    assert found == place
