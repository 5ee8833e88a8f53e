"""How well phrases explain what was heard."""

from dataclasses import replace

import pytest

from ivr.heard import hear
from ivr.intent_scores import Finding, Weighing, Worth, find_all
from ivr.intents import SPOKEN
from ivr.menu import ROOT
from ivr.universals import Universal
from telephony.ids import NodeId
from tests.intent_menus import sample_index, sample_utterances


def findings(text: str, node: str = ROOT, weighing: Weighing | None = None) -> dict[str, Finding]:
    index = sample_index()
    found = find_all(hear(text, index.book), index.book, index.menu.nodes[NodeId(node)], weighing or Weighing())
    return {finding.phrase.text: finding for finding in found}


def test_the_words_themselves_score_1() -> None:
    assert findings("我想提前还款")["提前还款"].score == 1.0


def test_a_part_is_contained_in_the_whole() -> None:
    found = findings("提前还款")
    assert found["提前还款"].contains(found["还款"])
    assert not found["还款"].contains(found["提前还款"])
    assert not found["还款"].contains(found["还款"])


def test_what_is_said_besides_costs_the_more_the_shorter_the_phrase() -> None:
    alone, story = findings("投诉")["投诉"], findings("昨天隔壁老王投诉电影院")["投诉"]
    assert story.score < alone.score
    assert findings("昨天隔壁老王提前还款电影院")["提前还款"].score > story.score


def test_what_is_below_the_callers_menu_comes_first() -> None:
    there, elsewhere = findings("进度", "complaint"), findings("进度", "loan")
    assert there["处理进度"].score > elsewhere["处理进度"].score
    weighing = Weighing()
    assert there["处理进度"].score == pytest.approx(weighing.part_here + weighing.below)
    assert findings("进度")["处理进度"].score == pytest.approx(weighing.part_elsewhere)


def test_a_choice_that_leads_elsewhere_counts_as_below() -> None:
    index = sample_index()
    node = replace(index.menu.nodes[NodeId("loan")], choices={"1": NodeId("complaint.progress")})
    found = find_all(hear("处理进度", index.book), index.book, node, Weighing())
    assert max(found, key=lambda finding: finding.score).score > 1.0


def test_universal_wishes_must_be_all_that_is_said() -> None:
    assert findings("转人工谢谢")["转人工"].score == 1.0
    assert not any(finding.phrase.target == Universal.AGENT for finding in findings("人工智能是什么东西").values())


def test_few_phrases_are_compared_and_few_for_each_target() -> None:
    found = findings("还款", weighing=Weighing(candidates=5, per_target=2))
    assert len(found) <= 5
    assert sum(finding.phrase.target == "repayment.methods" for finding in found.values()) <= 2


def test_what_can_change_no_decision_is_left_out() -> None:
    index, here = sample_index(), sample_index().menu.root
    saved = 0
    for utterance in (*(one.text for one in sample_utterances()), *MIXED):
        heard = hear(utterance, index.book)
        if not heard.units:
            continue
        everything = find_all(heard, index.book, here, SPOKEN.weighing)
        some = find_all(heard, index.book, here, SPOKEN.weighing, worth=SPOKEN.worth)
        assert set(map(id_of, some)) <= set(map(id_of, everything))
        best = max((finding.score for finding in everything), default=0.0)
        limit = max(best, SPOKEN.confirm) - 2 * SPOKEN.margin
        needed = [one for one in everything if one.score >= limit or one.likeness >= SPOKEN.says_more]
        assert set(map(id_of, needed)) <= set(map(id_of, some))
        saved += len(everything) - len(some)
    assert saved > 100


def id_of(finding: Finding) -> tuple[object, str]:
    return finding.phrase.target, finding.phrase.text


MIXED = ("进度提前还款额度评估账户注销", "我不要还款我要投诉", "第二个", "最后一个吧", "人工智能是什么")


def test_a_weak_reason_stays_hidden_behind_a_better_one() -> None:
    """投诉 is said exactly but explains little; what could score more than it is compared, however unlike it is."""
    index = sample_index()
    heard = hear("昨天隔壁老王投诉电影院账单查", index.book)
    here = index.menu.root
    everything = find_all(heard, index.book, here, SPOKEN.weighing)
    picky = find_all(heard, index.book, here, SPOKEN.weighing, worth=Worth(score=2.0, lead=0.0, likeness=0.9))
    weak = min(one.score for one in picky if one.likeness >= 0.9)
    assert {id_of(one) for one in everything if one.score >= weak} <= set(map(id_of, picky))
    assert len(picky) < len(everything)


def test_nothing_sounds_like_nothing() -> None:
    assert findings("啊") == {}
    assert findings("vrrm") == {}
