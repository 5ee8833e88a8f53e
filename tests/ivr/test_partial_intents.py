"""What is clear before the caller has finished."""

from ivr.intents import Act, Confirm, IntentIndex, Reject
from ivr.menu import ROOT
from ivr.partial_intents import Beginnings, Outlook, PartialIntents
from telephony.ids import NodeId
from tests.intent_menus import english_index, menu_of, sample_index

LOANS = """
language: zh-CN
numbers: {95001: hotline}
default_queue: general
menu:
  say: 您好。
  choices:
    1:
      id: loan
      name: 贷款申请
      queue: general
      synonyms: [我要贷款]
      choices:
        1: {id: quota, name: 贷款额度}
        2: {id: conditions, name: 贷款条件}
    2: {id: other, name: 其他, queue: general}
"""
BEGINNINGS = Beginnings.build(sample_index().book)


def listen(*partials: str, node: str = ROOT) -> Outlook:
    listening = PartialIntents(sample_index(), BEGINNINGS, NodeId(node))
    return [listening.hear(partial) for partial in partials][-1]


def test_clear_and_nothing_longer_could_follow() -> None:
    outlook = listen("我想", "我想提前", "我想提前还款")
    assert outlook.is_settled
    assert isinstance(outlook.outcome, Act)


def test_more_could_follow() -> None:
    outlook = listen("还款")
    assert isinstance(outlook.outcome, Act)
    assert outlook.may_grow
    assert not outlook.is_settled
    assert listen("还款方式").is_settled


def test_the_beginning_of_a_phrase_that_sounds_the_same() -> None:
    assert listen("环款").may_grow
    assert listen("提前").may_grow
    assert not listen("天气").may_grow


def test_hesitation_means_that_more_will_come() -> None:
    assert listen("嗯").is_left_open
    assert not listen("提前还款那个").is_settled


def test_how_long_it_has_been_the_same() -> None:
    assert listen("提前还款").repeats == 0
    assert listen("提前还款", "提前还款").repeats == 1
    assert listen("提前还款", "提前还款", "提前还款怎么").repeats == 2
    assert listen("提前还款", "逾期处理").repeats == 0
    assert listen("天气", "天气好").repeats == 0


def test_each_utterance_begins_anew() -> None:
    assert isinstance(listen("投诉进").outcome, Confirm)
    assert isinstance(listen("").outcome, Reject)


def test_words_of_letters() -> None:
    index = english_index()
    listening = PartialIntents(index, Beginnings.build(index.book), NodeId(ROOT))
    assert listening.hear("early").may_grow
    assert listening.hear("early repayment").is_settled


def test_universal_wishes_grow_only_where_they_are_all_that_is_said() -> None:
    assert listen("我要返回").may_grow
    assert not listen("密码重置返回").may_grow


def test_a_carrier_of_the_phrase_does_not_hide_what_could_follow() -> None:
    """我要借钱 is a phrase of the menu's own, but 贷款 after 我要 may still become 贷款条件."""
    assert listen("我要贷款").may_grow


def test_a_carrier_that_makes_a_phrase_what_it_is_ends_it() -> None:
    """怎么还款 is 还款方式, and nobody goes on to 还款日 from there."""
    assert listen("还款").may_grow
    assert listen("怎么还款").is_settled
    assert listen("请问怎么还款").is_settled


def test_what_only_sounds_like_a_beginning_ends_a_phrase_with_a_carrier() -> None:
    """放款 sounds like 还款 in the south, but nobody goes on from 什么时候放款 to 还款方式."""
    assert listen("放款").may_grow
    assert listen("什么时候放款").is_settled


def test_a_carrier_ends_nothing_where_the_rest_alone_would_be_asked_about() -> None:
    """At the loan menu 贷款 may be either of its choices: 我要贷款 may still become one of them."""
    index = IntentIndex.build(menu_of(LOANS))
    listening = PartialIntents(index, Beginnings.build(index.book), NodeId("loan"))
    assert isinstance(index.match("贷款", NodeId("loan")), Confirm)
    assert isinstance(listening.hear("我要贷款").outcome, Act)
    assert listening.hear("我要贷款").may_grow
    assert listening.hear("我想问一下贷款").may_grow


def test_nothing_but_carriers_is_left_open() -> None:
    assert listen("我").is_left_open
    assert listen("麻烦你").is_left_open
    assert not listen("").is_left_open
