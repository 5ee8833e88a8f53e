"""Draws the table of docs/guide/settings.md from the settings' own descriptions.

python tools/draw_settings.py [--check] [FILE]
"""

import argparse
import ast
import itertools
import sys
from pathlib import Path
from typing import Literal, get_args, get_origin

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the tool runs from a checkout, installed or not

from hotline.settings import PREFIX, Settings  # noqa: E402 - after the path

PAGE = ROOT / "docs" / "guide" / "settings.md"
SOURCE = ROOT / "hotline" / "settings.py"

OWN_WORDS = {"cache_dir": "`~/.cache/hotline`", "database_url": "SQLite in `state_dir`", "vip": "`vip.txt`"}
"""Defaults that depend on the machine, or are said better in words."""

HEAD = f"""# Settings

Generated from `hotline/settings.py` by `python tools/draw_settings.py`; do not edit.

Every setting is an environment variable, `{PREFIX}` and its name in capitals, or a line of `hotline.toml` in the
current folder (`{PREFIX}SETTINGS` names another file; empty: none). The environment beats the file. An unknown
name or a wrong value is told, with its line, before anything starts.

```toml
# hotline.toml
sip_port = 5060
trunk_addresses = ["192.0.2.10", "198.51.100.0/24"]
```

```console
$ HOTLINE_SIP_PORT=5060 make run
```

Relative paths count from the current folder, or from the settings file's. Settings take effect at the next start.
The [menu](menus.md) and the [roster](agents.md) are files of their own, and take effect by `hotline reload`.

| setting | default | |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join(row(name, words) for name, words in described().items()) + "\n"


def described() -> dict[str, str]:
    """Name of each setting with the line written under it."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == Settings.__name__)
    found = {}
    for field, below in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            found[field.target.id] = str(ast.literal_eval(below.value))
    return {name: words for name, words in found.items() if name in Settings.model_fields}


def row(name: str, words: str) -> str:
    """One line of the table."""
    text = " ".join(words.split()).replace("|", "\\|")
    choices = _choices(Settings.model_fields[name].annotation)
    return f"| `{name}` | {OWN_WORDS.get(name) or _shown(Settings.model_fields[name].default)} | {text}{choices} |"


def _choices(annotation: object) -> str:
    """What may be given, where that is a short list."""
    if get_origin(annotation) is not Literal:
        return ""
    return f" One of {', '.join(f'`{one}`' for one in get_args(annotation))}."


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return " ".join(f"`{one}`" for one in value)
    return f"`{value}`"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with --check say whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the file is out of date")
    parser.add_argument("file", nargs="?", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    file: Path = options.file
    if not options.check:
        file.write_text(page(), encoding="utf-8")
        return 0
    if file.exists() and file.read_text(encoding="utf-8") == page():
        return 0
    print(f"{file.name} is out of date: run python tools/draw_settings.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
