"""Sound made for tests."""

import numpy as np

from asr.audio import FRAME_MS, LINE_RATE

FRAME_S = FRAME_MS / 1000


def tone(seconds: float, level_db: float = -20.0, *, rate: int = LINE_RATE, hertz: float = 440.0) -> bytes:
    """A sine of this level, 16 bit."""
    times = np.arange(round(seconds * rate)) / rate
    wave = np.sqrt(2.0) * 10.0 ** (level_db / 20.0) * np.sin(2 * np.pi * hertz * times)
    return bytes((wave * 32767).astype("<i2").tobytes())


def hush(seconds: float, level_db: float = -70.0, *, rate: int = LINE_RATE) -> bytes:
    """A quiet line."""
    return tone(seconds, level_db, rate=rate, hertz=50.0)


def frames(seconds: float) -> int:
    """How many frames that is."""
    return round(seconds / FRAME_S)
