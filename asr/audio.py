"""Sound as the recogniser wants it: how loud it is, another rate, and the moment before it mattered. Pure."""

from math import gcd, log10

import numpy as np
from numpy.typing import NDArray

from asr.recognizer import SAMPLE_BYTES

LINE_RATE = 8000
"""Samples per second of a telephone line (G.711)."""

FRAME_MS = 20
"""Of an AudioSocket frame and of RTP; loudness is judged by the same measure."""

SILENCE_DB = -100.0
"""The level of digital silence."""

_FULL_SCALE = 32768.0

_SILENCE_POWER = 10.0 ** (SILENCE_DB / 10.0)

_TAPS = 12
"""Zero crossings of the interpolating sinc on each side: 60 dB and more down, 1.5 ms late at 8 kHz."""


def frame_bytes(rate: int) -> int:
    """How many bytes one frame has."""
    return rate * FRAME_MS // 1000 * SAMPLE_BYTES


def levels_db(pcm: bytes, rate: int) -> list[float]:
    """How loud each whole frame is, in dB below full scale; the rest of a frame at the end is left out."""
    samples = frame_bytes(rate) // SAMPLE_BYTES
    count = len(pcm) // (samples * SAMPLE_BYTES)
    if not count:
        return []
    sound = np.frombuffer(pcm, dtype="<i2", count=count * samples).astype(np.float32).reshape(count, samples)
    scale = 1.0 / (samples * _FULL_SCALE**2)
    powers: list[float] = np.einsum("ij,ij->i", sound, sound).tolist()
    return [10.0 * log10(max(power * scale, _SILENCE_POWER)) for power in powers]


class PreRoll:
    """The last moments of sound, so that the first syllable is there when it turns out to have been one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit - limit % SAMPLE_BYTES
        self._kept = bytearray()

    def add(self, pcm: bytes) -> None:
        """Keep it, forget what is older than the limit in bytes."""
        self._kept += pcm
        del self._kept[: max(0, len(self._kept) - self._limit)]

    def take(self) -> bytes:
        """Return what is kept and forget it."""
        kept = bytes(self._kept)
        self._kept.clear()
        return kept


class Resampler:
    """A stream of sound at another rate, by a windowed sinc; what comes in pieces is as if it came at once."""

    def __init__(self, rate: int, wanted: int) -> None:
        common = gcd(rate, wanted)
        self._up, self._down = wanted // common, rate // common
        self._phases = _phases(self._up, self._down)
        self._reach = self._phases.shape[1]
        self._held = np.zeros(self._reach // 2 - 1, dtype=np.float64)
        self._next = 0
        """The next sample to be made, counted in `1 / up` input samples from the start of `_held`."""

    def convert(self, pcm: bytes) -> bytes:
        """Take the next samples, return as many as they are good for."""
        if self._up == self._down:
            return pcm
        held = np.concatenate([self._held, np.frombuffer(pcm, dtype="<i2")])
        last = (held.size - self._reach) * self._up
        wanted = np.arange(self._next, last + 1, self._down)
        if not wanted.size:
            self._held = held
            return b""
        windows = np.lib.stride_tricks.sliding_window_view(held, self._reach)[wanted // self._up]
        made = (windows * self._phases[wanted % self._up]).sum(axis=1)
        done = (int(wanted[-1]) + self._down) // self._up
        self._next = int(wanted[-1]) + self._down - done * self._up
        self._held = held[done:]
        return bytes(np.clip(np.rint(made), -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2").tobytes())

    def drain(self) -> bytes:
        """End the stream: what silence after it would bring out."""
        return b"" if self._up == self._down else self.convert(bytes(self._reach // 2 * SAMPLE_BYTES))


def _phases(up: int, down: int) -> NDArray[np.float64]:
    """One row of weights for each place between two samples of the input."""
    widening = max(1.0, down / up)
    half = int(np.ceil(_TAPS * widening))
    places = np.arange(-half + 1, half + 1)[None, :] - np.arange(up)[:, None] / up
    weights = np.sinc(places / widening) * np.cos(np.pi * places / (2 * half)) ** 2
    normalised: NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return normalised
