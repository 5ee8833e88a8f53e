"""Checks that `tests/` mirrors the packages file by file: every module has its test file, every test file its module.

python tools/check_mirror.py [FOLDER]
"""

import ast
import sys
from pathlib import Path

CORE = ("telephony", "ivr", "acd", "asr", "whatif")
"""Pure: no excuse counts."""

PACKAGES = (*CORE, "hotline")

EXCUSED: dict[str, str] = {
    "hotline/control/connection.py": "half of the server; its behaviour is tested through the socket in test_server.py",
    "hotline/__main__.py": "one line; test_cli.py starts it",
    "hotline/cli_setup.py": "six lines; its steps are tested in test_setup_steps.py and by the end-to-end tests",
    "hotline/engine_main.py": "starts the engine's process; every end-to-end test goes through it",
}
"""Modules of the shell without a test file of their own, each with its reason."""

UNMIRRORED = ("tests/e2e",)
"""Folders of tests about the whole, not about a module."""


def complaints(root: Path) -> list[str]:
    """One line per breach, none if tests and packages mirror each other."""
    found: list[str] = []
    for module in modules(root):
        test = test_of(module)
        name = str(module)
        if (root / test).exists():
            if name in EXCUSED:
                found.append(f"{name}: is excused but has {test}; take it off the list")
        elif name not in EXCUSED:
            found.append(f"{name}: has no {test}")
        elif name.startswith(CORE):
            found.append(f"{name}: is part of the pure core, where no excuse counts; write {test}")
    found += [f"{name}: is excused but does not exist" for name in EXCUSED if not (root / name).exists()]
    for test in tests(root):
        if not any((root / module).exists() for module in modules_of(test)):
            found.append(f"{test}: there is no {modules_of(test)[0]}")
    return found


def modules(root: Path) -> list[Path]:
    """Every module with something to test in it, relative to the root."""
    found = (path for package in PACKAGES for path in sorted((root / package).rglob("*.py")))
    return [path.relative_to(root) for path in found if not is_bare(path)]


def tests(root: Path) -> list[Path]:
    """Every test file that should mirror a module, relative to the root."""
    found = (path.relative_to(root) for path in sorted((root / "tests").rglob("test_*.py")))
    return [path for path in found if not str(path).startswith(UNMIRRORED)]


def test_of(module: Path) -> Path:
    """`acd/queue.py` → `tests/acd/test_queue.py`."""
    return Path("tests") / module.parent / f"test_{module.name}"


def modules_of(test: Path) -> list[Path]:
    """`tests/acd/test_queue.py` → `acd/queue.py`; one aspect, as `test_queue_limits.py`, may have a file of its own."""
    words = test.stem.removeprefix("test_").split("_")
    folder = Path(*test.parts[1:-1])
    return [folder / f"{'_'.join(words[:count])}.py" for count in range(len(words), 0, -1)]


def is_bare(path: Path) -> bool:
    """Whether a module only declares: no function or method of it does anything a test could find wrong."""
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return not any(isinstance(node, functions) and _does_something(node) for node in ast.walk(tree))


def _does_something(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return not all(isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) for line in function.body)


def main(arguments: list[str]) -> int:
    """Exit code 1 if there is something to complain about."""
    found = complaints(Path(arguments[0]) if arguments else Path(__file__).resolve().parents[1])
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
