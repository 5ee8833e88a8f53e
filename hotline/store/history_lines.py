"""`python -m hotline.store.history_lines FOLDER SINCE`: the journal's lines about callers' histories, oldest first.

A process of its own, so that reading a month back costs the engine's loop nothing. What it prints holds callers'
numbers: it is meant for the engine that started it, and for nobody else.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from acd.history import HISTORY_FACTS
from hotline.store.segments import segments_in

NEEDED = tuple(f'"fact":"{fact.__name__}"'.encode() for fact in HISTORY_FACTS)

MAX_SEGMENTS = 128
"""The newest files that are read: half a gigabyte, three million records, a minute."""

NICENESS = 15


def history_lines(folder: Path, since_wall: float) -> Iterator[bytes]:
    """Lines of the facts that make history, of files that reach beyond `since_wall`."""
    for path in segments_in(folder)[-MAX_SEGMENTS:]:
        if path.stat().st_mtime < since_wall:
            continue
        with path.open("rb") as file:
            yield from (line for line in file if any(needed in line for needed in NEEDED))


def main(arguments: list[str]) -> int:
    """Print them."""
    os.nice(NICENESS)
    folder, since_wall = Path(arguments[0]), float(arguments[1])
    for line in history_lines(folder, since_wall):
        sys.stdout.buffer.write(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
