import pytest

from acd.agent_table import AWAY, ENGAGED, TABLE, AgentEvent, ImpossibleStep
from telephony.commands import AgentState


def test_every_state_has_its_row_and_every_event_its_use() -> None:
    assert set(TABLE) == set(AgentState)
    used = {event for row in TABLE.values() for event in row}
    assert used == set(AgentEvent)


@pytest.mark.parametrize("state", list(AgentState))
def test_a_caller_who_is_heard_is_a_fact_in_every_state(state: AgentState) -> None:
    assert TABLE[state][AgentEvent.CONNECT] is AgentState.TALKING


@pytest.mark.parametrize("state", sorted(ENGAGED))
def test_a_wish_to_be_away_waits_for_the_end_of_ring_and_talk(state: AgentState) -> None:
    assert {TABLE[state][wish] for wish in AWAY} == {state}


def test_the_hotline_signs_nobody_off_who_works() -> None:
    released = {state for state, row in TABLE.items() if AgentEvent.RELEASE in row}
    assert released == {AgentState.READY, AgentState.NOT_READY}


def test_our_bug_names_machine_state_and_event() -> None:
    assert str(ImpossibleStep(AgentState.READY, AgentEvent.HOLD)) == "agent: no way from ready by hold"
