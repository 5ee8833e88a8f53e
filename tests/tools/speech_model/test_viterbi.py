import numpy as np

from tools.speech_model.phones import CLASSES
from tools.speech_model.viterbi import best_path


def scores(classes: list[int], sure: float = 5.0) -> np.ndarray:
    found = np.zeros((len(classes), CLASSES))
    found[np.arange(len(classes)), classes] = sure
    return found


def phones(*classes: int) -> np.ndarray:
    return np.array(classes, np.int8)


def test_the_sounds_are_found_where_they_are_with_the_silence_around_them() -> None:
    heard = [0, 0, 3, 3, 3, 7, 7, 0, 0]
    path = best_path(scores(heard), phones(3, 7))
    assert path is not None
    assert path.tolist() == heard


def test_a_pause_between_sounds_is_found_only_if_it_is_clear() -> None:
    clear = best_path(scores([3, 3, 0, 0, 0, 7, 7]), phones(3, 7))
    doubtful = best_path(scores([3, 3, 0, 7, 7], sure=1.0), phones(3, 7))
    assert clear is not None
    assert doubtful is not None
    assert clear.tolist() == [3, 3, 0, 0, 0, 7, 7]
    assert 0 not in doubtful


def test_two_alike_stand_apart() -> None:
    path = best_path(scores([3, 3, 3, 3, 3]), phones(3, 3))
    assert path is not None
    assert 0 in path.tolist()[1:-1]


def test_sounds_that_do_not_fit_are_not_placed() -> None:
    assert best_path(scores([3, 3]), phones(3, 7, 3)) is None
    assert best_path(scores([3, 3]), phones(3, 3)) is None


def test_silence_alone_is_silence() -> None:
    path = best_path(scores([0, 0, 0]), phones())
    assert path is not None
    assert path.tolist() == [0, 0, 0]
