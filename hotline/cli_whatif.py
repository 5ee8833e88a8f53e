"""`hotline whatif`: try out policies and staffing on simulated days, with the code that runs the hotline."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from hotline.config import shown
from hotline.settings import load_settings
from telephony.errors import ConfigError
from telephony.located_yaml import MAX_CHARACTERS, decode_yaml
from whatif.bound import pooled_bound
from whatif.compare import Row, compare, row, verdict
from whatif.day import Figures
from whatif.days_before import DAYS_BEFORE, learn
from whatif.learned import Learned
from whatif.players import ALL_NAMES, NAMES, OURS
from whatif.plot import draw
from whatif.report import COLUMNS, bound_line, cells, check_line, missing_line, plain
from whatif.scenario import Scenario
from whatif.scenario_file import parse_scenario
from whatif.staffing import Staffing, most_missing

FIRST_SEED = 1
"""Days are numbered from here; whoever tunes weights uses others, so that nothing is tuned on what is reported."""

MAX_BYTES = 4 * MAX_CHARACTERS

app = typer.Typer(help="模拟推演 · Try out policies and staffing on simulated days.", no_args_is_help=True)


@app.callback()
def whatif() -> None:
    """模拟推演 · Try out policies and staffing on simulated days."""


@app.command("compare")
def compare_policies(  # noqa: PLR0913 - a command's options are its parameters
    scenario: Annotated[Path, typer.Argument(help="The scenario, as scenarios/mid.yaml.")],
    *,
    seeds: Annotated[int | None, typer.Option(help="Days; as the file says unless given.", min=1, max=1000)] = None,
    policy: Annotated[list[str] | None, typer.Option(help="Only this one; may be repeated.")] = None,
    staffing: Annotated[bool, typer.Option(help="Also say how many agents are missing.")] = True,
    plot: Annotated[Path | None, typer.Option(help="Where the picture (SVG) goes instead.", dir_okay=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For tools.")] = False,
) -> None:
    """比较分配策略 · Compare policies on the same simulated days, and say whether the targets hold."""
    settings, day = load_settings(), load_scenario(scenario)
    language = settings.language
    names, numbers = _wanted(policy), range(FIRST_SEED, FIRST_SEED + (seeds or day.seeds))
    screen = Console(stderr=True, highlight=False)
    learned, days = _play(day, names, numbers, screen)
    rows = {name: row(days[name]) for name in names}
    picture = plot or settings.state_dir / "whatif" / f"{scenario.stem}.svg"
    _write(picture, draw(f"{day.name}: {day.agents} · ±95 %", rows, OURS, language))
    verdicts = verdict(days[OURS], day.targets) if OURS in names else []
    is_asked = staffing and OURS in names
    missing = _missing(Staffing(day, numbers, learned), days[OURS], day.name, screen) if is_asked else None
    if as_json:
        found = {
            "scenario": day.name,
            "policies": plain(days, rows),
            "pooled_erlang_a": asdict(pooled_bound(day)),
            "targets": [asdict(check) for check in verdicts],
            "agents_missing": missing,
            "agents_missing_more_than": most_missing(day) if is_asked and missing is None else None,
            "plot": str(picture),
        }
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        return
    out = Console(highlight=False)
    for part in _tables(day, rows, language, out):
        out.print(part)
    out.print(bound_line(pooled_bound(day), language))
    for check in verdicts:
        out.print(check_line(check, language))
    if is_asked:
        out.print(missing_line(missing, most_missing(day), language))
    out.print(str(picture), soft_wrap=True)


def load_scenario(path: Path) -> Scenario:
    """Read and check a scenario; raise `ConfigError` with all its mistakes."""
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    text, problems = decode_yaml(raw, shown(path))
    if not problems:
        found, problems = parse_scenario(text, shown(path))
        if found is not None:
            return found
    raise ConfigError(problems)


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}", param_hint="--plot") from error


def _wanted(given: list[str] | None) -> list[str]:
    names = list(dict.fromkeys(given or NAMES))
    for name in names:
        if name not in ALL_NAMES:
            raise typer.BadParameter(f"{name!r} is none of: {', '.join(ALL_NAMES)}")
    return names


def _play(
    day: Scenario, names: list[str], seeds: range, screen: Console
) -> tuple[Learned | None, dict[str, list[Figures]]]:
    """What the hotline knew at the beginning of every day, and the days by policy."""
    days: dict[str, list[Figures]] = {name: [] for name in names}
    before = DAYS_BEFORE if OURS in names else 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task(day.name, total=before + len(names) * len(seeds))
        learned = learn(day, before, told=lambda _: progress.advance(task))
        for name, seed, figures in compare(day, names, seeds, learned):
            days[name].append(figures)
            progress.update(task, advance=1, description=f"{day.name} · {seed} · {name}")
    return learned, days


def _missing(staffing: Staffing, days: list[Figures], name: str, screen: Console) -> int | None:
    with screen.status(name) as status:
        staffing.told = lambda more: status.update(f"{name} · +{more}")
        return staffing.missing(days)


def _tables(day: Scenario, rows: dict[str, Row], language: str, screen: Console) -> list[Table]:
    """The table, in as few parts as the screen has room for: a figure cut off says nothing."""
    unlimited = screen.options.update(max_width=1000)
    for columns in range(len(COLUMNS), 1, -1):
        parts = [range(first, min(first + columns, len(COLUMNS))) for first in range(0, len(COLUMNS), columns)]
        tables = [_table(day, rows, language, part) for part in parts]
        if all(screen.measure(table, options=unlimited).maximum <= screen.width for table in tables):
            return tables
    return [_table(day, rows, language, range(place, place + 1)) for place in range(len(COLUMNS))]


def _table(day: Scenario, rows: dict[str, Row], language: str, shown_columns: range) -> Table:
    table = Table(title=f"{day.name}: {day.agents} · ±95 %")
    table.add_column("", no_wrap=True)
    for place in shown_columns:
        table.add_column(COLUMNS[place].heads[language], justify="right", no_wrap=True)
    for name, figures in rows.items():
        shown_cells = cells(figures)[shown_columns.start : shown_columns.stop]
        table.add_row(name, *shown_cells, style="bold" if name == OURS else None)
    return table
