"""Everything a hotline can say, made before the first call, with a progress bar."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from acd.queue import Roster
from hotline.prompts.catalogue import all_segments
from hotline.prompts.library import PromptLibrary
from hotline.prompts.synthesis import voice_for
from hotline.settings import Settings
from ivr.menu import Menu
from telephony.prompt import Segment


def prompt_library(settings: Settings, menu: Menu) -> PromptLibrary:
    """The prompts of this hotline, in the voice of its menu's language."""
    return PromptLibrary(settings.prompts_dir, settings.recordings_dir, voice_for(menu.language))


def prepare_prompts(library: PromptLibrary, menu: Menu, roster: Roster, console: Console | None = None) -> int:
    """Render what is missing, the dialplan's own prompts and the music; how many prompts were rendered."""
    missing = library.missing(all_segments(menu, roster))
    if missing:
        with _bar(console) as progress:
            task = progress.add_task("prompts", total=len(missing))

            def advance(_: Segment) -> None:
                progress.advance(task)

            library.render(missing, advance)
    library.fix("emergency", menu.phrases.emergency)
    library.fix("busy_line", menu.phrases.busy_line)
    library.render_music()
    return len(missing)


def _bar(console: Console | None) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, disable=console is None,
    )  # fmt: skip
