"""Draws docs/states.md from the machines' own tables, so that the picture can not lie.

python tools/draw_states.py [--check] [FILE]
"""

import argparse
import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the tool runs from a checkout, installed or not

from acd import agent_table  # noqa: E402 - after the path
from asr.endpointing import Endpointer  # noqa: E402
from ivr.conversation import Conversation  # noqa: E402
from ivr.farewell import Farewell  # noqa: E402
from ivr.waiting import Waiting  # noqa: E402
from ivr.walker import Walker  # noqa: E402
from telephony.machine import Step, is_ignored  # noqa: E402

STATES = ROOT / "docs" / "states.md"

AnyTable = Mapping[Any, Mapping[Any, Any]]
"""State → event → `Step`, or → state where that is all there is to say."""

DRAWINGS: tuple[tuple[str, str, AnyTable], ...] = (
    ("Conversation", "One call: who has the word (`ivr/conversation.py`).", Conversation.table),
    ("Walker", "The caller in the menu (`ivr/walker.py`).", Walker.table),
    ("Waiting", "The caller in a queue (`ivr/waiting.py`).", Waiting.table),
    ("Farewell", "The end of a call (`ivr/farewell.py`).", Farewell.table),
    ("Endpointer", "One utterance: has the caller finished (`asr/endpointing.py`)?", Endpointer.table),
    (
        "Agent",
        "An agent (`acd/agent_table.py`). What ends a state nobody ends: [agents.md](guide/agents.md#states).",
        agent_table.TABLE,
    ),
)

HEAD = """# The machines

Generated from the tables that *are* the machines by `python tools/draw_states.py`; do not edit.
An arrow is a kind of event and where it may lead; what the machine orders on the way is in its module.
Events that leave a state as it is are listed below each drawing. A pair of state and event that is in neither place
is our bug, and the machine says so; no caller can bring it about (`tests/ivr/test_conversation_invariants.py`).
"""


def page() -> str:
    """The whole of docs/states.md."""
    return "\n".join([HEAD, *(drawing(*one) for one in DRAWINGS)])


def drawing(name: str, about: str, table: AnyTable) -> str:
    """One machine: its picture, and what its states take without moving."""
    first = next(iter(table))
    arrows = [f"    {state.value} --> {target}: {', '.join(events)}" for state, target, events in moves(table)]
    lines = [f"## {name}", "", about, "", "```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}", *arrows, "```"]
    lines += ["", "| state | takes without moving | ignores |", "|---|---|---|"]
    lines += [f"| {state.value} | {_list(stays(row, state))} | {_list(ignored(row))} |" for state, row in table.items()]
    return "\n".join([*lines, ""])


def moves(table: AnyTable) -> list[tuple[Enum, str, list[str]]]:
    """Every arrow from one state to another, with the events that share it."""
    arrows: dict[tuple[Enum, str], list[str]] = {}
    for state, row in table.items():
        for event, cell in row.items():
            for target in sorted(_targets(cell) - {state.value}):
                arrows.setdefault((state, target), []).append(_name(event))
    return [(state, target, sorted(events)) for (state, target), events in arrows.items()]


def stays(row: Mapping[Any, Any], state: Enum) -> list[str]:
    """Events that may be answered without leaving the state."""
    return sorted(_name(event) for event, cell in row.items() if state.value in _targets(cell) and not _ignores(cell))


def ignored(row: Mapping[Any, Any]) -> list[str]:
    """Events that mean nothing in a state."""
    return sorted(_name(event) for event, cell in row.items() if _ignores(cell))


def _targets(cell: Step[Any] | Enum) -> set[str]:
    return {state.value for state in cell.to} if isinstance(cell, Step) else {str(cell.value)}


def _ignores(cell: Step[Any] | Enum) -> bool:
    return isinstance(cell, Step) and is_ignored(cell)


def _name(event: type | Enum) -> str:
    return event.__name__ if isinstance(event, type) else str(event.value)


def _list(names: list[str]) -> str:
    return ", ".join(names) or "–"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with --check say whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the file is out of date")
    parser.add_argument("file", nargs="?", type=Path, default=STATES)
    options = parser.parse_args(arguments)
    file: Path = options.file
    if not options.check:
        file.write_text(page(), encoding="utf-8")
        return 0
    if file.exists() and file.read_text(encoding="utf-8") == page():
        return 0
    print(f"{file.name} is out of date: run python tools/draw_states.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
