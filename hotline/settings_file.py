"""The settings file `hotline.toml`: finding it, reading it, and naming the line of a mistake in it."""

import os
import re
import tomllib
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from telephony.errors import ConfigError, Problem

FILE_VARIABLE = "HOTLINE_SETTINGS"
"""Environment variable naming the settings file; empty: no file."""

DEFAULT_FILE = "hotline.toml"
"""Read from the current folder if it is there."""


class SettingProblem(Problem):
    """A mistake in the settings; those of the environment have no line."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{self.file}: {self.message}" if self.line == 0 else super().__str__()


def settings_file() -> Path | None:
    """The settings file in use, if any."""
    named = os.environ.get(FILE_VARIABLE)
    if named is not None:
        return Path(os.path.abspath(named)) if named else None  # noqa: PTH100 - symbolic links stay
    default = Path.cwd() / DEFAULT_FILE
    return default if default.exists() else None


def read_settings_file(paths: Collection[str]) -> dict[str, Any]:
    """Its values, with those named in `paths` relative to the file; `ConfigError` if it cannot be read."""
    path = settings_file()
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError([_unreadable(path, error)]) from None
    for name in values.keys() & set(paths):
        if isinstance(values[name], str):
            values[name] = str(path.parent / Path(values[name]).expanduser())
    return values


def locate(path: Path, name: str, message: str) -> Problem:
    """A mistake in the value of one setting, at its line."""
    for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if found := re.match(rf"""\s*["']?({re.escape(name)})["']?\s*=""", text):
            return SettingProblem(str(path), number, found.start(1) + 1, f"{name}: {message}")
    return SettingProblem(name, 0, 0, message)


def hint(name: str, known: Collection[str]) -> str:
    """What may have been meant."""
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _unreadable(path: Path, error: Exception) -> SettingProblem:
    if isinstance(error, OSError):
        return SettingProblem(str(path), 0, 0, f"cannot be read: {error.strerror}")
    if isinstance(error, UnicodeDecodeError):
        return SettingProblem(str(path), 0, 0, "is not UTF-8")
    place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
    if not place:
        return SettingProblem(str(path), 0, 0, str(error))
    return SettingProblem(str(path), int(place[1]), int(place[2]), str(error)[: place.start()])
