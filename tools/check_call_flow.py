"""Checks that every test docs/call-flow.md names exists: a proof that was renamed away is no proof.

python tools/check_call_flow.py [FOLDER]
"""

import ast
import re
import sys
from pathlib import Path

CALL_FLOW = Path("docs") / "call-flow.md"

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
"""As pytest writes it: `tests/ivr/test_walker.py::test_name`."""


def complaints(root: Path) -> list[str]:
    """One line per test that is named and does not exist; one if none is named at all."""
    named = NAMED.findall((root / CALL_FLOW).read_text(encoding="utf-8"))
    if not named:
        return [f"{CALL_FLOW}: names no test"]
    return [f"{CALL_FLOW}: there is no {file}::{name}" for file, name in named if name not in names_in(root / file)]


def names_in(file: Path) -> set[str]:
    """What a module defines at its top: functions, classes and names given a value."""
    if not file.exists():
        return set()
    names: set[str] = set()
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names.update(target.id for target in statement.targets if isinstance(target, ast.Name))
    return names


def main(arguments: list[str]) -> int:
    """Print the complaints; 1 if there are any."""
    found = complaints(Path(arguments[0]) if arguments else Path(__file__).resolve().parents[1])
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
