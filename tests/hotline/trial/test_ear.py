import numpy as np
import pytest

from hotline.prompts.alaw import RATE, Samples
from hotline.trial.ear import LIVE_BLOCK, Ear
from hotline.trial.listening import Heard, Repertoire
from hotline.trial.voices import voice_of

A, B, LONG = voice_of("a"), voice_of("b"), np.concatenate([voice_of("c"), voice_of("d"), voice_of("e")])
BRANCH_1 = np.concatenate([voice_of("stem"), voice_of("left")])
BRANCH_2 = np.concatenate([voice_of("stem"), voice_of("right")])
SOUNDS = {"a": A, "b": B, "branch 1": BRANCH_1, "branch 2": BRANCH_2, "long": LONG}


def still(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def listen(sound: Samples, *, chunk_s: float = 0.3) -> tuple[Ear, list[tuple[float, Heard]]]:
    """What was recognised, and when."""
    ear = Ear(Repertoire(SOUNDS, block=LIVE_BLOCK))
    size = round(chunk_s * RATE)
    found: list[tuple[float, Heard]] = []
    for start in range(0, sound.size, size):
        found += [(ear.heard_s, heard) for heard in ear.hear(sound[start : start + size])]
    return ear, found


@pytest.mark.parametrize("chunk_s", [0.02, 0.3, 1.7])
def test_sounds_are_recognised_a_second_after_they_begin(chunk_s: float) -> None:
    ear, found = listen(np.concatenate([still(1), A, still(0.5), B, still(1)]), chunk_s=chunk_s)
    assert [(heard.name, round(heard.at_s, 2)) for _, heard in found] == [("a", 1.0), ("b", 3.42)]
    assert all(when - heard.at_s <= 0.82 + chunk_s for when, heard in found)
    assert ear.beginnings == pytest.approx([1.0, 3.42], abs=0.01)


def test_each_sound_is_recognised_once_and_a_repetition_again() -> None:
    _, found = listen(np.concatenate([A, still(0.3), A, still(1)]))
    assert [heard.name for _, heard in found] == ["a", "a"]


@pytest.mark.parametrize(("sound", "name"), [(BRANCH_1, "branch 1"), (BRANCH_2, "branch 2")])
def test_like_beginnings_are_told_apart_where_they_part(sound: Samples, name: str) -> None:
    ear, found = listen(np.concatenate([still(0.4), sound, still(1)]))
    assert [heard.name for _, heard in found] == [name]
    assert ear.beginnings == pytest.approx([0.4], abs=0.01)


def test_a_cut_before_they_part_names_one_of_them_after_a_moment() -> None:
    _, found = listen(np.concatenate([BRANCH_1[: round(1.2 * RATE)], still(1.5)]))
    assert [heard.name for _, heard in found] in (["branch 1"], ["branch 2"])


def test_a_cut_by_a_key_and_the_next_at_once() -> None:
    ear, found = listen(np.concatenate([A[: round(1.1 * RATE)], B, still(1)]))
    assert [heard.name for _, heard in found] == ["a", "b"]
    assert [(one.name, one.complete) for one in ear.timeline()] == [("a", False), ("b", True)]


def test_nothing_is_nothing() -> None:
    ear, found = listen(still(3))
    assert found == []
    assert ear.beginnings == []
    assert ear.timeline() == []
    assert ear.heard_s == 3


@pytest.mark.parametrize("chunk_s", [0.02, 0.3, 1.7])
def test_a_beginning_that_was_torn_is_known_by_what_follows(chunk_s: float) -> None:
    torn = np.concatenate([LONG[:3000], still(0.15), LONG[3000:]])
    ear, found = listen(np.concatenate([still(1), torn, still(1)]), chunk_s=chunk_s)
    assert [heard.name for _, heard in found] == ["long"]
    assert ear.beginnings == pytest.approx([1.15], abs=0.01)


def test_a_sound_that_goes_on_begins_once() -> None:
    ear, found = listen(np.concatenate([still(1), LONG[:9000], still(0.3), LONG[9000:], still(1)]))
    assert [heard.name for _, heard in found] == ["long"]
    assert ear.beginnings == pytest.approx([1.0], abs=0.01)


def test_what_is_still_open_at_the_end_is_named() -> None:
    ear, found = listen(np.concatenate([still(0.4), BRANCH_1[: round(1.2 * RATE)]]))
    assert found == []
    assert [heard.name for heard in ear.finish(still(0))] in (["branch 1"], ["branch 2"])
    assert ear.finish(still(0)) == []
    assert len(ear.timeline()) == 1
