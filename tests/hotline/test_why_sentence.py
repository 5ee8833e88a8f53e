"""Whole sentences, in both languages: each is true of the ring it tells, and well-formed."""

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from acd.explain import Explanation
from acd.verdict import Candidate, Decided, Doubt, RunnerUp
from hotline.why import RingStory
from hotline.why_sentence import candidate_line, sentence, transfer_line
from hotline.why_words import EN, ZH
from telephony.commands import Choice, NoteCaller, RingAgent
from telephony.ids import AgentNumber, CallId, QueueId, Topic

EARLY = Topic("repayment.early")
CHOICE = Choice(
    by_agent=False,
    topic=EARLY,
    min_level=2,
    score_s=37.0,
    terms={"idle": 2.0, "skill": -5.0},
    rival=None,
    margin_s=None,
    wait_s=12.0,
    idle_s=43.0,
    version="r/p",
)
BY_AGENT = replace(CHOICE, by_agent=True, terms={"waited": 12.0, "skill": -5.0})
NOTE = NoteCaller(CallId("c"), EARLY, 0.0)
NAMES = {AgentNumber("8001"): "王芳", AgentNumber("8002"): "李强", AgentNumber("8003"): "张敏"}
QUEUES = {QueueId("repayment"): "还款专席", QueueId("general"): "综合服务专席"}


def told(choice: Choice | None = CHOICE, found: Explanation | None = None, **traits: Any) -> RingStory:
    ring = RingAgent(CallId("c"), AgentNumber("8003"), QueueId("general"), 20.0, "longest idle", choice)
    story = RingStory(0.0, ring, found or Explanation(), waited_s=12.0, named=EARLY, names=NAMES, queues=QUEUES)
    for name, value in ({"level": 5} | traits).items():
        setattr(story, name, value)
    return story


def rival(who: str, margin_s: float, decided: Decided = Decided.SCORE) -> Explanation:
    return Explanation(decided=decided, runner_up=RunnerUp(who, margin_s))


def topic_name(topic: Topic) -> str:
    return {"repayment.early": "“提前还款”", "general": "“综合服务”"}[topic]


ZH_RUNG, ZH_THEM = "客户咨询“提前还款”，等待12秒后振铃8003 张敏：", "该坐席“提前还款”5级，已空闲43秒"
ZH_FREE = "客户咨询“提前还款”，等待12秒后8003 张敏空闲，随即振铃："
EN_RUNG = "The caller asked about “提前还款”; after 12 s of waiting 8003 张敏 was rung: "
EN_FREE = "The caller asked about “提前还款”; after 12 s of waiting 8003 张敏 became free and was rung: "
EN_THEM = "the agent's level in “提前还款” is 5, idle for 43 s"
EN_LEVEL = "the agent's level in “提前还款” is 5"
ZH_LEVEL = "该坐席“提前还款”5级"
ZH_LATE, EN_LATE = ZH_FREE.replace("12秒", "130秒"), EN_FREE.replace("12 s", "130 s")
AGED = replace(BY_AGENT, aged=True, wait_s=130.0)
MOVED = replace(CHOICE, topic=Topic("general"))
BY_AGE, BY_CLASS, LEARNS = Decided.AGE, Decided.CLASS, Decided.LEARNING

SENTENCES: list[tuple[RingStory, str, str]] = [
    # who else there was
    (
        told(found=rival("8002", 12.4)),
        f"{ZH_RUNG}{ZH_THEM}，比第二名8002 李强高12.4秒。",
        f"{EN_RUNG}{EN_THEM}, 12.4 s ahead of 8002 李强, who comes second.",
    ),
    (
        told(found=rival("8002", 0.0)),
        f"{ZH_RUNG}{ZH_THEM}，与8002 李强得分相同。",
        f"{EN_RUNG}{EN_THEM}, level with 8002 李强.",
    ),
    (
        told(),
        f"{ZH_RUNG}{ZH_THEM}，没有其他坐席可选。",
        f"{EN_RUNG}{EN_THEM}, there was no other agent to choose.",
    ),
    (
        told(BY_AGENT, rival("2.2", 5.0)),
        f"{ZH_FREE}{ZH_LEVEL}，比第二名来电2.2高5.0秒。",
        f"{EN_FREE}{EN_LEVEL}, 5.0 s ahead of call 2.2, who comes second.",
    ),
    (
        told(BY_AGENT, level=None),
        f"{ZH_FREE}没有其他客户可选。",
        f"{EN_FREE}there was no other caller to choose.",
    ),
    # age and classes
    (
        told(AGED, rival("2.2", 5.0, BY_AGE), waited_s=130.0),
        f"{ZH_LATE}{ZH_LEVEL}，客户等得最久，不得越过，比其后的来电2.2多等5.0秒。",
        (
            f"{EN_LATE}{EN_LEVEL}, the caller had waited longest and must not be overtaken, 5.0 s longer than call "
            "2.2, "
            "who comes next."
        ),
    ),
    (
        told(AGED, Explanation(decided=BY_AGE), waited_s=130.0),
        f"{ZH_LATE}{ZH_LEVEL}，客户等得最久，不得越过。",
        f"{EN_LATE}{EN_LEVEL}, the caller had waited longest and must not be overtaken.",
    ),
    (
        told(replace(AGED, terms={"waited": 12.0, "fraud": 200.0}), rival("2.2", 80.0, BY_CLASS)),
        f"{ZH_FREE}fraud客户优先200秒，{ZH_LEVEL}，该类客户可越过等待已久的客户，比第二名来电2.2高80.0秒。",
        (
            f"{EN_FREE}callers of class fraud are 200 s ahead, {EN_LEVEL}, callers of this class may overtake those "
            "who "
            "have waited long, 80.0 s ahead of call 2.2, who comes second."
        ),
    ),
    (
        told(replace(BY_AGENT, terms={"waited": 12.0, "later": -20.0, "queue priority": 30.0}), rival("2.2", 1.0)),
        f"{ZH_FREE}later客户延后20秒，该技能组的客户优先30秒，{ZH_LEVEL}，比第二名来电2.2高1.0秒。",
        (
            f"{EN_FREE}callers of class later are 20 s behind, callers of this queue are 30 s ahead, {EN_LEVEL}, "
            "1.0 s ahead of call 2.2, who comes second."
        ),
    ),
    (
        told(replace(BY_AGENT, terms={"waited": 12.0, "queue priority": -45.0})),
        f"{ZH_FREE}该技能组的客户延后45秒，{ZH_LEVEL}，没有其他客户可选。",
        f"{EN_FREE}callers of this queue are 45 s behind, {EN_LEVEL}, there was no other caller to choose.",
    ),
    # who was passed on, and was the first by that
    (
        told(replace(BY_AGENT, terms={"waited": 12.0, "transferred": 120.0}), passed_on_by=AgentNumber("8001")),
        f"{ZH_FREE}由8001 王芳转来，转接来的客户优先120秒，{ZH_LEVEL}，没有其他客户可选。",
        (
            f"{EN_FREE}passed on by 8001 王芳, callers who were passed on are 120 s ahead, {EN_LEVEL}, "
            "there was no other caller to choose."
        ),
    ),
    (
        told(
            replace(BY_AGENT, terms={"waited": 12.0, "fraud": 200.0, "transferred": 120.0, "queue priority": 30.0}),
            rival("2.2", 5.0),
        ),
        (
            f"{ZH_FREE}fraud客户优先200秒，该技能组的客户优先30秒，转接来的客户优先120秒，{ZH_LEVEL}，"
            "比第二名来电2.2高5.0秒。"
        ),
        (
            f"{EN_FREE}callers of class fraud are 200 s ahead, callers of this queue are 30 s ahead, "
            f"callers who were passed on are 120 s ahead, {EN_LEVEL}, 5.0 s ahead of call 2.2, who comes second."
        ),
    ),
    # who learns
    (
        told(replace(CHOICE, explored=True), rival("8002", -4.0, LEARNS)),
        f"{ZH_RUNG}{ZH_THEM}，给该坐席积累经验的机会，得分最高的是8002 李强，高4.0秒。",
        f"{EN_RUNG}{EN_THEM}, so that the agent learns, 8002 李强 would have scored 4.0 s more.",
    ),
    (
        told(replace(CHOICE, explored=True), Explanation(decided=LEARNS)),
        f"{ZH_RUNG}{ZH_THEM}，给该坐席积累经验的机会。",
        f"{EN_RUNG}{EN_THEM}, so that the agent learns.",
    ),
    # what the caller wants, and what is known of him
    (
        told(named=None, likely=True, note=replace(NOTE, likely=True, wish=1, redialled=True)),
        (
            "客户没有说明业务（按其历史咨询推测为“提前还款”），等待12秒后振铃8003 张敏：客户以前咨询过同类业务，"
            "优先业务更熟的坐席，"
            f"客户刚才排队时挂断又打来，恢复原来的位置，{ZH_THEM}，没有其他坐席可选。"
        ),
        (
            "The caller named no topic, from earlier calls “提前还款” is likely; after 12 s of waiting 8003 张敏 was "
            "rung: "
            "the caller asked about the like before, so agents good at it are preferred, the caller hung up in the "
            "line "
            f"just before and has the old place again, {EN_THEM}, there was no other agent to choose."
        ),
    ),
    (
        told(MOVED, named=None, level=3, note=replace(NOTE, wish=2), widened=True),
        (
            "客户要求人工服务，等待12秒后振铃8003 张敏：客户一天内多次咨询同类业务，优先资深坐席，该坐席“综合服务”3级，"
            "排队时间较长或无人达到要求，技能要求放宽到2级，已空闲43秒，没有其他坐席可选。"
        ),
        (
            "The caller asked for somebody to talk to; after 12 s of waiting 8003 张敏 was rung: the caller asked "
            "several "
            "times within a day, so a senior is preferred, the agent's level in “综合服务” is 3, after a long wait, "
            "or for "
            "want of anybody else, level 2 is enough, idle for 43 s, there was no other agent to choose."
        ),
    ),
    *(
        (
            told(replace(CHOICE, terms={"idle": 2.0, "own agent": 40.0, "skill": -5.0}), rival("8002", 12.4), **whose),
            f"{ZH_RUNG}{chinese}，{ZH_THEM}，比第二名8002 李强高12.4秒。",
            f"{EN_RUNG}{english}, {EN_THEM}, 12.4 s ahead of 8002 李强, who comes second.",
        )
        for whose, chinese, english in (
            ({"own_agent": True}, "是客户的专属坐席", "this is the caller's own agent"),
            ({}, "是上次接待的坐席", "this is the agent of last time"),
            (
                {"passed_on_by": "8001", "passed_on_to": "8003"},
                "由8001 王芳转来，转接时指定了该坐席",
                "passed on by 8001 王芳, the transfer named this agent",
            ),
        )
    ),
    # from elsewhere
    (
        told(MOVED, level=4, moved_from=QueueId("repayment")),
        (
            "客户咨询“提前还款”，等待12秒后振铃8003 张敏：“还款专席”未能接待，转到“综合服务专席”，"
            "按“综合服务”技能选人，"
            "该坐席“综合服务”4级，已空闲43秒，没有其他坐席可选。"
        ),
        (
            f"{EN_RUNG}“还款专席” could not take the caller, “综合服务专席” did, agents are compared by their skill in "
            "“综合服务”, the agent's level in “综合服务” is 4, idle for 43 s, there was no other agent to choose."
        ),
    ),
    (
        told(replace(CHOICE, named=True, terms={}), Explanation(decided=Decided.NAMED), passed_on_by="8001"),
        "客户咨询“提前还款”，由8001 王芳转给8003 张敏，直接振铃，没有另选坐席。",
        (
            "The caller asked about “提前还款”; 8001 王芳 passed the call on to 8003 张敏, who was rung at once, and "
            "nobody was "
            "chosen."
        ),
    ),
    (
        told(replace(CHOICE, named=True, terms={}), Explanation(decided=Decided.NAMED), named=None),
        "客户要求人工服务，被转给8003 张敏，直接振铃，没有另选坐席。",
        (
            "The caller asked for somebody to talk to; the call was passed on to 8003 张敏, who was rung at once, "
            "and nobody was "
            "chosen."
        ),
    ),
    (
        told(called_back=True, waited_s=600.0),
        f"客户咨询“提前还款”，预约了回电，600秒后轮到，先预留8003 张敏再呼叫客户：{ZH_THEM}，没有其他坐席可选。",
        (
            "The caller asked about “提前还款”; a call-back was asked for, and after 600 s 8003 张敏 was kept free and "
            f"then the customer called: {EN_THEM}, there was no other agent to choose."
        ),
    ),
    (
        told(BY_AGENT, called_back=True, waited_s=600.0),
        f"客户咨询“提前还款”，预约了回电，600秒后8003 张敏空闲，先预留该坐席再呼叫客户：{ZH_LEVEL}，没有其他客户可选。",
        (
            "The caller asked about “提前还款”; a call-back was asked for, and after 600 s 8003 张敏 became free, was "
            f"kept free and then the customer called: {EN_LEVEL}, there was no other caller to choose."
        ),
    ),
    # in doubt
    (
        told(BY_AGENT, Explanation(doubt=Doubt.NO_ROSTER), level=None, names=None, queues=None),
        "客户咨询“提前还款”，等待12秒后8003空闲，随即振铃。",
        "The caller asked about “提前还款”; after 12 s of waiting 8003 became free and was rung.",
    ),
    (
        told(replace(CHOICE, rival="8002", margin_s=3.0), Explanation(doubt=Doubt.SCORE)),
        f"{ZH_RUNG}{ZH_THEM}，当时记录比8002 李强高3.0秒。",
        f"{EN_RUNG}{EN_THEM}, by the record 3.0 s ahead of 8002 李强.",
    ),
    (
        told(replace(CHOICE, rival="8002", margin_s=-3.0, explored=True), Explanation(doubt=Doubt.SCORE)),
        f"{ZH_RUNG}{ZH_THEM}，给该坐席积累经验的机会。",
        f"{EN_RUNG}{EN_THEM}, so that the agent learns.",
    ),
    (
        told(None, Explanation(doubt=Doubt.NO_RECORD)),
        "振铃8003 张敏，没有决策记录。",
        "8003 张敏 was rung, without a record of why.",
    ),
]


@pytest.mark.parametrize(("story", "chinese", "english"), SENTENCES)
def test_a_sentence_a_supervisor_understands(story: RingStory, chinese: str, english: str) -> None:
    assert sentence(story, ZH, topic_name) == chinese
    assert sentence(story, EN, topic_name) == english


def test_every_sentence_is_well_formed_whatever_is_known() -> None:
    choices = [CHOICE, BY_AGENT, AGED, replace(CHOICE, explored=True), replace(CHOICE, named=True)]
    found = [Explanation(decided=each) for each in Decided] + [rival("8002", 1.0, each) for each in Decided]
    found += [Explanation(doubt=Doubt.BETTER)]
    traits: list[dict[str, Any]] = [
        {}, {"level": None}, {"named": None}, {"names": None, "queues": None}, {"called_back": True},
        {"passed_on_by": AgentNumber("8001")}, {"moved_from": QueueId("repayment")},
    ]  # fmt: skip
    for choice, what, known in product(choices, found, traits):
        zh = sentence(told(choice, what, **known), ZH, topic_name)
        en = sentence(told(choice, what, **known), EN, topic_name)
        assert re.fullmatch(r"[^：]+(：[^：]+)?。", zh), zh
        assert not re.search(r"，，|：，|，。|：。|None|[{}]", zh), zh
        assert re.fullmatch(r"[A-Z8][^:]+(: [^:]+)?\.", en), en
        assert not re.search(r", ,|: ,|, \.|  |None|[{}]", en), en


def test_everybody_has_a_line() -> None:
    chosen = Candidate("8003", score_s=37.0, terms={"idle": 2.0, "own agent": 40.0, "skill": -5.0})
    assert candidate_line(chosen, ZH, name="8003 张敏", chosen=True) == (
        "8003 张敏  选中 37.0 = 空闲 +2.0 专属 +40.0 业务 -5.0"
    )
    out = Candidate("8004", "level_too_low", "1 < 2")
    assert candidate_line(out, ZH, name="8004", chosen=False) == "8004  排除: 技能等级不够 1 < 2"
    assert candidate_line(out, EN, name="8004", chosen=False) == "8004  out: level too low 1 < 2"
    assert candidate_line(Candidate("x", score_s=0.0), EN, name="x", chosen=False) == "x  compared 0.0 = "
    assert candidate_line(Candidate("8003"), EN, name="8003", chosen=True) == "8003  chosen"


def test_a_transfer_in_one_line() -> None:
    sent: dict[str, object] = {"kind": "blind", "agent": "8001", "to_agent": None, "to_queue": "card"}
    assert transfer_line({**sent, "outcome": None, "answered_by": None}, ZH) == "盲转  8001 → card: 进行中"
    answered = {**sent, "outcome": "answered", "answered_by": "8002"}
    assert transfer_line(answered, EN) == "blind transfer  8001 → card: answered by 8002"
    back = {**sent, "to_queue": None, "outcome": "menu", "answered_by": None}
    assert transfer_line(back, EN) == "blind transfer  8001 → menu: back to the menu"
    assert set(ZH.transferred) == set(EN.transferred)
