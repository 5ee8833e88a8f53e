"""Unpacking what came from outside: nothing may land beside its folder, and nothing small may become huge."""

import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from telephony.errors import RecognizerError

MOST_BYTES = 8 * 2**30
"""Unpacked: the largest Chinese Vosk model has 2 GB."""

MOST_FILES = 10_000
"""A Vosk model has some twenty."""

MOST_GROWTH = 200
"""Unpacked bytes for one packed: models grow to twice their size, bombs to a thousand times."""

FREE_BYTES = 64 * 2**20
"""May be unpacked whatever the archive's size: text files of a small model do shrink a lot."""

_CHUNK = 1 << 20

_FORBIDDEN = re.compile(r"[\\:\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive."""

    path: PurePosixPath
    source: IO[bytes]


def unpack(archive: Path, into: Path) -> Path:
    """Unpack a zip or tar file into an empty folder; return the model's own folder in it. Raise `RecognizerError`."""
    budget = max(FREE_BYTES, archive.stat().st_size * MOST_GROWTH)
    budget = min(budget, MOST_BYTES)
    seen: set[PurePosixPath] = set()
    try:
        with _members(archive) as members:
            for member in members:
                if member.path in seen or len(seen) >= MOST_FILES:
                    raise _unfit(archive, "has a file twice, or too many files")
                seen.add(member.path)
                budget -= _write(member, into, budget, archive)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _unfit(archive, "is damaged, or packed in a way we do not read") from error
    return model_root(into, archive)


def model_root(folder: Path, archive: Path) -> Path:
    """Find the folder with a model's files, at the top or one below."""
    candidates = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    for candidate in candidates:
        if (candidate / "am" / "final.mdl").is_file() or (candidate / "final.mdl").is_file():
            return candidate
    raise _unfit(archive, "has no Vosk model in it: there is no am/final.mdl")


@contextmanager
def _members(archive: Path) -> Iterator[Iterator[Member]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            yield _zip_members(packed, archive)
    elif tarfile.is_tarfile(archive):
        with tarfile.open(archive) as packed_tar:
            yield _tar_members(packed_tar, archive)
    else:
        raise _unfit(archive, "is neither a zip nor a tar file")


def _zip_members(packed: zipfile.ZipFile, archive: Path) -> Iterator[Member]:
    for entry in packed.infolist():
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise _unfit(archive, "has a link or a device in it")
        path = _safe(entry.filename, archive)
        if not entry.is_dir():
            with packed.open(entry) as source:
                yield Member(path, source)


def _tar_members(packed: tarfile.TarFile, archive: Path) -> Iterator[Member]:
    for entry in packed:
        if not (entry.isreg() or entry.isdir()):
            raise _unfit(archive, "has a link or a device in it")
        path = _safe(entry.name, archive)
        if entry.isreg() and (source := packed.extractfile(entry)) is not None:
            yield Member(path, source)


def _safe(name: str, archive: Path) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or _FORBIDDEN.search(name) or len(name) > 200:
        raise _unfit(archive, "has a file that would land outside its folder")
    return path


def _write(member: Member, into: Path, budget: int, archive: Path) -> int:
    """Copy one file, counting what really comes out: what an archive says of itself may be a lie."""
    target = into / member.path
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with target.open("xb") as file:
        while chunk := member.source.read(_CHUNK):
            written += len(chunk)
            if written > budget:
                raise _unfit(archive, "becomes far too large")
            file.write(chunk)
    return written


def _unfit(archive: Path, why: str) -> RecognizerError:
    return RecognizerError(f"{archive.name} {why}", retryable=False)
