"""Music for those who wait, composed and played by these lines: free of rights, gentle, fit for telephones. Pure."""

from collections.abc import Iterator
from functools import cache

import numpy as np

from hotline.prompts.alaw import RATE, Samples

MUSIC_RMS_DB = -25.0
"""Softer than speech, which follows it without warning."""

_BEAT_S = 60 / 76
"""Andante: calm, but not drowsy."""

_BARS = 16
_BEATS = 4

_CHORDS = (
    (60, 64, 67, 71),  # Cmaj7
    (57, 64, 67, 72),  # Am7
    (62, 65, 69, 72),  # Dm7
    (59, 65, 67, 74),  # G7
    (64, 67, 71, 74),  # Em7
    (57, 64, 67, 72),  # Am7
    (65, 69, 72, 76),  # Fmaj7
    (62, 67, 71, 77),  # G7
)
"""One bar each, as MIDI notes within the telephone band: nothing below 220 Hz."""

_MELODY = (
    (79, 0, 2), (76, 2, 1), (74, 3, 1), (72, 4, 3), (76, 8, 2), (77, 10, 1), (81, 11, 1), (79, 12, 3),
    (83, 16, 2), (81, 18, 1), (79, 19, 1), (76, 20, 3), (81, 24, 2), (79, 26, 1), (77, 27, 1), (74, 28, 4),
    (76, 32, 1), (79, 33, 2), (84, 35, 1), (83, 36, 2), (81, 38, 2), (77, 40, 1), (81, 41, 2), (79, 43, 1), (74, 44, 3),
    (76, 48, 2), (79, 50, 2), (81, 52, 2), (84, 54, 2), (81, 56, 1), (79, 57, 1), (77, 58, 2), (74, 60, 2), (71, 62, 2),
)  # fmt: skip
"""Note, beat it begins on, length in beats."""


@cache
def hold_music() -> Samples:
    """About fifty seconds that begin where they end."""
    total = round(_BARS * _BEATS * _BEAT_S * RATE)
    sound = np.zeros(total, dtype=np.float64)
    for note, beat, beats, loudness in _score():
        tone = _tone(note, beats * _BEAT_S + 0.9) * loudness
        places = (round(beat * _BEAT_S * RATE) + np.arange(tone.size)) % total  # what rings on rings into the beginning
        sound[places] += tone
    loudness_now = float(np.sqrt(np.mean(sound**2)))
    return np.asarray(sound * (10 ** (MUSIC_RMS_DB / 20) / loudness_now), dtype=np.float32)


def _score() -> Iterator[tuple[int, float, float, float]]:
    for bar in range(_BARS):
        chord = _CHORDS[bar % len(_CHORDS)]
        for place, voice in enumerate((0, 2, 1, 3, 2, 1, 3, 2)):
            yield chord[voice], bar * _BEATS + place / 2, 0.5, 0.42 if place % 2 else 0.5
    for note, beat, beats in _MELODY:
        yield note, beat, beats, 0.9


def _tone(note: int, seconds: float) -> Samples:
    """A soft electric piano: few overtones, the higher ones die first."""
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = 440.0 * 2 ** ((note - 69) / 12)
    tone = np.zeros(time.size)
    for overtone, strength in ((1, 1.0), (2, 0.35), (3, 0.12), (4, 0.05)):
        if overtone * pitch < 3300:
            tone += strength * np.sin(2 * np.pi * overtone * pitch * time) * np.exp(-time * (1.6 + 0.9 * overtone))
    attack = np.minimum(time / 0.012, 1.0)
    release = np.clip((seconds - time) / 0.15, 0.0, 1.0)
    return (tone * attack * release).astype(np.float32)
