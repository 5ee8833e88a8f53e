"""Steps and lines, at a terminal and in a file."""

import io
import re

import pytest
from rich.console import Console

from hotline.screen import Screen


def screen(*, terminal: bool = False) -> tuple[Screen, io.StringIO]:
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=terminal, color_system=None, highlight=False)
    return Screen(console), out


def lines(out: io.StringIO) -> list[str]:
    return [re.sub(r"^\d\d:\d\d:\d\d  ", "", line.rstrip()) for line in out.getvalue().splitlines()]


def test_a_step_shows_what_came_of_it_and_how_long_it_took() -> None:
    shown, out = screen()
    with shown.step("preparing Asterisk") as step:
        step.detail = "22.10.1 (private)"
    assert re.fullmatch(r"✓ preparing Asterisk – 22\.10\.1 \(private\) \(\d+\.\d s\)", lines(out)[0])


def test_a_step_after_which_something_is_missing_is_no_success() -> None:
    shown, out = screen()
    with shown.step("checking the speech model") as step:
        step.detail, step.is_amiss = "none", True
    assert lines(out)[0].startswith("! checking the speech model – none")


def test_a_file_is_not_filled_with_percents() -> None:
    shown, out = screen()
    with shown.step("fetching") as step:
        for percent in range(100):
            step.report(f"index: {percent} %")
        step.report("unpacking 3.5 MB")
    assert lines(out)[:2] == ["fetching: index: 0 %", "fetching: unpacking 3.5 MB"]
    assert len(lines(out)) == 3


def test_a_terminal_shows_progress_in_place() -> None:
    shown, out = screen(terminal=True)
    with shown.step("fetching") as step:
        step.report("index: 7 %")
    assert "✓ fetching" in out.getvalue()


def test_a_step_with_a_bar_of_its_own_has_no_spinner() -> None:
    shown, out = screen(terminal=True)
    with shown.step("rendering", spinner=False) as step:
        step.report("prompts")
    assert lines(out)[0] == "rendering: prompts"


@pytest.mark.parametrize("terminal", [False, True])
def test_a_failure_is_shown_and_goes_on(*, terminal: bool) -> None:
    shown, out = screen(terminal=terminal)
    with pytest.raises(ZeroDivisionError), shown.step("dividing"):
        raise ZeroDivisionError
    assert "✗ dividing" in out.getvalue()


def test_quoted_lines_are_indented_and_no_markup() -> None:
    shown, out = screen()
    shown.lines(["[bold]x", "y"])
    assert lines(out) == ["          | [bold]x", "          | y"]


def test_a_terminal_that_was_closed_is_no_reason_to_stop() -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(5, "Input/output error")

    Screen(Console(file=Closed())).line("anybody?")
