import pytest

from acd.metrics import Metrics, QueueFigures
from telephony.commands import AgentState, CloseSegment, CloseTalk, RingAgent, ShowAgent, TellPlace
from telephony.events import CallQueued, CallTransferred, Outcome, TalkEndedBy, TransferKind
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.acd.floor_play import agent, queue, roster

LOANS, A1 = QueueId("loans"), AgentNumber("8001")


def metrics() -> Metrics:
    return Metrics(roster([agent("8001")], [queue(service_level_s=10.0)]))


def enter(counted: Metrics, call: str, at: float, name: QueueId = LOANS) -> None:
    counted.apply(CallQueued(CallId(call), name, Topic("loan"), "", at), at)


def close(
    counted: Metrics, call: str, outcome: Outcome, *, wait_s: float, now: float, by: AgentNumber | None = None
) -> None:
    counted.apply(CloseSegment(CallId(call), LOANS, outcome, wait_s, by), now)


def busy_quarter() -> Metrics:
    counted = metrics()
    for number, (outcome, wait_s) in enumerate(
        [
            (Outcome.ANSWERED, 8.0),
            (Outcome.ANSWERED, 30.0),
            (Outcome.ANSWERED, 200.0),
            (Outcome.ABANDONED_QUEUED, 2.0),
            (Outcome.ABANDONED_RINGING, 40.0),
            (Outcome.TIMED_OUT, 60.0),
        ]
    ):
        enter(counted, f"c{number}", 100.0)
        by = A1 if outcome is Outcome.ANSWERED else None
        if by:
            counted.apply(RingAgent(CallId(f"c{number}"), A1, LOANS, 20.0, ""), 101.0)
        close(counted, f"c{number}", outcome, wait_s=wait_s, now=100.0 + wait_s, by=by)
    enter(counted, "waiting", 400.0)
    return counted


def test_every_figure_by_its_formula() -> None:
    figures = busy_quarter().figures(LOANS, 460.0)
    assert (figures.offered, figures.answered, figures.abandoned, figures.abandoned_short) == (7, 3, 2, 1)
    assert (figures.lost, figures.waiting, figures.longest_wait_s) == (4, 1, 60.0)
    assert figures.connect_ratio == pytest.approx(3 / 7)
    assert figures.abandon_ratio == pytest.approx(2 / 7)
    assert figures.service_level == pytest.approx(1 / 7)
    assert figures.service_level_ex_short == pytest.approx(1 / 6)
    assert figures.service_level_answered == pytest.approx(1 / 3)
    assert figures.service_level_in == pytest.approx(2 / 5)
    assert figures.service_level_late == pytest.approx(1 / 4)
    assert figures.answered_in_180 == pytest.approx(2 / 7)
    assert figures.asa_s == pytest.approx(238 / 3)
    assert figures.awt_s == pytest.approx((238 + 102 + 60) / 7)
    assert figures.patience_s == pytest.approx(400 / 2)
    assert figures.agent_answer_ratio == 1.0


def test_outcomes_and_who_still_waits_add_up_to_offered() -> None:
    figures = busy_quarter().figures(LOANS, 460.0)
    assert figures.outcomes.total() + figures.waiting == figures.offered


def test_an_empty_queue_has_no_ratios() -> None:
    figures = metrics().figures(LOANS, 1.0)
    assert figures == QueueFigures()
    assert figures.connect_ratio is None
    assert figures.aht_s is None


def test_figures_belong_to_the_interval_in_which_the_segment_entered() -> None:
    counted = metrics()
    enter(counted, "early", 890.0)
    enter(counted, "late", 910.0)
    close(counted, "early", Outcome.ANSWERED, wait_s=40.0, now=930.0)
    later = counted.figures(LOANS, 950.0, since=900.0)
    assert (later.offered, later.answered, later.waiting, later.wait_sum_s) == (1, 0, 1, 40.0)
    enter(counted, "still", 5.0)
    assert counted.figures(LOANS, 950.0, since=900.0).wait_sum_s == 40.0
    assert counted.figures(LOANS, 950.0).longest_wait_s == 945.0


def test_handle_time_is_talk_and_wrap_up() -> None:
    counted = metrics()
    enter(counted, "c", 0.0)
    close(counted, "c", Outcome.ANSWERED, wait_s=5.0, now=5.0, by=A1)
    counted.apply(ShowAgent(A1, AgentState.TALKING, call=CallId("c")), 5.0)
    counted.apply(CloseTalk(CallId("other"), A1, 9.0, TalkEndedBy.CALLER), 50.0)
    counted.apply(CloseTalk(CallId("c"), A1, 60.0, TalkEndedBy.CALLER), 65.0)
    counted.apply(ShowAgent(A1, AgentState.WRAP_UP), 65.0)
    counted.apply(ShowAgent(A1, AgentState.READY), 80.0)
    figures = counted.figures(LOANS, 100.0)
    assert (figures.talk_s, figures.wrap_up_s, figures.aht_s) == (60.0, 15.0, 75.0)
    assert counted.agents.figures(A1, 100.0).answered == 1


def test_a_wrap_up_of_a_talk_begun_before_us_belongs_to_no_queue() -> None:
    counted = metrics()
    counted.apply(ShowAgent(A1, AgentState.WRAP_UP), 1.0)
    counted.apply(ShowAgent(A1, AgentState.READY), 9.0)
    counted.apply(CloseTalk(CallId("c"), A1, 9.0, TalkEndedBy.CALLER), 9.0)
    assert counted.figures(LOANS, 9.0) == QueueFigures()


def test_told_twice_is_counted_once_and_other_orders_not_at_all() -> None:
    counted = metrics()
    enter(counted, "c", 0.0)
    enter(counted, "c", 0.0)
    counted.apply(TellPlace(CallId("c"), 1, None), 1.0)
    counted.apply(RingAgent(CallId("unknown"), A1, LOANS, 20.0, ""), 1.0)
    assert counted.figures(LOANS, 1.0).offered == 1
    assert counted.figures(LOANS, 1.0).rings == 0
    assert counted.figures(QueueId("other"), 1.0).offered == 0


def test_a_segment_that_entered_before_a_restart_is_counted_when_it_ends() -> None:
    counted = metrics()
    close(counted, "c", Outcome.ANSWERED, wait_s=30.0, now=10.0)
    figures = counted.figures(LOANS, 10.0)
    assert (figures.offered, figures.answered, figures.waiting) == (1, 1, 0)


def test_a_queue_the_roster_no_longer_has_is_measured_by_the_usual_threshold() -> None:
    counted = Metrics(roster([], [queue("other")]))
    close(counted, "c", Outcome.ANSWERED, wait_s=19.0, now=100.0)
    assert counted.figures(LOANS, 100.0).service_level == 1.0


def test_old_intervals_can_be_dropped_but_not_those_somebody_waits_in() -> None:
    counted = metrics()
    for call, at in (("done", 10.0), ("waiting", 1000.0), ("new", 2000.0)):
        enter(counted, call, at)
    close(counted, "done", Outcome.ANSWERED, wait_s=1.0, now=11.0)
    counted.forget(1800.0)
    assert counted.figures(LOANS, 2000.0).offered == 2


def test_transfers_are_counted_for_the_queue_the_talk_came_from_and_by_kind() -> None:
    counted = Metrics(roster([agent("1")], [queue()]))
    loans, one = QueueId("loans"), AgentNumber("1")
    for name, kind in (("a", TransferKind.BLIND), ("b", TransferKind.WARM), ("c", TransferKind.WARM)):
        counted.apply(CallQueued(CallId(name), loans, Topic("loan"), "", 0.0), 0.0)
        counted.apply(CloseSegment(CallId(name), loans, Outcome.ANSWERED, 1.0, one), 1.0)
        counted.apply(CallTransferred(CallId(name), one, kind), 2.0)
    counted.apply(CallTransferred(CallId("x"), one, TransferKind.BLIND), 3.0)
    counted.apply(CallTransferred(CallId("a"), AgentNumber("2"), TransferKind.BLIND), 3.0)
    figures = counted.figures(loans, 3.0)
    assert (figures.transferred_blind, figures.transferred_warm, figures.transfer_ratio) == (1, 2, 1.0)
