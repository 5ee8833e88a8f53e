"""`hotline reload`: both files anew, checked first; calls in progress keep what they began with.

The speech model is checked, too: workers keep the one they have loaded, but one that dies needs it again.
"""

import sys

import typer

from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import provision
from hotline.asterisk.render import render
from hotline.cli_status import ask, asked
from hotline.config import load_config
from hotline.control.client import ControlClient
from hotline.secrets import load_secrets
from hotline.settings import Settings, load_settings
from hotline.speech.model_check import check_model
from hotline.speech.models import model_folder
from telephony.errors import RecognizerError

app = typer.Typer(
    help="重新加载配置 · Take menus.yaml and agents.yaml anew.", add_completion=False, pretty_exceptions_enable=False
)

TAKEN_WITHIN_S = 60.0
"""The engine reads both files itself: 10,000 phrases take it some seconds, on a busy machine ten."""

DONE = {
    "zh-CN": "已生效：版本 {version}，{nodes} 个节点，{agents} 名坐席",
    "en": "in effect: version {version}, {nodes} nodes, {agents} agents",
}

BAD_MODEL = {
    "zh-CN": "语音模型不可用：{problem}；已载入的识别进程继续工作，重启后来电只能按键",
    "en": "the speech model can not be used: {problem}; workers that have loaded it go on, after their end callers use "
    "keys only",
}


@app.command()
def reload() -> None:
    """重新加载配置 · Take menus.yaml and agents.yaml anew; nothing changes if there is a mistake in them."""
    settings = load_settings()
    config = load_config(settings.menus, settings.agents, settings.vip, settings.recordings_dir)  # every mistake, here
    ask(settings.control_socket, "ping")
    secrets = load_secrets(settings.secrets_file, config.roster.agents)
    # Asterisk first: a new agent's phone must be known before a call is sent to it.
    reload_asterisk(settings, render(settings, config.menu, config.roster, secrets))
    with ControlClient(settings.control_socket, timeout_s=TAKEN_WITHIN_S) as client:
        taken = asked(client, "reload")
    sys.stdout.write(DONE[settings.language].format(**taken) + "\n")
    if problem := speech_problem(settings):
        sys.stderr.write(BAD_MODEL[settings.language].format(problem=problem) + "\n")
        raise typer.Exit(1)


def speech_problem(settings: Settings) -> str:
    """What is wrong with the model on disk, if anybody would load it."""
    folder = model_folder(settings)
    if folder is None or not settings.recognisers:
        return ""
    try:
        check_model(folder)
    except RecognizerError as error:
        return str(error)
    return ""


def reload_asterisk(settings: Settings, files: dict[str, str]) -> None:
    """Bring changed files into effect, if our Asterisk runs."""
    install = provision(settings, lambda _: None)
    instance = AsteriskInstance(install, settings.asterisk_home, files, run_dir=settings.asterisk_run_dir)
    if instance.adopt():
        instance.reload()
