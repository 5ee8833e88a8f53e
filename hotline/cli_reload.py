"""`hotline reload`: both files anew, checked first; calls in progress keep what they began with."""

import sys

import typer

from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import provision
from hotline.asterisk.render import render
from hotline.cli_status import ask
from hotline.config import load_config
from hotline.secrets import load_secrets
from hotline.settings import Settings, load_settings

app = typer.Typer(
    help="重新加载配置 · Take menus.yaml and agents.yaml anew.", add_completion=False, pretty_exceptions_enable=False
)

DONE = {
    "zh-CN": "已生效：版本 {version}，{nodes} 个节点，{agents} 名坐席",
    "en": "in effect: version {version}, {nodes} nodes, {agents} agents",
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
    taken = ask(settings.control_socket, "reload")
    sys.stdout.write(DONE[settings.language].format(**taken) + "\n")


def reload_asterisk(settings: Settings, files: dict[str, str]) -> None:
    """Bring changed files into effect, if our Asterisk runs."""
    install = provision(settings, lambda _: None)
    instance = AsteriskInstance(install, settings.asterisk_home, files, run_dir=settings.asterisk_run_dir)
    if instance.adopt():
        instance.reload()
