"""From the trained network to what is exported: normalisations folded into the maps beside them. Needs PyTorch."""

import numpy as np
from numpy.typing import NDArray
from torch import nn

from tools.speech_model.features import SUBSAMPLING
from tools.speech_model.kaldi_export import FoldedLayer, FoldedNetwork, Matrix
from tools.speech_model.network import Layer, Network


def fold(network: Network) -> FoldedNetwork:
    """The same function in fewer steps."""
    network.eval()
    mean, scale = (np.tile(part.numpy(), 3) for part in (network.mean, network.scale))
    weights, bias = _affine(network.first.affine)
    first = _layer(network.first, (weights * scale, bias - (weights * scale) @ mean), 1)
    norm_scale, norm_offset = _norm(network.norm)
    last_weights, last_bias = _affine(network.last)
    return FoldedNetwork(
        plain=(first, _layer(network.second, _affine(network.second.affine), 1)),
        residual=tuple(_layer(layer, _affine(layer.affine), SUBSAMPLING) for layer in network.upper),
        before_last=_affine(network.before_last),
        last=(last_weights * norm_scale, last_bias + last_weights @ norm_offset),
        left=network.shape.left,
        right=network.shape.right,
    )


def _layer(layer: Layer, affine: tuple[Matrix, NDArray[np.float32]], step: int) -> FoldedLayer:
    return FoldedLayer(*affine, *_norm(layer.norm), back=layer.back * step, ahead=layer.ahead * step)


def _affine(linear: nn.Linear) -> tuple[Matrix, NDArray[np.float32]]:
    return linear.weight.detach().numpy(), linear.bias.detach().numpy()


def _norm(norm: nn.BatchNorm1d) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Factor and offset of a normalisation that no longer learns."""
    factor = norm.weight.detach().numpy() / np.sqrt(norm.running_var.numpy() + norm.eps)
    return factor, norm.bias.detach().numpy() - norm.running_mean.numpy() * factor
