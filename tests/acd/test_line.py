from hypothesis import given
from hypothesis import strategies as st

from acd.line import Line


def test_the_first_is_the_earliest_and_ties_go_to_who_was_added_first() -> None:
    line: Line[str] = Line()
    line.add("late", 2.0)
    line.add("early", 1.0)
    line.add("early too", 1.0)
    assert line.first() == (1.0, 2, "early")
    assert line.first_at == 1.0
    assert line.take_due(1.0) == ["early", "early too"]
    assert "late" in line
    assert len(line) == 1


def test_a_given_tie_decides() -> None:
    line: Line[str] = Line()
    line.add("second", 1.0, tie=2)
    line.add("first", 1.0, tie=1)
    assert line.take_due(5.0) == ["first", "second"]


def test_adding_again_moves() -> None:
    line: Line[str] = Line()
    line.add("a", 1.0)
    line.add("b", 2.0)
    line.add("a", 3.0)
    assert line.take_due(9.0) == ["b", "a"]


def test_an_empty_line_has_no_first() -> None:
    line: Line[str] = Line()
    line.discard("nobody")
    assert line.first() is None
    assert line.first_at is None
    assert line.take_due(1.0) == []


def test_what_was_discarded_does_not_pile_up() -> None:
    line: Line[int] = Line()
    line.add(-1, -1.0)
    for number in range(10_000):
        line.add(number, float(number))
        line.discard(number)
    assert len(line._heap) < 100
    assert line.take_due(20_000.0) == [-1]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), st.integers(0, 5)))))
def test_it_agrees_with_sorting(steps: list[tuple[str, int | None]]) -> None:
    line: Line[str] = Line()
    living: dict[str, tuple[int, int]] = {}
    for number, (key, at) in enumerate(steps):
        if at is None:
            line.discard(key)
            living.pop(key, None)
        else:
            line.add(key, at)
            living[key] = (at, number)
        first = line.first()
        assert (first[2] if first else None) == min(living, key=lambda key: living[key], default=None)
    assert line.take_due(9) == sorted(living, key=lambda key: living[key])


def test_the_instant_of_a_key() -> None:
    line: Line[str] = Line()
    line.add("a", 5.0)
    line.add("a", 3.0)
    assert (line.at("a"), line.at("b")) == (3.0, None)
