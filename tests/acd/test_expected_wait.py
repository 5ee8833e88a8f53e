import pytest

from acd.expected_wait import MIN_REMEMBERED, REMEMBERED, ExpectedWait
from telephony.ids import QueueId

LOANS = QueueId("loans")


def test_silence_where_there_is_too_little_to_go_on() -> None:
    expected = ExpectedWait()
    assert expected.range_s(LOANS, 1, 3) is None
    for _ in range(MIN_REMEMBERED - 1):
        expected.learn(LOANS, 100.0)
    assert expected.range_s(LOANS, 1, 3) is None
    expected.learn(LOANS, 100.0)
    assert expected.range_s(LOANS, 1, 3) is not None
    assert expected.range_s(LOANS, 1, 0) is None
    assert expected.range_s(QueueId("other"), 1, 3) is None


def test_the_middle_is_position_times_handle_time_over_agents() -> None:
    expected = ExpectedWait()
    for _ in range(REMEMBERED):
        expected.learn(LOANS, 100.0)
    low, high = expected.range_s(LOANS, 9, 4.5) or (0, 0)
    assert (low + high) / 2 == pytest.approx(200.0)
    assert high - low == pytest.approx(2 * 200.0 * (1 / 9 + 1 / REMEMBERED) ** 0.5)


def test_the_range_is_wide_where_little_is_known_and_never_negative() -> None:
    expected = ExpectedWait()
    for _ in range(MIN_REMEMBERED):
        expected.learn(LOANS, 100.0)
    low, high = expected.range_s(LOANS, 1, 1) or (-1, -1)
    assert low == 0.0
    assert high > 200.0


def test_the_latest_handle_times_count() -> None:
    expected = ExpectedWait()
    for _ in range(REMEMBERED):
        expected.learn(LOANS, 1000.0)
    for _ in range(REMEMBERED):
        expected.learn(LOANS, 10.0)
    low, high = expected.range_s(LOANS, 1, 1) or (0, 0)
    assert low <= 10.0 <= high < 30.0
