import numpy as np

from hotline.prompts.alaw import RATE
from hotline.trial.listening import LEAST_SCORE, find
from hotline.trial.voices import LOUDNESS, voice_of


def test_a_voice_is_always_the_same_and_never_loud() -> None:
    assert np.array_equal(voice_of("8001"), voice_of("8001"))
    assert np.abs(voice_of("8001")).max() <= LOUDNESS
    assert 1.5 < voice_of("8001").size / RATE < 2.5


def test_voices_are_not_taken_for_each_other() -> None:
    names = [str(8001 + number) for number in range(30)]
    worst = 0.0
    for heard in names[:6]:
        line = np.tile(voice_of(heard), 2)
        for other in names:
            if other != heard:
                worst = max([worst, *(match.score for match in find(line, voice_of(other), least_score=0.05))])
    assert worst < LEAST_SCORE
