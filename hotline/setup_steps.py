"""Everything a hotline needs before its first call, step by step; each is quick where its work is done already."""

from dataclasses import dataclass

from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import AsteriskInstall, provision
from hotline.asterisk.render import render
from hotline.config import Config, load_config
from hotline.preflight import check_machine
from hotline.prompts.preparation import prepare_prompts, prompt_library
from hotline.screen import Screen, Step
from hotline.secrets import Secrets, load_secrets
from hotline.settings import Settings
from hotline.speech.model_check import check_model
from hotline.speech.models import model_folder
from hotline.store.database import open_database, store_errors
from hotline.store.migrations import migrate
from telephony.errors import RecognizerError


@dataclass(frozen=True, slots=True)
class Titles:
    """What the steps are called."""

    machine: str
    config: str
    config_done: str
    asterisk: str
    secrets: str
    prompts: str
    prompts_done: str
    database: str
    files: str
    speech: str
    speech_done: str
    speech_off: str
    speech_bad: str


TITLES = {
    "zh-CN": Titles(
        machine="检查本机：端口、工具、磁盘空间",
        config="检查配置 menus.yaml 和 agents.yaml",
        config_done="{nodes} 个节点，{agents} 名坐席，版本 {version}",
        asterisk="准备 Asterisk",
        secrets="准备密码",
        prompts="合成语音提示",
        prompts_done="新合成 {count} 条",
        database="准备数据库",
        files="生成 Asterisk 配置",
        speech="检查语音模型",
        speech_done="{name}，{rate} Hz，{memory:.0f} MB",
        speech_off="没有，来电只能按键",
        speech_bad="不可用，来电只能按键：{problem}",
    ),
    "en": Titles(
        machine="checking this machine: ports, tools, disk",
        config="checking menus.yaml and agents.yaml",
        config_done="{nodes} nodes, {agents} agents, version {version}",
        asterisk="preparing Asterisk",
        secrets="preparing passwords",
        prompts="rendering prompts",
        prompts_done="{count} rendered anew",
        database="preparing the database",
        files="writing Asterisk's configuration",
        speech="checking the speech model",
        speech_done="{name}, {rate} Hz, {memory:.0f} MB",
        speech_off="none: callers use keys only",
        speech_bad="can not be used, callers use keys only: {problem}",
    ),
}
"""By the language of screens."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the hotline runs on."""

    config: Config
    install: AsteriskInstall
    asterisk: AsteriskInstance


def set_up(settings: Settings, screen: Screen) -> Prepared:
    """Every step in order; the first failure is raised as the error it is."""
    titles = TITLES[settings.language]
    with screen.step(titles.config) as step:
        config = load_config(settings.menus, settings.agents, settings.vip, settings.recordings_dir)
        step.detail = titles.config_done.format(
            nodes=len(config.menu.nodes), agents=len(config.roster.agents), version=config.version
        )
    with screen.step(titles.machine):
        settings.make_dirs()
        check_machine(settings)
    with screen.step(titles.asterisk) as step:
        install = provision(settings, step.report)
        step.detail = f"{install.version} ({install.source})"
    with screen.step(titles.secrets):
        secrets = load_secrets(settings.secrets_file, config.roster.agents)
    with screen.step(titles.prompts, spinner=False) as step:  # it has a bar of its own
        library = prompt_library(settings, config.menu)
        count = prepare_prompts(library, config.menu, config.roster, screen.console)
        step.detail = titles.prompts_done.format(count=count)
    with screen.step(titles.speech) as step:
        check_speech(settings, step)
    with screen.step(titles.database):
        prepare_database(settings)
    with screen.step(titles.files):
        asterisk = prepare_asterisk(settings, config, install, secrets=secrets)
    return Prepared(config, install, asterisk)


def check_speech(settings: Settings, step: Step) -> None:
    """Try the speech model in a process of its own, for damage may abort it; a bad one is told, and keys work."""
    titles, folder = TITLES[settings.language], model_folder(settings)
    if folder is None or not settings.recognisers:
        step.detail = titles.speech_off
        return
    try:
        facts = check_model(folder)
    except RecognizerError as error:
        step.detail, step.is_amiss = titles.speech_bad.format(problem=error), True
    else:
        step.detail = titles.speech_done.format(name=facts.name, rate=facts.rate, memory=facts.memory_mb)


def prepare_database(settings: Settings) -> None:
    """Create the tables, or bring them to this version."""
    engine = open_database(settings.database)
    with store_errors(), engine.begin() as connection:
        migrate(connection)
    engine.dispose()


def prepare_asterisk(
    settings: Settings, config: Config, install: AsteriskInstall, *, secrets: Secrets
) -> AsteriskInstance:
    """Write the files; an Asterisk that still runs takes what changed without touching a call."""
    files = render(settings, config.menu, config.roster, secrets)
    asterisk = AsteriskInstance(install, settings.asterisk_home, files, run_dir=settings.asterisk_run_dir)
    if asterisk.adopt():
        asterisk.reload()
    else:
        asterisk.write_files()
    return asterisk
