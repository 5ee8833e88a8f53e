from dataclasses import replace

from acd.verdict import Candidate, Decided, Doubt, RunnerUp, Verdict, judge
from telephony.commands import Choice
from telephony.ids import Topic

CHOICE = Choice(False, Topic("loan"), 1, 10.0, {}, None, None, 0.0, 0.0, "r/p")
FIRST, SECOND, OUT = Candidate("1", score_s=10.0), Candidate("2", score_s=7.0), Candidate("3", "talking")


def test_the_best_of_those_compared_with_the_next_one() -> None:
    assert judge((FIRST, SECOND, OUT), "1", CHOICE) == Verdict(Decided.SCORE, runner_up=RunnerUp("2", 3.0))
    assert judge((FIRST, OUT), "1", CHOICE) == Verdict(Decided.SCORE), "there was nobody else"
    level = replace(SECOND, score_s=10.01)
    assert judge((level, FIRST), "1", CHOICE) == Verdict(Decided.SCORE, runner_up=RunnerUp("2", 0.0)), "close is equal"


def test_age_a_class_or_learning_may_have_decided() -> None:
    aged, learns = replace(CHOICE, aged=True), replace(CHOICE, explored=True)
    assert judge((FIRST,), "1", aged, "1").decided is Decided.AGE
    assert judge((FIRST, SECOND), "1", aged, "2").decided is Decided.CLASS
    behind = judge((replace(SECOND, score_s=14.0), FIRST), "1", learns)
    assert behind == Verdict(Decided.LEARNING, runner_up=RunnerUp("2", -4.0))


def test_what_does_not_come_out_as_recorded_has_its_name() -> None:
    def doubt(candidates: tuple[Candidate, ...], choice: Choice = CHOICE) -> Doubt:
        verdict = judge(candidates, "1", choice)
        assert verdict.runner_up is None
        return verdict.doubt

    assert doubt((SECOND, Candidate("1", "ringing"))) is Doubt.REMOVED
    assert doubt((SECOND,)) is Doubt.REMOVED
    assert doubt((replace(FIRST, score_s=10.2), SECOND)) is Doubt.SCORE
    assert doubt((replace(SECOND, score_s=11.0), FIRST)) is Doubt.BETTER
    assert doubt((FIRST, SECOND), replace(CHOICE, rival="2", margin_s=1.0)) is Doubt.RIVAL
    assert doubt((FIRST, SECOND), replace(CHOICE, rival="9", margin_s=3.0)) is Doubt.RIVAL
    assert judge((FIRST, SECOND), "1", replace(CHOICE, rival="2", margin_s=3.0)).doubt is Doubt.NONE
