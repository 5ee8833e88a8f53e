"""Speech models on this machine: fetched, unpacked, tried, and only then put where they are found."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hotline.speech.archives import unpack
from hotline.speech.fetching import Checksum, Progress, fetch, fetch_json
from hotline.speech.model_check import ModelFacts, check_model
from telephony.errors import RecognizerError

Check = Callable[[Path], ModelFacts]
"""Tries a folder; raises `RecognizerError`."""


@dataclass(frozen=True, slots=True)
class Known:
    """A model with a short name."""

    url: str
    listing: str
    """JSON with the sizes and checksums of the publisher's models."""


KNOWN = {
    "small-cn": Known(
        "https://alphacephei.com/vosk/models/vosk-model-small-cn-0.22.zip",
        "https://alphacephei.com/vosk/models/model-list.json",
    ),
}
"""Mandarin, 42 MB, Apache 2.0; its own README says 23.5 % of characters wrong on SpeechIO 02."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What came of it."""

    folder: Path
    facts: ModelFacts


class ModelStore:
    """The folder of models."""

    def __init__(self, folder: Path, check: Check = check_model) -> None:
        self.folder, self._check = folder, check

    def models(self) -> list[Path]:
        """Every model, by name."""
        if not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if path.is_dir() and not path.name.startswith("."))

    def install(self, source: str, checksum: Checksum | None, progress: Progress) -> Installed:
        """Take a short name, an address, a file or a folder. Raise `RecognizerError`; then nothing has changed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        given = Path(source).expanduser()
        if source not in KNOWN and given.is_dir():
            return self._place(given, given.resolve().name, copy=True)
        archive = self._fetched(source, checksum, progress) if _is_remote(source) else given
        if not archive.is_file():
            raise RecognizerError(f"{source}: is no file, no address and none of {', '.join(KNOWN)}", retryable=False)
        if checksum is not None and archive is given:
            checksum.check(archive)
        with self._scratch() as scratch:
            root = unpack(archive, scratch)
            return self._place(root, archive.name if root == scratch else root.name)

    def _fetched(self, source: str, checksum: Checksum | None, progress: Progress) -> Path:
        known = KNOWN.get(source)
        url = source if known is None else known.url
        name = _name(Path(urlsplit(url).path).name)
        target = self.folder / f".download-{name}"
        if not target.exists():
            fetch(url, target, progress)
        expected = _published_checksum(known) if known is not None and checksum is None else checksum
        try:
            if expected is not None:
                expected.check(target)
        except RecognizerError:
            target.unlink()
            raise
        return target

    def _place(self, root: Path, name: str, *, copy: bool = False) -> Installed:
        """Try it where it is, then put it in its place at once: a running hotline sees the old one or the new one."""
        target = self.folder / _name(name)
        facts = self._check(root)
        with self._scratch() as scratch:
            new = scratch / "new"
            if copy:
                shutil.copytree(root, new, symlinks=False)
            else:
                root.rename(new)
            if target.exists():
                target.rename(scratch / "old")
            new.rename(target)
        for left in self.folder.glob(".download-*"):
            left.unlink()
        return Installed(target, facts)

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=self.folder) as name:
            yield Path(name)


def _is_remote(source: str) -> bool:
    return source in KNOWN or "://" in source


def _published_checksum(known: Known) -> Checksum:
    name = Path(known.url).stem
    for entry in fetch_json(known.listing):
        if isinstance(entry, dict) and entry.get("name") == name and isinstance(entry.get("md5"), str):
            return Checksum("md5", entry["md5"])
    raise RecognizerError(f"{known.listing}: has no checksum of {name}; give one with --sha256", retryable=True)


def _name(text: str) -> str:
    """A folder's name without what archives end in."""
    plain = re.sub(r"(\.zip|\.tgz|\.tar(\.\w+)?)$", "", text)
    return re.sub(r"[^A-Za-z0-9._-]", "-", plain).lstrip(".-") or "model"
