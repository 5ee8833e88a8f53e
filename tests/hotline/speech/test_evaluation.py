"""Recordings, judged."""

import itertools

import pytest

from asr.endpointing import Ending
from asr.engines.scripted import Script, ScriptedRecognizer
from asr.listening import Manner
from asr.recognizer import Evidence
from asr.rejection import Limits
from hotline.speech.evaluation import (
    NO,
    PIECE_S,
    YES,
    Examiner,
    Heard,
    Rate,
    Recording,
    by_target,
    confusions,
    parse_manifest,
    percentile,
    rate,
    rejudged,
    tuned,
)
from hotline.speech.understanding import Understanding
from ivr.utterances import FOREIGN, Verdict
from telephony.ids import NodeId
from tests.asr.sounds import hush, tone
from tests.intent_menus import sample_index

MENU = sample_index().menu
GOOD, POOR = Evidence(30.0, 10.0), Evidence(1.0, 20.0)


def recording(expected: str, node: str = "main") -> Recording:
    return Recording("a_1.wav", "", expected, NodeId(node))


def examiner(*scripts: Script, only_menu: bool = False) -> Examiner:
    understanding = Understanding.build(MENU, ScriptedRecognizer(scripts))
    return Examiner(understanding, Manner(limits=Limits(act=2.2, ask=1.8)), only_menu=only_menu)


def heard(expected: str, text: str, evidence: Evidence | None = GOOD, work_s: float = 0.0) -> Heard:
    exam = examiner(Script([(0.3, text)], evidence=evidence))
    spoken, late_s = exam.listen(recording(expected), tone(0.6) + hush(1.6), itertools.count(0.0, work_s).__next__)
    return exam.judge(recording(expected), spoken, late_s)


@pytest.mark.parametrize(
    ("expected", "text", "evidence", "verdict", "actual"),
    [
        ("repayment.early", "提前还款", GOOD, Verdict.RIGHT, "repayment.early"),
        ("repayment.early", "提前还款", Evidence(1.0, 2.0), Verdict.ASKED, "repayment.early"),
        ("repayment.early", "密码重置", GOOD, Verdict.WRONG, "account.password"),
        ("repayment.early", "密码重置", Evidence(1.0, 2.0), Verdict.ASKED_WRONG, "account.password"),
        ("repayment.early", "", GOOD, Verdict.MISSED, ""),
        ("@agent", "转人工", GOOD, Verdict.RIGHT, "@agent"),
        (YES, "是的", GOOD, Verdict.RIGHT, YES),
        (NO, "是的", GOOD, Verdict.WRONG, YES),
        (NO, "不是", GOOD, Verdict.RIGHT, NO),
        (FOREIGN, "提前还款", GOOD, Verdict.FOREIGN_ACTED, "repayment.early"),
        (FOREIGN, "提前还款", Evidence(1.0, 2.0), Verdict.FOREIGN_ASKED, "repayment.early"),
        (FOREIGN, "提前还款", POOR, Verdict.RIGHT, ""),
    ],
)
def test_verdicts(  # noqa: PLR0917 - a row of the table
    expected: str, text: str, evidence: Evidence, verdict: Verdict, actual: str
) -> None:
    result = heard(expected, text, evidence)
    assert (result.verdict, result.actual) == (verdict, actual)


@pytest.mark.parametrize(
    ("work_s", "late_s"),
    [(0.03, 0.03), (PIECE_S, PIECE_S), (PIECE_S + 0.01, PIECE_S + 0.01 * 19)],
)
def test_how_long_it_took_counts_the_work_on_the_last_piece_and_what_was_left_before(
    work_s: float, late_s: float
) -> None:
    result = heard("repayment.early", "提前还款", work_s=work_s)
    assert result.spoken.why is Ending.SETTLED
    assert result.after_voice_s == pytest.approx(result.spoken.waited_s + late_s)


def test_a_recording_that_stops_in_the_middle_of_a_word() -> None:
    exam = examiner(Script([(0.3, "提前还款")], evidence=GOOD))
    spoken, _ = exam.listen(recording("repayment.early"), tone(0.6), lambda: 0.0)
    assert spoken.why is Ending.STALLED
    assert spoken.transcript.text == "提前还款"


def test_for_the_menu_only_or_the_whole_tree() -> None:
    whole, menu = examiner(Script([])), examiner(Script([]), only_menu=True)
    at_loan = recording("loan.quota", "loan")
    assert len(menu.grammar(at_loan).phrases) < len(whole.grammar(at_loan).phrases)
    assert menu.grammar(at_loan) is menu.grammar(at_loan)
    assert menu.grammar(recording(YES)) == whole.grammar(recording(YES))


def test_a_manifest() -> None:
    lines = [
        "file\ttext\tnode",
        "# a remark",
        "",
        "plain_01.wav\t提前还款\trepayment.early",
        "x/b.wav\t\t提前还款\tnoisy\taccount",
        "c_2.wav\t随便\tforeign",
        "d_3.wav\t是的\t@yes",
    ]
    found, problems = parse_manifest("\n".join(lines), "m.tsv", MENU)
    assert problems == []
    assert [(one.expected, one.node, one.kind) for one in found] == [
        ("repayment.early", "repayment", "plain"),
        ("repayment.early", "account", "noisy"),
        (FOREIGN, "main", "c"),
        (YES, "main", "d"),
    ]
    assert found[3].asks


def test_every_mistake_in_a_manifest_is_named() -> None:
    _, problems = parse_manifest("a.wav\t\trepayment.erly\nb.wav\t\tloan\t\tnowhere", "m.tsv", MENU)
    assert [problem.line for problem in problems] == [1, 2]
    assert "repayment.early" in problems[0].message


def test_wilson() -> None:
    low, high = Rate(90, 100).interval
    assert (round(low, 3), round(high, 3)) == (0.826, 0.945)
    assert Rate(0, 0).value == 0.0
    assert Rate(0, 0).interval == (0.0, 1.0)


def test_figures() -> None:
    results = [
        heard("repayment.early", "提前还款"),
        heard("repayment.early", "密码重置"),
        heard(FOREIGN, "提前还款"),
        heard(FOREIGN, "天气"),
    ]
    assert rate(results, Verdict.RIGHT, foreign=False) == Rate(1, 2)
    assert rate(results, Verdict.FOREIGN_ACTED, foreign=True) == Rate(1, 2)
    assert list(by_target(results)) == [("repayment.early", Rate(1, 2)), (FOREIGN, Rate(1, 2))]
    assert confusions(results) == [("repayment.early", "account.password", 1), (FOREIGN, "repayment.early", 1)]


def test_percentiles() -> None:
    assert percentile([], 0.5) == 0.0
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0], 1.0) == 3.0


def test_limits_are_chosen_by_what_is_foreign() -> None:
    own = heard("repayment.early", "提前还款", Evidence(30.0, 10.0))
    assert tuned([own]) is None
    foreign = [heard(FOREIGN, "提前还款", Evidence(10.0, 8.0)), heard(FOREIGN, "天气", Evidence(90.0, 0.0))]
    limits = tuned([own, *foreign])
    assert limits is not None
    again = rejudged(examiner(Script([])), [own, *foreign], limits)
    assert [result.verdict for result in again] == [Verdict.RIGHT, Verdict.FOREIGN_ASKED, Verdict.RIGHT]
    assert again[0].after_voice_s == pytest.approx(own.after_voice_s)
