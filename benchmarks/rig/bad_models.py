"""Speech models as they come from a full disk, a cut download or the wrong folder."""

import shutil
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path], object]


def _cut(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])


def _mangle(file: Path) -> None:
    """As by a tool that takes it for text."""
    file.write_bytes(file.read_bytes().decode("utf-8", "replace").encode())


def _other_dimensions(file: Path) -> None:
    file.write_text(file.read_text("utf-8") + "--num-ceps=13\n", "utf-8")


DAMAGES: dict[str, Damage] = {
    "missing": shutil.rmtree,
    "cut": lambda folder: _cut(folder / "am" / "final.mdl"),
    "mangled": lambda folder: _mangle(folder / "am" / "final.mdl"),
    "wrong dimensions": lambda folder: _other_dimensions(folder / "conf" / "mfcc.conf"),
}


def renew(folder: Path, model: Path) -> None:
    """Put a good model there."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(model, folder)
