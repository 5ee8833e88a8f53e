import io
from pathlib import Path

from rich.console import Console

from acd.queue import Queue, Roster
from hotline.prompts.catalogue import all_segments
from hotline.prompts.preparation import prepare_prompts, prompt_library
from hotline.settings import Settings
from ivr.menu_file import parse_menus
from telephony.ids import QueueId

MENU = """
language: en
numbers: {other: anybody}
hours: always
default_queue: q
menu:
  say: Welcome.
  choices:
    1: {id: loan, name: Loans, queue: q, say: Loans are fine.}
"""


def test_everything_is_rendered_once_with_a_bar_and_what_the_dialplan_plays_alone_is_there(tmp_path: Path) -> None:
    menu, problems = parse_menus(MENU, "menus.yaml")
    assert menu is not None, problems
    roster = Roster({}, {QueueId("q"): Queue(QueueId("q"), "Q")}, {})
    settings = Settings(state_dir=tmp_path, recordings_dir=tmp_path / "recordings")
    library = prompt_library(settings, menu)
    screen = io.StringIO()
    count = prepare_prompts(library, menu, roster, Console(file=screen, force_terminal=True))
    assert count == len(all_segments(menu, roster)) > 100
    assert f"{count}/{count}" in screen.getvalue()
    assert library.missing(all_segments(menu, roster)) == []
    assert {file.name for file in (settings.prompts_dir / "fixed").iterdir()} == {"emergency.alaw", "busy_line.alaw"}
    assert list((settings.prompts_dir / "moh").glob("*.alaw"))
    assert prepare_prompts(library, menu, roster) == 0
