"""Where a worker of this machine can be reached: it writes so into a file once it can hear."""

import json
import os
from pathlib import Path


def place_file(run_dir: Path, name: str) -> Path:
    """The file of one worker."""
    return run_dir / f"{name}.place"


def write_place(file: Path, host: str, port: int) -> None:
    """Say where we are: whole or not at all."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_text(json.dumps([host, port]))
    temporary.replace(file)


def read_place(file: Path) -> tuple[str, int] | None:
    """Where it is; None while it has not said so."""
    try:
        host, port = json.loads(file.read_text())
    except (OSError, ValueError, TypeError):
        return None
    return (host, port) if isinstance(host, str) and type(port) is int else None
