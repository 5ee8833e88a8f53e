"""The way back from a path to its place."""

from telephony.located import LONGEST_MESSAGE, Document, Findings, Place, child, to_plain
from telephony.located_yaml import parse_yaml


def read(text: str) -> Document:
    document, _ = parse_yaml(text, "f.yaml")
    assert document is not None
    return document


DOCUMENT = read("menu:\n  say: hello\n  list: [a, {b: c}]\nempty:\n")


def test_a_value_that_is_not_there_is_located_at_its_nearest_ancestor() -> None:
    assert DOCUMENT.place(("menu", "say")) == Place(2, 8)
    assert DOCUMENT.place(("menu", "choices", "1", "say")) == Place(1, 1)
    assert DOCUMENT.place(("menu", "list", 7)) == Place(3, 3)
    assert DOCUMENT.place(("menu", "list", 1, "nothing")) == Place(3, 13)
    assert DOCUMENT.place(("nothing",)) == Place(1, 1)
    assert DOCUMENT.key_place(()) == Place(1, 1)


def test_steps_that_lead_nowhere_find_nothing() -> None:
    assert DOCUMENT.find(("menu", "say", "deeper")) is None
    assert DOCUMENT.find(("menu", "list", "a")) is None
    assert child(None, "a") is None
    assert DOCUMENT.keys(("menu", "say")) == ()
    assert DOCUMENT.keys(("menu",)) == ("say", "list")


def test_texts_are_found_under_a_key_wherever_it_stands() -> None:
    document = read("a: {file: 1}\nb:\n  - file: 2\n  - file: [3]\n  - file:\nfile: 4\n")
    assert list(document.texts("file")) == [(("a", "file"), "1"), (("b", 0, "file"), "2"), (("file",), "4")]


def test_a_key_without_a_value_is_named_and_left_out() -> None:
    plain, problems = to_plain(DOCUMENT)
    assert plain == {"menu": {"say": "hello", "list": ["a", {"b": "c"}]}}
    assert [str(problem) for problem in problems] == ['f.yaml:4:1: "empty" has no value; give one or delete the line']


def test_a_list_item_without_a_value_is_kept_for_the_shape_to_judge() -> None:
    assert to_plain(read("a: [1, ~]\n"))[0] == {"a": ["1", None]}


def test_findings_name_values_and_keys() -> None:
    findings = Findings(DOCUMENT)
    findings.at_value(("menu", "say"), "wrong")
    findings.at_key(("menu", "say"), "wrong")
    assert [str(problem) for problem in findings.problems] == ["f.yaml:2:8: wrong", "f.yaml:2:3: wrong"]


def test_a_problem_is_one_printable_line_of_bounded_length() -> None:
    problem = DOCUMENT.problem((), "a\x1b[2Jb\n" + "c" * 1000)
    assert problem.message == "a�[2Jb�" + "c" * (LONGEST_MESSAGE - 7) + "…"
