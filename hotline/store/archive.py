"""What decisions were made by, kept under its version: rosters with their weights, and price tables.

`hotline why` needs them to reckon again what was reckoned then. Beside them what was learned of the demand, the latest
only: after a restart prices are solved from it. Written whole or not at all, never read on the call path.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from acd.price_table import from_plain, to_plain
from acd.pricing import Prices
from acd.queue import Roster
from acd.roster_file import read_roster


class Archive:
    """One folder of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep_roster(self, version: str, text: bytes) -> None:
        """Keep an agents file; OSError if the disk does not take it."""
        self._write(self._roster_file(version), text)

    def keep_prices(self, prices: Prices) -> None:
        """Keep a price table; OSError if the disk does not take it."""
        self._write(self._prices_file(prices.version), json.dumps(to_plain(prices)).encode())

    def keep_demand(self, learned: dict[str, Any]) -> None:
        """Keep what was learned of the demand instead of what was before; OSError if the disk does not take it."""
        self._write(self._demand_file, json.dumps(learned).encode())

    def demand(self) -> dict[str, Any] | None:
        """What was learned of the demand, None if nothing is kept; OSError or ValueError if it can not be read."""
        try:
            learned = json.loads(self._demand_file.read_text("utf-8"))
        except FileNotFoundError:
            return None
        if not isinstance(learned, dict):
            raise ValueError(f"{self._demand_file.name}: not a table")  # noqa: TRY004 - of a file, not of an argument
        return learned

    def roster(self, version: str) -> Roster | None:
        """The roster of this version, None if it is not kept or can not be read any more."""
        try:
            draft, _ = read_roster(self._roster_file(version).read_text("utf-8"), version)
        except (OSError, ValueError):
            return None
        return None if draft is None else draft.roster

    def prices(self, version: str) -> Prices | None:
        """The table of this version, None as above; those by level, before the first are solved, need no file."""
        if version == Prices().version:
            return Prices()
        try:
            return from_plain(json.loads(self._prices_file(version).read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None

    def forget(self, before_wall: float) -> None:
        """Delete what is older than this, in seconds since 1970; what is in use is written again at every start."""
        for file in self._folder.glob("*"):
            with suppress(OSError):
                if file.stat().st_mtime < before_wall:
                    file.unlink()

    @property
    def _demand_file(self) -> Path:
        return self._folder / "demand.json"

    def _roster_file(self, version: str) -> Path:
        return self._folder / f"agents-{_safe(version)}.yaml"

    def _prices_file(self, version: str) -> Path:
        return self._folder / f"prices-{_safe(version)}.json"

    def _write(self, file: Path, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = file.with_name(f".{file.name}.{os.getpid()}")
        temporary.write_bytes(content)
        temporary.replace(file)


def _safe(version: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in version)
