from dataclasses import replace

import pytest

from tests.whatif.whatif_play import LOAN, TINY, behaving
from whatif.callers import Callers, first_calls, visit


def test_the_same_seed_is_the_same_day() -> None:
    day = list(first_calls(TINY, 1))
    assert day == list(first_calls(TINY, 1))
    assert day != list(first_calls(TINY, 2))
    assert [call.at for call in day] == sorted(call.at for call in day)
    assert day[-1].at < TINY.lasts_s


def test_as_many_come_as_the_rates_say() -> None:
    long = replace(TINY, hours=40.0, burst=(0.0, 20.0, 0.5))
    calls = list(first_calls(long, 3))
    early = sum(1 for call in calls if call.at < 20 * 3600)
    assert early == pytest.approx(20 * 90, rel=0.07)
    assert len(calls) - early == pytest.approx(20 * 90, rel=0.07)
    assert sum(call.topic == LOAN for call in calls) / len(calls) == pytest.approx(0.75, abs=0.03)
    assert sum(call.vip for call in calls) / len(calls) == pytest.approx(0.08, abs=0.02)


def test_who_calls_again_is_the_same_person_with_other_luck() -> None:
    first, again = visit(TINY, 1, 5), visit(TINY, 1, 5, attempt=1, at=9.0)
    assert (first.topic, first.vip) == (again.topic, again.vip)
    assert first.talk_s != again.talk_s
    assert again.at == 9.0


def test_rings_are_missed_as_often_as_the_scenario_says_and_always_the_same() -> None:
    scenario = behaving(TINY, missed_ratio=0.3)
    calls = Callers(scenario, 1)
    missed = [calls.is_missed(one, ring) for one in calls.first for ring in range(1, 11)]
    assert sum(missed) / len(missed) == pytest.approx(0.3, abs=0.06)
    assert missed == [Callers(scenario, 1).is_missed(one, ring) for one in calls.first for ring in range(1, 11)]
    assert not any(Callers(TINY, 1).is_missed(one, 1) for one in calls.first)
