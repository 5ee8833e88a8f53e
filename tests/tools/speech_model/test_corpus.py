from pathlib import Path

import numpy as np
import pytest

from tools.speech_model import corpus
from tools.speech_model.features import output_frames, output_times
from tools.speech_model.phones import class_of


def test_an_output_is_labelled_by_what_is_said_at_its_middle() -> None:
    labels = corpus.label([("h", 0.04, 0.10), ("uan", 0.10, 0.16)], frames=24)
    assert output_frames(24) == 8
    assert output_times(24)[:3] == pytest.approx([0.0125, 0.0425, 0.0725])
    assert labels.tolist() == [0, class_of("h"), class_of("h"), class_of("uan"), class_of("uan"), 0, 0, 0]


def test_utterances_come_back_from_their_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    made = [
        corpus.make_utterance(rng.normal(size=(count, 40)).astype(np.float32), phones)
        for count, phones in ((7, [("b", 0.0, 0.03), ("a", 0.03, 0.07)]), (10, []), (4, [("ai", 0.0, 0.04)]))
    ]
    corpus.save(tmp_path / "some.npz", made)
    for one, other in zip(corpus.load(tmp_path / "some.npz"), made, strict=True):
        assert np.array_equal(one.features, other.features)
        assert np.array_equal(one.labels, other.labels)
        assert np.array_equal(one.phones, other.phones)
    assert [path.name for path in tmp_path.iterdir()] == ["some.npz"]
