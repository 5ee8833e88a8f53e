"""The clocks agree with themselves."""

from datetime import UTC

from hotline.clock import engine_now, sleep_s, wall_now, wall_s


def test_the_engines_clock_goes_on() -> None:
    before = engine_now()
    sleep_s(0.01)
    assert engine_now() - before >= 0.01


def test_the_wall_clock_is_aware_and_the_same_in_both_forms() -> None:
    assert wall_now().tzinfo is UTC
    assert abs(wall_now().timestamp() - wall_s()) < 5
