"""Files of utterances, and how they are judged."""

import pytest

from ivr.intents import Act, Confirm, Outcome, Reason, Reject
from ivr.menu import ROOT
from ivr.universals import Universal
from ivr.utterances import FOREIGN, Utterance, Verdict, confusions, judge, label, parse_utterances, try_all
from telephony.errors import Problem
from telephony.ids import NodeId
from tests.intent_menus import sample_index

MENU = sample_index().menu


def said(expected: str) -> Utterance:
    return Utterance(1, "x", expected, "", ROOT)


def test_a_file() -> None:
    text = "# comment\n\n提前还款\trepayment.early\n第二个\trepayment.early\tnumber\trepayment\n"
    text += "人工\t@agent\n天气\tforeign\n"
    found, problems = parse_utterances(text, "f", MENU)
    assert problems == []
    assert [(one.line, one.expected, one.kind, one.node) for one in found] == [
        (3, "repayment.early", "", "main"),
        (4, "repayment.early", "number", "repayment"),
        (5, "@agent", "", "main"),
        (6, "foreign", "", "main"),
    ]


def test_mistakes_are_named_by_line() -> None:
    found, problems = parse_utterances("还款\n还款\trepaymnt\n还款\trepayment\t\tlaon\n", "f", MENU)
    assert len(found) == 3
    assert problems == [
        Problem("f", 1, 1, "write what is said, a tab, and where it should lead"),
        Problem("f", 2, 1, '"repaymnt" is not a node; did you mean "repayment"?'),
        Problem("f", 3, 1, '"laon" is not a node; did you mean "loan"?'),
    ]


EARLY = NodeId("repayment.early")


@pytest.mark.parametrize(
    ("expected", "outcome", "verdict"),
    [
        (EARLY, Act(EARLY, "", 1.0), Verdict.RIGHT),
        ("@agent", Act(Universal.AGENT, "", 1.0), Verdict.RIGHT),
        ("agent", Act(Universal.AGENT, "", 1.0), Verdict.WRONG),
        (EARLY, Confirm(EARLY, "", 0.7), Verdict.ASKED),
        (EARLY, Act(NodeId("loan"), "", 1.0), Verdict.WRONG),
        (EARLY, Confirm(NodeId("loan"), "", 0.7), Verdict.ASKED_WRONG),
        (EARLY, Reject(Reason.UNKNOWN), Verdict.MISSED),
        (FOREIGN, Reject(Reason.UNKNOWN), Verdict.RIGHT),
        (FOREIGN, Act(EARLY, "", 1.0), Verdict.FOREIGN_ACTED),
        (FOREIGN, Confirm(EARLY, "", 0.7), Verdict.FOREIGN_ASKED),
    ],
)
def test_verdicts(expected: str, outcome: Outcome, verdict: Verdict) -> None:
    assert judge(said(expected), outcome).verdict is verdict


def test_confusions_count_mistakes_only() -> None:
    wrong = judge(said(EARLY), Act(NodeId("loan"), "", 1.0))
    results = [wrong, wrong, judge(said(EARLY), Reject(Reason.UNKNOWN)), judge(said(EARLY), Confirm(EARLY, "", 0.7))]
    assert confusions(results) == [(EARLY, "loan", 2), (EARLY, "", 1)]


def test_all_are_tried_where_their_callers_are() -> None:
    utterances, _ = parse_utterances("二\trepayment.early\t\trepayment\n二\trepayment\n", "f", MENU)
    assert [label(result.outcome) for result in try_all(sample_index(), utterances)] == ["repayment.early", "repayment"]
