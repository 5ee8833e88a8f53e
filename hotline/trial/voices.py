"""Voices of simulated people: a row of tones of its own for each name, so that one can tell who hears whom. Pure."""

import hashlib

import numpy as np

from hotline.prompts.alaw import RATE, Samples

NOTES = 16
NOTE_S = 0.12
"""Sixteen notes of 0.12 s repeat after 1.92 s."""

LOUDNESS = 0.2
"""Peak; about the level of speech."""

_LOWEST_HZ, _STEPS, _SPACING_HZ = 500.0, 50, 40.0
"""Pitches from 500 to 2460 Hz: inside the telephone band, 4.8 periods apart per note and so nearly orthogonal."""


def voice_of(name: str) -> Samples:
    """The row of tones of this name; other names have others."""
    choices = np.frombuffer(hashlib.shake_128(name.encode()).digest(NOTES), dtype=np.uint8) % _STEPS
    time = np.arange(round(NOTE_S * RATE)) / RATE
    fade = np.minimum(1.0, np.minimum(time, NOTE_S - time) / 0.008)
    notes = [LOUDNESS * fade * np.sin(2 * np.pi * (_LOWEST_HZ + _SPACING_HZ * choice) * time) for choice in choices]
    return np.concatenate(notes).astype(np.float32)
