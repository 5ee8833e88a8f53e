from dataclasses import replace

import pytest

from asr.recognizer import Evidence, Reading, Transcript
from asr.rejection import Limits, Trust, phrase_matters, score, trust

CLEAR = Reading("early", match=1.08, is_clear=True, phrase="提前还款")


def heard(
    ratio: float | None, text: str = "提前还款", *, unknown: int = 0, phrase_ratio: float | None = None
) -> Transcript:
    evidence = None if ratio is None else Evidence(ratio * len(text), 0.0)
    return Transcript(text, (text,), evidence, unknown, phrase_ratio=phrase_ratio)


def test_what_the_score_is_made_of() -> None:
    assert score(heard(2.0), CLEAR) == pytest.approx(1.0 + (0.25 + 0.15) * 2.0 + 1.0)
    alike = Reading("early", match=0.7, phrase="提前还款")
    assert score(heard(2.0), alike) == pytest.approx(0.7 + (0.25 + 0.15) * 2.0 + 1.0)


@pytest.mark.parametrize(("text", "unknown"), [("我想提前还款", 2), ("提前还款", 4), ("我想问下提前还款", 0)])
def test_what_is_said_besides_counts_against_it_whether_known_or_not(text: str, unknown: int) -> None:
    carried = heard(2.0, text, unknown=unknown)
    assert score(carried, CLEAR) == pytest.approx(1.0 + (0.25 + 0.15) * 2.0 + 4 / 8)


def test_the_phrases_own_sound_counts_by_itself() -> None:
    """我想, which was said, must not speak for 建议, which was not."""
    suggest = Reading("suggest", 1.0, is_clear=True, phrase="建议")
    said, imagined, certainly_not = (heard(3.0, "我想建议", phrase_ratio=ratio) for ratio in (4.0, -0.5, -9.0))
    assert score(said, suggest) == pytest.approx(1.0 + 0.25 * 3.0 + 0.15 * 3.0 + 2 / 4)
    assert score(imagined, suggest) == pytest.approx(1.0 + 0.25 * 3.0 - 0.15 * 0.5 + 2 / 4)
    assert score(certainly_not, suggest) == pytest.approx(1.0 + 0.25 * 3.0 - 0.15 * 1.0 + 2 / 4)


@pytest.mark.parametrize(("ratio", "matters"), [(7.0, False), (4.0, True), (1.0, True), (-4.0, False)])
def test_the_phrases_own_sound_is_of_no_interest_where_all_else_decides(ratio: float, *, matters: bool) -> None:
    limits = Limits(act=2.6, ask=1.7)
    carried = heard(ratio, "我想建议")
    suggest = Reading("suggest", 1.0, is_clear=True, phrase="建议")
    assert phrase_matters(carried, suggest, limits) is matters
    if not matters:
        verdicts = {trust(replace(carried, phrase_ratio=phrase), suggest, limits) for phrase in (-99.0, 0.0, 99.0)}
        assert verdicts == {trust(carried, suggest, limits)}


def test_without_words_or_evidence_it_is_of_no_interest_either() -> None:
    assert not phrase_matters(Transcript("", (), None), CLEAR, Limits())
    assert not phrase_matters(heard(None), CLEAR, Limits())


def test_everything_counts_up_to_its_cap() -> None:
    shortened = Reading("agent", 1.08, phrase="speak to an operator")
    assert score(heard(20.0, "operator"), shortened) == pytest.approx(1.0 + 0.25 * 8.0 + 0.15 * 3.0 + 1.0)


@pytest.mark.parametrize(
    ("ratio", "expected"), [(2.0, Trust.ACT), (0.5, Trust.ASK), (-5.0, Trust.REJECT), (None, Trust.ACT)]
)
def test_how_far_the_words_are_trusted(ratio: float | None, expected: Trust) -> None:
    assert trust(heard(ratio), CLEAR, Limits(act=2.3, ask=1.9)) is expected


def test_no_words_no_trust() -> None:
    assert trust(Transcript("", (), None), CLEAR, Limits()) is Trust.REJECT
    assert score(Transcript("", (), None), CLEAR) is None
