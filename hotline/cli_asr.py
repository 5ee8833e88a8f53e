"""`hotline asr eval`: how well recorded speech is understood, by the very code that hears callers."""

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from asr.audio import LINE_RATE
from asr.engines.vosk_engine import VoskRecognizer
from asr.listening import Manner
from asr.rejection import Limits
from hotline.clock import engine_now
from hotline.config import load_config, shown
from hotline.prompts.alaw import Samples, decode, encode, encode_linear
from hotline.prompts.shaping import resample
from hotline.prompts.wav import UnreadableSound, parse_wav
from hotline.settings import load_settings
from hotline.speech.evaluation import (
    NOISE_DB,
    SILENCE_AFTER_S,
    Examiner,
    Heard,
    Rate,
    Recording,
    by_target,
    confusions,
    parse_manifest,
    percentile,
    rate,
    rejudged,
    tuned,
)
from hotline.speech.limits import read_limits, write_limits
from hotline.speech.model_check import check_model
from hotline.speech.models import model_folder
from hotline.speech.understanding import Understanding
from ivr.menu import Menu
from ivr.utterances import Verdict
from telephony.errors import ConfigError, Problem, RecognizerError

MANIFEST = "manifest.tsv"

app = typer.Typer(help="语音识别评测 · Measure how well recorded speech is understood.", no_args_is_help=True)


@app.callback()
def asr() -> None:
    """语音识别评测 · Measure how well recorded speech is understood."""


@dataclass(frozen=True, slots=True)
class Words:
    """What this screen says."""

    rates: dict[Verdict, str]
    foreign_rates: dict[Verdict, str]
    total: str
    kinds: str
    targets: str
    confused: str
    latency: str
    nothing: str
    limits: str
    saved: str
    no_foreign: str


WORDS = {
    "zh-CN": Words(
        rates={Verdict.RIGHT: "正确", Verdict.ASKED: "确认后正确", Verdict.WRONG: "办错", Verdict.MISSED: "未识别"},
        foreign_rates={Verdict.FOREIGN_ACTED: "无关却办理", Verdict.FOREIGN_ASKED: "无关但追问"},
        total="模型 {model} · 共 {count} 句",
        kinds="按类别（正确）",
        targets="按节点（正确）",
        confused="混淆：应为 → 实为",
        latency="说完到判定：p50 {p50:.0f} 毫秒 · p95 {p95:.0f} 毫秒（只计已办理的）",
        nothing="（未识别）",
        limits="阈值（在另一半录音上选出）：办理 {act:.2f} · 追问 {ask:.2f}",
        saved="已写入 {file}",
        no_foreign="没有标为 foreign 的录音，无法选阈值。",
    ),
    "en": Words(
        rates={
            Verdict.RIGHT: "right",
            Verdict.ASKED: "right after a question",
            Verdict.WRONG: "wrong action",
            Verdict.MISSED: "missed",
        },
        foreign_rates={Verdict.FOREIGN_ACTED: "foreign, acted on", Verdict.FOREIGN_ASKED: "foreign, asked"},
        total="model {model} · {count} recordings",
        kinds="By kind (right)",
        targets="By node (right)",
        confused="Confused: expected → actual",
        latency="From the last voice to the decision: p50 {p50:.0f} ms · p95 {p95:.0f} ms (of what was acted on)",
        nothing="(not understood)",
        limits="Limits (chosen on the other half): act {act:.2f} · ask {ask:.2f}",
        saved="written to {file}",
        no_foreign="No recording is marked as foreign, so there is nothing to choose limits by.",
    ),
}
"""By the language of screens."""


@app.command("eval")
def evaluate(  # noqa: PLR0913 - a command's options are its parameters
    source: Annotated[Path, typer.Argument(help="A manifest.tsv, a folder with one, or with a folder for each node.")],
    *,
    model: Annotated[Path | None, typer.Option(help="The model's folder; the one in use unless given.")] = None,
    only_menu: Annotated[bool, typer.Option(help="Listen for the caller's own menu only, not the whole tree.")] = False,
    tune: Annotated[bool, typer.Option(help="Choose limits on one half, report the other.")] = False,
    save: Annotated[bool, typer.Option(help="With --tune: write the limits into the model's folder.")] = False,
    menus: Annotated[Path | None, typer.Option(help="The menu tree; ./menus.yaml unless set otherwise.")] = None,
    agents: Annotated[Path | None, typer.Option(help="Agents; ./agents.yaml unless set otherwise.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For tools.")] = False,
) -> None:
    """评测录音 · Put recordings through what hears callers; each is heard as in a call."""
    given = {"menus": menus, "agents": agents, "asr_model": model}
    settings = load_settings(**{name: path for name, path in given.items() if path is not None})
    menu = load_config(settings.menus, settings.agents, settings.vip, settings.recordings_dir).menu
    recordings, folder = _recordings(source, menu)
    chosen = model_folder(settings)
    if chosen is None:
        raise RecognizerError("there is no speech model; hotline model install small-cn", retryable=False)
    check_model(chosen)
    recognizer = VoskRecognizer(chosen)
    limits = read_limits(chosen)
    manner = Manner(limits=limits, weighs_all=tune)
    examiner = Examiner(Understanding.build(menu, recognizer), manner, only_menu=only_menu)
    words, results = WORDS[settings.language], list(_heard(examiner, recordings, folder))
    notes: list[str] = []
    if tune:
        results, notes = _tuned(examiner, results, words, chosen if save else None)
    if as_json:
        typer.echo(json.dumps(as_plain(results, recognizer.name, only_menu=only_menu), ensure_ascii=False, indent=2))
        return
    typer.echo(words.total.format(model=recognizer.name, count=len(results)))
    for line in [*notes, *report(results, words)]:
        typer.echo(line)


def _recordings(source: Path, menu: Menu) -> tuple[list[Recording], Path]:
    """Read what is to be heard, and the folder it is in."""
    file = source / MANIFEST if source.is_dir() else source
    if source.is_dir() and not file.exists():
        wavs = sorted(source.glob("*/*.wav"))
        text = "\n".join(f"{wav.relative_to(source)}\t\t{wav.parent.name}\t{wav.parent.name}" for wav in wavs)
    else:
        text = file.read_text("utf-8-sig")
    recordings, problems = parse_manifest(text, shown(file), menu)
    problems += [
        Problem(shown(file), 1, 1, f"there is no {recording.file}")
        for recording in recordings
        if not (file.parent / recording.file).is_file()
    ]
    if problems or not recordings:
        raise ConfigError(problems or [Problem(shown(file), 1, 1, "has no recordings")])
    return recordings, file.parent


def _heard(examiner: Examiner, recordings: Sequence[Recording], folder: Path) -> Iterator[Heard]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    screen = Console(file=sys.stderr, highlight=False)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        for recording in progress.track(recordings, description="asr eval"):
            pcm = on_the_line(*_read(folder / recording.file))
            spoken, late_s = examiner.listen(recording, pcm, engine_now)
            yield examiner.judge(recording, spoken, late_s)


def _read(file: Path) -> tuple[Samples, int]:
    try:
        return parse_wav(file.read_bytes())
    except UnreadableSound as error:
        raise ConfigError([Problem(shown(file), 1, 1, str(error))]) from error


def on_the_line(samples: Samples, rate: int) -> bytes:
    """Return sound as a caller's telephone sends it: 8 kHz, A-law, and a quiet line after it."""
    sound = samples if rate == LINE_RATE else resample(samples, rate)
    chance = np.random.default_rng(1)
    noise = chance.normal(size=round(SILENCE_AFTER_S * LINE_RATE)) * 10.0 ** (NOISE_DB / 20.0)
    return encode_linear(decode(encode(np.concatenate([sound, noise]).astype(np.float32))))


def _tuned(
    examiner: Examiner, results: list[Heard], words: Words, save_to: Path | None
) -> tuple[list[Heard], list[str]]:
    """Choose limits on one half; return the other half, judged by them."""
    limits: Limits | None = tuned([result for result in results if _is_tune(result.recording)])
    if limits is None:
        return results, [words.no_foreign]
    if limits.filler is None:  # too few recordings to fit it anew
        limits = replace(limits, filler=examiner.manner.limits.filler)
    notes = [words.limits.format(**asdict(limits))]
    if save_to is not None:
        notes.append(words.saved.format(file=write_limits(save_to, limits)))
    rest = [result for result in results if not _is_tune(result.recording)]
    return rejudged(examiner, rest, limits), notes


def _is_tune(recording: Recording) -> bool:
    """Whether it is of the half to choose on: by what is said, so that one sentence is never in both."""
    return hashlib.sha256((recording.text or recording.file).encode()).digest()[0] % 2 == 0


def report(results: Sequence[Heard], words: Words) -> list[str]:
    """Return the lines of the report."""
    lines = [f"  {name:<24}{_rate(rate(results, verdict, foreign=False))}" for verdict, name in words.rates.items()]
    if rate(results, Verdict.FOREIGN_ACTED, foreign=True).of:
        lines += [f"  {name:<24}{_rate(rate(results, v, foreign=True))}" for v, name in words.foreign_rates.items()]
    acted = [result.after_voice_s * 1000 for result in results if result.verdict in {Verdict.RIGHT, Verdict.WRONG}]
    lines += [f"  {words.latency.format(p50=percentile(acted, 0.5), p95=percentile(acted, 0.95))}", words.kinds]
    for kind in dict.fromkeys(result.recording.kind for result in results):
        own = [result for result in results if result.recording.kind == kind]
        lines.append(_row(kind, Rate(sum(result.verdict is Verdict.RIGHT for result in own), len(own))))
    lines += [words.targets, *(_row(target, figure) for target, figure in by_target(results))]
    pairs = confusions(results)
    lines += [words.confused] * bool(pairs)
    return lines + [f"  {count}×  {expected} → {actual or words.nothing}" for expected, actual, count in pairs]


def _row(name: str, figure: Rate) -> str:
    return f"  {name}{' ' * max(1, 24 - cell_len(name))}{_rate(figure)}"


def _rate(figure: Rate) -> str:
    low, high = figure.interval
    return f"{figure.value:.3f} [{low:.3f}, {high:.3f}]  {figure.hits}/{figure.of}"


def as_plain(results: Sequence[Heard], model: str, *, only_menu: bool) -> dict[str, Any]:
    """Return everything for tools: what was said, which is the admin's own material."""
    verdicts = {verdict.value: sum(result.verdict is verdict for result in results) for verdict in Verdict}
    return {
        "model": model,
        "listened_for": "menu" if only_menu else "tree",
        "verdicts": verdicts,
        "recordings": [
            {
                "file": result.recording.file,
                "text": result.recording.text,
                "heard": result.spoken.transcript.text,
                "node": result.recording.node,
                "expected": result.recording.expected,
                "actual": result.actual,
                "verdict": result.verdict.value,
                "score": None if result.spoken.score is None else round(result.spoken.score, 3),
                "ended": result.spoken.why.value,
                "after_voice_ms": round(result.after_voice_s * 1000),
            }
            for result in results
        ],
    }
