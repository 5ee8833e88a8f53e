"""`hotline agent`: list the agents, change their states for them, show what a phone must be told to register."""

import sys
from typing import Annotated

import typer

from hotline.cli_status import LanguageOption, ask_snapshot, asked, checked_language, screen_console, snapshot_of
from hotline.config import load_config
from hotline.control.client import ControlClient
from hotline.secrets import load_secrets
from hotline.settings import Settings, load_settings
from hotline.status_tables import paint_agents
from hotline.status_words import WORDS
from telephony.errors import WorldError
from telephony.events import AgentWish
from telephony.ids import AgentNumber

app = typer.Typer(
    help="坐席 · List agents, change their states, show a phone's settings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Numbers = Annotated[list[str] | None, typer.Argument(metavar="工号...", help="Agents' numbers.")]
All = Annotated[bool, typer.Option("--all", help="Every agent of the roster.")]

GRANTED = {"zh-CN": "{number} {wish}", "en": "{number} {wish}"}
LATER = {"zh-CN": "{number} {wish}（当前来电结束后生效）", "en": "{number} {wish} (when the current call is over)"}
OUTSIDE = {"zh-CN": "（班外）", "en": " (outside the shift)"}
REFUSED = {"zh-CN": "{number} {wish}被拒绝：{why}", "en": "{number} {wish} refused: {why}"}

WISHES = {
    "zh-CN": {
        "sign_in": "签入",
        "sign_off": "签出",
        "ready": "置闲",
        "not_ready": "置忙",
        "extend_wrap_up": "延长话后",
    },
    "en": {
        "sign_in": "sign-in",
        "sign_off": "sign-off",
        "ready": "ready",
        "not_ready": "pause",
        "extend_wrap_up": "wrap-up",
    },
}

REASONS = {
    "zh-CN": {
        "unknown_agent": "名单中没有此工号",
        "unknown_reason": "没有这个置忙原因",
        "wrap_up_limit": "话后时间已到上限",
        "no_answer": "引擎没有答复",
    },
    "en": {
        "unknown_agent": "not in the roster",
        "unknown_reason": "no such reason",
        "wrap_up_limit": "wrap-up is at its limit",
        "no_answer": "the engine gave no answer",
    },
}
"""Besides these, an explanation is the state that forbids the wish."""

PHONE = {
    "zh-CN": (
        "坐席 {number} {name} 的话机设置",
        "  SIP服务器  {server}（UDP）",
        "  用户名     {number}",
        "  密码       {password}",
    ),
    "en": (
        "phone of agent {number} {name}",
        "  SIP server  {server} (UDP)",
        "  user name   {number}",
        "  password    {password}",
    ),
}


@app.command("list")
def list_agents(language: LanguageOption = None) -> None:
    """坐席列表 · Every agent and its state."""
    settings = load_settings()
    words = checked_language(language or settings.language)
    screen_console().print(paint_agents(ask_snapshot(settings.control_socket), words))


@app.command("sign-in")
def sign_in(numbers: Numbers = None, *, every: All = False) -> None:
    """签入 · Begin work; calls may come."""
    _change(AgentWish.SIGN_IN, numbers, every=every)


@app.command("sign-off")
def sign_off(numbers: Numbers = None, *, every: All = False) -> None:
    """签出 · End work."""
    _change(AgentWish.SIGN_OFF, numbers, every=every)


@app.command()
def ready(numbers: Numbers = None, *, every: All = False) -> None:
    """置闲 · Calls may come."""
    _change(AgentWish.READY, numbers, every=every)


@app.command()
def pause(
    numbers: Numbers = None,
    *,
    reason: Annotated[str, typer.Option(help="Key or name of a reason in agents.yaml, as 小休.")] = "",
    every: All = False,
) -> None:
    """置忙 · No calls for a while."""
    _change(AgentWish.NOT_READY, numbers, reason=reason, every=every)


@app.command("wrap-up")
def wrap_up(
    numbers: Numbers = None,
    *,
    end: Annotated[bool, typer.Option("--end", help="结束话后 · The notes are done: calls may come.")] = False,
    every: All = False,
) -> None:
    """延长话后 · More time for the notes of the last call; with --end, no more."""
    _change(AgentWish.READY if end else AgentWish.EXTEND_WRAP_UP, numbers, every=every)


@app.command()
def phone(number: Annotated[str, typer.Argument(metavar="工号")]) -> None:
    """话机设置 · What a softphone needs to register as this agent; shows the password."""
    settings = load_settings()
    config = load_config(settings.menus, settings.agents, settings.vip, settings.recordings_dir)
    agent = config.roster.agents.get(AgentNumber(number))
    if agent is None:
        raise WorldError(f"agent {number} is not in {settings.agents.name}", retryable=False)
    secrets = load_secrets(settings.secrets_file, config.roster.agents)
    text = "\n".join(PHONE[settings.language]).format(
        number=number, name=agent.name, server=settings.sip_address, password=secrets.sip[agent.number]
    )
    sys.stdout.write(text + "\n")


def _change(wish: AgentWish, numbers: list[str] | None, *, reason: str = "", every: bool) -> None:
    """Ask for each; exit 1 if one was refused."""
    settings = load_settings()
    if bool(numbers) is every:
        raise typer.BadParameter("name agents, or say --all")
    key = _reason_key(settings, reason)
    refused = False
    with ControlClient(settings.control_socket) as client:
        chosen = [agent.number for agent in snapshot_of(asked(client, "status")).agents] if every else numbers or []
        for number in chosen:
            answer = asked(client, "agent", number=number, wish=wish.value, reason=key)
            refused = refused or not answer["granted"]
            sys.stdout.write(_told(settings.language, number, wish, answer=answer) + "\n")
    if refused:
        raise typer.Exit(1)


def _told(language: str, number: str, wish: AgentWish, *, answer: dict[str, object]) -> str:
    why = str(answer.get("explanation") or "")
    shown = REASONS[language].get(why) or WORDS[language].states.get(why, why)
    form = REFUSED if not answer["granted"] else LATER if why == "later" else GRANTED
    outside = OUTSIDE[language] if answer.get("outside_shift") and answer["granted"] else ""
    return form[language].format(number=number, wish=WISHES[language][wish.value], why=shown) + outside


def _reason_key(settings: Settings, reason: str) -> str:
    """The key of a reason given by key or by name."""
    if not reason:
        return ""
    known = load_config(settings.menus, settings.agents, settings.vip, settings.recordings_dir).roster.not_ready_reasons
    for key, name in known.items():
        if reason in {key, name}:
            return key
    listed = ", ".join(f"{key} {name}" for key, name in known.items())
    raise WorldError(f"no such reason: {reason}; known are {listed}", retryable=False)
