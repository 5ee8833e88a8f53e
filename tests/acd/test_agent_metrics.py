import pytest

from acd.agent_metrics import AgentTimes
from telephony.commands import AgentState
from telephony.ids import AgentNumber

A1, A2 = AgentNumber("8001"), AgentNumber("8002")


def day() -> AgentTimes:
    times = AgentTimes()
    for state, at in [
        (AgentState.READY, 0.0),
        (AgentState.RINGING, 40.0),
        (AgentState.TALKING, 50.0),
        (AgentState.WRAP_UP, 100.0),
        (AgentState.NOT_READY, 110.0),
        (AgentState.SIGNED_OFF, 130.0),
    ]:
        times.enter(A1, state, at)
    times.rang(A1)
    times.rang(A1)
    times.answered(A1)
    return times


def test_ratios_of_one_agent() -> None:
    figures = day().figures(A1, 200.0)
    assert figures.seconds[AgentState.SIGNED_OFF] == 70.0
    assert figures.occupancy_ratio == pytest.approx(60 / 100)
    assert figures.utilisation_ratio == pytest.approx(100 / 130)
    assert figures.agent_answer_ratio == 0.5


def test_nothing_known_is_no_ratio() -> None:
    figures = AgentTimes().figures(A1, 5.0)
    assert (figures.occupancy_ratio, figures.utilisation_ratio, figures.agent_answer_ratio) == (None, None, None)


def test_asking_twice_counts_once() -> None:
    times = day()
    times.figures(A1, 150.0)
    assert times.figures(A1, 200.0).seconds[AgentState.SIGNED_OFF] == 70.0


def test_all_together_and_a_new_day() -> None:
    times = day()
    times.enter(A2, AgentState.READY, 100.0)
    total = times.all_figures(200.0)
    assert total.seconds[AgentState.READY] == 140.0
    assert (total.rings, total.answered) == (2, 1)
    times.begin_afresh(200.0)
    total = times.all_figures(210.0)
    assert total.seconds[AgentState.READY] == 10.0
    assert total.rings == 0
