"""Trains the network on utterances: frame by frame first, then on whole sequences. Needs PyTorch."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from tools.speech_model import sequences
from tools.speech_model.corpus import Utterance
from tools.speech_model.features import SUBSAMPLING
from tools.speech_model.network import Network, Shape, log_probabilities, with_context
from tools.speech_model.phones import CLASSES, SILENCE

CHUNK = 128
"""Outputs seen at once, 3.8 s: one utterance and a half."""

STILL, MOST_STILL = 0.3, 20
"""Share of utterances before which their first frame stands still, and for how many outputs at most."""

SMOOTHING = 0.05
"""Share of every label given to all classes alike."""

CHANNEL_SPREAD = 0.15
"""Random shift of an utterance's cepstrum, in standard deviations: other microphones."""

SEQUENCE_SCALE = 0.6
"""How much the network's opinion counts beside the bigram of sounds while it is judged on whole stretches."""

PRIOR_SCALE = 0.7
"""As `kaldi_export.ACOUSTIC_PRIOR_SCALE`."""

STEADY = 0.2
"""Weight of the frame by frame loss beside that of whole stretches."""

Report = Callable[[str], None]

Loss = Callable[[Tensor, Tensor], Tensor]
"""Of batch × outputs × classes, logits, against labels."""


@dataclass(frozen=True, slots=True)
class Course:
    """One stretch of training."""

    epochs: int
    first_rate: float
    last_rate: float
    batch: int = 20
    """Stretches of `CHUNK` outputs to one step."""
    part: tuple[float, float] = (0.0, 1.0)
    """From where to where in the utterances it learns, as shares of them."""
    is_whole: bool = False
    """Judged on whole stretches (`sequences`) rather than output by output."""


def train(network: Network, utterances: Sequence[Utterance], course: Course, *, seed: int, report: Report) -> None:
    """Learn the class at every output, at a falling rate."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    steps = course.epochs * sum(len(one.labels) for one in utterances) // (CHUNK * course.batch)
    optimiser = torch.optim.AdamW(network.parameters(), lr=course.first_rate, weight_decay=0.01)
    falling = (course.last_rate / course.first_rate) ** (1 / max(1, steps))
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, falling)
    loss_of = _whole(utterances) if course.is_whole else _frame_by_frame
    for epoch in range(course.epochs):
        network.train()
        started, right, counted = time.perf_counter(), 0, 0
        for x, y in Stream.of(utterances, rng).batches(network.shape, course.batch, rng):
            logits = network(x + torch.randn(len(x), 1, x.shape[2]) * CHANNEL_SPREAD / network.scale)
            optimiser.zero_grad()
            loss_of(logits, y).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            right += int((logits.argmax(-1) == y).sum())
            counted += y.numel()
        took = time.perf_counter() - started
        report(f"epoch {epoch + 1} of {course.epochs}: {right / counted:.3f} right, {took:.0f} s")


def _frame_by_frame(logits: Tensor, labels: Tensor) -> Tensor:
    return functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), label_smoothing=SMOOTHING)


def _whole(utterances: Sequence[Utterance]) -> Loss:
    following = torch.from_numpy(sequences.transitions(utterances))
    offset = PRIOR_SCALE * torch.from_numpy(np.log(priors(utterances)).astype(np.float32))

    def loss(logits: Tensor, labels: Tensor) -> Tensor:
        scores = SEQUENCE_SCALE * (torch.log_softmax(logits, 2) - offset)
        return sequences.loss(scores, labels, following) + STEADY * _frame_by_frame(logits, labels)

    return loss


@dataclass(frozen=True, slots=True)
class Stream:
    """Utterances one after another, in an order of chance: no room is lost to their ends."""

    features: NDArray[np.float16]
    labels: NDArray[np.int8]
    """At every third frame."""

    @classmethod
    def of(cls, utterances: Sequence[Utterance], rng: np.random.Generator) -> "Stream":
        """Some begin with their first frame over and over, as the first of a call does before the recogniser."""
        features, labels = [], []
        for number in rng.permutation(len(utterances)):
            one = utterances[number]
            before = int(rng.integers(1, MOST_STILL)) if rng.random() < STILL else 0
            outputs = len(one.labels)
            places = np.arange(-SUBSAMPLING * before, SUBSAMPLING * outputs).clip(0, len(one.features) - 1)
            features.append(one.features[places])
            labels += [np.full(before, SILENCE, np.int8), one.labels]
        return cls(np.concatenate(features), np.concatenate(labels))

    def batches(self, shape: Shape, size: int, rng: np.random.Generator) -> Iterator[tuple[Tensor, Tensor]]:
        """Stretches of `CHUNK` outputs, so many at a time, with the frames they need."""
        firsts = rng.permutation(np.arange(int(rng.integers(CHUNK)), len(self.labels) - CHUNK, CHUNK))
        for start in range(0, len(firsts) - size + 1, size):
            chosen = firsts[start : start + size]
            x = np.stack([with_context(self.features, shape, int(first), CHUNK) for first in chosen])
            y = np.stack([self.labels[first : first + CHUNK] for first in chosen]).astype(np.int64)
            yield torch.from_numpy(x), torch.from_numpy(y)


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
