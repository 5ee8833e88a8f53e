from acd.explain import Candidate
from hotline.why import RingStory
from hotline.why_words import EN, WHY_WORDS, ZH, candidate_line, sentence, transfer_line
from telephony.commands import AgentState, Choice, NoteCaller, RingAgent
from telephony.events import RingOutcome
from telephony.ids import AgentNumber, CallId, QueueId, Topic

CHOICE = Choice(
    by_agent=False,
    topic=Topic("repayment.early"),
    min_level=2,
    score_s=37.0,
    terms={"idle": 2.0, "own agent": 40.0, "skill": -5.0},
    rival="8002",
    margin_s=12.4,
    wait_s=12.0,
    idle_s=43.0,
    version="r/p",
)
NOTE = NoteCaller(
    CallId("c"), Topic("repayment.early"), 0.0, wish=2, wanted=(AgentNumber("8003"),), likely=True, redialled=True
)
NAMES = {AgentNumber("8003"): "张敏", AgentNumber("8002"): "李强"}


def told(choice: Choice | None = CHOICE, note: NoteCaller | None = None, *, widened: bool = False) -> RingStory:
    ring = RingAgent(CallId("c"), AgentNumber("8003"), QueueId("repayment"), 20.0, "longest idle", choice)
    return RingStory(0.0, ring, None, note, NAMES, level=5 if choice else None, widened=widened)


def varied(**changes: object) -> Choice:
    values = {name: getattr(CHOICE, name) for name in CHOICE.__slots__}
    return Choice(**(values | changes))


def name(topic: Topic) -> str:
    return f"“{topic}”"


def test_a_sentence_a_supervisor_understands() -> None:
    assert sentence(told(note=NOTE), ZH, name) == (
        "客户咨询“repayment.early”，等待12秒后振铃8003 张敏：客户没有说明业务，按其历史咨询推测为“repayment.early”，"
        "客户一天内多次咨询同类业务，优先资深坐席，客户刚才排队时挂断又打来，恢复原来的位置，"
        "是客户的专属坐席或上次接待的坐席，该业务5级，已空闲43秒，比第二名8002 李强高12.4秒。"
    )
    assert sentence(told(), EN, name) == (
        "asking about “repayment.early” and after 12 s of waiting, the call rang 8003 张敏: it is the caller's own "
        "agent, or the one of last time, level 5 in it, idle for 43 s, 12.4 s ahead of 8002 李强."
    )


def test_an_agent_who_chose_and_what_else_may_decide() -> None:
    chose = varied(by_agent=True, terms={"waited": 12.0, "vip": 75.0, "skill": -5.0}, rival=None)
    line = sentence(told(chose, widened=True), ZH, name)
    assert line.startswith("8003 张敏空闲后接到这位咨询“repayment.early”、已等待12秒的客户：vip客户优先75秒")
    assert "放宽到2级" in line
    assert line.endswith("，没有其他人选。")
    for ahead_s, words in ((30.0, "该技能组的客户优先30秒"), (-45.0, "该技能组的客户延后45秒")):
        assert words in sentence(told(varied(by_agent=True, terms={"queue priority": ahead_s})), ZH, name)
    passed_on = varied(by_agent=True, terms={"transferred": 120.0})
    assert "转接来的客户优先120秒" in sentence(told(passed_on), ZH, name)
    assert "a caller who was passed on is 120 s ahead" in sentence(told(passed_on), EN, name)
    assert sentence(told(varied(aged=True)), ZH, name).endswith("，因为他等得最久。")
    learns = varied(explored=True, margin_s=-4.0)
    assert sentence(told(learns), ZH, name).endswith("，给他积累经验的机会；得分最高的是8002 李强，高4.0秒。")


def test_without_a_record_the_line_is_all_there_is() -> None:
    assert sentence(told(None), ZH, name) == "8003 张敏: longest idle"


def test_everybody_has_a_line() -> None:
    chosen = Candidate("8003", score_s=37.0, terms=CHOICE.terms)
    assert candidate_line(chosen, ZH, name="8003 张敏", chosen=True) == (
        "8003 张敏  选中 37.0 = 空闲 +2.0 专属 +40.0 业务 -5.0"
    )
    out = Candidate("8004", "level_too_low", "1 < 2")
    assert candidate_line(out, ZH, name="8004", chosen=False) == "8004  排除: 技能等级不够 1 < 2"
    assert candidate_line(out, EN, name="8004", chosen=False) == "8004  out: level too low 1 < 2"
    assert candidate_line(Candidate("x", score_s=0.0), EN, name="x", chosen=False) == "x  compared 0.0 = "


def test_both_languages_have_a_word_for_everything() -> None:
    states = {state.value for state in AgentState} - {"ready"}
    for words in WHY_WORDS.values():
        assert set(words.removed) == set(ZH.removed) >= states
        assert set(words.terms) == set(ZH.terms)
        assert set(words.ended) == {"", "answered", *(outcome.value for outcome in RingOutcome)}
        assert set(words.reasons) == set(ZH.reasons)


def test_a_transfer_in_one_line() -> None:
    sent: dict[str, object] = {"kind": "blind", "agent": "8001", "to_agent": None, "to_queue": "card"}
    assert transfer_line({**sent, "outcome": None, "answered_by": None}, ZH) == "盲转  8001 → card: 进行中"
    answered = {**sent, "outcome": "answered", "answered_by": "8002"}
    assert transfer_line(answered, EN) == "blind transfer  8001 → card: answered by 8002"
    back = {**sent, "to_queue": None, "outcome": "menu", "answered_by": None}
    assert transfer_line(back, EN) == "blind transfer  8001 → menu: back to the menu"
    assert set(ZH.transferred) == set(EN.transferred)
