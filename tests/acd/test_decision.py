from acd.decision import Decision
from acd.pricing import Prices
from acd.weights import Weights
from telephony.ids import AgentNumber, CallId, Topic

BY_AGENT = Decision(
    at=100.0,
    call=CallId("c"),
    agent=AgentNumber("1"),
    by_agent=True,
    lane=0,
    group=0,
    score=104.0,
    rival=CallId("d"),
    rival_score=96.0,
    wait_s=41.0,
    idle_s=0.0,
    caller_class="vip",
    own_agent=False,
    aged=False,
    among=0b1010,
    prices=Prices(),
    weights=Weights(idle_per_s=0.05, class_bonus_s={"vip": 75.0}),
)


def test_the_terms_add_up_to_the_score_and_read_as_a_line() -> None:
    assert BY_AGENT.terms() == {"waited": 41.0, "vip": 75.0, "skill": -12.0}
    assert BY_AGENT.reason() == "waited 41.0 + vip 75.0 - skill 12.0 = 104.0 s, ahead by 8.0 s"
    assert BY_AGENT.margin_s == 8.0
    assert BY_AGENT.looked_at() == [1, 3]
    assert BY_AGENT.version == "default/by level"


def test_an_arriving_call_has_other_terms() -> None:
    arrives = BY_AGENT._replace(by_agent=False, idle_s=200.0, score=20.0, own_agent=True, rival=None)
    assert arrives.terms() == {"idle": 10.0, "own agent": 40.0, "skill": -30.0}
    assert arrives.margin_s is None
    assert arrives.reason() == "idle 10.0 + own agent 40.0 - skill 30.0 = 20.0 s"


def test_age_is_named_and_a_term_of_nothing_is_not() -> None:
    aged = BY_AGENT._replace(aged=True, caller_class="", wait_s=-1.0, score=-1.0, rival=None)
    assert aged.reason() == "- waited 1.0 + skill 0.0 = -1.0 s, waited longest"


def test_the_journal_gets_the_same_without_the_masks() -> None:
    choice = BY_AGENT.choice(Topic("loan"), 2)
    assert (choice.topic, choice.min_level, choice.score_s, choice.margin_s) == ("loan", 2, 104.0, 8.0)
    assert choice.terms == BY_AGENT.terms()
    assert (choice.rival, choice.version) == ("d", "default/by level")
