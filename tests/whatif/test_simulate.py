from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from acd.agent import Agent
from acd.assigner import Assigner, Assignment, LongestIdle
from acd.pricing import Outlook
from acd.standing import USUAL, Standing
from telephony.ids import AgentNumber, CallId
from tests.whatif.whatif_play import ERLANG, TINY, behaving
from whatif.callers import Callers
from whatif.centre import Centre
from whatif.compare import estimate
from whatif.day import Day, Figures
from whatif.erlang import Pool, erlang_a, erlang_b, erlang_c, erlang_c_service_level
from whatif.hotline_centre import HotlineCentre
from whatif.policy_centre import PolicyCentre
from whatif.scenario import Scenario
from whatif.simulate import Simulation, real_outlook


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


Make = Callable[[Scenario], Centre]


def longest_idle(scenario: Scenario, policy: Assigner | None = None) -> Centre:
    return PolicyCentre(scenario, "longest idle", policy or LongestIdle())


def hotline(scenario: Scenario) -> Centre:
    return HotlineCentre(scenario, "hotline")


def day(scenario: Scenario, make: Make = longest_idle, seed: int = 1) -> Day:
    return Simulation(scenario, make(scenario), Callers(scenario, seed)).run()


def play(scenario: Scenario, seed: int = 1, make: Make = longest_idle) -> Figures:
    return day(scenario, make, seed).figures()


def test_a_day_is_played_to_its_end_and_nobody_has_two() -> None:
    policy = Watched()
    played = day(TINY, lambda scenario: longest_idle(scenario, policy))
    assert max(policy.rung.values()) == 1
    assert len(policy.rung) == sum(stay.answered for stay in played.stays)
    assert policy.next_assignment(1e9) is None


@pytest.mark.parametrize("make", [longest_idle, hotline])
def test_the_same_day_again_is_the_same(make: Make) -> None:
    assert play(TINY, make=make) == play(TINY, make=make)


def test_the_patient_and_the_hasty() -> None:
    assert play(behaving(TINY, patience_s=1e9)).abandon_ratio == 0.0
    assert play(behaving(TINY, patience_s=1.0)).abandon_ratio > play(TINY).abandon_ratio


def test_nothing_resolved_brings_everybody_back() -> None:
    none = play(behaving(TINY, repeat_ratio=0.0, redial_ratio=0.0))
    some = play(behaving(TINY, repeat_ratio=1.0, repeat_after_s=60.0))
    assert some.offered > none.offered


def test_the_agent_who_knows_the_caller_is_quicker_and_resolves_more() -> None:
    known = behaving(TINY, repeat_ratio=1.0, repeat_after_s=60.0, same_agent_resolves=1.0)
    unknown = behaving(known, same_agent_resolves=0.0, same_agent_factor=1.0)
    days = [(play(known, seed), play(unknown, seed)) for seed in range(5)]
    assert sum(one.fcr_ratio for one, _ in days) > sum(other.fcr_ratio for _, other in days)


@pytest.mark.parametrize("make", [longest_idle, hotline])
def test_rings_that_are_missed_cost_callers_time_and_some_hang_up_meanwhile(make: Make) -> None:
    some = behaving(TINY, missed_ratio=0.3)
    missed, none = (day(scenario, make) for scenario in (some, TINY))
    assert missed.figures().service_level < none.figures().service_level
    waited = [stay.wait_s for stay in missed.stays if stay.answered]
    assert sum(wait_s >= 20.0 for wait_s in waited) > 0.1 * len(waited)
    hasty = behaving(some, patience_s=10.0)
    assert play(hasty, make=make).abandon_ratio > play(some, make=make).abandon_ratio


def test_who_is_told_that_he_waited_too_long_may_call_again() -> None:
    crowded = behaving(TINY.with_more(0), patience_s=1e9, redial_ratio=1.0, redial_after_s=60.0)
    crowded = behaving(crowded, wrap_up_s=600.0)
    stays = day(crowded, hotline).stays
    assert {round(stay.wait_s) for stay in stays if not stay.answered} == {600}
    assert len(stays) > len(day(behaving(crowded, redial_ratio=0.0), hotline).stays)


class LateWaker(LongestIdle):
    deadline = 0.0


def test_a_policy_that_wants_to_be_woken_in_the_past_is_named() -> None:
    with pytest.raises(AssertionError, match="longest idle wants to be woken in the past"):
        play(TINY, make=lambda scenario: longest_idle(scenario, LateWaker()))


def test_half_the_effect_is_half_way_to_the_middle() -> None:
    half = real_outlook(behaving(TINY, skill_effect=0.5))
    assert half.resolve_ratio(5.0) == pytest.approx((0.88 + 0.74) / 2)
    assert half.handle_s(1.0, 100.0) == pytest.approx((140 + 105) / 2)
    assert real_outlook(TINY).resolve_ratios == pytest.approx(Outlook().resolve_ratios)


# ---- where Erlang's assumptions hold, his formulas do ---------------------------------------------------

CALLS_PER_S, HANDLE_S, MODEL_ERROR = 100 / 3600, 300.0, 0.005
"""Of `ERLANG`; and what a day of twenty hours that begins with nobody there may differ from one without an end."""


def days_of(scenario: Scenario) -> Sequence[Day]:
    return [day(scenario, seed=seed) for seed in range(12)]


def agrees(found: Sequence[float], truth: float) -> None:
    mean = estimate(found)
    assert mean.half_width < 0.05, "an interval this wide shows nothing"
    assert abs(mean.mean - truth) < mean.half_width + MODEL_ERROR


def waited(played: Day) -> float:
    return sum(stay.wait_s > 0.0 for stay in played.stays) / len(played.stays)


def test_erlang_b_without_places_to_wait() -> None:
    found = days_of(behaving(ERLANG, patience_s=1e-6))
    agrees([one.figures().abandon_ratio for one in found], erlang_b(Pool(CALLS_PER_S, HANDLE_S, ERLANG.agents)))


def test_erlang_c_where_nobody_leaves() -> None:
    patient = behaving(ERLANG.with_more(4), patience_s=1e9)
    pool, found = Pool(CALLS_PER_S, HANDLE_S, patient.agents), days_of(patient)
    assert all(one.figures().abandon_ratio == 0.0 for one in found)
    agrees([waited(one) for one in found], erlang_c(pool))
    agrees([one.figures().service_level for one in found], erlang_c_service_level(pool, 20.0))
    agrees([one.figures().service_level_60 for one in found], erlang_c_service_level(pool, 60.0))


def test_erlang_a_with_the_impatient() -> None:
    truth = erlang_a(Pool(CALLS_PER_S, HANDLE_S, ERLANG.agents, ERLANG.behaviour.patience_s))
    found = days_of(ERLANG)
    agrees([one.figures().abandon_ratio for one in found], truth.abandon_ratio)
    agrees([one.figures().occupancy_ratio for one in found], truth.occupancy_ratio)
    agrees([waited(one) for one in found], truth.wait_ratio)


@pytest.mark.parametrize("patience_s", [1e-6, 180.0])
def test_where_all_agents_are_alike_the_hotline_s_callers_wait_as_long_as_anybody_s(patience_s: float) -> None:
    """So what is checked against Erlang above is checked for the machines, too."""
    alike = behaving(replace(ERLANG, hours=4.0), patience_s=patience_s, vip_ratio=0.0)
    ours, theirs = day(alike, hotline), day(alike, longest_idle)
    assert [stay.wait_s for stay in ours.stays] == [stay.wait_s for stay in theirs.stays]
    assert [stay.answered for stay in ours.stays] == [stay.answered for stay in theirs.stays]
