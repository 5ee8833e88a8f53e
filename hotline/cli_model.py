"""`hotline model`: speech models on this machine."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from hotline.settings import Settings, load_settings
from hotline.speech.fetching import Checksum
from hotline.speech.fetching import Progress as Told
from hotline.speech.model_check import ModelFacts, check_model
from hotline.speech.model_store import ModelStore
from hotline.speech.models import EMBEDDED, model_folder
from telephony.errors import RecognizerError

app = typer.Typer(help="语音模型 · Install, list and check speech models.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="For tools.")]

WORDS = {
    "zh-CN": {
        "installed": "已安装 {folder}",
        "use": "启用：设置 HOTLINE_ASR_MODEL={folder}（或在设置文件中写 asr_model），然后重新启动热线。",
        "none": "没有安装语音模型；安装：hotline model install small-cn",
        "embedded": "内置模型（只用合成语音训练，供试用和测试，不适合真人）",
        "in_use": "使用中",
        "facts": "{rate} Hz · 载入 {load_s:.1f} 秒 · 内存 {memory_mb:.0f} MB",
        "no_grammar": "不支持按菜单限定词语，识别率较低",
        "no_filler": "不能按声音排除无关的话",
        "keys": "没有可用的语音模型：来电者只能按键。",
    },
    "en": {
        "installed": "Installed {folder}",
        "use": "To use it set HOTLINE_ASR_MODEL={folder} (or asr_model in the settings file) and restart.",
        "none": "No speech model is installed; to install one: hotline model install small-cn",
        "embedded": "the embedded model (trained on synthetic speech only, for trying out and tests, not for people)",
        "in_use": "in use",
        "facts": "{rate} Hz · loads in {load_s:.1f} s · {memory_mb:.0f} MB of memory",
        "no_grammar": "cannot be told what to listen for, which makes it less sure",
        "no_filler": "cannot tell by the sound what does not belong to the menu",
        "keys": "There is no speech model: callers use keys only.",
    },
}
"""By the language of screens."""


def store(settings: Settings) -> ModelStore:
    """Where models are kept: in the cache, since they can be fetched again."""
    return ModelStore(settings.cache_dir / "models")


@app.command("install")
def install(
    source: Annotated[str, typer.Argument(help="small-cn, an https address, or a .zip, .tar.gz or folder.")],
    *,
    sha256: Annotated[str, typer.Option(help="What the archive must be.")] = "",
) -> None:
    """安装语音模型 · Fetch a model, try it, and put it in its place."""
    settings = load_settings()
    words = WORDS[settings.language]
    with _progress(source) as told:
        installed = store(settings).install(source, Checksum("sha256", sha256) if sha256 else None, told)
    typer.echo(words["installed"].format(folder=installed.folder))
    typer.echo(describe(installed.facts, settings.language))
    typer.echo(words["use"].format(folder=installed.folder))


@app.command("list")
def list_models(*, as_json: JsonOption = False) -> None:
    """列出语音模型 · The models on this machine, and which one is used."""
    settings = load_settings()
    words, used = WORDS[settings.language], model_folder(settings)
    folders = [folder for folder in (EMBEDDED, used) if folder is not None and folder.is_dir()]
    folders = list(dict.fromkeys([*folders, *store(settings).models()]))
    if as_json:
        typer.echo(json.dumps([{"folder": str(folder), "in_use": folder == used} for folder in folders], indent=2))
        return
    for folder in folders:
        mark = f" · {words['in_use']}" if folder == used else ""
        typer.echo(f"{words['embedded'] if folder == EMBEDDED else folder.name}{mark}\n  {folder}")
    if not folders:
        typer.echo(words["none"])


@app.command("check")
def check(
    folder: Annotated[Path | None, typer.Argument(help="A model's folder; the one in use unless given.")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """检查语音模型 · Load a model in a process of its own and let it hear a second of sound."""
    settings = load_settings()
    chosen = model_folder(settings) if folder is None else folder
    if chosen is None:
        raise RecognizerError(WORDS[settings.language]["keys"], retryable=False)
    facts = check_model(chosen)
    if as_json:
        typer.echo(json.dumps({"folder": str(chosen), **asdict(facts)}, ensure_ascii=False, indent=2))
        return
    typer.echo(f"✓ {chosen}")
    typer.echo(describe(facts, settings.language))


def describe(facts: ModelFacts, language: str) -> str:
    """Say what a model is like."""
    words = WORDS[language]
    lines = [words["facts"].format(**asdict(facts))]
    lines += [words["no_grammar"]] * (not facts.takes_grammar) + [words["no_filler"]] * (not facts.has_filler)
    return "\n".join(f"  {line}" for line in lines)


@contextmanager
def _progress(source: str) -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    screen = Console(file=sys.stderr, highlight=False)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(source, total=None)
        yield lambda have, total: progress.update(task, completed=have, total=total)
