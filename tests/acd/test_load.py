from acd.load import WINDOW_S, Load
from telephony.commands import AgentState
from telephony.ids import AgentNumber

ONE = AgentNumber("8001")


def test_who_just_came_is_not_busy() -> None:
    load = Load()
    assert load.band(ONE, 0.0) == 0
    load.enter(ONE, AgentState.READY, 0.0)
    assert load.ratio(ONE, 1000.0) == 0.0


def test_an_hour_of_talks_is_heavy_and_a_pause_makes_it_light_again() -> None:
    load = Load()
    load.enter(ONE, AgentState.READY, 0.0)
    load.enter(ONE, AgentState.TALKING, 0.0)
    load.enter(ONE, AgentState.WRAP_UP, WINDOW_S)
    assert load.band(ONE, WINDOW_S) == 1
    assert load.band(ONE, 4 * WINDOW_S) == 2
    load.enter(ONE, AgentState.NOT_READY, 4 * WINDOW_S)
    assert load.band(ONE, 5 * WINDOW_S) == 0


def test_time_never_runs_backwards_and_going_home_is_forgotten() -> None:
    load = Load()
    load.enter(ONE, AgentState.TALKING, 0.0)
    load.enter(ONE, AgentState.READY, 2 * WINDOW_S)
    load.enter(ONE, AgentState.READY, WINDOW_S)
    assert load.ratio(ONE, WINDOW_S) == load.ratio(ONE, 2 * WINDOW_S)
    load.enter(ONE, AgentState.SIGNED_OFF, 2 * WINDOW_S)
    assert load.ratio(ONE, 2 * WINDOW_S) == 0.0


def test_when_a_resting_agent_counts_as_less_busy_is_known_beforehand() -> None:
    load = Load()
    assert load.eases_at(ONE, 2) is None
    load.enter(ONE, AgentState.READY, 0.0)
    load.enter(ONE, AgentState.TALKING, 0.0)
    load.enter(ONE, AgentState.READY, 4 * WINDOW_S)
    for band in (2, 1):
        due = load.eases_at(ONE, band)
        assert due is not None
        assert (load.band(ONE, due - 1.5), load.band(ONE, due)) == (band, band - 1)
    assert load.eases_at(ONE, 0) is None
    load.enter(ONE, AgentState.TALKING, 5 * WINDOW_S)
    assert load.eases_at(ONE, 1) is None
