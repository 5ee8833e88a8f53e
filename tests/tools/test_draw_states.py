"""The drawings of the machines."""

from enum import StrEnum
from pathlib import Path

import pytest

from telephony.machine import Step, ignore, step
from tools.draw_states import DRAWINGS, STATES, drawing, main, page


class Lamp(StrEnum):
    DARK = "dark"
    BRIGHT = "bright"


def nothing(*_: object) -> list[object]:
    return []


TABLE: dict[Lamp, dict[type, Step[Lamp]]] = {
    Lamp.DARK: {int: step(nothing, Lamp.BRIGHT), str: step(nothing, Lamp.BRIGHT, Lamp.DARK)},
    Lamp.BRIGHT: {int: step(nothing, Lamp.DARK), **ignore(Lamp.BRIGHT, str)},
}


def test_the_page_in_the_repository_is_up_to_date() -> None:
    assert STATES.read_text(encoding="utf-8") == page(), "run: python tools/draw_states.py"


def test_an_arrow_carries_all_its_events_and_what_moves_nothing_is_listed() -> None:
    lines = drawing("Lamp", "A lamp.", TABLE).splitlines()
    assert "    [*] --> dark" in lines
    assert "    dark --> bright: int, str" in lines
    assert "    bright --> dark: int" in lines
    assert "| dark | str | – |" in lines
    assert "| bright | – | str |" in lines


def test_a_table_of_states_alone_is_drawn_too() -> None:
    lines = drawing("Lamp", "", {Lamp.DARK: {Lamp.BRIGHT: Lamp.BRIGHT, Lamp.DARK: Lamp.DARK}}).splitlines()
    assert "    dark --> bright: bright" in lines
    assert "| dark | dark | – |" in lines


def test_every_state_is_on_its_machine_s_page() -> None:
    for name, about, table in DRAWINGS:
        text = drawing(name, about, table)
        assert all(f"\n| {state.value} |" in text for state in type(next(iter(table))) if state in table)


def test_checking_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "states.md"
    assert main(["--check", str(file)]) == 1
    assert "out of date" in capsys.readouterr().err
    assert not file.exists()
    assert main([str(file)]) == 0
    assert main(["--check", str(file)]) == 0
    file.write_text("old", encoding="utf-8")
    assert main(["--check", str(file)]) == 1
