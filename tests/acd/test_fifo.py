from hypothesis import given
from hypothesis import strategies as st

from acd.fifo import Fifo

STEP = st.tuples(st.integers(0, 9), st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0]), st.booleans())


@given(st.lists(STEP, max_size=60))
def test_the_head_is_that_of_a_sorted_list(steps: list[tuple[int, float, bool]]) -> None:
    line: Fifo[int] = Fifo()
    plain: dict[int, tuple[float, int, int]] = {}
    for tie, (key, at, comes) in enumerate(steps):
        line.discard(key)
        plain.pop(key, None)
        if comes:
            line.add(key, at, tie)
            plain[key] = (at, tie, key)
        assert line.head == min(plain.values(), default=None)
        assert bool(line) is bool(plain)


def test_who_comes_back_stands_where_he_stood() -> None:
    line: Fifo[str] = Fifo()
    for tie, key in enumerate("abc"):
        line.add(key, float(tie), tie)
    line.discard("a")
    assert line.head == (1.0, 1, "b")
    line.add("a", 0.0, 0)
    assert line.head == (0.0, 0, "a")
    line.discard("a")
    line.discard("x")
    assert line.head == (1.0, 1, "b")
