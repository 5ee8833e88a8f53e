"""Utterances for the network: features, what is said when, and the files they lie in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.speech_model.features import output_frames, output_times
from tools.speech_model.phones import SILENCE, class_of

TimedPhone = tuple[str, float, float]
"""A phone, where it begins, where it ends, in seconds."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One example."""

    features: NDArray[np.float16]
    """Frames × 40."""
    labels: NDArray[np.int8]
    """The class at each output of the network."""
    phones: NDArray[np.int8]
    """The classes said, without silence and repetition."""


def label(phones: Sequence[TimedPhone], frames: int) -> NDArray[np.int8]:
    """The class at every output: silence where nothing is said."""
    times = output_times(frames)
    labels = np.full(output_frames(frames), SILENCE, np.int8)
    for phone, begin, end in phones:
        labels[(times >= begin) & (times < end)] = class_of(phone)
    return labels


def make_utterance(features: NDArray[np.float32], phones: Sequence[TimedPhone]) -> Utterance:
    """An example with its phones at known times."""
    classes = np.array([class_of(phone) for phone, _, _ in phones], np.int8)
    return Utterance(features.astype(np.float16), label(phones, len(features)), classes)


def save(path: Path, utterances: Sequence[Utterance]) -> None:
    """Write them to one file, whole or not at all."""
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        features=np.concatenate([one.features for one in utterances]),
        frames=np.array([len(one.features) for one in utterances]),
        labels=np.concatenate([one.labels for one in utterances]),
        phones=np.concatenate([one.phones for one in utterances]),
        phone_counts=np.array([len(one.phones) for one in utterances]),
    )
    part.replace(path)


def load(path: Path) -> list[Utterance]:
    """What `save` wrote."""
    with np.load(path) as file:
        frames = file["frames"]
        outputs = [output_frames(int(count)) for count in frames]
        parts = zip(
            np.split(file["features"], np.cumsum(frames)[:-1]),
            np.split(file["labels"], np.cumsum(outputs)[:-1]),
            np.split(file["phones"], np.cumsum(file["phone_counts"])[:-1]),
            strict=True,
        )
        return [Utterance(*part) for part in parts]
