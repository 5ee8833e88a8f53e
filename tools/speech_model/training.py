"""Trains the network on utterances: frame by frame first, then on whole sequences. Needs PyTorch."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from tools.speech_model.corpus import Utterance
from tools.speech_model.network import Network, log_probabilities, with_context
from tools.speech_model.phones import CLASSES

CHUNK = 80
"""Outputs of an utterance seen at once, 2.4 s: about one utterance."""

IGNORED = -100
"""Label of an output beyond the utterance's end."""

CHANNEL_SPREAD = 0.15
"""Random shift of an utterance's cepstrum, in standard deviations: other microphones."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Course:
    """One stretch of training."""

    epochs: int
    first_rate: float
    last_rate: float
    batch: int = 32


def train(network: Network, utterances: Sequence[Utterance], course: Course, *, seed: int, report: Report) -> None:
    """Learn the class at every output, at a falling rate."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    steps = course.epochs * sum(1 for _ in _chunks(utterances, np.random.default_rng(seed))) // course.batch
    optimiser = torch.optim.AdamW(network.parameters(), lr=course.first_rate, weight_decay=0.01)
    falling = (course.last_rate / course.first_rate) ** (1 / max(1, steps))
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, falling)
    for epoch in range(course.epochs):
        network.train()
        started, right, counted = time.perf_counter(), 0, 0
        for x, y in _batches(utterances, network, course.batch, rng):
            logits = network(x + torch.randn(len(x), 1, x.shape[2]) * CHANNEL_SPREAD / network.scale)
            loss = functional.cross_entropy(
                logits.flatten(0, 1), y.flatten(), ignore_index=IGNORED, label_smoothing=0.05
            )
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            said = y != IGNORED
            right += int((logits.argmax(-1)[said] == y[said]).sum())
            counted += int(said.sum())
        took = time.perf_counter() - started
        report(f"epoch {epoch + 1} of {course.epochs}: {right / counted:.3f} right, {took:.0f} s")


def _chunks(utterances: Sequence[Utterance], rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    """Every utterance in stretches that begin somewhere else each time: its number and the first output."""
    found = [
        (number, first)
        for number, utterance in enumerate(utterances)
        for first in range(-int(rng.integers(1, CHUNK // 4)), len(utterance.labels) - 8, CHUNK)
    ]
    for place in rng.permutation(len(found)):
        yield found[place]


def _batches(
    utterances: Sequence[Utterance], network: Network, size: int, rng: np.random.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    x, y = [], []
    for number, first in _chunks(utterances, rng):
        utterance = utterances[number]
        labels = np.full(CHUNK, IGNORED, np.int64)
        begin, end = max(first, 0), min(first + CHUNK, len(utterance.labels))
        labels[begin - first : end - first] = utterance.labels[begin:end]
        x.append(with_context(utterance.features, network.shape, first, CHUNK))
        y.append(labels)
        if len(x) == size:
            yield torch.from_numpy(np.stack(x)), torch.from_numpy(np.stack(y))
            x, y = [], []


def accuracy(network: Network, utterances: Sequence[Utterance]) -> float:
    """Share of outputs whose likeliest class is the label."""
    right = counted = 0
    for utterance in utterances:
        guessed = log_probabilities(network, utterance.features).argmax(-1)
        right += int((guessed == utterance.labels).sum())
        counted += len(guessed)
    return right / counted


def priors(utterances: Sequence[Utterance]) -> NDArray[np.float64]:
    """How common each class is."""
    counts = np.ones(CLASSES) + sum(
        (np.bincount(utterance.labels, minlength=CLASSES) for utterance in utterances), np.zeros(CLASSES)
    )
    return np.asarray(counts / counts.sum(), dtype=np.float64)
