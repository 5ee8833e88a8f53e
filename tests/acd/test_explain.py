"""Reckoned again, a decision comes out as the policy made it, and everybody else is named with what kept him out."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.agent import Agent
from acd.assigner import Assignment, WaitingCall
from acd.explain import AgentThen, CallerThen, Explanation, Moment, explain
from acd.priced_assigner import PricedAssigner
from acd.pricing import Price, Prices
from acd.profiles import profile_of
from acd.standing import Standing
from acd.verdict import Decided, Doubt, RunnerUp
from acd.weights import Weights
from telephony.commands import AgentState, Availability, Choice, RingAgent
from telephony.events import PhoneUse, RingOutcome
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.acd.floor_play import agent, queue
from tests.acd.routing_play import FRAUD, PRICES, QUEUES, STANDINGS, TOPICS, WEIGHTS, a_call, an_agent

NOW = 1000.0


def caller_of(call: WaitingCall) -> CallerThen:
    return CallerThen(
        call.call, call.queue, call.topic, call.min_level, call.entered_at, call.ticket,
        call.caller_class or ("vip" if call.vip else ""), call.wish, call.wanted, transferred=call.transferred,
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
        st.booleans(),
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
    for place, (in_queue, topic, at, caller_class, wish, wanted, passed_on) in enumerate(calls):
        call = a_call(
            place, at, place, in_queue=in_queue, topic=topic, caller_class=caller_class, wish=wish,
            wanted=tuple(map(AgentNumber, wanted)), transferred=passed_on,
        )  # fmt: skip
        waiting[call.call] = call
    for add in ("calls", "agents") if calls_first else ("agents", "calls"):
        for one, standing, since in people.values() if add == "agents" else ():
            policy.add_agent(one, idle_since=since, standing=standing)
        for call in waiting.values() if add == "calls" else ():
            policy.add_call(call)
        if add == ("calls" if calls_first else "agents"):  # whoever comes second chooses
            assert policy.next_assignment(NOW) is None
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
        if told.decided is Decided.SCORE:
            else_score = without_the_chosen(made, prices, people, waiting)
            if told.runner_up is None:
                assert else_score is None
            else:
                assert made.decision is not None
                assert else_score == pytest.approx(made.decision.score - told.runner_up.margin_s, abs=1e-6)
        del people[made.agent], waiting[made.call]


def without_the_chosen(
    made: Assignment,
    prices: Prices,
    people: dict[AgentNumber, tuple[Agent, Standing, float]],
    waiting: dict[CallId, WaitingCall],
) -> float | None:
    """The score of who would have been chosen, had the chosen one not been there; None: nobody."""
    policy = PricedAssigner(prices, WEIGHTS)
    assert made.decision is not None
    for call in waiting.values() if made.decision.by_agent else [waiting[made.call]]:
        if not made.decision.by_agent or call.call != made.call:
            policy.add_call(call)
    policy.next_assignment(NOW)
    for number, (one, standing, since) in people.items():
        if (number == made.agent) is made.decision.by_agent:
            policy.add_agent(one, idle_since=since, standing=standing)
    if not made.decision.by_agent:  # the call comes last, so that it chooses
        policy.remove_call(made.call)
        policy.next_assignment(NOW)
        policy.add_call(waiting[made.call])
    found = policy.next_assignment(NOW)
    return None if found is None or found.decision is None else found.decision.score


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
    elsewhere = Availability(900.0, phone=PhoneUse.IN_USE)
    assert told_of(free(able, availability=elsewhere)) == ("phone_in_use", "in_use")
    held = Prices("p", {(profile_of(able), LOAN): Price(-30.0, 10.0)})
    assert told_of(free(able), replace(CALLER, place_at=993.0), held) == ("held_back", "3.0")
    assert told_of(free(able), replace(CALLER, place_at=990.0 + 1e-9), held) == ("", ""), "instants are rounded"
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


# ---- what decided, and what is in doubt ----------------------------------------------------------------


def chose(callers: list[CallerThen], chosen: str, *, aged: bool, weights: Weights, score_s: float) -> Explanation:
    """As if the journal said so: agent 1 became free and got this caller."""
    one = agent("1", loan=5)
    choice = Choice(True, LOAN, 2, score_s, {}, None, None, 0.0, 0.0, "r/p", aged=aged)
    moment = Moment(NOW, {one.number: free(one)}, {each.call: each for each in callers}, Prices(), weights)
    return explain(RingAgent(CallId(chosen), one.number, QueueId("q"), 20.0, "", choice), moment)


def test_where_age_decided_the_next_eldest_is_the_runner_up() -> None:
    old, less, least = (
        replace(CALLER, call=CallId(call), place_at=at) for call, at in (("a", 800.0), ("b", 830.0), ("c", 990.0))
    )
    found = chose([old, least, less], "a", aged=True, weights=Weights(), score_s=200.0)
    assert (found.decided, found.runner_up, found.exact) == (Decided.AGE, RunnerUp("b", 30.0), True)
    alone = chose([old], "a", aged=True, weights=Weights(), score_s=200.0)
    assert (alone.decided, alone.runner_up, alone.exact) == (Decided.AGE, None, True)


def test_a_class_that_may_overtake_anybody_and_the_eldest_whom_it_overtook() -> None:
    weights = Weights(class_bonus_s={"fraud": 300.0}, unbound_classes=frozenset({"fraud"}))
    old, urgent = replace(CALLER, place_at=800.0), replace(CALLER, call=CallId("f"), caller_class="fraud")
    found = chose([old, urgent], "f", aged=True, weights=weights, score_s=310.0)
    assert (found.decided, found.runner_up, found.exact) == (Decided.CLASS, RunnerUp("c", 110.0), True)
    first = chose([old, replace(urgent, place_at=990.0)], "c", aged=True, weights=weights, score_s=200.0)
    assert first.doubt is Doubt.BETTER


def test_whether_anybody_waited_too_long_must_come_out_as_recorded() -> None:
    young, old = replace(CALLER, place_at=990.0), replace(CALLER, place_at=800.0)
    assert chose([young], "c", aged=True, weights=Weights(), score_s=10.0).doubt is Doubt.AGE
    assert chose([old], "c", aged=False, weights=Weights(), score_s=200.0).doubt is Doubt.AGE
    assert chose([], "c", aged=True, weights=Weights(), score_s=10.0).doubt is Doubt.NO_CALLER
    rings = replace(young, rings=True)
    assert chose([rings], "c", aged=False, weights=Weights(), score_s=10.0).doubt is Doubt.REMOVED


def test_an_agent_who_was_not_there_or_not_free_did_not_choose() -> None:
    choice = Choice(True, LOAN, 2, 10.0, {}, None, None, 10.0, 0.0, "r/p")
    talks = AgentThen(agent("1", loan=5), AgentState.TALKING)
    ring = RingAgent(CALLER.call, AgentNumber("1"), QueueId("q"), 20.0, "", choice)
    for agents in ({}, {AgentNumber("1"): talks}):
        moment = Moment(NOW, agents, {CALLER.call: CALLER}, Prices(), Weights())
        assert explain(ring, moment).doubt is Doubt.REMOVED


def test_who_was_named_by_a_transfer_is_the_only_one_listed() -> None:
    choice = Choice(False, LOAN, 2, 0.0, {}, None, None, 10.0, 0.0, "r/", named=True)
    ring = RingAgent(CALLER.call, AgentNumber("1"), QueueId("q"), 20.0, "", choice)

    def told(*agents: AgentThen) -> Explanation:
        there = {then.agent.number: then for then in agents}
        return explain(ring, Moment(NOW, there, {CALLER.call: CALLER}, Prices(), Weights()))

    untrained = agent("1", card=1)
    found = told(free(untrained), free(agent("2", loan=5)))
    assert [(one.who, one.removed_by) for one in found.agents] == [("1", "")]
    assert (found.decided, found.exact, found.runner_up) == (Decided.NAMED, True, None)
    busy = told(replace(free(untrained), state=AgentState.WRAP_UP))
    assert (busy.agents[0].removed_by, busy.doubt) == ("wrap_up", Doubt.REMOVED)
    assert told().agents[0].removed_by == "unknown"
    rings = replace(free(untrained), availability=Availability(900.0, phone=PhoneUse.RINGING))
    assert told(rings).exact, "for whoever passed the caller on"
    talks = replace(free(untrained), availability=Availability(900.0, phone=PhoneUse.IN_USE))
    assert told(talks).agents[0].removed_by == "phone_in_use"


def test_a_further_skill_is_a_filter_that_says_which() -> None:
    demanding = replace(CALLER, queue=queue("vips", min_level=2, skills=((Topic("vip_care"), 3),)), min_level=2)

    def told(one: Agent, level: int = 2) -> tuple[str, str]:
        return told_of(free(one), replace(demanding, min_level=level))

    assert told(agent("1", loan=5)) == ("no_skill", "vip_care")
    assert told(agent("1", loan=5, vip_care=2)) == ("level_too_low", "vip_care 2 < 3")
    assert told(agent("1", loan=5, vip_care=2), level=1) == ("", ""), "by then it is demanded less"
    assert told(agent("1", loan=5, vip_care=3)) == ("", "")
