"""WAV files as admins bring them: any rate, any number of channels, integer, float, A-law or µ-law. Pure."""

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hotline.prompts.alaw import Samples, decode

_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE


class UnreadableSound(ValueError):  # noqa: N818 - says what it is
    """Not a sound file we can read; the message says why, in one line."""


def parse_wav(content: bytes) -> tuple[Samples, int]:
    """One channel of sound, the mean of all, and its rate."""
    if len(content) < 12 or content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise UnreadableSound("is not a WAV file")
    parts = dict(_chunks(content))
    if b"fmt " not in parts or len(parts[b"fmt "]) < 16 or not parts.get(b"data"):
        raise UnreadableSound("has no sound in it")
    coding, channels, rate, _, _, bits = struct.unpack("<HHIIHH", parts[b"fmt "][:16])
    if coding == _EXTENSIBLE and len(parts[b"fmt "]) >= 26:
        (coding,) = struct.unpack("<H", parts[b"fmt "][24:26])
    if not channels or not 1000 <= rate <= 400_000:
        raise UnreadableSound("has a damaged header")
    samples = _decode(parts[b"data"], coding, bits)
    return samples[: samples.size // channels * channels].reshape(-1, channels).mean(axis=1, dtype=np.float32), rate


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 12
    while place + 8 <= len(content):
        name, size = struct.unpack("<4sI", content[place : place + 8])
        yield name, content[place + 8 : place + 8 + size]
        place += 8 + size + size % 2


def _decode(sound: bytes, coding: int, bits: int) -> Samples:
    match coding, bits:
        case (_, 8) if coding == _PCM:
            return (np.frombuffer(sound, dtype=np.uint8).astype(np.float32) - np.float32(128)) / np.float32(128)
        case (_, 16 | 24 | 32) if coding == _PCM:
            return _integers(sound, bits // 8)
        case (_, 32 | 64) if coding == _FLOAT:
            size = bits // 8
            return np.frombuffer(sound[: len(sound) // size * size], dtype=f"<f{size}").astype(np.float32)
        case (_, 8) if coding == _A_LAW:
            return decode(sound)
        case (_, 8) if coding == _MU_LAW:
            return _mu_law(np.frombuffer(sound, dtype=np.uint8))
        case _:
            raise UnreadableSound(f"is coded in a way we cannot read (WAV format {coding}, {bits} bits)")


def _integers(sound: bytes, size: int) -> Samples:
    whole = np.frombuffer(sound[: len(sound) // size * size], dtype=np.uint8).reshape(-1, size)
    wide = np.zeros((whole.shape[0], 4), dtype=np.uint8)
    wide[:, 4 - size :] = whole
    return wide.view("<i4").reshape(-1).astype(np.float32) / np.float32(2**31)


def _mu_law(code: NDArray[np.uint8]) -> Samples:
    inverted = ~code
    segment, mantissa = (inverted & 0x70) >> 4, (inverted & 0x0F).astype(np.int32)
    magnitude = (((mantissa << 3) + 0x84) << segment.astype(np.int32)) - 0x84
    return np.where(inverted & 0x80, -magnitude, magnitude).astype(np.float32) / np.float32(32768)
