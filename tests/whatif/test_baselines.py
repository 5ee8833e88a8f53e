"""Each system's way of choosing, in a few calls."""

from dataclasses import replace

import pytest

from acd.assigner import Assigner
from acd.queue import Widening
from acd.weights import VIP, Weights
from telephony.ids import AgentNumber, Topic
from tests.acd.floor_play import queue
from tests.whatif.whatif_play import one_agent, one_call
from whatif.baselines import (
    AppQueue,
    BestSkill,
    by_head_start,
    expert_target,
    fewest_calls,
    least_recent,
    next_poll,
    round_robin,
    skill_then_order,
    tiers,
)


def made(policy: Assigner, now: float) -> list[tuple[str, str]]:
    found = []
    while (one := policy.next_assignment(now)) is not None:
        found.append((str(one.call), str(one.agent)))
    return found


def floor(policy: Assigner, **levels: int) -> None:
    for place, (name, level) in enumerate(levels.items()):
        policy.add_agent(one_agent(name, loan=level), idle_since=float(place))


def test_rrmemory_goes_round() -> None:
    policy = AppQueue(metric=round_robin)
    floor(policy, a=1, b=1, c=1)
    for number, expected in enumerate(["a", "b", "c", "a"]):
        policy.add_call(one_call(f"c{number}", 10.0))
        assert made(policy, 10.0) == [(f"c{number}", expected)]
        policy.add_agent(one_agent(expected, loan=1), idle_since=0.0)


def test_leastrecent_and_fewestcalls() -> None:
    recent, fewest = AppQueue(metric=least_recent), AppQueue(metric=fewest_calls)
    for policy in (recent, fewest):
        floor(policy, a=5, b=1)
        policy.add_call(one_call("c1", 10.0))
        assert made(policy, 10.0) == [("c1", "a")]
        policy.add_agent(one_agent("a", loan=5), idle_since=0.5)
        policy.add_call(one_call("c2", 11.0))
    assert (made(recent, 11.0), made(fewest, 11.0)) == ([("c2", "a")], [("c2", "b")])


def test_penalties_come_before_the_strategy() -> None:
    policy = AppQueue(metric=least_recent, penalties=True)
    floor(policy, poor=1, good=4)
    policy.add_call(one_call("c1", 10.0))
    assert made(policy, 10.0) == [("c1", "good")]


def test_waiting_callers_poll_once_a_second_and_only_as_many_as_agents_are_free() -> None:
    policy = AppQueue()
    assert policy.deadline is None
    policy.add_call(one_call("c1", 10.0))
    policy.add_call(one_call("c2", 10.25))
    policy.add_call(one_call("c3", 10.5, vip=True))
    policy.add_call(one_call("c4", 10.7, "card"))
    assert made(policy, 10.7) == []
    assert policy.deadline is None
    policy.add_agent(one_agent("a", loan=1), idle_since=10.8)
    assert made(policy, 10.8) == []
    assert policy.deadline == 11.5, "the others have somebody before them"
    assert made(policy, 11.0) == []
    assert made(policy, 11.25) == []
    assert made(policy, 11.5) == [("c3", "a")]
    assert next_poll(one_call("c9", 12.0), 11.0) == 12.0
    policy.remove_call(one_call("c1", 10.0).call)
    policy.remove_call(one_call("c1", 10.0).call)
    policy.remove_agent(one_agent("a").number)
    assert policy.deadline is None


def test_tiers_open_after_twenty_seconds() -> None:
    policy = tiers()
    assert policy.deadline is None
    floor(policy, poor=1, good=3)
    policy.add_call(one_call("c1", 10.0))
    policy.add_call(one_call("c2", 12.0))
    policy.add_call(one_call("c3", 13.0, "card"))
    assert made(policy, 13.0) == []
    assert policy.deadline == 30.0
    assert made(policy, 30.0) == [("c1", "good")]
    policy.add_agent(one_agent("best", loan=4), idle_since=30.0)
    assert made(policy, 30.0) == [("c2", "best")]
    assert policy.deadline is None


def test_the_expert_target_is_strict_about_vips_and_takes_the_longest_idle() -> None:
    policy = expert_target()
    policy.add_call(one_call("c1", 10.0))
    policy.add_call(one_call("c2", 90.0, vip=True))
    floor(policy, expert=4, better=5, poor=1)
    assert made(policy, 90.0) == [("c2", "expert"), ("c1", "better")]
    assert made(policy, 90.0) == []


def test_calls_take_the_best_skilled_and_vips_have_a_head_start() -> None:
    policy = skill_then_order()
    policy.add_call(one_call("c1", 10.0))
    policy.add_call(one_call("c2", 84.0, vip=True))
    policy.add_call(one_call("c3", 10.0, "card"))
    floor(policy, poor=1, best=5)
    assert made(policy, 90.0) == [("c2", "best"), ("c1", "poor")]
    assert made(policy, 90.0) == []


def test_greedy_puts_skill_before_order_both_ways() -> None:
    policy = BestSkill()
    assert made(policy, 90.0) == []
    policy.add_call(one_call("c1", 10.0))
    policy.add_call(one_call("c2", 89.0, "card"))
    policy.add_agent(one_agent("a", loan=2, card=4), idle_since=90.0)
    assert made(policy, 90.0) == [("c2", "a")]
    policy.add_agent(one_agent("b", loan=3), idle_since=0.0)
    policy.add_agent(one_agent("c", loan=5), idle_since=90.0)
    assert made(policy, 91.0) == [("c1", "c")]
    policy.remove_call(one_call("c9", 0.0).call)


def test_who_is_busy_when_a_topic_is_first_asked_for_is_found_afterwards() -> None:
    policy = skill_then_order()
    floor(policy, a=3)
    policy.remove_agent(one_agent("a").number)
    policy.add_call(one_call("c1", 10.0))
    assert made(policy, 10.0) == []
    policy.add_agent(one_agent("a", loan=3), idle_since=11.0)
    assert made(policy, 11.0) == [("c1", "a")]


def test_vips_have_the_head_start_that_ours_have() -> None:
    ordinary, late = one_call("c1", 0.0), Weights().class_s(VIP)
    assert by_head_start(one_call("c2", late - 1.0, vip=True)) < by_head_start(ordinary)
    assert by_head_start(one_call("c2", late + 1.0, vip=True)) > by_head_start(ordinary)


@pytest.mark.parametrize(
    "policy",
    [AppQueue(), AppQueue(penalties=True), tiers(), expert_target(), skill_then_order()],
    ids=["app_queue", "penalties", "tiers", "expert target", "skill, then order"],
)
def test_whoever_a_queue_could_never_take_is_no_member_of_it(policy: Assigner) -> None:
    english = queue("english", min_level=3, language="en", skills=((Topic("care"), 2),), widen=(Widening(60.0, 2),))
    policy.add_call(replace(one_call("c1", 10.0), queue=english))
    speaks = replace(one_agent("8", loan=4, care=1), languages=("zh", "en"))
    policy.add_agent(one_agent("1", loan=5, care=5), idle_since=0.0)
    policy.add_agent(replace(speaks, number=AgentNumber("2"), skills={Topic("loan"): 5}), idle_since=0.0)
    policy.add_agent(
        replace(speaks, number=AgentNumber("3"), skills={Topic("loan"): 1, Topic("care"): 5}), idle_since=0.0
    )
    assert made(policy, 10.0) == []
    policy.add_agent(speaks, idle_since=5.0)
    assert made(policy, 10.0) == [("c1", "8")], "level 1 of the further skill is enough in the end"
    policy.add_call(one_call("c2", 10.0))
    assert made(policy, 10.0) == [("c2", "1")], "another queue's callers have whoever has the skill"
