"""Which phrase fits."""

import pytest

from ivr.wording import EVERYWHERE, choices, introduction, nth, place, question, questions, refusal
from telephony.events import Outcome
from telephony.ids import NodeId
from telephony.wish import Everywhere, Wish
from tests.builders import EARLY, MENU, PHRASES, WELCOME, heard, say

MAIN, LEAF = MENU.root, MENU.nodes[NodeId("repayment.early")]


def test_a_menu_is_introduced_once_and_a_leaf_always_answers() -> None:
    assert introduction(MAIN, set()) == (WELCOME, MAIN.options)
    assert introduction(MAIN, {MAIN.id}) == (MAIN.options,)
    assert introduction(LEAF, {LEAF.id}) == (EARLY, None)
    assert choices(MAIN) == MAIN.options
    assert choices(LEAF) == EARLY


def test_phrases_taper_and_stay_at_the_last() -> None:
    row = (say("一"), say("二"))
    assert [nth(row, failure) for failure in (1, 2, 3)] == [row[0], row[1], row[1]]
    assert nth((), 1) is None


@pytest.mark.parametrize(
    ("position", "wait_s", "text"),
    [
        (4, None, "您前面还有3位。"),
        (2, None, "您前面还有1位。"),
        (1, None, "下一位就是您。"),
        (0, None, "下一位就是您。"),
        (4, (130.0, 290.0), "您前面还有3位。预计2到5分钟。"),
        (1, (10.0, 40.0), "下一位就是您。预计1到2分钟。"),
        (3, (120.0, 120.0), "您前面还有2位。预计2到3分钟。"),
        (3, (60.0, float("inf")), "您前面还有2位。"),
    ],
)
def test_the_place_is_told_as_callers_ahead_and_the_wait_as_a_range(
    position: int, wait_s: tuple[float, float] | None, text: str
) -> None:
    assert place(PHRASES, position, wait_s).text == text


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Outcome.REJECTED_NO_AGENTS, "没有坐席"),
        (Outcome.REJECTED_FULL, "排队已满"),
        (Outcome.REJECTED_CLOSED, "现在是休息时间"),
        (Outcome.TIMED_OUT, "让您久等了"),
        (Outcome.OVERFLOWED, "再见"),
    ],
)
def test_every_refusal_is_explained(outcome: Outcome, text: str) -> None:
    assert refusal(PHRASES, outcome).text == text


def test_a_question_names_the_node_or_what_works_everywhere() -> None:
    assert question(MENU, Wish(NodeId("repayment.early"))) == heard("您是要办理repayment.early吗？")
    assert question(MENU, Wish(NodeId("repayment.gone"))) == heard("您是要办理repayment吗？")
    assert question(MENU, Wish(everywhere=Everywhere.AGENT)) == heard("您是要转人工服务吗？")
    assert len(questions(MENU)) == len(MENU.nodes) + len(Everywhere)
    assert all(set(names) == set(Everywhere) for names in EVERYWHERE.values())
