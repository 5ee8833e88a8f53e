"""The command itself: quick help, commands only loaded when asked for, errors by whose fault they are."""

import subprocess
import sys
from collections.abc import Callable

import pytest
import typer
from typer.testing import CliRunner

from hotline import cli
from hotline.control.client import NotRunningError
from hotline.settings import Settings
from telephony.errors import ConfigError, Problem, WorldError

runner = CliRunner()


def test_help_names_every_command() -> None:
    result = runner.invoke(cli.main, ["--help"])
    assert result.exit_code == 0
    assert all(f"  {name} " in result.output for name in cli.COMMANDS)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom hotline.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'rich', 'pydantic', 'structlog', 'sqlalchemy', 'numpy', 'panoramisk', 'asyncio'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (
            ConfigError([Problem("b.yaml", 2, 1, "y"), Problem("a.yaml", 1, 1, "x")]),
            2,
            "a.yaml:1:1: x\nb.yaml:2:1: y\n",
        ),
        (WorldError("port 5160 is taken", retryable=True), 1, "port 5160 is taken\n"),
        (OSError(28, "No space left on device", "/var/x"), 1, "/var/x: No space left on device\n"),
        (OSError("odd"), 1, "odd\n"),
    ],
)
def test_errors_by_fault(error: Exception, code: int, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, cli.errors_by_fault():
        raise error
    assert caught.value.code == code
    assert capsys.readouterr().err == line


def test_not_running_has_a_code_of_its_own(own_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, cli.errors_by_fault():
        raise NotRunningError(own_settings.control_socket)
    assert caught.value.code == 3


def test_our_own_bugs_keep_their_traceback() -> None:
    with pytest.raises(ZeroDivisionError), cli.errors_by_fault():
        raise ZeroDivisionError


def test_options_and_help_of_a_command_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setitem(sys.modules, "hotline.cli_call", _module(lambda **given: seen.append(given)))
    result = runner.invoke(cli.main, ["call", "--keys", "2,1", "--help"])
    assert result.exit_code == 0
    assert seen == [{"args": ["--keys", "2,1", "--help"], "prog_name": "hotline call"}]


def test_a_real_command_behind_the_door(own_settings: Settings) -> None:
    done = subprocess.run([sys.executable, "-m", "hotline", "status"], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"热线没有运行 · the hotline is not running (nobody answers on {own_settings.control_socket})"
    ]


def _module(app: Callable[..., object]) -> typer.Typer:
    holder = typer.Typer()
    holder.app = app  # type: ignore[attr-defined]
    return holder
