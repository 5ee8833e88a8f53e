"""What a caller's words mean."""

import zlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.carriers import MANDARIN_HESITATIONS
from ivr.intents import Act, Confirm, Outcome, Reason, Reject, Thresholds
from ivr.menu import ROOT
from ivr.universals import Universal
from ivr.utterances import FOREIGN, Utterance, Verdict, try_all
from telephony.ids import NodeId
from tests.intent_menus import ENGLISH, english_index, index_of, sample_index, sample_utterances

NODES = st.sampled_from([*sample_index().menu.nodes, NodeId("gone.since.reload")])
SAID = st.sampled_from(sample_utterances())
WORDS = st.sampled_from(
    sorted({unit for phrase in sample_index().book.phrases for unit in phrase.units}) + list("不别没我是，啊")
)


def match(text: str, node: str = ROOT) -> Outcome:
    return sample_index().match(text, NodeId(node))


def target(outcome: Outcome) -> NodeId | Universal | None:
    return None if isinstance(outcome, Reject) else outcome.target


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我想问一下提前还款怎么办理", "repayment.early"),
        ("代款申请", "loan"),
        ("提前凡款", "repayment.early"),
        ("我不要还款，我要投诉", "complaint.complain"),
        ("转人工", Universal.AGENT),
        ("没听清", Universal.REPEAT),
        ("返回上一级", Universal.BACK),
        ("回到主菜单", Universal.MAIN),
        ("第二个", "repayment"),
        ("选三", "account"),
        ("零", Universal.AGENT),
    ],
)
def test_clear_wishes_are_acted_on(text: str, wanted: object) -> None:
    outcome = match(text)
    assert isinstance(outcome, Act)
    assert outcome.target == wanted


def test_a_node_may_be_called_like_a_universal_wish() -> None:
    index = index_of(ENGLISH.replace("id: complaint, name: Complaint", "id: agent, name: Complaint"), "en")
    assert target(index.match("complaint", ROOT)) == NodeId("agent")
    assert target(index.match("speak to an agent", ROOT)) == Universal.AGENT


def test_any_depth_is_reached_from_any_node() -> None:
    for node in sample_index().menu.nodes.values():
        if node.id != ROOT:
            assert target(match(node.name, "account.close")) == node.id


@pytest.mark.parametrize(
    ("text", "node", "reason"),
    [
        ("", ROOT, Reason.SILENCE),
        ("嗯啊", ROOT, Reason.SILENCE),
        ("我不要还款", ROOT, Reason.DENIED),
        ("不要", ROOT, Reason.DENIED),
        ("不要还款我要唱歌", ROOT, Reason.DENIED),
        ("第七个", ROOT, Reason.NO_SUCH_CHOICE),
        ("二", "repayment.early", Reason.NO_SUCH_CHOICE),
        ("今天天气怎么样", ROOT, Reason.UNKNOWN),
        ("人工智能是什么", ROOT, Reason.UNKNOWN),
        ("哐", ROOT, Reason.UNKNOWN),
    ],
)
def test_what_is_not_understood(text: str, node: str, reason: Reason) -> None:
    assert match(text, node) == Reject(reason)


def test_near_enough_to_ask() -> None:
    outcome = match("见异思迁是什么意思")
    assert isinstance(outcome, Confirm)
    assert outcome.rival is None


def test_a_syllable_of_the_same_sound_is_asked_about() -> None:
    assert isinstance(match("一"), Act)
    assert isinstance(match("衣"), Confirm)
    assert match("易") == Reject(Reason.UNKNOWN)


def test_two_that_are_equally_near_are_asked_about() -> None:
    outcome = match("进度")
    assert isinstance(outcome, Confirm)
    assert {outcome.target, outcome.rival} == {"loan.progress", "complaint.progress"}
    assert target(match("进度", "loan")) == "loan.progress"
    assert isinstance(match("进度", "complaint"), Act)


def test_what_says_more_wins_over_a_menu_and_its_parent() -> None:
    assert target(match("贷款逾期")) == "repayment.overdue"
    assert target(match("请问申请贷款需要什么条件")) == "loan.conditions"


def test_a_longer_phrase_that_is_nearly_said_is_asked_about() -> None:
    outcome = match("还款入")
    assert isinstance(outcome, Confirm)
    assert outcome.rival == "repayment.bill"


def test_thresholds_can_be_given() -> None:
    never = Thresholds(act=2.0, act_on_short=2.0)
    assert isinstance(sample_index().match("提前还款", ROOT, thresholds=never), Confirm)


def test_why() -> None:
    ranked = sample_index().rank("我想提前还款", ROOT)
    assert [candidate.target for candidate in ranked[:2]] == ["repayment.early", "repayment"]
    assert ranked[0].finding.phrase.text == "提前还款"
    assert sample_index().rank("", ROOT) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("um I'd like to ask about early repayments please", "payment.early"),
        ("I don't want to pay, I want to complain", "complaint"),
        ("the second one", "payment"),
        ("option 3", "complaint"),
        ("speak to a person", Universal.AGENT),
        ("the weather is nice", None),
        ("human resources department", None),
    ],
)
def test_english_by_the_same_machinery(text: str, wanted: object) -> None:
    assert target(english_index().match(text, ROOT)) == wanted


def test_the_utterances_of_the_repository() -> None:
    """On the half no threshold was chosen on; `benchmarks/intents.py` has the figures."""
    tested = [said for said in sample_utterances() if zlib.crc32(said.text.encode()) % 2]
    verdicts = Counter(result.verdict for result in try_all(sample_index(), tested))
    wanted = sum(said.expected != FOREIGN for said in tested)
    assert len(sample_utterances()) >= 300
    assert verdicts[Verdict.FOREIGN_ACTED] == 0
    assert verdicts[Verdict.WRONG] <= 0.01 * wanted
    assert verdicts[Verdict.MISSED] + verdicts[Verdict.ASKED_WRONG] <= 0.03 * wanted
    assert verdicts[Verdict.ASKED] <= 0.05 * wanted


@given(st.text(), NODES)
def test_any_text_at_any_node(text: str, node: NodeId) -> None:
    for index in (sample_index(), english_index()):
        outcome = index.match(text, node)
        assert isinstance(outcome, Act | Confirm | Reject)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=80).map("".join), NODES)
def test_any_words_of_the_menu_in_any_order(text: str, node: NodeId) -> None:
    outcome = match(text, node)
    if not isinstance(outcome, Reject) and not isinstance(outcome.target, Universal):
        assert outcome.target in sample_index().menu.nodes
        assert outcome.target != ROOT
        assert outcome.score > 0


@pytest.mark.parametrize("text", ["别给我呀转人工", "别给呀我转人工", "不要呀转人工", "嗯不用啊转人工"])
def test_hesitation_does_not_end_a_denial(text: str) -> None:
    assert match(text, ROOT) == Reject(Reason.DENIED)


@settings(deadline=None)
@given(SAID, st.data())
def test_hesitation_anywhere_changes_nothing(said: Utterance, data: st.DataObject) -> None:
    sounds = st.text(MANDARIN_HESITATIONS, max_size=2)
    hesitant = "".join(data.draw(sounds) + character for character in said.text) + data.draw(sounds)
    repairs = ("不", "是")  # 哦不 takes back what was said before
    # Known limit: a sound inside 别给我 hides the negation (别给呀我转人工), so these are left out here.
    if said.kind != "negation" and not any(word in said.text for word in repairs):
        assert match(hesitant, said.node) == match(said.text, said.node)


@settings(deadline=None)
@given(
    SAID,
    st.sampled_from(["", "那个", "就是", "我想问一下", "你好", "喂你好我想", "麻烦帮我"]),
    st.sampled_from(["", "吧", "谢谢", "怎么办理", "呢", "可以吗"]),
)
def test_carriers_never_lead_elsewhere(said: Utterance, before: str, after: str) -> None:
    plain, carried = match(said.text, said.node), match(before + said.text + after, said.node)
    if isinstance(plain, Act) and isinstance(carried, Act):
        assert carried.target == plain.target


@settings(deadline=None)
@given(SAID)
def test_what_is_denied_is_never_done(said: Utterance) -> None:
    outcome = match(said.text, said.node)
    if isinstance(outcome, Act) and said.kind == "plain" and "我" not in outcome.phrase:
        assert not isinstance(match(f"我不要{outcome.phrase}", said.node), Act)
