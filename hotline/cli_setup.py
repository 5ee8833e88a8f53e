"""`hotline setup`: every step of setting up, without running anything."""

import typer
from rich.console import Console

from hotline.lock import SupervisorLock
from hotline.screen import Screen
from hotline.settings import load_settings
from hotline.setup_steps import set_up

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def setup() -> None:
    """只做准备，不运行 · Set up everything without running it."""
    settings = load_settings()
    settings.make_dirs()
    with SupervisorLock(settings.run_dir).held():
        set_up(settings, Screen(Console(highlight=False)))
