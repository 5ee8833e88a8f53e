"""`hotline run`: set up what is missing, then keep the hotline running in the foreground until Ctrl-C."""

import sys

import typer
from rich.console import Console

from hotline.clock import engine_now
from hotline.lock import SupervisorLock
from hotline.logs import LogSettings, open_logs
from hotline.run_lines import RunLines
from hotline.screen import Screen
from hotline.services import services_of
from hotline.settings import load_settings
from hotline.setup_steps import set_up
from hotline.supervisor import Supervisor

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def run() -> None:
    """运行热线（前台），Ctrl-C 停止 · Set up what is missing and run the hotline until Ctrl-C."""
    settings = load_settings()
    settings.make_dirs()
    screen = Screen(Console(highlight=False))
    with SupervisorLock(settings.run_dir).held():
        open_logs(LogSettings(console=False, file=settings.logs_dir / "supervisor.log"))
        prepared = set_up(settings, screen)
        lines = RunLines(settings, screen, program=sys.argv[0])
        Supervisor(services_of(settings, prepared.asterisk), tell=lines.tell, now=engine_now).run()
        lines.ended()
