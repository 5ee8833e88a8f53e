"""`hotline transfer`: pass a caller in a talk on to an agent, a queue or the menu, for the agent who talks to him."""

import sys
from typing import Annotated

import typer

from hotline.cli_status import ask
from hotline.settings import load_settings

app = typer.Typer(
    help="转接 · Pass a caller on to an agent, a queue or the menu.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

DONE = {"zh-CN": "{call} 正在转接到 {to}", "en": "{call} is being passed on to {to}"}
REFUSED = {"zh-CN": "{call} 不能转接：{why}", "en": "{call} can not be passed on: {why}"}

REASONS = {
    "zh-CN": {
        "unknown_call": "没有这个来电",
        "no_talk": "此来电不在通话中",
        "unknown_target": "没有这个工号、技能组或号码",
        "under_way": "正在转接中",
        "nobody_to_ask": "菜单无人可咨询，请去掉 --consult",
        "nobody_there": "该技能组没有坐席签入",
    },
    "en": {
        "unknown_call": "there is no such call",
        "no_talk": "it is not in a talk",
        "unknown_target": "there is no such agent, queue or number",
        "under_way": "it is being passed on already",
        "nobody_to_ask": "nobody can be asked in the menu; leave --consult out",
        "nobody_there": "nobody is signed in there",
    },
}


@app.command()
def transfer(
    call: Annotated[str, typer.Argument(help="The call's id, as `hotline status` shows it.")],
    *,
    to: Annotated[str, typer.Option(help="An agent's number, a queue's id or extension, or a number callers dial.")],
    consult: Annotated[bool, typer.Option("--consult", help="The agent talks to the colleague first.")] = False,
) -> None:
    """转接 · Pass a caller on, for the agent who talks to him."""
    settings = load_settings()
    answer = ask(settings.control_socket, "transfer", call=call, to=to, consult=consult)
    why = str(answer["explanation"])
    form = DONE if answer["granted"] else REFUSED
    shown = REASONS[settings.language].get(why, why)
    sys.stdout.write(form[settings.language].format(call=call, to=to, why=shown) + "\n")
    if not answer["granted"]:
        raise typer.Exit(1)
