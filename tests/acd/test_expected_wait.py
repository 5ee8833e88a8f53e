import pytest

from acd.expected_wait import MIN_REMEMBERED, REMEMBERED, ExpectedWait
from telephony.commands import TellPlace
from telephony.events import CallQueued
from telephony.ids import CallId, QueueId, Topic
from tests.acd.floor_play import Stage, agent, queue

LOANS = QueueId("loans")


def test_silence_where_there_is_too_little_to_go_on() -> None:
    expected = ExpectedWait()
    assert expected.range_s(LOANS, (1, 3)) is None
    for _ in range(MIN_REMEMBERED - 1):
        expected.learn(LOANS, 100.0)
    assert expected.range_s(LOANS, (1, 3)) is None
    expected.learn(LOANS, 100.0)
    assert expected.range_s(LOANS, (1, 3)) is not None
    assert expected.range_s(LOANS, (1, 0)) is None
    assert expected.range_s(QueueId("other"), (1, 3)) is None


def test_the_middle_is_position_times_handle_time_over_agents() -> None:
    expected = ExpectedWait()
    for _ in range(REMEMBERED):
        expected.learn(LOANS, 100.0)
    low, high = expected.range_s(LOANS, (9, 4.5)) or (0, 0)
    assert (low + high) / 2 == pytest.approx(200.0)
    assert high - low == pytest.approx(2 * 200.0 * (1 / 9 + 1 / REMEMBERED) ** 0.5)


def test_the_range_is_wide_where_little_is_known_and_never_negative() -> None:
    expected = ExpectedWait()
    for _ in range(MIN_REMEMBERED):
        expected.learn(LOANS, 100.0)
    low, high = expected.range_s(LOANS, (1, 1)) or (-1, -1)
    assert low == 0.0
    assert high > 200.0


def test_the_latest_handle_times_count() -> None:
    expected = ExpectedWait()
    for _ in range(REMEMBERED):
        expected.learn(LOANS, 1000.0)
    for _ in range(REMEMBERED):
        expected.learn(LOANS, 10.0)
    low, high = expected.range_s(LOANS, (1, 1)) or (0, 0)
    assert low <= 10.0 <= high < 30.0


def learned(*settings: dict[str, object]) -> Stage:
    """Two agents at work, both taken; the queues `a`, `b` … have served many calls of 100 s, wrap-up included."""
    queues = [queue(name, announce_every_s=30, **about) for name, about in zip("ab", settings, strict=False)]
    stage = Stage(agent("1", loan=3), agent("2", loan=3), queues=queues)
    stage.sign_in("1", "2")
    for call in ("x", "y"):
        stage.waits(call, "a", "loan")
    for _ in range(REMEMBERED):
        for one in queues:
            stage.distributor._hall.expected_wait.learn(one.id, 100.0)
    return stage


def told(stage: Stage, call: str, name: str, *, vip: bool = False, transferred: bool = False) -> tuple[int, int]:
    """Place, and the middle of the range if it is of one kind, else its upper end."""
    queued = CallQueued(CallId(call), QueueId(name), Topic("loan"), "138", stage.now, vip, transferred=transferred)
    stage.tell(queued)
    (told,) = [order for order in stage.offerable(call) if isinstance(order, TellPlace)]
    assert told.expected_wait_s is not None
    return told.position, round(sum(told.expected_wait_s) / 2)


def test_a_vip_who_comes_later_is_reckoned_before_those_he_overtakes() -> None:
    stage = learned({})
    for call in ("c1", "c2", "c3"):
        stage.waits(call, "a", "loan")
    stage.now = 10.0
    assert told(stage, "late", "a") == (4 + 2, 6 * 50), "two phones ring for x and y"
    assert told(stage, "vip", "a", vip=True) == (7, 50), "the place counts who came"
    stage.now = 20.0
    assert told(stage, "later", "a") == (8, 8 * 50)


def test_a_caller_who_was_passed_on_is_reckoned_before_those_he_overtakes() -> None:
    stage = learned({})
    for call in ("c1", "c2", "c3"):
        stage.waits(call, "a", "loan")
    stage.now = 10.0
    assert told(stage, "sent", "a", transferred=True) == (4 + 2, 50)


def test_other_queues_that_share_the_agents_make_the_range_wider() -> None:
    stage = learned({}, {"priority_s": 60.0})
    for call in ("b1", "b2", "b3", "b4"):
        stage.waits(call, "b", "loan")
    stage.tell(CallQueued(CallId("c"), QueueId("a"), Topic("loan"), "138", stage.now))
    (told_c,) = [order for order in stage.offerable("c") if isinstance(order, TellPlace)]
    low, high = told_c.expected_wait_s or (0.0, 0.0)
    assert told_c.position == 3
    own, all_ = 3 * 100.0 / 1.0, 7 * 100.0 / 2.0
    assert low == pytest.approx(own * (1 - (1 / 3 + 1 / REMEMBERED) ** 0.5))
    assert high == pytest.approx(max(own * (1 + (1 / 3 + 1 / 50) ** 0.5), all_ * (1 + (1 / 7 + 1 / 50) ** 0.5)))
