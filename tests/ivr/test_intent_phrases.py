"""Every phrase of a menu."""

from dataclasses import replace

import pytest

from ivr.intent_phrases import phrase_book, speakable
from ivr.menu import ROOT
from ivr.phrase_templates import TemplateError
from ivr.universals import Pick, Universal
from telephony.ids import NodeId
from tests.intent_menus import english_index, sample_index


def test_names_synonyms_universals_and_numbers() -> None:
    book = sample_index().book
    targets = {phrase.text: phrase.target for phrase in book.phrases}
    assert targets["提前还款"] == targets["提前还清"] == NodeId("repayment.early")
    assert targets["转人工服务"] == Universal.AGENT
    assert targets["最后一个"] == Pick(place=-1)
    assert ROOT not in targets.values()


def test_only_a_menus_own_phrases_may_be_part_of_more() -> None:
    whole = {phrase.text: phrase.whole for phrase in sample_index().book.phrases}
    assert not whole["提前还款"]
    assert whole["人工"]
    assert whole["第二个"]


def test_phrases_are_found_by_their_sounds() -> None:
    book = sample_index().book
    number = next(number for number, phrase in enumerate(book.phrases) if phrase.text == "提前还款")
    assert number in book.by_sound["k-uan"]
    assert book.contents[number] == 4
    assert book.phrases[number].meaningful == tuple("提前还款")


def test_names_are_no_templates_and_may_have_nothing_to_say() -> None:
    menu = sample_index().menu
    node = menu.nodes[NodeId("loan.quota")]
    nodes = {**menu.nodes, node.id: replace(node, name="[额度]（评估）", synonyms=())}
    assert any(phrase.text == "[额度]（评估）" for phrase in phrase_book(replace(menu, nodes=nodes)).phrases)
    nodes[node.id] = replace(node, name="…", synonyms=())
    assert all(phrase.target != node.id for phrase in phrase_book(replace(menu, nodes=nodes)).phrases)


def test_a_wrong_template_is_never_taken_for_a_phrase() -> None:
    menu = sample_index().menu
    node = menu.nodes[NodeId("loan.quota")]
    with pytest.raises(TemplateError):
        phrase_book(replace(menu, nodes={**menu.nodes, node.id: replace(node, synonyms=("(额度",))}))


def test_english_words_are_units() -> None:
    assert speakable("Pay off, my loan!", "en") == ("pay", "off", "my", "loan")
    assert "repa" in english_index().book.by_sound
