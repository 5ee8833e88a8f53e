from dataclasses import replace

import pytest

from acd.assigner import LongestIdle
from tests.whatif.whatif_play import ERLANG, LOAN, TINY, behaving
from whatif.bound import pooled_bound
from whatif.callers import Callers
from whatif.compare import estimate, play
from whatif.players import OURS, POOLED, pooled
from whatif.policy_centre import PolicyCentre
from whatif.scenario import Team
from whatif.simulate import Simulation


def test_the_simulator_agrees_with_the_bound_where_nobody_calls_again() -> None:
    alone = pooled(behaving(replace(ERLANG, teams=(Team(7, {LOAN: 5}),)), ring_s=3.0, wrap_up_s=20.0))
    bound = pooled_bound(alone)
    days = [
        Simulation(alone, PolicyCentre(alone, POOLED, LongestIdle()), Callers(alone, seed)).run().figures()
        for seed in range(4)
    ]
    for name in ("service_level", "service_level_60", "answered_in_180", "abandon_ratio"):
        found = estimate([getattr(day, name) for day in days])
        assert abs(found.mean - getattr(bound, name)) < found.half_width + 0.01
    waited = estimate([day.asa_s for day in days])
    assert abs(waited.mean - bound.asa_s) < waited.half_width + 1.0


def test_nobody_reaches_it() -> None:
    bound = pooled_bound(TINY)
    days = [play(OURS, TINY, Callers(TINY, seed)) for seed in range(3)]
    assert sum(day.abandon_ratio for day in days) / 3 > bound.abandon_ratio
    assert sum(day.asa_s for day in days) / 3 > bound.asa_s


def test_half_an_effect_is_half_a_bound() -> None:
    assert pooled_bound(behaving(TINY, skill_effect=0.5)).abandon_ratio > pooled_bound(TINY).abandon_ratio


def test_a_ring_longer_than_the_threshold_leaves_nobody_within_it() -> None:
    assert pooled_bound(behaving(TINY, ring_s=25.0)).service_level == pytest.approx(0.0)
