from collections import Counter

import pytest

from acd.agent import Agent
from acd.assigner import Assignment, LongestIdle
from acd.pricing import Outlook
from acd.standing import USUAL, Standing
from telephony.ids import AgentNumber, CallId, Topic
from tests.whatif.whatif_play import TINY, behaving
from whatif.callers import Callers
from whatif.day import Figures
from whatif.scenario import Scenario
from whatif.simulate import Player, Simulation, real_outlook


class Watched(LongestIdle):
    """Counts, and checks that nobody gets two calls at once and no call two agents."""

    def __init__(self) -> None:
        super().__init__()
        self.busy: set[AgentNumber] = set()
        self.rung: Counter[CallId] = Counter()

    def add_agent(self, agent: Agent, *, idle_since: float, standing: Standing = USUAL) -> None:
        self.busy.discard(agent.number)
        super().add_agent(agent, idle_since=idle_since, standing=standing)

    def next_assignment(self, now: float) -> Assignment | None:
        made = super().next_assignment(now)
        if made is not None:
            assert made.agent not in self.busy
            self.busy.add(made.agent)
            self.rung[made.call] += 1
        return made


def play(scenario: Scenario, seed: int = 1) -> Figures:
    return Simulation(scenario, Player("longest idle", LongestIdle()), Callers(scenario, seed)).run().figures()


def test_a_day_is_played_to_its_end_and_nobody_has_two() -> None:
    policy = Watched()
    day = Simulation(TINY, Player("watched", policy), Callers(TINY, 1)).run()
    assert max(policy.rung.values()) == 1
    assert len(policy.rung) == sum(stay.answered for stay in day.stays)
    assert policy.next_assignment(1e9) is None
    assert not policy.busy, "everybody is free again"


def test_the_same_day_again_is_the_same() -> None:
    assert play(TINY) == play(TINY)


def test_the_patient_and_the_hasty() -> None:
    crowded = TINY.with_more(0)
    assert play(behaving(crowded, patience_s=1e9)).abandon_ratio == 0.0
    assert play(behaving(crowded, patience_s=1.0)).abandon_ratio > play(crowded).abandon_ratio


def test_nothing_resolved_brings_everybody_back() -> None:
    none = play(behaving(TINY, repeat_ratio=0.0, redial_ratio=0.0))
    some = play(behaving(TINY, repeat_ratio=1.0, repeat_after_s=60.0))
    assert some.offered > none.offered


def test_the_agent_who_knows_the_caller_is_quicker_and_resolves_more() -> None:
    known = behaving(TINY.with_more(-0), repeat_ratio=1.0, repeat_after_s=60.0, same_agent_resolves=1.0)
    unknown = behaving(known, same_agent_resolves=0.0, same_agent_factor=1.0)
    days = [(play(known, seed), play(unknown, seed)) for seed in range(5)]
    assert sum(one.fcr_ratio for one, _ in days) > sum(other.fcr_ratio for _, other in days)


def test_a_policy_is_told_what_has_arrived() -> None:
    told: list[tuple[float, Counter[Topic]]] = []
    day = Simulation(
        TINY, Player("told", LongestIdle(), lambda now, seen: told.append((now, seen))), Callers(TINY, 1)
    ).run()
    assert [now for now, _ in told] == [300.0 * number for number in range(1, 12)]
    assert 0 < sum(seen.total() for _, seen in told) <= len(day.stays)


class LateWaker(LongestIdle):
    deadline = 5.0


def test_a_policy_that_wants_to_be_woken_in_the_past_is_named() -> None:
    with pytest.raises(AssertionError, match="late wants to be woken in the past"):
        Simulation(TINY, Player("late", LateWaker()), Callers(TINY, 1)).run()


def test_half_the_effect_is_half_way_to_the_middle() -> None:
    half = real_outlook(behaving(TINY, skill_effect=0.5))
    assert half.resolve_ratio(5.0) == pytest.approx((0.88 + 0.74) / 2)
    assert half.handle_s(1.0, 100.0) == pytest.approx((140 + 105) / 2)
    assert real_outlook(TINY).resolve_ratios == pytest.approx(Outlook().resolve_ratios)
