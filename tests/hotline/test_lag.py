"""The loop's lag over the last minute."""

from hotline.lag import SAMPLES, LoopLag


def test_nothing_was_late_before_the_first_sample() -> None:
    assert LoopLag().p99_s == 0.0


def test_one_late_sample_in_a_hundred_is_the_ninety_ninth_percentile() -> None:
    lag = LoopLag()
    for _ in range(99):
        lag.add(0.001)
    assert lag.p99_s == 0.001
    lag.add(0.5)
    assert lag.p99_s == 0.5


def test_being_early_is_being_on_time() -> None:
    lag = LoopLag()
    lag.add(-0.2)
    assert lag.p99_s == 0.0


def test_what_is_older_than_a_minute_is_forgotten() -> None:
    lag = LoopLag()
    for _ in range(SAMPLES):
        lag.add(9.0)
    for _ in range(SAMPLES):
        lag.add(0.002)
    assert lag.p99_s == 0.002
