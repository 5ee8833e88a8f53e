"""Where in an utterance each of its known sounds is. Pure."""

import numpy as np
from numpy.typing import NDArray

from tools.speech_model.phones import SILENCE

UNLIKELY_PAUSE = -6.0
"""Logarithm of the chance of a pause between two sounds in the middle of an utterance."""


def best_path(scores: NDArray[np.floating], phones: NDArray[np.int8]) -> NDArray[np.int8] | None:
    """The class at every output: the phones in order, silence between them where that fits. None if it is too short.

    `scores` are outputs × classes, logarithms.
    """
    states = np.full(2 * len(phones) + 1, SILENCE, np.int8)
    states[1::2] = phones
    if len(scores) < len(phones):
        return None
    heard = scores[:, states]
    entering = np.zeros(len(states))
    entering[2:-1:2] = UNLIKELY_PAUSE
    best = np.full(len(states), -np.inf)
    best[:2] = heard[0, :2]
    back = np.zeros((len(scores), len(states)), np.int8)
    for time in range(1, len(scores)):
        ways = np.full((3, len(states)), -np.inf)
        ways[0] = best
        ways[1, 1:] = best[:-1] + entering[1:]
        ways[2, 3::2] = best[1:-2:2]  # from sound to sound; two alike would run together, so they take a pause
        ways[2, 3::2][states[3::2] == states[1:-2:2]] = -np.inf
        back[time] = ways.argmax(0)
        best = ways.max(0) + heard[time]
    place = len(states) - 1 - int(best[-1] < best[-2:][0])
    if not np.isfinite(best[place]):
        return None
    path = np.zeros(len(scores), np.int8)
    for time in range(len(scores) - 1, -1, -1):
        path[time] = states[place]
        place -= int(back[time, place])
    return path
