"""What a recogniser is told to listen for."""

import pytest

from ivr.intents import Act, IntentIndex
from ivr.menu import ROOT
from ivr.phrase_templates import expand
from ivr.sayable import AROUND, EVERYWHERE, choosable, sayable, sayable_answers
from telephony.ids import NodeId
from tests.intent_menus import english_index, sample_index


def test_names_synonyms_and_what_works_everywhere() -> None:
    phrases = sayable(sample_index().book)
    assert {"提前还款", "提前还清", "转人工", "返回上一级", "我想问一下", "嗯"} <= set(phrases)
    assert len(phrases) == len(set(phrases))


def test_a_menus_own_choices_only() -> None:
    targets = frozenset({NodeId("repayment.early")})
    phrases = sayable(sample_index().book, targets)
    assert {"提前还款", "转人工"} <= set(phrases)
    assert "密码重置" not in phrases


@pytest.mark.parametrize("index", [sample_index(), english_index()])
def test_what_works_everywhere_is_understood(index: IntentIndex) -> None:

    for template in EVERYWHERE[index.book.language]:
        for phrase in expand(template):
            assert isinstance(index.match(phrase, NodeId(ROOT)), Act), phrase


def test_what_is_said_around_wishes_is_no_wish() -> None:

    for template in AROUND["zh-CN"]:
        for phrase in expand(template):
            assert not isinstance(sample_index().match(phrase, NodeId(ROOT)), Act), phrase


def test_choices_by_their_number_as_far_as_a_menu_has_them() -> None:
    book, menu = sample_index().book, sample_index().menu
    assert set(choosable(book)) >= {"第一个", "第九个", "最后一个"}
    assert set(choosable(book, menu.nodes[NodeId("loan")])) >= {"第三个", "最后一个"}
    assert "第四个" not in choosable(book, menu.nodes[NodeId("loan")])
    assert choosable(book, menu.nodes[NodeId("loan.quota")]) == ()
    assert "the second one" in choosable(english_index().book)


def test_answers() -> None:
    assert {"是的", "不是", "那个"} <= set(sayable_answers("zh-CN"))
    assert {"yes", "no"} <= set(sayable_answers("en"))
