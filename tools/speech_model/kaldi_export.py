"""The network as Kaldi's nnet3 writes it: `final.mdl`, binary. Pure bytes; formats read off Kaldi's own readers.

The matrices are stored in Kaldi's two-byte compressed form: half the size, and no difference that can be heard.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tools.speech_model.phones import KALDI_PHONES, class_of_kaldi_phone

Matrix = NDArray[np.float32]

_TWO_BYTES = "CM2"

ACOUSTIC_PRIOR_SCALE = 0.7
"""Exponent of the priors the outputs are divided by (SPEECH.md)."""


class Writer:
    """Kaldi's binary stream."""

    def __init__(self) -> None:
        self.data = bytearray()

    def token(self, *tokens: str) -> None:
        """Words, each followed by a space."""
        for token in tokens:
            self.data += token.encode() + b" "

    def integer(self, *values: int) -> None:
        """32-bit numbers, each with its size before it."""
        for value in values:
            self.data += b"\x04" + struct.pack("<i", value)

    def single(self, value: float) -> None:
        """A 32-bit float."""
        self.data += b"\x04" + struct.pack("<f", value)

    def double(self, value: float) -> None:
        """A 64-bit float."""
        self.data += b"\x08" + struct.pack("<d", value)

    def truth(self, *, value: bool) -> None:
        """A bool."""
        self.data += b"T" if value else b"F"

    def integers(self, values: Sequence[int]) -> None:
        """A vector of integers."""
        self.integer(len(values))  # the size of one and the count look just like a number
        self.data += np.asarray(values, "<i4").tobytes()

    def vector(self, values: NDArray[np.floating]) -> None:
        """A vector of floats."""
        self.token("FV")
        self.integer(len(values))
        self.data += np.asarray(values, "<f4").tobytes()

    def matrix(self, values: Matrix) -> None:
        """A matrix in two bytes a number, between its least and its greatest (`compressed-matrix.h`, kTwoByte)."""
        low, spread = float(values.min()), max(float(values.max() - values.min()), 1e-5)
        self.token(_TWO_BYTES)
        self.data += struct.pack("<ffii", low, spread, *values.shape)
        self.data += np.rint((values - low) / spread * 65535).astype("<u2").tobytes()


def forward_transition(phone: int) -> int:
    """Kaldi's id of leaving a phone; every phone has one state with a loop (id before it) and a way on."""
    return 2 * phone


def loop_transition(phone: int) -> int:
    """Kaldi's id of staying in a phone."""
    return 2 * phone - 1


@dataclass
class Components:
    """An nnet3 network being written: which node follows which, and the parameters of each."""

    lines: list[str] = field(default_factory=lambda: ["input-node name=input dim=40"])
    blocks: list[Writer] = field(default_factory=list)

    def node(self, name: str, given: str) -> Writer:
        """One node with a component of its own; its parameters go into the writer."""
        self.lines.append(f"component-node name={name} component={name} input={given}")
        block = Writer()
        block.token("<ComponentName>", name)
        self.blocks.append(block)
        return block

    def affine(self, name: str, given: str, weights: Matrix, bias: NDArray[np.floating]) -> str:
        """A linear map and an offset."""
        block = self.node(name, given)
        block.token("<AffineComponent>", "<LearningRate>")
        block.single(0.001)
        block.token("<LinearParams>")
        block.matrix(np.asarray(weights, np.float32))
        block.token("<BiasParams>")
        block.vector(bias)
        block.token("</AffineComponent>")
        return name

    def plain(self, name: str, given: str, kind: str, size: int) -> str:
        """A function without parameters, as `RectifiedLinearComponent`."""
        block = self.node(name, given)
        block.token(f"<{kind}>", "<Dim>")
        block.integer(size)
        for statistic in ("<ValueAvg>", "<DerivAvg>"):
            block.token(statistic)
            block.vector(np.zeros(0))
        block.token("<Count>")
        block.double(0.0)
        block.token("<OderivRms>")
        block.vector(np.zeros(0))
        block.token("<OderivCount>")
        block.double(0.0)
        block.token(f"</{kind}>")
        return name

    def scale(self, name: str, given: str, factors: NDArray[np.floating], offsets: NDArray[np.floating]) -> str:
        """Each number by its own factor, plus its own offset."""
        block = self.node(name, given)
        block.token("<ScaleAndOffsetComponent>", "<LearningRate>")
        block.single(0.001)
        block.token("<Dim>")
        block.integer(len(factors))
        block.token("<Scales>")
        block.vector(factors)
        block.token("<Offsets>")
        block.vector(offsets)
        block.token("<UseNaturalGradient>")
        block.truth(value=False)
        block.token("<Rank>")
        block.integer(20)
        block.token("</ScaleAndOffsetComponent>")
        return name

    def sum(self, name: str, one: str, other: str, size: int) -> str:
        """Two nodes added."""
        block = self.node(name, f"Sum({one}, {other})")
        block.token("<NoOpComponent>", "<Dim>")
        block.integer(size)
        block.token("<BackpropScale>")
        block.single(1.0)
        block.token("</NoOpComponent>")
        return name


def moments(given: str, back: int, ahead: int) -> str:
    """Two or three moments of a node side by side."""
    later = f", Offset({given}, {ahead})" if ahead else ""
    return f"Append(Offset({given}, {-back}), {given}{later})"


@dataclass(frozen=True, slots=True)
class FoldedLayer:
    """A layer with everything folded into it that can be."""

    weights: Matrix
    bias: NDArray[np.floating]
    scale: NDArray[np.floating]
    """The normalisation after the rectifier."""
    offset: NDArray[np.floating]
    back: int
    """How far it looks back and…"""
    ahead: int
    """…ahead, in input frames; maybe not at all."""


@dataclass(frozen=True, slots=True)
class FoldedNetwork:
    """What is exported: two plain layers, residual ones, one of a single moment, the classes."""

    plain: tuple[FoldedLayer, ...]
    residual: tuple[FoldedLayer, ...]
    before_last: tuple[Matrix, NDArray[np.floating]]
    last: tuple[Matrix, NDArray[np.floating]]
    left: int
    right: int


def final_mdl(network: FoldedNetwork, priors: NDArray[np.floating]) -> bytes:
    """The whole file."""
    components = _components(network)
    out = Writer()
    out.data += b"\0B"
    _write_transitions(out)
    out.token("<Nnet3>")
    out.data += b"\n" + ("\n".join(components.lines) + "\n\n").encode()
    out.token("<NumComponents>")
    out.integer(len(components.blocks))
    for block in components.blocks:
        out.data += block.data
    out.token("</Nnet3>", "<LeftContext>")
    out.integer(network.left)
    out.token("<RightContext>")
    out.integer(network.right)
    out.token("<Priors>")
    out.vector(tempered(priors))
    return bytes(out.data)


def tempered(priors: NDArray[np.floating]) -> NDArray[np.floating]:
    """Priors to the power of their scale; rare classes are not divided by next to nothing."""
    powered = priors**ACOUSTIC_PRIOR_SCALE
    bounded = np.maximum(powered, powered.max() * 1e-4)
    return np.asarray(bounded / bounded.sum())


def _components(network: FoldedNetwork) -> Components:
    made, given = Components(), "input"
    for number, layer in enumerate((*network.plain, *network.residual), 1):
        width = len(layer.bias)
        near = made.affine(f"l{number}.affine", moments(given, layer.back, layer.ahead), layer.weights, layer.bias)
        near = made.plain(f"l{number}.relu", near, "RectifiedLinearComponent", width)
        near = made.scale(f"l{number}.norm", near, layer.scale, layer.offset)
        given = made.sum(f"l{number}.sum", near, given, width) if number > len(network.plain) else near
    near = made.affine("before_last.affine", given, *network.before_last)
    near = made.plain("before_last.relu", near, "RectifiedLinearComponent", len(network.before_last[1]))
    near = made.affine("last.affine", near, *network.last)
    near = made.plain("last.log", near, "LogSoftmaxComponent", len(network.last[1]))
    made.lines.append(f"output-node name=output input={near} objective=linear")
    return made


def _write_transitions(out: Writer) -> None:
    """Every phone has one state; phones of the same sound share their class whatever their place in the word."""
    phones = range(1, KALDI_PHONES + 1)
    out.token("<TransitionModel>", "<Topology>")
    out.integers(list(phones))
    out.integers([-1, *(0 for _ in phones)])
    out.integer(1, 2)  # one kind of phone, of two states: the second is its end
    out.integer(0, 2)  # the first has its class and two ways on: to itself, and to the end
    for target in (0, 1):
        out.integer(target)
        out.single(0.5)
    out.integer(-1, 0)  # the end has no class and no way on
    out.token("</Topology>", "<Triples>")
    out.integer(KALDI_PHONES)
    for phone in phones:
        out.integer(phone, 0, class_of_kaldi_phone(phone))
    out.token("</Triples>", "<LogProbs>")
    out.vector(np.concatenate([[0.0], np.full(2 * KALDI_PHONES, np.log(0.5))]))
    out.token("</LogProbs>", "</TransitionModel>")
