"""Where a telephone heard nothing. Pure."""

from dataclasses import dataclass

import numpy as np

from hotline.prompts.alaw import RATE, Samples

FLOOR = 10 ** (-50 / 20)
"""Quieter on average is silence: prompts, music and voices are louder than -35 dB, A-law's own noise is at -66 dB."""

FRAME_S = 0.02
"""Length of the pieces looked at: one packet."""

BLIP_S = 0.1
"""Sound shorter than this ends no silence: a click is no sign of life to a caller."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch without a sound."""

    at_s: float
    until_s: float

    @property
    def length_s(self) -> float:
        """How long it lasted."""
        return self.until_s - self.at_s


def silences(heard: Samples, *, least_s: float) -> list[Silence]:
    """Every stretch of at least this length without a sound, in order."""
    size = round(FRAME_S * RATE)
    frames = np.asarray(heard[: heard.size // size * size], dtype=np.float32).reshape(-1, size)
    loud = _without_blips(np.sqrt(np.mean(np.square(frames), axis=1)) >= FLOOR)
    return [
        Silence(begin * FRAME_S, end * FRAME_S)
        for begin, end in _runs(~loud)
        if (end - begin) * FRAME_S >= least_s - FRAME_S / 2
    ]


def longest_silence(heard: Samples) -> Silence:
    """The longest stretch without a sound; of no length if there is none."""
    return max(silences(heard, least_s=FRAME_S), key=lambda one: one.length_s, default=Silence(0.0, 0.0))


def _without_blips(loud: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    kept = loud.copy()
    for begin, end in _runs(loud):
        if (end - begin) * FRAME_S < BLIP_S - FRAME_S / 2:
            kept[begin:end] = False
    return kept


def _runs(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """First and past-the-last index of each row of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
