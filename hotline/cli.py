"""`hotline`: the commands, each imported only when asked for, and what every error means to the shell.

Exit codes: 0 done, 1 the world failed or the answer is no, 2 mistakes in the configuration or the command, 3 the
hotline is not running.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from telephony.errors import ConfigError, WorldError

EXIT_WORLD = 1
EXIT_MISTAKES = 2


@dataclass(frozen=True, slots=True)
class Command:
    """One word after `hotline`."""

    module: str
    """Has a typer app named `app`."""
    help: str


COMMANDS = {
    "run": Command(
        "hotline.cli_run", "运行热线（前台） · Set up what is missing and run the hotline in the foreground."
    ),
    "setup": Command("hotline.cli_setup", "只做准备 · Set up everything without running it."),
    "stop": Command("hotline.cli_stop", "停止热线 · Stop a running hotline from another terminal."),
    "status": Command("hotline.cli_status", "当前状态 · Calls, queues, agents and the link, now."),
    "call": Command("hotline.cli_call", "拨打一通真实电话 · Place a real call into the running hotline."),
    "agent": Command("hotline.cli_agent", "坐席 · List agents, change their states, show a phone's settings."),
    "why": Command("hotline.cli_why", "为什么 · Why an agent was rung for a call, and the others were not."),
    "transfer": Command("hotline.cli_transfer", "转接 · Pass a caller on to an agent, a queue or the menu."),
    "callback": Command("hotline.cli_callback", "回电 · List the call-backs asked for, cancel one."),
    "menu": Command("hotline.cli_menu", "菜单 · Check and show menus.yaml and agents.yaml."),
    "asr": Command("hotline.cli_asr", "语音识别评测 · Measure how well recorded speech is understood."),
    "model": Command("hotline.cli_model", "语音模型 · Install, list and check speech models."),
    "intents": Command("hotline.cli_intents", "说法 · Try what callers say on the menu, without a call."),
    "whatif": Command("hotline.cli_whatif", "模拟推演 · Compare policies and staffing on simulated days."),
    "reload": Command("hotline.cli_reload", "重新加载配置 · Take menus.yaml and agents.yaml anew."),
}

main = typer.Typer(
    name="hotline",
    help="热线 · An IVR and call-distribution engine on Asterisk.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: loading rich would double the time of `--help`
    pretty_exceptions_enable=False,
)


def _register(name: str, command: Command) -> None:
    @main.command(
        name,
        help=command.help,
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )
    def forward(context: typer.Context) -> None:
        with errors_by_fault():
            importlib.import_module(command.module).app(args=context.args, prog_name=f"hotline {name}")


for _name, _command in COMMANDS.items():
    _register(_name, _command)


@contextmanager
def errors_by_fault() -> Iterator[None]:
    """The author's mistakes all at once, the world's failures as one clear line; our bugs keep their traceback."""
    try:
        yield
    except ConfigError as error:
        _fail(str(error), EXIT_MISTAKES)
    except WorldError as error:
        _fail(str(error), getattr(error, "exit_code", EXIT_WORLD))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), EXIT_WORLD)


def _fail(message: str, code: int) -> None:
    sys.stderr.write(f"{message}\n")
    raise SystemExit(code)
