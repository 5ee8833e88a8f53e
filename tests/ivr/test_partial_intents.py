"""What is clear before the caller has finished."""

from ivr.intents import Act, Confirm, IntentIndex, Reject
from ivr.menu import ROOT
from ivr.partial_intents import Beginnings, Outlook, PartialIntents
from telephony.ids import NodeId
from tests.intent_menus import english_index, index_of, sample_index

LOANS = """
1: {id: apply, name: 申请开通, queue: general, synonyms: [我要贷款, 办理贷款, 怎么贷款]}
2:
  id: loan
  name: 贷款
  queue: general
  choices:
    1: {id: quota, name: 贷款额度}
    2: {id: conditions, name: 贷款条件}
"""
REPAYING = """
1: {id: methods, name: Ways to pay, queue: general, synonyms: [how do i repay]}
2: {id: repay, name: Repay, queue: general, choices: {1: {id: early, name: Repay early}, 2: {id: bill, name: Bill}}}
"""


def listen(*partials: str, node: str = ROOT, index: IntentIndex | None = None) -> Outlook:
    index = index or sample_index()
    listening = PartialIntents(index, Beginnings.build(index.book), NodeId(node))
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
    assert listen("early", index=english_index()).may_grow
    assert listen("early", "early repayment", index=english_index()).is_settled


def test_universal_wishes_grow_only_where_they_are_all_that_is_said() -> None:
    assert listen("我要返回").may_grow
    assert not listen("密码重置返回").may_grow


def test_a_carrier_of_the_phrase_does_not_hide_what_could_follow() -> None:
    """我要借钱 is a phrase of the menu's own, but 贷款 after 我要 may still become 贷款条件."""
    assert listen("我要贷款").may_grow


def test_a_question_in_a_phrases_own_words_ends_it() -> None:
    """怎么还款 is 还款方式, and nobody goes on to 还款日 from there."""
    assert listen("还款").may_grow
    assert listen("怎么还款").is_settled
    assert listen("请问怎么还款").is_settled


def test_what_only_sounds_like_a_beginning_ends_a_question() -> None:
    """放款 sounds like 还款 in the south, but nobody goes on from 什么时候放款 to 还款方式."""
    assert listen("放款").may_grow
    assert listen("什么时候放款").is_settled


def test_a_question_that_was_not_asked_ends_nothing() -> None:
    """At the repayment menu 现在还款 is found as 在哪还款; it may still become 现在还款金额."""
    outlook = listen("我现在还款", node="repayment")
    assert isinstance(outlook.outcome, Act)
    assert outlook.may_grow


def test_what_somebody_wants_may_go_on() -> None:
    assert listen("我要投诉").may_grow
    loans = index_of(LOANS, "zh-CN")
    assert isinstance(loans.match("贷款", NodeId(ROOT)), Act)
    assert listen("我要贷款", index=loans).may_grow
    assert listen("办理贷款", index=loans).may_grow


def test_a_question_ends_nothing_where_the_rest_alone_would_be_asked_about() -> None:
    """At this loan menu 贷款 may be either of its choices, so that 怎么贷款 may still become one of them."""
    loans = index_of(LOANS.replace("name: 贷款\n", "name: 借钱\n"), "zh-CN")
    assert isinstance(loans.match("贷款", NodeId("loan")), Confirm)
    outlook = listen("怎么贷款", node="loan", index=loans)
    assert isinstance(outlook.outcome, Act)
    assert outlook.may_grow


def test_an_english_question_may_go_on() -> None:
    """How do I repay – early: what English asks for is followed by more."""
    outlook = listen("how do i repay", index=index_of(REPAYING, "en"))
    assert isinstance(outlook.outcome, Act)
    assert outlook.may_grow


def test_the_beginning_of_a_phrase_with_a_carrier_of_its_own() -> None:
    assert listen("需要准备").may_grow
    assert listen("下个月").may_grow


def test_nothing_but_carriers_is_left_open() -> None:
    assert listen("我").is_left_open
    assert listen("麻烦你").is_left_open
    assert not listen("").is_left_open
