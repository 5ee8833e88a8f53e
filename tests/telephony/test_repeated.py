"""Keys that are given twice: what stands under each is read in some turn, and nothing is read for nothing."""

from telephony.located import Mapping, Scalar
from telephony.located_yaml import parse_yaml
from telephony.repeated import MOST_TURNS, Turn, turns


def turns_of(text: str) -> list[Turn]:
    document, _ = parse_yaml(text, "f")
    assert document is not None
    return list(turns(document))


def texts(turn: Turn, *path: str | int) -> str | None:
    found = turn.document.find(path)
    assert isinstance(found, Scalar)
    return found.text


def test_without_repeated_keys_there_is_no_other_turn() -> None:
    assert turns_of("a: {b: [1, {c: 2}]}\nd: e\n") == []


def test_each_repetition_has_its_turn_beside_the_others() -> None:
    first, second = turns_of("a: 1\nb: x\na: 2\nb: y\na: 3\n")
    assert (texts(first, "a"), texts(first, "b")) == ("2", "y")
    assert (texts(second, "a"), texts(second, "b")) == ("3", "y")


def test_only_what_is_new_is_named() -> None:
    (turn,) = turns_of("a: 1\nb: [1]\nb: [2, {c: 3}]\n")
    document = turn.document
    new = [document.problem(("b", 1, "c"), "!"), document.key_problem(("b",), "!"), document.problem(("b", 0), "!")]
    assert list(turn.only_new([document.problem(("a",), "!"), *new])) == new


def test_nested_ones_do_not_go_with_the_outer() -> None:
    found = turns_of("l: [{a: {b: 1, b: 2}, a: {b: 3, b: 4}}]\n")
    assert [texts(turn, "l", 0, "a", "b") for turn in found] == ["2", "3", "4"]


def test_a_key_pasted_a_thousand_times_costs_a_bounded_time() -> None:
    assert len(turns_of("a: 1\n" * 1000)) == MOST_TURNS


def test_what_is_not_read_is_kept_apart() -> None:
    document, problems = parse_yaml("a: *x\na: 1\na: 2\n", "f")
    assert document is not None
    assert isinstance(document.root, Mapping)
    assert len(document.root.repeated) == 1
    assert len(problems) == 3
