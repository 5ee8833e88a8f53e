import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.fifo import DEAD_ALLOWED, Fifo

STEP = st.tuples(st.integers(0, 9), st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0]), st.integers(0, 3), st.booleans())

Standing = tuple[float, int, int, object, int]


class People:
    """A line and who is in it, as whoever owns one keeps it."""

    def __init__(self) -> None:
        self.living: dict[int, Standing] = {}
        self.line: Fifo[Standing] = Fifo(self.living)

    def comes(self, key: int, at: float, tie: int) -> None:
        self.living[key] = place = (at, tie, key, object(), 0)
        self.line.add(place)

    def goes(self, key: int) -> None:
        self.line.leave(self.living.pop(key))

    def first(self) -> object:
        return min(self.living.values(), key=lambda place: place[:3], default=None)


@given(st.lists(STEP, max_size=60))
def test_the_head_is_that_of_a_sorted_list(steps: list[tuple[int, float, int, bool]]) -> None:
    people = People()
    for key, at, tie, comes in steps:
        if key in people.living:
            people.goes(key)
        if comes:
            people.comes(key, at, tie)
        assert people.line.head is people.first()


def test_who_comes_back_stands_where_he_stood() -> None:
    people = People()
    for key in range(3):
        people.comes(key, float(key), key)
    people.goes(0)
    assert people.line.head is people.living[1]
    people.comes(0, 0.0, 0)
    assert people.line.head is people.living[0]
    people.goes(0)
    assert people.line.head is people.living[1]


@pytest.mark.parametrize("seed", range(4))
def test_a_line_that_never_moves_holds_no_more_empty_places_than_others(seed: int) -> None:
    chance, people = random.Random(seed), People()
    for key in range(501):
        people.comes(key, float(key), key)
    for key in chance.sample(range(1, 501), 400):
        people.goes(key)
        if chance.random() < 0.4:
            people.comes(key, float(key), key)
        places = [*people.line._row, *people.line._late]
        assert len(places) <= 2 * len(people.living) + DEAD_ALLOWED
    for key in list(people.living):
        people.goes(key)
        assert people.line.head is people.first()
