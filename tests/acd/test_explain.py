"""Reckoned again, a decision comes out as the policy made it, and everybody else is named with what kept him out."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from acd.agent import Agent
from acd.assigner import WaitingCall
from acd.explain import AgentThen, CallerThen, Explanation, Moment, explain
from acd.priced_assigner import PricedAssigner
from acd.pricing import Price, Prices
from acd.profiles import profile_of
from acd.standing import Standing
from acd.weights import Weights
from telephony.commands import AgentState, Availability, RingAgent
from telephony.events import RingOutcome
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.acd.floor_play import agent, queue
from tests.acd.routing_play import FRAUD, PRICES, QUEUES, STANDINGS, TOPICS, WEIGHTS, a_call, an_agent

NOW = 1000.0


def caller_of(call: WaitingCall) -> CallerThen:
    return CallerThen(
        call.call, call.queue, call.topic, call.min_level, call.entered_at, call.ticket,
        call.caller_class or ("vip" if call.vip else ""), call.wish, call.wanted,
    )  # fmt: skip


def agent_of(one: Agent, standing: Standing, since: float) -> AgentThen:
    available = Availability(since, standing.band, tuple(sorted(standing.form)))
    return AgentThen(one, AgentState.READY, "", available)


AGENTS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(STANDINGS), st.sampled_from([0.0, 300.0, 900.0, 990.0])), max_size=5
)
CALLS = st.lists(
    st.tuples(
        st.sampled_from(QUEUES),
        st.sampled_from(TOPICS),
        st.sampled_from([850.0, 900.0, 990.0, 998.0, 1000.0]),
        st.sampled_from(["", "vip", FRAUD, "later"]),
        st.integers(0, 2),
        st.lists(st.sampled_from(["100", "101", "102"]), max_size=2),
    ),
    max_size=5,
)


@given(PRICES, AGENTS, CALLS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_decision_is_reckoned_again_exactly(
    prices: Prices, agents: list[Any], calls: list[Any], calls_first: bool
) -> None:
    policy = PricedAssigner(prices, WEIGHTS)
    people = {
        AgentNumber(str(100 + place)): (an_agent(100 + place, row), standing, since)
        for place, (row, standing, since) in enumerate(agents)
    }
    waiting = {}
    for place, (in_queue, topic, at, caller_class, wish, wanted) in enumerate(calls):
        call = a_call(
            place, at, place, in_queue=in_queue, topic=topic, caller_class=caller_class, wish=wish,
            wanted=tuple(map(AgentNumber, wanted)),
        )  # fmt: skip
        waiting[call.call] = call
    for add in (0, 1) if calls_first else (1, 0):
        for one, standing, since in people.values() if add else ():
            policy.add_agent(one, idle_since=since, standing=standing)
        for call in waiting.values() if not add else ():
            policy.add_call(call)
    while (made := policy.next_assignment(NOW)) is not None:
        moment = Moment(
            NOW,
            {number: agent_of(*who) for number, who in people.items()},
            {call: caller_of(one) for call, one in waiting.items()},
            prices,
            WEIGHTS,
        )
        ring = RingAgent(made.call, made.agent, made.queue, 20.0, made.reason, made.choice(waiting[made.call]))
        told = explain(ring, moment)
        assert told.exact
        chosen = next(one for one in told.agents if one.who == made.agent)
        assert not chosen.removed_by
        assert len(told.agents) == len(people)
        del people[made.agent], waiting[made.call]


# ---- the filters, one by one ------------------------------------------------------------------------

LOAN = Topic("loan")
CALLER = CallerThen(CallId("c"), queue(min_level=2), LOAN, 2, 990.0)


def told_of(then: AgentThen, caller: CallerThen = CALLER, prices: Prices | None = None) -> tuple[str, str]:
    moment = Moment(NOW, {then.agent.number: then}, {caller.call: caller}, prices or Prices(), Weights())
    (one,) = explain(RingAgent(caller.call, AgentNumber("x"), QueueId("q"), 20.0, ""), moment).agents
    return one.removed_by, one.detail


def free(one: Agent, **traits: object) -> AgentThen:
    return replace(AgentThen(one, AgentState.READY, "", Availability(900.0)), **traits)  # type: ignore[arg-type]


def test_every_filter_has_its_name() -> None:
    able = agent("1", loan=3)
    assert told_of(free(able)) == ("", "")
    assert told_of(free(agent("1", card=3))) == ("no_skill", "loan")
    assert told_of(free(agent("1", loan=1))) == ("level_too_low", "1 < 2")
    barred = replace(able, skills={LOAN: 0}, not_certified=frozenset({LOAN}))
    assert told_of(free(barred)) == ("not_certified", "loan")
    assert told_of(free(barred), replace(CALLER, topic=Topic("loan.quota"))) == ("not_certified", "loan.quota")
    english = replace(CALLER, queue=queue(min_level=2, language="en"))
    assert told_of(free(able), english) == ("language", "en")
    assert told_of(free(replace(able, languages=("en",))), english) == ("", "")
    assert told_of(free(able, state=AgentState.NOT_READY, reason="2")) == ("not_ready", "2")
    assert told_of(free(able, reachable=False)) == ("unreachable", "")
    rests = Availability(900.0, rests_until=1010.0, rests_after=RingOutcome.NO_ANSWER)
    assert told_of(free(able, availability=rests)) == ("resting", "no_answer 10")
    assert told_of(free(able, availability=replace(rests, rests_until=1000.0))) == ("", "")
    held = Prices("p", {(profile_of(able), LOAN): Price(-30.0, 10.0)})
    assert told_of(free(able), replace(CALLER, place_at=993.0), held) == ("held_back", "3.0")
    assert told_of(free(able), replace(CALLER, place_at=993.0, wanted=(able.number,)), held) == ("", "")


def by_agent(callers: list[CallerThen], *, chosen: str = "c", score_s: float = 0.0) -> Explanation:
    one = agent("1", loan=5)
    policy = PricedAssigner(None, Weights())
    for each in callers:
        policy.add_call(WaitingCall(each.call, each.queue, each.topic, each.place_at, each.ticket))
    policy.add_agent(one, idle_since=NOW)
    made = policy.next_assignment(NOW)
    assert made is not None
    assert made.decision is not None
    choice = made.decision.choice(LOAN, 1)
    if score_s:
        choice = replace(choice, score_s=score_s)
    moment = Moment(NOW, {one.number: free(one)}, {each.call: each for each in callers}, Prices(), Weights())
    return explain(RingAgent(CallId(chosen), one.number, QueueId("q"), 20.0, "", choice), moment)


def test_the_callers_an_agent_chose_from_are_named_too() -> None:
    others = [
        replace(CALLER, call=CallId("d"), place_at=995.0),
        replace(CALLER, call=CallId("rings"), rings=True),
        replace(CALLER, call=CallId("hears"), offerable=False),
        replace(CALLER, call=CallId("card"), topic=Topic("card")),
    ]
    told = by_agent([CALLER, *others])
    assert [(one.who, one.removed_by) for one in told.callers] == [
        ("c", ""),
        ("d", ""),
        ("card", "no_skill"),
        ("hears", "hears_notice"),
        ("rings", "rings_elsewhere"),
    ]
    assert told.callers[0].terms == {"waited": 10.0, "skill": 0.0}
    assert told.exact


def test_age_takes_out_who_waits_less() -> None:
    old = replace(CALLER, place_at=800.0)
    told = by_agent([old, replace(CALLER, call=CallId("d"), place_at=995.0)])
    assert [(one.who, one.removed_by, one.detail) for one in told.callers] == [("c", "", ""), ("d", "waits_less", "c")]


def test_what_does_not_come_out_as_recorded_is_not_exact() -> None:
    later = replace(CALLER, call=CallId("d"), place_at=995.0)
    assert not by_agent([CALLER, later], score_s=99.0).exact
    assert not by_agent([CALLER, later], chosen="d").exact
    nobody = Moment(NOW, {}, {CALLER.call: CALLER}, Prices(), Weights())
    assert not explain(RingAgent(CALLER.call, AgentNumber("1"), QueueId("q"), 20.0, "longest idle"), nobody).exact


def test_who_rings_a_held_caller_is_named_by_the_seconds_left() -> None:
    one = agent("1", loan=3)
    held = Prices("p", {(profile_of(one), LOAN): Price(-30.0, 10.0)})
    fresh = replace(CALLER, call=CallId("d"), place_at=999.0)
    moment = Moment(NOW, {one.number: free(one)}, {"c": CALLER, "d": fresh}, held, Weights())  # type: ignore[dict-item]
    policy = PricedAssigner(held, Weights())
    policy.add_call(WaitingCall(CALLER.call, CALLER.queue, LOAN, 990.0, 0))
    policy.add_call(WaitingCall(fresh.call, fresh.queue, LOAN, 999.0, 1))
    policy.add_agent(one, idle_since=NOW)
    made = policy.next_assignment(NOW)
    assert made is not None
    assert made.decision is not None
    told = explain(RingAgent(made.call, made.agent, made.queue, 20.0, "", made.decision.choice(LOAN, 2)), moment)
    assert told.exact
    assert [(each.who, each.removed_by) for each in told.callers] == [("c", ""), ("d", "held_back")]


def test_a_further_skill_is_a_filter_that_says_which() -> None:
    demanding = replace(CALLER, queue=queue("vips", min_level=2, skills=((Topic("vip_care"), 3),)), min_level=2)

    def told(one: Agent, level: int = 2) -> tuple[str, str]:
        return told_of(free(one), replace(demanding, min_level=level))

    assert told(agent("1", loan=5)) == ("no_skill", "vip_care")
    assert told(agent("1", loan=5, vip_care=2)) == ("level_too_low", "vip_care 2 < 3")
    assert told(agent("1", loan=5, vip_care=2), level=1) == ("", ""), "by then it is demanded less"
    assert told(agent("1", loan=5, vip_care=3)) == ("", "")
