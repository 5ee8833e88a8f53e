"""`hotline callback`: who is still to be called back, and taking somebody off the list."""

import sys
from typing import Annotated

import typer
from rich.table import Table

from hotline.cli_status import ask, screen_console
from hotline.settings import load_settings
from hotline.status_tables import span

app = typer.Typer(
    help="回电 · List the call-backs asked for, cancel one.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

HEADS = {
    "zh-CN": ("回电", "号码", "技能组", "状态", "已拨次数", "已等待", "有效期剩余"),
    "en": ("call-back", "number", "queue", "state", "tries", "waited", "expires in"),
}
STATES = {
    "zh-CN": {"waiting": "等待", "calling": "呼叫中"},
    "en": {"waiting": "waiting", "calling": "calling"},
}
NOBODY = {"zh-CN": "当前没有待回电的客户", "en": "nobody is to be called back"}
CANCELLED = {"zh-CN": "{id} 已取消", "en": "{id} cancelled"}
UNKNOWN = {"zh-CN": "{id} 不在列表中，或正在呼叫", "en": "{id} is not on the list, or is being called"}


@app.command("list")
def list_callbacks() -> None:
    """列表 · Who is still to be called back, in the order of the places kept."""
    settings = load_settings()
    language = settings.language
    waiting = ask(settings.control_socket, "callbacks")["callbacks"]
    if not waiting:
        sys.stdout.write(NOBODY[language] + "\n")
        return
    table = Table(*HEADS[language], box=None)
    for one in waiting:
        state = STATES[language].get(one["state"], one["state"])
        times = (span(one["waited_s"]), span(one["expires_in_s"]))
        table.add_row(one["id"], one["number"], one["queue"], state, str(one["tries"]), *times)
    screen_console().print(table)


@app.command()
def cancel(callback: Annotated[str, typer.Argument(help="Its id, as `hotline callback list` shows it.")]) -> None:
    """取消 · Take somebody off the list."""
    settings = load_settings()
    done = ask(settings.control_socket, "cancel_callback", callback=callback)["granted"]
    sys.stdout.write((CANCELLED if done else UNKNOWN)[settings.language].format(id=callback) + "\n")
    if not done:
        raise typer.Exit(1)
