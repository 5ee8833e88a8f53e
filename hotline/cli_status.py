"""`hotline status`: the snapshot as tables, once or every second, or as JSON."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from hotline.clock import sleep_s
from hotline.control.client import ControlClient, NotRunningError
from hotline.control.protocol import ControlError, ErrorCode
from hotline.settings import load_settings
from hotline.snapshot import Snapshot, parse_snapshot
from hotline.status_tables import paint
from hotline.status_words import WORDS
from telephony.errors import ConfigError, Problem, WorldError

REDRAW_S = 1.0
"""Between two looks of `--watch`: often enough to follow a ring."""

WIDTH_WITHOUT_TERMINAL = 160
"""Columns where the output goes to a file or a pipe: nothing is cut off."""

app = typer.Typer(
    help="当前状态 · Calls, queues, agents and the link, now.", add_completion=False, pretty_exceptions_enable=False
)

LanguageOption = Annotated[str | None, typer.Option(help="zh-CN or en; the setting's unless given.")]


@app.command()
def status(
    *,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Redraw every second until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The snapshot, for tools.")] = False,
    language: LanguageOption = None,
) -> None:
    """当前状态 · Calls, queues, agents and the link, now."""
    settings = load_settings()
    words = checked_language(language or settings.language)
    if as_json:
        for answer in _looks(settings.control_socket, forever=watch):
            sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=None if watch else 2) + "\n")
            sys.stdout.flush()
    elif watch:
        _watch(settings.control_socket, words)
    else:
        screen_console().print(paint(ask_snapshot(settings.control_socket), words))


def checked_language(language: str) -> str:
    """One of ours, or a mistake."""
    if language not in WORDS:
        raise ConfigError([_language_problem(language)])
    return language


def screen_console() -> Console:
    """Standard output; wide enough for everything if it is no terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH_WITHOUT_TERMINAL)


def ask_snapshot(socket: Path) -> Snapshot:
    """What the hotline looks like now."""
    return snapshot_of(ask(socket, "status"))


def snapshot_of(answer: Any) -> Snapshot:
    """The answer's snapshot; one from another version of the hotline is a `WorldError`."""
    try:
        return parse_snapshot(answer)
    except (KeyError, TypeError, ValueError) as error:
        message = "the running hotline is of another version; restart it"
        raise WorldError(message, retryable=False) from error


def ask(socket: Path, op: str, **args: object) -> Any:
    """Ask the running hotline; its refusals are errors of ours by the same fault."""
    with ControlClient(socket) as client:
        return asked(client, op, **args)


def asked(client: ControlClient, op: str, **args: object) -> Any:
    """The same over an open connection."""
    try:
        return client.ask(op, **args)
    except ControlError as error:
        if error.code == ErrorCode.CONFIG:
            raise ConfigError([_Told(*_PLACELESS, detail) for detail in error.details]) from error
        raise WorldError(error.message, retryable=False) from error


class _Told(Problem):
    """A problem the hotline told us, with its place in the text already."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.message


_PLACELESS = ("", 0, 0)


def _language_problem(language: str) -> Problem:
    return _Told(*_PLACELESS, f"--language {language}: known are {', '.join(WORDS)}")


def _looks(socket: Path, *, forever: bool) -> Iterator[Any]:
    with ControlClient(socket) as client:
        yield asked(client, "status")
        while forever:
            sleep_s(REDRAW_S)
            yield asked(client, "status")


def _watch(socket: Path, language: str) -> None:
    """Until Ctrl-C; a hotline that goes away and comes back is waited for."""
    ask_snapshot(socket)  # not running at all is an error, not something to watch
    console = screen_console()
    try:
        if console.is_terminal:
            with Live(console=console, screen=True, auto_refresh=False) as live:
                while True:
                    live.update(_look(socket, language), refresh=True)
                    sleep_s(REDRAW_S)
        while True:  # a file or a pipe gets one picture after the other
            console.print(_look(socket, language), "")
            sleep_s(REDRAW_S)
    except KeyboardInterrupt:
        return


def _look(socket: Path, language: str) -> RenderableType:
    try:
        return paint(ask_snapshot(socket), language)
    except (NotRunningError, WorldError) as error:
        return Group(Text(str(error), style="red"))
