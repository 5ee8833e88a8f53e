"""The prompt library: every segment as an A-law file, rendered once, named by what is in it."""

import asyncio
import hashlib
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from hotline.prompts import alaw
from hotline.prompts.music import hold_music
from hotline.prompts.shaping import level, resample, trim
from hotline.prompts.synthesis import Synthesiser, Voice
from hotline.prompts.wav import UnreadableSound, parse_wav
from telephony.errors import ProvisionError
from telephony.prompt import Prompt, Recording, Say, Segment

VERSION = "1"
"""Of the way sound is made; a change renders everything anew."""

SUFFIX = ".alaw"
"""Asterisk takes it for A-law by this, and looks for it when a prompt is named without it."""

FIXED_DIR = "fixed"
"""Prompts the dialplan plays alone, under names it knows."""

MUSIC_DIR = "moh"
"""Music for those who wait, and the admin's own below the recordings folder."""


class PromptLibrary:
    """One voice's prompts in one folder. `path_of` may be called by one thread while another renders."""

    def __init__(self, prompts_dir: Path, recordings_dir: Path, voice: Voice) -> None:
        self.prompts_dir = prompts_dir
        self.recordings_dir = recordings_dir
        self.voice = voice
        self._rendering = threading.Lock()
        self._rendered: set[Path] = set()

    def file_of(self, segment: Segment) -> Path:
        """The segment's file, rendered or not."""
        return self.prompts_dir / f"{self._key(segment)}{SUFFIX}"

    def path_of(self, segment: Segment) -> str | None:
        """The segment's file without suffix, as Asterisk wants it; None if it is not rendered yet."""
        file = self.file_of(segment)
        return str(file.with_suffix("")) if self._is_rendered(file) else None

    def missing(self, segments: Iterable[Segment]) -> list[Segment]:
        """Those not rendered yet, each once."""
        return [segment for segment in dict.fromkeys(segments) if not self._is_rendered(self.file_of(segment))]

    def render(self, segments: Iterable[Segment], on_rendered: Callable[[Segment], None] | None = None) -> int:
        """Render what is missing and say how many that were; `on_rendered` is called after each."""
        with self._rendering, Synthesiser(self.voice) as synthesiser:
            missing = self.missing(segments)
            for segment in missing:
                self._write(self.file_of(segment), self._sound(segment, synthesiser))
                if on_rendered is not None:
                    on_rendered(segment)
            return len(missing)

    async def ensure(self, segment: Segment) -> str:
        """Render a segment off the loop if need be; its path as Asterisk wants it."""
        if (path := self.path_of(segment)) is None:
            await asyncio.to_thread(self.render, [segment])
            path = str(self.file_of(segment).with_suffix(""))
        return path

    def fix(self, name: str, prompt: Prompt) -> Path:
        """Put a prompt, as one file, where the dialplan finds it without us."""
        self.render(prompt.segments)
        file = self.prompts_dir / FIXED_DIR / f"{name}{SUFFIX}"
        self._write(file, b"".join(self.file_of(segment).read_bytes() for segment in prompt.segments))
        return file

    def render_music(self) -> list[Path]:
        """The admin's music, or ours where there is none; a folder in it is one queue's own. Former music goes."""
        own, common = self.recordings_dir / MUSIC_DIR, self.prompts_dir / MUSIC_DIR
        wanted = self._convert_music(own, common)
        if not wanted:
            ours = common / f"hold-{VERSION}{SUFFIX}"
            if not ours.exists():
                self._write(ours, alaw.encode(hold_music()))
            wanted = [ours]
        for folder in sorted(own.glob("*/")):
            wanted += self._convert_music(folder, common / folder.name)
        for stale in set(common.rglob(f"*{SUFFIX}")) - set(wanted):
            stale.unlink(missing_ok=True)
        return wanted

    def _convert_music(self, source: Path, target: Path) -> list[Path]:
        """Every sound directly in a folder, converted unless that is done already."""
        converted = []
        for file in sorted(source.glob("*")):
            if file.suffix.lower() in {SUFFIX, ".wav"} and file.is_file():
                converted.append(target / f"{file.stem}{SUFFIX}")
                if not converted[-1].exists() or converted[-1].stat().st_mtime < file.stat().st_mtime:
                    self._write(converted[-1], _convert(file))
        return converted

    def _is_rendered(self, file: Path) -> bool:
        """Files are never taken away while we run, so that one look is enough for each."""
        if file in self._rendered:
            return True
        if found := file.exists():
            self._rendered.add(file)
        return found

    def _key(self, segment: Segment) -> str:
        """Names the content, so that another text, voice or recording never plays an old file."""
        match segment:
            case Say():
                source = f"say|{self.voice}|{segment.text}"
            case Recording():
                source = self._recording_key(segment)
        return hashlib.sha256(f"{VERSION}|{source}".encode()).hexdigest()[:20]

    def _recording_key(self, segment: Recording) -> str:
        """A replaced recording gets a new name; a vanished one is spoken by the synthesiser instead."""
        try:
            status = (self.recordings_dir / segment.file).stat()
        except OSError:
            return f"say|{self.voice}|{segment.text}"
        return f"file|{segment.file}|{status.st_mtime_ns}|{status.st_size}"

    def _sound(self, segment: Segment, synthesiser: Synthesiser) -> bytes:
        if isinstance(segment, Recording) and (self.recordings_dir / segment.file).is_file():
            return _convert(self.recordings_dir / segment.file)
        return alaw.encode(synthesiser.speak(segment.text))

    def _write(self, file: Path, code: bytes) -> None:
        try:
            alaw.write(file, code)
        except OSError as error:
            raise ProvisionError(
                f"{self.prompts_dir}: prompts cannot be written: {error.strerror}", retryable=True
            ) from error


def _convert(file: Path) -> bytes:
    """A recording as the telephone plays it; A-law files are taken as they are."""
    try:
        content = file.read_bytes()
        if file.suffix.lower() == SUFFIX:
            return content
        return alaw.encode(level(trim(resample(*parse_wav(content)))))
    except UnreadableSound as error:
        raise ProvisionError(f"{file}: {error}", retryable=False) from error
    except OSError as error:
        raise ProvisionError(f"{file}: cannot be read: {error.strerror}", retryable=False) from error
