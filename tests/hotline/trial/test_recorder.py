import numpy as np
import pytest

from hotline.prompts.alaw import RATE
from hotline.trial.recorder import Recorder

FRAME = np.full(160, 5000, dtype="<i2").tobytes()


def loud_stretches(recorder: Recorder) -> list[tuple[float, float]]:
    """Beginnings and ends of sound, in seconds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.abs(recorder.samples()) > 0, [0]]).astype(int)))
    return [(round(start / RATE, 2), round(end / RATE, 2)) for start, end in edges.reshape(-1, 2)]


def play(recorder: Recorder, *spans: tuple[float, float], late: dict[int, float] | None = None) -> None:
    """Frames every 20 ms in these spans; some arrive late, the following ones in time again."""
    number = 0
    for start, end in spans:
        for step in range(round((end - start) / 0.02)):
            recorder.add(FRAME, start + (step + 1) * 0.02 + (late or {}).get(number, 0.0))
            number += 1


def test_sound_without_a_pause_is_one_stretch() -> None:
    recorder = Recorder(0.0)
    play(recorder, (0.0, 1.0))
    assert loud_stretches(recorder) == [(0.0, 1.0)]
    assert recorder.seconds == pytest.approx(1.0)


@pytest.mark.parametrize("pause", [0.06, 0.09, 0.5, 3.0])
def test_a_pause_of_the_line_is_silence_of_its_length(pause: float) -> None:
    recorder = Recorder(10.0)
    play(recorder, (10.0, 11.0), (11.0 + pause, 12.0 + pause))
    assert loud_stretches(recorder) == [(0.0, 1.0), (1.0 + pause, 2.0 + pause)]


def test_jitter_is_no_pause() -> None:
    recorder = Recorder(0.0)
    play(recorder, (0.0, 2.0), late=dict.fromkeys(range(0, 100, 3), 0.015))
    assert loud_stretches(recorder) == [(0.0, 2.0)]


def test_a_hold_up_that_catches_up_is_no_pause() -> None:
    recorder = Recorder(0.0)
    play(recorder, (0.0, 1.0))
    for _ in range(10):  # 0.2 s of sound, all at once
        recorder.add(FRAME, 1.2)
    play(recorder, (1.2, 2.0))
    assert loud_stretches(recorder) == [(0.0, 2.0)]


def test_our_own_delay_is_no_pause() -> None:
    recorder = Recorder(0.0)
    play(recorder, (0.0, 1.0))
    recorder.add(FRAME * 25, 1.5)
    assert loud_stretches(recorder) == [(0.0, 1.5)]


def test_what_is_not_settled_is_not_shown_and_never_changes_what_was() -> None:
    recorder = Recorder(0.0)
    play(recorder, (0.0, 1.0))
    shown = recorder.samples()
    recorder.add(FRAME, 1.32)
    assert recorder.samples().size == shown.size
    play(recorder, (1.32, 2.0))
    assert np.array_equal(recorder.samples()[: shown.size], shown)
    assert recorder.samples(1.0).size == recorder.samples().size - RATE
