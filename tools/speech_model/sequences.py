"""How much likelier what was said is than anything else that might have been: the loss of whole stretches of sound.

What the hotline's trust in words rests on (`asr.rejection`) is this very comparison. After Povey et al. 2016, "Purely
sequence-trained neural networks for ASR based on lattice-free MMI", with a bigram of sounds. Needs PyTorch.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tools.speech_model.corpus import Utterance
from tools.speech_model.phones import CLASSES

UNSEEN = 0.5
"""Added to the count of every pair of sounds."""

LEEWAY = 1
"""Outputs by which a sound may begin or end earlier or later than its label says."""

SHUT = -30.0
"""Logarithm of what is as good as impossible."""


def transitions(utterances: Sequence[Utterance]) -> NDArray[np.float32]:
    """How likely each class follows each other one when that ends; staying counts 1, as every path stays or goes on."""
    counts = np.full((CLASSES, CLASSES), UNSEEN)
    for utterance in utterances:
        before, after = utterance.labels[:-1], utterance.labels[1:]
        np.add.at(counts, (before[before != after], after[before != after]), 1)
    np.fill_diagonal(counts, 0)
    shares = counts / counts.sum(1, keepdims=True)
    np.fill_diagonal(shares, 1)
    found: NDArray[np.float32] = shares.astype(np.float32)
    return found


def loss(scores: Tensor, labels: Tensor, following: Tensor) -> Tensor:
    """Per output, from logarithms of batch × outputs × classes and labels."""
    anything = likelihood(scores, following)
    right = likelihood(scores + elsewhere(labels) * SHUT, following)
    return (anything - right).sum() / labels.numel()


def elsewhere(labels: Tensor) -> Tensor:
    """1 where a class is the label neither of this output nor of one beside it."""
    found = torch.ones(*labels.shape, CLASSES)
    for shift in range(-LEEWAY, LEEWAY + 1):
        places = (torch.arange(labels.shape[1]) + shift).clamp(0, labels.shape[1] - 1)
        found.scatter_(2, labels[:, places, None], 0.0)
    return found


def likelihood(scores: Tensor, following: Tensor) -> Tensor:
    """Logarithm of the sum over all ways through the classes, for each of the batch."""
    highest = scores.amax(2)
    heard = (scores - highest[..., None]).exp()
    ways, total = heard[:, 0] / scores.shape[2], highest[:, 0]
    for time in range(1, scores.shape[1]):
        share = ways.sum(1)
        total = total + share.log() + highest[:, time]
        ways = heard[:, time] * (ways / share[:, None] @ following)
    return total + ways.sum(1).log()
