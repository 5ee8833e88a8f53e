"""Text to telephone sound by espeak-ng, which runs in a process of its own and is restarted when it crashes."""

import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import espeakng_loader

from hotline.prompts import espeak_worker
from hotline.prompts.alaw import Samples, decode_linear
from hotline.prompts.pronunciation import ends_sentence, write_script
from hotline.prompts.shaping import level, resample, trim
from telephony.errors import ProvisionError

BATCH = 200
"""Texts until the worker is renewed: espeak-ng crashed twice in 17,000 (SPEECH), never early in a process."""

TRIES = 3
"""Workers a text may cost before it is given up."""

PATIENCE_S = 20.0
"""Longest time for one text, of which most take 10 ms; then the worker is taken for stuck."""

_SYSTEM_LIBRARY = "libespeak-ng.so.1"


@dataclass(frozen=True, slots=True)
class Voice:
    """How prompts are spoken."""

    language: str
    """`zh-CN` or `en`: how the text is written out."""
    name: str
    """Espeak's voice and variant."""
    words_per_minute: int
    """Espeak's speed; 185 is about 4 Chinese syllables a second, an announcer's pace."""
    pitch_range: int
    """0 to 99; wide, so that the four tones stay apart."""

    def __str__(self) -> str:
        return f"{self.name}@{self.words_per_minute}/{self.pitch_range}"


VOICES = {
    # Measured: f3's tones span nine semitones (127 to 214 Hz), the default voice's four (79 to 100 Hz).
    "zh": Voice("zh-CN", "cmn-latn-pinyin+f3", 185, 75),
    "en": Voice("en", "en+f3", 160, 60),
}
"""By the first part of the language's tag."""


def voice_for(language: str) -> Voice:
    """The voice of a language; English for all but Chinese."""
    return VOICES.get(language.partition("-")[0], VOICES["en"])


class Synthesiser:
    """Speaks texts one after the other. Not for use by several threads at once."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self._worker: subprocess.Popen[bytes] | None = None
        self._spoken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def speak(self, text: str) -> Samples:
        """The text as telephone sound; a sentence's end is followed by a short pause, so that segments join well."""
        rate, pcm = self._synthesise(write_script(text, self.voice.language))
        sound = trim(resample(decode_linear(pcm), rate), after_s=0.25 if ends_sentence(text) else 0.06)
        return level(sound)

    def speak_all(self, texts: Iterable[str]) -> Iterator[tuple[str, Samples]]:
        """Each text with its sound."""
        for text in texts:
            yield text, self.speak(text)

    def close(self) -> None:
        """End the worker."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        assert worker.stdin
        assert worker.stdout
        worker.kill()
        worker.wait()
        worker.stdout.close()
        with suppress(OSError):  # what was still unsent to a dead worker is of no use
            worker.stdin.close()

    def _synthesise(self, script: str) -> tuple[int, bytes]:
        request = json.dumps([self.voice.name, self.voice.words_per_minute, self.voice.pitch_range, script]).encode()
        for _ in range(TRIES):
            worker = self._ready_worker()
            if (answer := _ask(worker, request)) is not None:
                return answer
            self.close()
        raise ProvisionError(f"speech synthesis failed {TRIES} times in a row at one text", retryable=True)

    def _ready_worker(self) -> subprocess.Popen[bytes]:
        if self._spoken % BATCH == 0:
            self.close()
        self._spoken += 1
        if self._worker is None:
            self._worker = _start_worker()
        return self._worker


def _start_worker() -> subprocess.Popen[bytes]:
    library, voices = Path(espeakng_loader.get_library_path()), espeakng_loader.get_data_path()
    place = [str(library), voices] if library.exists() else [_SYSTEM_LIBRARY, ""]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", espeak_worker.__file__, *place],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", "")},
        start_new_session=True,  # Ctrl-C is ours to handle
    )


def _ask(worker: subprocess.Popen[bytes], request: bytes) -> tuple[int, bytes] | None:
    """The worker's answer, None if it died over it."""
    assert worker.stdin
    assert worker.stdout
    watchdog = threading.Timer(PATIENCE_S, worker.kill)
    watchdog.daemon = True
    watchdog.start()
    try:
        worker.stdin.write(request + b"\n")
        worker.stdin.flush()
        return _read_answer(worker.stdout)
    except OSError:
        return None
    finally:
        watchdog.cancel()


def _read_answer(stream: IO[bytes]) -> tuple[int, bytes] | None:
    head = stream.read(8)
    if len(head) < 8:
        return None
    rate, size = struct.unpack("<II", head)
    if size == espeak_worker.NO_VOICE:
        raise ProvisionError("speech synthesis: espeak-ng has no such voice", retryable=False)
    pcm = stream.read(size)
    return (rate, pcm) if len(pcm) == size else None
