"""Who learns, from which calls, and that nobody pays much for it."""

from dataclasses import replace

from acd.explain import Moment, explain
from acd.priced_assigner import PricedAssigner
from acd.pricing import Price, Prices
from acd.profiles import profile_of
from acd.standing import USUAL
from acd.weights import Weights
from telephony.commands import RingAgent
from telephony.ids import AgentNumber, Topic
from tests.acd.floor_play import agent
from tests.acd.routing_play import a_call
from tests.acd.test_explain import agent_of, caller_of

NOW = 1000.0
WEIGHTS = Weights(skill_on_arrival=1.0, explore_every=3, explore_most_s=5.0)
EVERY_CALL = replace(WEIGHTS, explore_every=1)
EXPERT, JUNIOR, NOVICE = (agent(name, loan=level) for name, level in (("expert", 5), ("junior", 2), ("novice", 1)))


def prices(junior_s: float = -4.0, novice_s: float = -20.0, *, hold_s: float = 0.0) -> Prices:
    topic = Topic("loan")
    return Prices(
        "by hand",
        {
            (profile_of(EXPERT), topic): Price(0.0),
            (profile_of(JUNIOR), topic): Price(junior_s, hold_s),
            (profile_of(NOVICE), topic): Price(novice_s),
        },
    )


def who_gets(table: Prices, weights: Weights = WEIGHTS, calls: int = 7, **traits: object) -> list[str]:
    """The agents of so many calls in turn; whoever had one is free again at once."""
    policy, found = PricedAssigner(table, weights), []
    for one in (EXPERT, JUNIOR, NOVICE):
        policy.add_agent(one, idle_since=NOW)
    assert policy.next_assignment(NOW) is None
    for number in range(calls):
        policy.add_call(a_call(number, NOW, number, **traits))
        made = policy.next_assignment(NOW)
        assert made is not None
        found.append(str(made.agent))
        policy.add_agent(next(one for one in (EXPERT, JUNIOR, NOVICE) if one.number == made.agent), idle_since=NOW)
        assert policy.next_assignment(NOW) is None
    return found


def test_every_third_call_is_for_the_least_skilled_who_costs_little() -> None:
    e, j, n = "expert", "junior", "novice"
    assert who_gets(prices()) == [e, e, j, e, e, j, e]
    assert who_gets(prices(novice_s=-5.0)) == [e, e, n, e, e, n, e]


def test_nobody_learns_at_a_caller_s_cost() -> None:
    only_experts = ["expert"] * 7
    assert who_gets(prices(junior_s=-6.0)) == only_experts
    assert who_gets(prices(hold_s=10.0)) == only_experts
    assert who_gets(prices(), replace(WEIGHTS, explore_every=0)) == only_experts
    assert who_gets(prices(), vip=True) == only_experts
    assert who_gets(prices(), replace(WEIGHTS, asked_before_s=0.0), wish=1) == only_experts


def test_a_turn_nobody_could_take_passes_to_the_next_call() -> None:
    policy = PricedAssigner(prices(), WEIGHTS)
    policy.add_agent(EXPERT, idle_since=NOW)
    order = []
    for number in range(4):
        policy.add_call(a_call(number, NOW, number))
        made = policy.next_assignment(NOW)
        assert made is not None
        order.append(str(made.agent))
        policy.add_agent(EXPERT, idle_since=NOW)
        if number == 2:
            policy.add_agent(JUNIOR, idle_since=NOW)
        assert policy.next_assignment(NOW) is None
    assert order == ["expert", "expert", "expert", "junior"]


def test_it_is_explained_exactly_and_is_not_taken_for_the_best() -> None:
    policy, weights = PricedAssigner(prices(), EVERY_CALL), EVERY_CALL
    for one in (EXPERT, JUNIOR):
        policy.add_agent(one, idle_since=NOW)
    assert policy.next_assignment(NOW) is None
    call = a_call(1, NOW, 1)
    policy.add_call(call)
    made = policy.next_assignment(NOW)
    assert made is not None
    assert (made.agent, made.reason) == ("junior", "idle 0.0 - skill 4.0 = -4.0 s, to learn, ahead by -4.0 s")
    choice = made.choice(call)
    assert choice is not None
    assert (choice.explored, choice.rival, choice.margin_s) == (True, "expert", -4.0)
    moment = Moment(
        NOW,
        {AgentNumber(one.number): agent_of(one, USUAL, NOW) for one in (EXPERT, JUNIOR)},
        {call.call: caller_of(call)},
        prices(),
        weights,
    )
    ring = RingAgent(made.call, made.agent, made.queue, 20.0, made.reason, choice)
    assert explain(ring, moment).exact
    assert not explain(replace(ring, choice=replace(choice, explored=False)), moment).exact
