"""What callers said, kept on disk only where the admin's setting says so: one folder a day, forgotten in time.

Each day's `manifest.tsv` is one that `hotline asr eval` reads, with what was understood where it wants what is right:
somebody has to listen and correct it. All of it is personal data; files are named at random and private to our user.
"""

import os
import queue
import shutil
import threading
import wave
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import uuid4

import structlog

from asr.audio import LINE_RATE
from asr.recognizer import SAMPLE_BYTES
from hotline import clock
from hotline.folders import make_private_dir
from hotline.speech.evaluation import label
from hotline.speech.hearing import Utterance
from ivr.utterances import FOREIGN

MOST_WAITING: Final = 200
"""Utterances a slow disk may leave unwritten, some 20 MB; those too many are not kept."""

TIDY_EVERY_S: Final = 3600.0

MANIFEST: Final = "manifest.tsv"

log = structlog.get_logger(__name__)


class Keeper:
    """Writes in a thread of its own; recognition waits for no disk."""

    def __init__(self, folder: Path, *, days: int) -> None:
        self._folder, self._days = folder, days
        self._waiting: queue.Queue[Utterance | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._write_all, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin, and forget what is too old already. Raises OSError if the folder can not be ours alone."""
        make_private_dir(self._folder)
        self._thread.start()

    def take(self, utterance: Utterance) -> None:
        """Keep it; from any thread, without waiting."""
        try:
            self._waiting.put_nowait(utterance)
        except queue.Full:
            log.warning("utterance_not_kept", waiting=MOST_WAITING)

    def close(self, *, within_s: float = 5.0) -> None:
        """Write what is left."""
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        self._thread.join(within_s)

    def _write_all(self) -> None:
        while True:
            today = datetime.fromtimestamp(clock.wall_s(), UTC).date()
            self._try(partial(forget, self._folder, today - timedelta(days=self._days)))
            until = clock.engine_now() + TIDY_EVERY_S
            while (left_s := until - clock.engine_now()) > 0:
                try:
                    utterance = self._waiting.get(timeout=left_s)
                except queue.Empty:
                    break
                if utterance is None:
                    return
                self._try(partial(keep, self._folder, utterance, clock.wall_s()))

    @staticmethod
    def _try(work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            log.error("utterances_not_kept", problem=error.strerror)  # noqa: TRY400 - the world's failure


def keep(folder: Path, utterance: Utterance, wall_s: float) -> None:
    """Write one, and its line in the day's manifest."""
    day = folder / datetime.fromtimestamp(wall_s, UTC).date().isoformat()
    make_private_dir(day)
    name = f"{uuid4().hex}.wav"
    with open(_private(day / name), "wb") as file, wave.open(file, "wb") as sound:
        sound.setparams((1, SAMPLE_BYTES, LINE_RATE, 0, "NONE", ""))
        sound.writeframes(utterance.pcm)
    cells = (
        name,
        utterance.text,
        label(utterance.meaning) or FOREIGN,
        type(utterance.meaning).__name__,
        utterance.node,
    )
    line = "\t".join(" ".join(cell.split()) for cell in cells) + "\n"
    with open(_private(day / MANIFEST, os.O_APPEND), "ab") as file:
        file.write(line.encode())


def _private(path: Path, more: int = 0) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | more, 0o600)


def forget(folder: Path, before: date) -> None:
    """Delete the days before this one."""
    for day in _days(folder.iterdir()):
        if date.fromisoformat(day.name) < before:
            shutil.rmtree(day)
            log.info("utterances_forgotten", day=day.name)


def _days(folders: Iterable[Path]) -> list[Path]:
    """Those that are ours; whatever else lies there stays."""
    found = []
    for folder in folders:
        with suppress(ValueError):
            date.fromisoformat(folder.name)
            found.append(folder)
    return found
