from dataclasses import replace

from tests.whatif.whatif_play import TINY


def test_the_forecast_goes_by_parts_of_the_day_and_a_burst_comes_on_top() -> None:
    busy = replace(TINY, burst=(0.25, 0.75, 0.5))
    assert [round(busy.forecast_per_s(at) * 3600) for at in (0.0, 1799.0, 1800.0, 9999.0)] == [60, 60, 90, 90]
    assert [round(busy.calls_per_s(at) * 3600) for at in (0.0, 900.0, 1800.0, 2700.0)] == [60, 90, 135, 90]
    assert TINY.calls_per_s(0.0) * 3600 == 60


def test_more_agents_are_spread_as_the_present_ones() -> None:
    assert [team.count for team in TINY.with_more(7).teams] == [8, 4, 2]
    assert [team.count for team in TINY.with_more(1).teams] == [5, 2, 1]
    assert TINY.with_more(0).agents == 7
