import pytest

from asr.recognizer import Evidence, Reading, Transcript
from asr.rejection import Limits, Trust, score, trust

CLEAR = Reading("early", match=1.08, is_clear=True)


def heard(ratio: float | None, text: str = "提前还款") -> Transcript:
    evidence = None if ratio is None else Evidence(ratio * len(text), 0.0)
    return Transcript(text, (text,), evidence)


def test_the_score_of_speech_md() -> None:
    assert score(heard(2.0), CLEAR) == pytest.approx(1.0 + 0.3 * 2.0)
    assert score(heard(2.0), Reading("early", match=0.7)) == pytest.approx(0.7 + 0.3 * 2.0)


def test_a_ratio_counts_up_to_its_cap() -> None:
    assert score(heard(20.0), CLEAR) == pytest.approx(1.0 + 0.3 * 8.0)


@pytest.mark.parametrize(
    ("ratio", "expected"), [(1.0, Trust.ACT), (-0.5, Trust.ASK), (-2.0, Trust.REJECT), (None, Trust.ACT)]
)
def test_how_far_the_words_are_trusted(ratio: float | None, expected: Trust) -> None:
    assert trust(heard(ratio), CLEAR, Limits(act=1.0, ask=0.6)) is expected


def test_no_words_no_trust() -> None:
    assert trust(Transcript("", (), None), CLEAR, Limits()) is Trust.REJECT
    assert score(Transcript("", (), None), CLEAR) is None
