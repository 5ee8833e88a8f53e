import struct

import numpy as np
import pytest

from tools.speech_model.kaldi_export import FoldedLayer, FoldedNetwork, Writer, final_mdl, moments, tempered
from tools.speech_model.phones import CLASSES, KALDI_PHONES

WIDTH = 4


class Reader:
    """Reads what Kaldi would read."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def token(self) -> str:
        end = self.data.index(b" ", self.place)
        text, self.place = self.data[self.place : end].decode(), end + 1
        return text

    def unpack(self, form: str) -> tuple[float, ...]:
        values = struct.unpack_from("<" + form, self.data, self.place)
        self.place += struct.calcsize("<" + form)
        return values

    def integer(self) -> int:
        size, value = self.unpack("bi")
        assert size == 4
        return int(value)

    def matrix(self) -> np.ndarray:
        assert self.token() == "CM2"
        low, spread, rows, columns = self.unpack("ffii")
        count = int(rows * columns)
        values = np.frombuffer(self.data, "<u2", count, self.place).reshape(int(rows), int(columns))
        self.place += 2 * count
        return low + spread * values / 65535

    def find(self, token: str) -> None:
        self.place = self.data.index(token.encode() + b" ", self.place) + len(token) + 1


def test_a_matrix_comes_back_to_within_its_two_bytes() -> None:
    values = np.random.default_rng(1).normal(size=(7, 5)).astype(np.float32)
    writer = Writer()
    writer.matrix(values)
    read = Reader(bytes(writer.data)).matrix()
    assert read.shape == values.shape
    assert np.abs(read - values).max() <= (values.max() - values.min()) / 65535


def test_a_matrix_of_one_value_can_be_read() -> None:
    writer = Writer()
    writer.matrix(np.full((2, 3), 0.25, np.float32))
    assert Reader(bytes(writer.data)).matrix() == pytest.approx(np.full((2, 3), 0.25))


def test_numbers_and_vectors_have_their_size_before_them() -> None:
    writer = Writer()
    writer.integers([3, -1])
    writer.vector(np.array([0.5]))
    writer.truth(value=True)
    writer.double(2.0)
    assert bytes(writer.data) == (
        b"\x04\x02\x00\x00\x00" + struct.pack("<ii", 3, -1) + b"FV \x04\x01\x00\x00\x00" + struct.pack("<f", 0.5)
        + b"T" + b"\x08" + struct.pack("<d", 2.0)
    )  # fmt: skip


def folded(seed: int = 0) -> FoldedNetwork:
    rng = np.random.default_rng(seed)

    def layer(inputs: int, back: int, ahead: int) -> FoldedLayer:
        weights = rng.normal(size=(WIDTH, 3 * inputs)).astype(np.float32)
        return FoldedLayer(weights, rng.normal(size=WIDTH), rng.normal(size=WIDTH), rng.normal(size=WIDTH), back, ahead)

    return FoldedNetwork(
        plain=(layer(40, 1, 1), layer(WIDTH, 1, 1)),
        residual=(layer(WIDTH, 6, 3),),
        before_last=(rng.normal(size=(WIDTH, WIDTH)).astype(np.float32), rng.normal(size=WIDTH)),
        last=(rng.normal(size=(CLASSES, WIDTH)).astype(np.float32), rng.normal(size=CLASSES)),
        left=8,
        right=5,
    )


def test_the_file_holds_the_network_as_it_was_given() -> None:
    network = folded()
    reader = Reader(final_mdl(network, np.full(CLASSES, 1 / CLASSES)))
    assert reader.data.startswith(b"\0B<TransitionModel> <Topology> ")
    reader.find("<Triples>")
    assert reader.integer() == KALDI_PHONES
    reader.find("<Nnet3>")
    for line in (
        "input-node name=input dim=40",
        (
            "component-node name=l3.affine component=l3.affine "
            "input=Append(Offset(l2.norm, -6), l2.norm, Offset(l2.norm, 3))"
        ),
        "component-node name=l3.sum component=l3.sum input=Sum(l3.norm, l2.norm)",
        "output-node name=output input=last.log objective=linear",
    ):
        assert line.encode() + b"\n" in reader.data
    reader.find("<LinearParams>")
    assert reader.matrix() == pytest.approx(network.plain[0].weights, abs=1e-3)
    reader.find("<LeftContext>")
    assert reader.integer() == network.left
    reader.find("<RightContext>")
    assert reader.integer() == network.right


def test_every_node_has_its_component_and_their_number_is_right() -> None:
    data = final_mdl(folded(), np.full(CLASSES, 1 / CLASSES))
    reader = Reader(data)
    reader.find("<NumComponents>")
    count = reader.integer()
    assert count == data.count(b"<ComponentName> ") == data.count(b"component-node name=")


def test_three_moments_stand_side_by_side_the_earliest_first() -> None:
    assert moments("x", 2, 1) == "Append(Offset(x, -2), x, Offset(x, 1))"


def test_a_layer_that_does_not_look_ahead_has_two_moments() -> None:
    assert moments("x", 12, 0) == "Append(Offset(x, -12), x)"


def test_priors_are_tempered_and_rare_ones_bounded() -> None:
    found = tempered(np.array([0.9, 0.1 - 1e-12, 1e-12]))
    assert found.sum() == pytest.approx(1)
    assert found[0] / found[1] < 9
    assert found[2] == pytest.approx(found[0] * 1e-4)
