"""The cap falls when Asterisk stays slow and comes back step by step."""

from hotline.admission import FLOOR_CALLS, PATIENCE, SLOW_S, STEP_CALLS, Admission


def slow(admission: Admission, calls: int, times: int = PATIENCE) -> int:
    """The cap after slow observations in a row."""
    return [admission.observe(SLOW_S * 2, calls) for _ in range(times)][-1]


def test_calm_keeps_the_ceiling() -> None:
    admission = Admission(ceiling=300)
    assert admission.cap == 300
    assert admission.observe(0.001, 250) == 300


def test_slowness_cuts_below_the_calls_now_up_and_calm_gives_back_in_steps() -> None:
    admission = Admission(ceiling=300)
    assert slow(admission, 200) == 160
    assert admission.observe(0.01, 150) == 160 + STEP_CALLS
    for _ in range(100):
        admission.observe(0.01, 10)
    assert admission.cap == 300


def test_never_below_the_floor_nor_above_the_ceiling() -> None:
    admission = Admission(ceiling=300)
    assert slow(admission, 0) == FLOOR_CALLS
    assert slow(Admission(ceiling=5), 100) == 5


def test_a_moment_of_slowness_changes_nothing() -> None:
    admission = Admission(ceiling=300)
    assert slow(admission, 200, PATIENCE - 1) == 300
    assert admission.observe(0.01, 200) == 300
    assert slow(admission, 200, PATIENCE - 1) == 300
