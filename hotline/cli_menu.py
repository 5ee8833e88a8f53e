"""`hotline menu`: check the YAML files, draw the menu tree, print the JSON Schemas for editors."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.cells import cell_len

from acd.roster_shape import RosterShape
from hotline.config import Config, load_config
from hotline.settings import Settings, load_settings
from ivr.menu import ROOT, Menu, Node
from ivr.menu_shape import MenusShape
from telephony.errors import ConfigError, Problem
from telephony.ids import NodeId
from telephony.shape_schema import published_schema

EXIT_MISTAKES = 2
"""The author's mistakes, in every command of the hotline."""

app = typer.Typer(name="menu", help="菜单 · Check and show menus.yaml and agents.yaml.", no_args_is_help=True)

MenusOption = Annotated[Path | None, typer.Option(help="The menu tree; ./menus.yaml unless set otherwise.")]
AgentsOption = Annotated[Path | None, typer.Option(help="Agents and queues; ./agents.yaml unless set otherwise.")]
VipOption = Annotated[Path | None, typer.Option(exists=True, help="VIP callers, one number a line.")]
RecordingsOption = Annotated[Path | None, typer.Option(help="The folder of recorded prompts.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For tools.")]


class SchemaName(StrEnum):
    """The files that have a JSON Schema."""

    MENUS = "menus"
    AGENTS = "agents"


@dataclass(frozen=True, slots=True)
class Words:
    """What this screen says."""

    ok: str
    bound: str
    """How far a caller can be overtaken, by the weights."""
    unbound: str
    bad: str
    columns: tuple[str, str, str, str]
    numbers: str
    other: str


WORDS = {
    "zh-CN": Words(
        ok="配置无误：{nodes} 个节点（{leaves} 个末级），{numbers} 个号码，"
        "{agents} 名坐席，{queues} 个技能组，版本 {version}",
        bound="排队公平：客户最多被晚到{bound_s:g}秒以内的来电越过{but}，等满{aged_s:g}秒后不再被越过",
        unbound="（{classes}类来电除外）",
        bad="发现 {count} 处错误，配置未生效",
        columns=("菜单", "节点", "技能组", "业务"),
        numbers="号码",
        other="其他",
    ),
    "en": Words(
        ok="OK: {nodes} nodes ({leaves} leaves), {numbers} numbers, "
        "{agents} agents, {queues} queues, version {version}",
        bound="fairness: a caller is overtaken only by calls that came at most {bound_s:g} s later{but}, "
        "and by none once he has waited {aged_s:g} s",
        unbound=" (classes {classes} apart)",
        bad="{count} mistakes; nothing has taken effect",
        columns=("menu", "node", "queue", "topic"),
        numbers="numbers",
        other="other",
    ),
}
"""By the language of screens."""


@app.command()
def check(
    menus: MenusOption = None,
    agents: AgentsOption = None,
    vip: VipOption = None,
    recordings: RecordingsOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Check both files against each other; name every mistake by line and column. Exit code 2 if there is one."""
    settings, config = _load(menus, agents, vip, recordings, as_json=as_json)
    counts = _counts(config)
    if as_json:
        typer.echo(_json({"ok": True, "problems": [], **counts}))
    else:
        typer.echo(WORDS[settings.language].ok.format(**counts))
        typer.echo(_fairness(config, WORDS[settings.language]))


@app.command()
def show(
    menus: MenusOption = None,
    agents: AgentsOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Draw the menu tree: keys, names, ids, queues, topics, and the numbers that lead into it."""
    settings, config = _load(menus, agents, None, None, as_json=as_json)
    typer.echo(_json(tree_json(config.menu)) if as_json else draw(config.menu, settings.language))


@app.command()
def schema(file: Annotated[SchemaName, typer.Argument(help="menus or agents")] = SchemaName.MENUS) -> None:
    """Print the JSON Schema, so that an editor completes keys and marks mistakes while typing."""
    shape = MenusShape if file is SchemaName.MENUS else RosterShape
    typer.echo(_json(published_schema(shape, f"hotline {file.value}.yaml")))


def draw(menu: Menu, language: str) -> str:
    """Draw the tree as a table whose columns line up, Chinese included."""
    words = WORDS[language]
    rows = [words.columns, *_rows(menu, menu.root, "", "")]
    widths = [max(cell_len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "".join(
            cell + " " * (width - cell_len(cell) + 2) for cell, width in zip(row, (*widths, 0), strict=True)
        ).rstrip()
        for row in rows
    ]
    entries = [*menu.entries.values(), menu.fallback_entry]
    numbers = [f"  {entry.number or words.other}  {entry.channel} → {entry.node}" for entry in entries]
    return "\n".join([*lines, "", words.numbers, *numbers])


def _rows(menu: Menu, node: Node, indent: str, branch: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield a node and everything below it; a choice that leads elsewhere is drawn as an arrow."""
    yield f"{branch}{node.name}", node.id, node.queue or menu.default_queue, node.topic or ""
    last = list(node.choices)[-1:]
    for key, target in node.choices.items():
        fork, below = ("└─ ", "   ") if key in last else ("├─ ", "│  ")
        child = menu.nodes[target]
        if _is_below(node, child):
            yield from _rows(menu, child, indent + below, f"{indent}{fork}{key} ")
        else:
            yield f"{indent}{fork}{key} → {child.name}", target, "", ""


def tree_json(menu: Menu) -> dict[str, Any]:
    """Return the tree and the numbers for tools."""
    return {
        "version": menu.version,
        "language": menu.language,
        "default_queue": menu.default_queue,
        "numbers": [
            {"number": entry.number or None, "channel": entry.channel, "enters": entry.node}
            for entry in (*menu.entries.values(), menu.fallback_entry)
        ],
        "menu": _node_json(menu, ROOT),
    }


def _node_json(menu: Menu, id_: NodeId) -> dict[str, Any]:
    node = menu.nodes[id_]
    choices = {
        key: _node_json(menu, target) if _is_below(node, menu.nodes[target]) else {"goes_to": target}
        for key, target in node.choices.items()
    }
    return {
        "id": node.id,
        "name": node.name,
        "queue": node.queue,
        "topic": node.topic,
        "say": node.say.text if node.say else None,
        "options": node.options.text if node.options else None,
        "synonyms": node.synonyms,
        "choices": choices,
    }


def _is_below(node: Node, child: Node) -> bool:
    """Whether a choice leads down rather than across the tree."""
    return child.parent == node.id


def _load(
    menus: Path | None, agents: Path | None, vip: Path | None, recordings: Path | None, *, as_json: bool
) -> tuple[Settings, Config]:
    """Load everything as `hotline run` would, or print every mistake and leave."""
    given = {"menus": menus, "agents": agents, "vip": vip, "recordings_dir": recordings}
    language = "zh-CN"
    try:
        settings = load_settings(**{name: path for name, path in given.items() if path is not None})
        language = settings.language
        return settings, load_config(settings.menus, settings.agents, settings.vip, settings.recordings_dir)
    except ConfigError as error:
        if as_json:
            typer.echo(_json({"ok": False, "problems": [_problem_json(problem) for problem in error.problems]}))
        else:
            typer.echo(str(error))
            typer.echo(WORDS[language].bad.format(count=len(error.problems)), err=True)
        raise typer.Exit(EXIT_MISTAKES) from None


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {"file": problem.file, "line": problem.line, "column": problem.column, "message": problem.message}


def _counts(config: Config) -> dict[str, Any]:
    return {
        "nodes": len(config.menu.nodes),
        "leaves": len(config.menu.leaves),
        "numbers": len(config.menu.entries),
        "agents": len(config.roster.agents),
        "queues": len(config.roster.queues),
        "version": config.version,
        "overtaking_bound_s": config.roster.overtaking_bound_s,
    }


def _fairness(config: Config, words: Words) -> str:
    weights = config.roster.routing.weights
    classes = "、".join(sorted(weights.unbound_classes))
    return words.bound.format(
        bound_s=config.roster.overtaking_bound_s,
        aged_s=weights.overtake_bound_s,
        but=words.unbound.format(classes=classes) if classes else "",
    )


def _json(what: object) -> str:
    return json.dumps(what, ensure_ascii=False, indent=2)
