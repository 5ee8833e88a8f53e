"""A-law (ITU-T G.711), the telephone networks' coding in China and Europe: tables, and files of it."""

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 8000
"""Samples per second of everything a telephone hears."""

Samples = NDArray[np.float32]
"""Sound between -1 and 1."""


@cache
def _encoding() -> NDArray[np.uint8]:
    """The code of every 16-bit sample, at its value plus 32768."""
    linear = np.arange(-32768, 32768, dtype=np.int32) >> 3
    magnitude = np.where(linear >= 0, linear, -linear - 1)
    segment = np.searchsorted(np.array([0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF]), magnitude)
    step = np.where(segment < 2, 1, segment)
    code = (segment << 4) | ((magnitude >> step) & 0x0F)
    return (code ^ np.where(linear >= 0, 0xD5, 0x55)).astype(np.uint8)


@cache
def _decoding() -> NDArray[np.int16]:
    """The middle of the interval each code stands for."""
    code = np.arange(256, dtype=np.int32) ^ 0x55
    segment, mantissa = (code & 0x70) >> 4, (code & 0x0F) << 4
    low = mantissa + 8
    value = np.where(segment == 0, low, (low + 0x100) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, value, -value).astype(np.int16)


def encode(samples: Samples) -> bytes:
    """Sound to A-law; what is too loud is clipped."""
    linear = np.clip(np.rint(np.asarray(samples) * 32768.0), -32768, 32767).astype(np.int32)
    return bytes(_encoding()[linear + 32768])


def decode(code: bytes) -> Samples:
    """A-law to sound."""
    return _decoding()[np.frombuffer(code, dtype=np.uint8)].astype(np.float32) / np.float32(32768)


def decode_linear(pcm: bytes) -> Samples:
    """16-bit little-endian PCM to sound; half a sample at the end is dropped."""
    return np.frombuffer(pcm[: len(pcm) & ~1], dtype="<i2").astype(np.float32) / np.float32(32768)


def encode_linear(samples: Samples) -> bytes:
    """Sound to 16-bit little-endian PCM; what is too loud is clipped."""
    return bytes(np.clip(np.rint(np.asarray(samples) * 32768.0), -32768, 32767).astype("<i2"))


def read(path: Path) -> Samples:
    """Sound of an A-law file."""
    return decode(path.read_bytes())


def write(path: Path, code: bytes) -> None:
    """Write a file whole or not at all, so that Asterisk and other processes never see half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(code)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
