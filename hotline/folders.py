"""Folders only this user may enter, and short ones for sockets, whose paths are limited."""

import hashlib
import os
from pathlib import Path

SOCKET_PATH_BYTES = 107
"""Longest path of a Unix socket (Linux `sun_path`: 108 bytes with the closing zero)."""


def short_run_dir(long_dir: Path) -> Path:
    """A short folder of this user's for the sockets of `long_dir`, the same from every shell."""
    digest = hashlib.sha256(os.fsencode(long_dir)).hexdigest()[:12]
    # Not XDG_RUNTIME_DIR or TMPDIR: a cron job or another login would look elsewhere. make_private_dir() checks it.
    return Path("/tmp") / f"hotline-{os.getuid()}-{digest}"  # noqa: S108


def make_private_dir(folder: Path) -> None:
    """Create a folder only this user may enter; PermissionError if somebody else has made it before."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    if status.st_mode & 0o077:
        folder.chmod(0o700)
