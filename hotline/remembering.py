"""Brings back what is known of callers after a restart: folded from the journal while calls go on."""

import asyncio
import subprocess
import sys
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import IO

import structlog

from acd.history import HISTORY_FACTS, History
from acd.routing import HistoryRules
from hotline.secrets import Secrets
from hotline.store.journal_line import LineError, decode_line

log = structlog.get_logger()

LINES_AT_ONCE = 100
"""Read by a thread, folded on the loop: some 2 ms, so that nobody waits for the past."""


def salt_of(secrets: Secrets) -> bytes:
    """What callers' keys are hashed with: known to this hotline alone."""
    return blake2b(secrets.ami.encode(), person=b"caller history", digest_size=32).digest()


class Remembering:
    """The history in use, and the one being rebuilt."""

    def __init__(self, rules: HistoryRules, secrets: Secrets) -> None:
        self._salt = salt_of(secrets)
        self.history = History(rules, self._salt)
        self._since: list[tuple[object, float]] | None = []
        """What happened since the start, until the past is back."""

    def apply(self, fact: object, at: float) -> None:
        """Note what is happening; the distributor has told the history in use."""
        if self._since is not None and isinstance(fact, HISTORY_FACTS):
            self._since.append((fact, at))

    async def recall(self, journal: Path, *, boot: str, wall_less_engine_s: float) -> History:
        """Fold the journal of earlier boots, then what happened meanwhile; the result takes the present one's place."""
        past = History(self.history.rules, self._salt)
        try:
            await self._read(past, journal, boot, wall_less_engine_s)
            for fact, at in self._since or ():
                past.apply(fact, at)
        finally:
            self._since = None
        self.history = past
        log.info("history_recalled", callers=len(past))
        return past

    async def _read(self, past: History, journal: Path, boot: str, wall_less_engine_s: float) -> None:
        now_wall = wall_less_engine_s + asyncio.get_running_loop().time()
        since_wall = now_wall - past.rules.asked_s
        with _reader(journal, since_wall) as process:
            assert process.stdout is not None
            try:
                while lines := await asyncio.to_thread(_some_lines, process.stdout):
                    for line in lines:
                        _take(past, line, boot, wall_less_engine_s)
                if code := await asyncio.to_thread(process.wait):
                    log.error("history_incomplete", exit_code=code)
            finally:
                process.kill()


def _reader(journal: Path, since_wall: float) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-m", "hotline.store.history_lines", str(journal), str(since_wall))
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def _some_lines(output: IO[bytes]) -> list[bytes]:
    return list(islice(output, LINES_AT_ONCE))


def _take(past: History, line: bytes, boot: str, wall_less_engine_s: float) -> None:
    try:
        record = decode_line(line)
    except LineError:
        return
    if record.boot != boot:
        past.apply(record.fact, record.wall - wall_less_engine_s)
