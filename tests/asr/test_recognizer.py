import pytest

from asr.recognizer import Evidence, Grammar, Transcript


def test_a_grammar_of_which_the_model_knows_nothing_is_empty() -> None:
    assert Grammar((), refused=("还款",)).is_empty
    assert not Grammar(("提前 还款",)).is_empty


def test_the_likelihood_ratio_is_per_character_without_the_spaces() -> None:
    assert Transcript("提前还款", ("提前", "还款"), Evidence(-100.0, -112.0)).likelihood_ratio == pytest.approx(3.0)
    assert Transcript("call me", ("call", "me"), Evidence(-100.0, -112.0)).likelihood_ratio == pytest.approx(2.0)


def test_what_the_grammar_has_not_was_said_but_bears_nothing_out() -> None:
    carried = Transcript("提前 还款", ("提前", "还款"), Evidence(-100.0, -112.0), unknown=2)
    assert carried.length == 6
    assert carried.likelihood_ratio == pytest.approx(3.0)


def test_without_words_a_ratio_is_still_defined() -> None:
    assert Transcript("", (), Evidence(-5.0, -4.0)).likelihood_ratio == pytest.approx(-1.0)


@pytest.mark.parametrize("evidence", [None, Evidence(-100.0, None)])
def test_without_both_scores_there_is_no_ratio(evidence: Evidence | None) -> None:
    assert Transcript("还款", ("还款",), evidence).likelihood_ratio is None
