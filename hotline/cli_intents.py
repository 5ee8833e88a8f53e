"""`hotline intents`: what the menu makes of words, without a call: one utterance, or a file of them."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, assert_never

import typer
from rich.cells import cell_len

from hotline.config import MAX_BYTES, load_config, shown
from hotline.settings import Settings, load_settings
from ivr.intents import Act, Confirm, IntentIndex, Outcome, Reason, Reject
from ivr.menu import ROOT, Menu
from ivr.universals import Universal
from ivr.utterances import (
    FAILURES,
    FOREIGN,
    Result,
    Verdict,
    confusions,
    label,
    parse_utterances,
    target_label,
    try_all,
)
from telephony.errors import ConfigError, Problem
from telephony.ids import NodeId
from telephony.suggest import did_you_mean, quoted

EXIT_WRONG = 1

RUNNERS_UP = 4
"""Shown below the outcome: enough to see what competes."""

app = typer.Typer(name="intents", help="说法 · Try what callers say on the menu.", no_args_is_help=True)

MenusOption = Annotated[Path | None, typer.Option(help="The menu tree; ./menus.yaml unless set otherwise.")]
AgentsOption = Annotated[Path | None, typer.Option(help="Agents and queues; ./agents.yaml unless set otherwise.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For tools.")]


@dataclass(frozen=True, slots=True)
class Words:
    """What this screen says."""

    act: str
    confirm: str
    rival: str
    reject: str
    reasons: dict[Reason, str]
    universals: dict[Universal, str]
    nothing: str
    foreign: str
    verdicts: dict[Verdict, str]
    total: str
    confused: str


LANGUAGES = ("zh-CN", "en")
"""In the order of the pairs below."""

_LINES = {
    "act": ("直接办理：{name}", "do it: {name}"),
    "confirm": ("先确认：您是要办理{name}吗？", "ask first: {name}?"),
    "rival": ("（也可能是{name}）", " (or {name})"),
    "reject": ("没有听懂：{reason}", "not understood: {reason}"),
    "nothing": ("（未识别）", "(not understood)"),
    "foreign": ("（无关）", "(foreign)"),
    "total": ("共 {count} 句", "{count} utterances"),
    "confused": ("混淆：应为 → 实为", "confused: expected → actual"),
}

_REASONS = {
    Reason.SILENCE: ("没有内容", "nothing was said"),
    Reason.DENIED: ("只说了不要什么", "only what is not wanted"),
    Reason.NO_SUCH_CHOICE: ("没有这个选项", "there is no such choice"),
    Reason.UNKNOWN: ("菜单里没有相近的说法", "nothing in the menu is like it"),
}

_UNIVERSALS = {
    Universal.AGENT: ("人工", "a person"),
    Universal.REPEAT: ("重听", "repeat"),
    Universal.BACK: ("返回", "back"),
    Universal.MAIN: ("主菜单", "main menu"),
}

_VERDICTS = {
    Verdict.RIGHT: ("正确", "right"),
    Verdict.ASKED: ("确认后正确", "right after a question"),
    Verdict.ASKED_WRONG: ("问错", "wrong question"),
    Verdict.MISSED: ("未识别", "missed"),
    Verdict.WRONG: ("办错", "wrong"),
    Verdict.FOREIGN_ASKED: ("无关但追问", "foreign, asked"),
    Verdict.FOREIGN_ACTED: ("无关却办理", "foreign, acted on"),
}


def _words(place: int) -> Words:
    """The language at this place of every pair."""
    return Words(
        **{name: pair[place] for name, pair in _LINES.items()},
        reasons={reason: pair[place] for reason, pair in _REASONS.items()},
        universals={one: pair[place] for one, pair in _UNIVERSALS.items()},
        verdicts={verdict: pair[place] for verdict, pair in _VERDICTS.items()},
    )


WORDS = {language: _words(place) for place, language in enumerate(LANGUAGES)}
"""By the language of screens."""

_MARKS = {Verdict.RIGHT: "✓", Verdict.ASKED: "?", Verdict.FOREIGN_ASKED: "?"}


@app.command("try")
def try_one(
    text: Annotated[str, typer.Argument(help="What the caller says.")],
    *,
    node: Annotated[str, typer.Option(help="The menu the caller is in.")] = ROOT,
    menus: MenusOption = None,
    agents: AgentsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say something at a node: what would be done, and what else it was near to."""
    settings, menu = _load(menus, agents)
    if node not in menu.nodes:
        raise typer.BadParameter(f"{quoted(node)} is not a node{did_you_mean(node, menu.nodes)}", param_hint="--node")
    index = IntentIndex.build(menu)
    outcome = index.match(text, NodeId(node))
    if as_json:
        typer.echo(_json(outcome_json(outcome)))
        return
    words = WORDS[settings.language]
    typer.echo(describe(outcome, menu, words))
    for candidate in index.rank(text, NodeId(node))[:RUNNERS_UP]:
        if candidate.target is not None:
            finding = candidate.finding
            typer.echo(f"  {finding.score:.2f}  {target_label(candidate.target)}  “{finding.phrase.text}”")


@app.command("test")
def try_file(  # noqa: PLR0913 - a command's options are its parameters
    file: Annotated[Path, typer.Argument(help="Lines of: text, tab, node id (or @agent, foreign)[, kind, node].")],
    *,
    menus: MenusOption = None,
    agents: AgentsOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only the lines that are not right.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="A question counts as wrong, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Try a file of utterances; exit code 1 if one is wrong."""
    settings, menu = _load(menus, agents)
    utterances, problems = parse_utterances(_read(file), shown(file), menu)
    if problems:
        raise ConfigError(problems)
    results = try_all(IntentIndex.build(menu), utterances)
    if as_json:
        typer.echo(_json([_result_json(result) for result in results]))
    else:
        _print(results, WORDS[settings.language], quiet=quiet)
    allowed = {Verdict.RIGHT} if strict else set(Verdict) - FAILURES
    if any(result.verdict not in allowed for result in results):
        raise typer.Exit(EXIT_WRONG)


def describe(outcome: Outcome, menu: Menu, words: Words) -> str:
    """Say in one line what would be done."""
    match outcome:
        case Act():
            return words.act.format(name=_name(outcome.target, menu, words))
        case Confirm():
            rival = words.rival.format(name=_name(outcome.rival, menu, words)) if outcome.rival is not None else ""
            return words.confirm.format(name=_name(outcome.target, menu, words)) + rival
        case Reject():
            return words.reject.format(reason=words.reasons[outcome.reason])
        case _:
            assert_never(outcome)


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome for tools."""
    match outcome:
        case Reject():
            return {"outcome": "reject", "reason": outcome.reason.value}
        case Act():
            kind: dict[str, Any] = {"outcome": "act"}
        case Confirm():
            rival = None if outcome.rival is None else target_label(outcome.rival)
            kind = {"outcome": "confirm", "rival": rival}
        case _:
            assert_never(outcome)
    return {**kind, "target": label(outcome), "phrase": outcome.phrase, "score": round(outcome.score, 3)}


def _name(target: NodeId | Universal | None, menu: Menu, words: Words) -> str:
    if isinstance(target, Universal):
        return words.universals[target]
    return menu.nodes[NodeId(target or ROOT)].name


def _print(results: list[Result], words: Words, *, quiet: bool) -> None:
    shown_results = [result for result in results if not quiet or result.verdict is not Verdict.RIGHT]
    width = max((cell_len(result.utterance.text) for result in shown_results), default=0)
    for result in shown_results:
        text = result.utterance.text
        expected = _shown_label(result.utterance.expected, words)
        actual = result.actual or words.nothing
        arrow = expected if result.verdict is Verdict.RIGHT else f"{expected} → {actual}"
        verdict = "" if result.verdict is Verdict.RIGHT else f"  {words.verdicts[result.verdict]}"
        mark = _MARKS.get(result.verdict, "✗")
        typer.echo(f"{mark} {text}{' ' * (width - cell_len(text))}  {arrow}{verdict}")
    _print_counts(results, words)


def _print_counts(results: list[Result], words: Words) -> None:
    counts = Counter(result.verdict for result in results)
    parts = [f"{words.verdicts[verdict]} {counts[verdict]}" for verdict in Verdict if counts[verdict]]
    typer.echo(" · ".join([words.total.format(count=len(results)), *parts]))
    if pairs := confusions(results):
        typer.echo(words.confused)
    for expected, actual, count in pairs:
        typer.echo(f"  {count}×  {_shown_label(expected, words)} → {actual or words.nothing}")


def _shown_label(expected: str, words: Words) -> str:
    return words.foreign if expected == FOREIGN else expected


def _result_json(result: Result) -> dict[str, Any]:
    said = result.utterance
    return {
        "line": said.line,
        "text": said.text,
        "kind": said.kind,
        "node": said.node,
        "expected": said.expected,
        "verdict": result.verdict.value,
        **outcome_json(result.outcome),
    }


def _read(file: Path) -> str:
    with file.open("rb") as opened:
        raw = opened.read(MAX_BYTES + 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError([Problem(shown(file), line, 1, "is not UTF-8; save the file as UTF-8")]) from None


def _load(menus: Path | None, agents: Path | None) -> tuple[Settings, Menu]:
    given = {"menus": menus, "agents": agents}
    settings = load_settings(**{name: path for name, path in given.items() if path is not None})
    return settings, load_config(settings.menus, settings.agents, settings.vip, settings.recordings_dir).menu


def _json(what: object) -> str:
    return json.dumps(what, ensure_ascii=False, indent=2)
