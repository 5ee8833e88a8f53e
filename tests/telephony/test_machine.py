"""The table is the machine."""

from enum import StrEnum
from typing import ClassVar

import pytest

from telephony.machine import Machine, MachineError, Table, ignore, is_ignored, step, steps


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


class Crossing(Machine[Light, str]):
    """A street crossing that answers to a number, a text and a truth."""

    def __init__(self) -> None:
        self.state = Light.RED

    def _go(self, event: int, now: float) -> list[str]:
        self.state = Light.GREEN
        return [f"go {event} at {now}"]

    table: ClassVar[Table[Light]] = {
        Light.RED: {
            int: step(_go, Light.GREEN),
            float: step(_go, Light.RED),
            **ignore(Light.RED, str),
        }
    }


def test_a_step_is_taken_with_the_event_and_the_time() -> None:
    crossing = Crossing()
    assert crossing.handle(7, 1.5) == ["go 7 at 1.5"]
    assert crossing.state is Light.GREEN


def test_what_is_ignored_changes_nothing() -> None:
    crossing = Crossing()
    assert crossing.handle("hello", 0.0) == []
    assert crossing.state is Light.RED
    assert is_ignored(Crossing.table[Light.RED][str])
    assert not is_ignored(Crossing.table[Light.RED][int])


def test_a_missing_pair_names_machine_state_and_kind_of_event_but_not_what_was_in_it() -> None:
    with pytest.raises(MachineError) as caught:
        Crossing().handle(b"13800138000", 0.0)
    assert str(caught.value) == "Crossing in state red does not know what to do with bytes"


def test_a_state_with_no_row_at_all_is_a_missing_pair() -> None:
    crossing = Crossing()
    crossing.handle(1, 0.0)
    with pytest.raises(MachineError, match="in state green"):
        crossing.handle(1, 0.0)


def test_a_step_to_where_the_table_does_not_lead_is_our_bug() -> None:
    with pytest.raises(MachineError, match="Crossing went from red by float to green"):
        Crossing().handle(1.0, 0.0)


def test_several_cells_may_do_the_same() -> None:
    assert steps(Crossing._go, (int, str), Light.GREEN) == {
        int: step(Crossing._go, Light.GREEN),
        str: step(Crossing._go, Light.GREEN),
    }


def test_every_machine_says_when_it_wants_to_be_woken() -> None:
    with pytest.raises(NotImplementedError):
        _ = Crossing().deadline
