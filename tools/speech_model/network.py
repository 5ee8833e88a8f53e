"""The acoustic model: a time-delay network over MFCC frames that looks 0.17 s ahead. Needs PyTorch."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tools.speech_model.features import DIMENSION, SUBSAMPLING, output_frames
from tools.speech_model.phones import CLASSES

LEFT_STEPS = (1, 1, 2, 2, 3)
"""How far back each of the upper layers looks, in steps of 30 ms; all of them look one step ahead."""

LATE_STEPS = (4, 6)
"""The same of layers above them that look only back: who speaks over which line, without waiting any longer."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a network is."""

    width: int = 128
    left_steps: tuple[int, ...] = LEFT_STEPS
    late_steps: tuple[int, ...] = LATE_STEPS

    @property
    def left(self) -> int:
        """Frames seen before the one judged."""
        return 2 + SUBSAMPLING * (sum(self.left_steps) + sum(self.late_steps))

    @property
    def right(self) -> int:
        """Frames seen after it: so late the network is."""
        return 2 + SUBSAMPLING * len(self.left_steps)


class Layer(nn.Module):
    """Two or three moments side by side, an affine map, a rectifier and a normalisation: Kaldi's TDNN layer."""

    def __init__(self, inputs: int, width: int, back: int = 1, ahead: int = 1) -> None:
        super().__init__()
        self.offsets = tuple(dict.fromkeys((-back, 0, ahead)))
        self.back, self.ahead = back, ahead
        self.affine = nn.Linear(len(self.offsets) * inputs, width)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, x: Tensor, step: int = 1) -> Tensor:
        """Batch × time × inputs → batch × fewer × width."""
        moments = torch.cat([self._moment(x, offset)[:, ::step] for offset in self.offsets], dim=2)
        y = torch.relu(self.affine(moments))
        return self.norm(y.flatten(0, 1)).view_as(y)

    def present(self, x: Tensor) -> Tensor:
        """The moments that an output is about."""
        return self._moment(x, 0)

    def _moment(self, x: Tensor, offset: int) -> Tensor:
        first = self.back + offset
        return x[:, first : first + x.shape[1] - self.back - self.ahead]


class Network(nn.Module):
    """Two layers down to 33 outputs a second, residual ones, then the classes."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.first = Layer(DIMENSION, shape.width)
        self.second = Layer(shape.width, shape.width)
        self.upper = nn.ModuleList(
            Layer(shape.width, shape.width, back, ahead)
            for steps, ahead in ((shape.left_steps, 1), (shape.late_steps, 0))
            for back in steps
        )
        self.before_last = nn.Linear(shape.width, shape.width)
        self.norm = nn.BatchNorm1d(shape.width)
        self.last = nn.Linear(shape.width, CLASSES)
        self.register_buffer("mean", torch.zeros(DIMENSION))
        self.register_buffer("scale", torch.ones(DIMENSION))

    def forward(self, x: Tensor) -> Tensor:
        """Batch × (left + 3·(outputs - 1) + 1 + right) × 40 → batch × outputs × classes, logits."""
        x = (x - self.mean) * self.scale
        x = self.second(self.first(x), SUBSAMPLING)
        for layer in self.upper:
            x = layer(x) + layer.present(x)
        y = torch.relu(self.before_last(x))
        return self.last(self.norm(y.flatten(0, 1)).view_as(y))

    def normalise(self, frames: NDArray[np.float32]) -> None:
        """Learn the features' mean and spread once."""
        self.mean.copy_(torch.from_numpy(frames.mean(0)))
        self.scale.copy_(torch.from_numpy(1 / frames.std(0)))


def with_context(features: NDArray[np.float16], shape: Shape, first: int, count: int) -> NDArray[np.float32]:
    """The frames that so many outputs from `first` on need; beyond the ends the first and last frame are repeated."""
    begin = SUBSAMPLING * first - shape.left
    end = SUBSAMPLING * (first + count - 1) + shape.right
    places = np.clip(np.arange(begin, end + 1), 0, len(features) - 1)
    return features[places].astype(np.float32)


def log_probabilities(network: Network, features: NDArray[np.float16]) -> NDArray[np.float32]:
    """Outputs × classes, for one utterance."""
    network.eval()
    with torch.no_grad():
        x = torch.from_numpy(with_context(features, network.shape, 0, output_frames(len(features))))
        found: NDArray[np.float32] = torch.log_softmax(network(x[None])[0], -1).numpy()
    return found
