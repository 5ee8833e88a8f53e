"""Every key and value knows its place, nothing is guessed, and whatever is wrong is one problem at its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.located import Document, Mapping, Place, Scalar, Sequence, to_plain
from telephony.located_yaml import MAX_CHARACTERS, MAX_DEPTH, decode_yaml, parse_yaml

IMPOSSIBLE = "not valid YAML: an escape or a directive with an impossible number"
FULL_WIDTH = 'this line needs ": " (colon and space) after its key; there is a full-width "：" here, write ": " instead'


def read(text: str) -> Document:
    document, problems = parse_yaml(text, "f.yaml")
    assert problems == []
    assert document is not None
    return document


def complaints(text: str) -> list[str]:
    return [str(problem) for problem in parse_yaml(text, "f.yaml")[1]]


def test_scalars_stay_what_the_author_wrote() -> None:
    document = read("opens: 8:30\nextension: 0123\nno: no\n1: a\n01: b\ndate: 2026-10-01\nbig: 1_000\n")
    assert to_plain(document) == (
        {"opens": "8:30", "extension": "0123", "no": "no", "1": "a", "01": "b", "date": "2026-10-01", "big": "1_000"},
        [],
    )


def test_places_count_characters_from_one() -> None:
    document = read("名称: 额度评估\nlist:\n  - {键: '值'}\n")
    assert document.root == Mapping(
        {
            "名称": document.root.entries["名称"],
            "list": document.root.entries["list"],
        },
        Place(1, 1),
    )
    assert document.root.entries["名称"].value == Scalar("额度评估", Place(1, 5))
    listed = document.find(("list",))
    assert isinstance(listed, Sequence)
    assert listed.place == Place(3, 3)
    assert document.place(("list", 0, "键")) == Place(3, 9)
    assert document.key_place(("list", 0, "键")) == Place(3, 6)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_in_an_editor(end: str) -> None:
    assert read(end.join(["a: 1", "b: 2", ""])).key_place(("b",)) == Place(2, 1)


def test_an_unusual_line_separator_is_no_line_end_for_the_places() -> None:
    assert read('a: "x\u2028 y"\nb: 1\n').key_place(("b",)) == Place(2, 1)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "~\n", "\ufeff"])
def test_a_file_without_content_is_an_empty_mapping(text: str) -> None:
    assert read(text).root.entries == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: 1\na: 2\na: 3\n", 'f.yaml:2:1: "a" is already given in line 1'),
        ("a:\n\tb: 1\n", "f.yaml:2:1: a tab; indent with spaces only"),
        ("a: b: c\n", 'f.yaml:1:5: a second ": " in one line, or a line indented too far; quote such text'),
        ("*: back\n", 'f.yaml:1:2: a key or value that begins with * must be quoted, as "*"'),
        ("a: *b\n", "f.yaml:1:4: references (*name) are not supported here; write the value out"),
        ("a: &b 1\n", "f.yaml:1:4: anchors (&name) are not supported; put the text in quotes"),
        ("a: & 1\n", "f.yaml:1:5: a key or value that begins with & must be quoted"),
        ("a: !!int 1\n", 'f.yaml:1:4: YAML tags ("tag:yaml.org,2002:int") are not supported; put the text in quotes'),
        ('a: "x\n', "f.yaml:1:4: a quote opens here and is never closed"),
        ("a: [1,\n", "f.yaml:1:7: a bracket [ or { opens here and is not closed properly"),
        ("a: @x\n", "f.yaml:1:4: a value cannot begin with this character; put it in quotes"),
        ("- a\nb: 1\n", "f.yaml:2:1: the indentation does not match the lines above"),
        ("- a\n", "f.yaml:1:1: the file must consist of `key: value` lines"),
        ("just text\n", "f.yaml:1:1: the file must consist of `key: value` lines"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document begins here; keep everything in one"),
        ("a: \x07\n", "f.yaml:1:4: the character U+0007 is not allowed in YAML"),
        ('a: "\\0"\n', "f.yaml:1:4: contains a control character (an escape such as \\0 or \\ud800)"),
        ('a: "\\ud800"\n', "f.yaml:1:4: contains a control character (an escape such as \\0 or \\ud800)"),
        ('a: "\\UFFFFFFFF"\n', f"f.yaml:1:7: {IMPOSSIBLE}"),
        (f"%YAML {'9' * 5000}.1\n---\na: 1\n", f"f.yaml:1:7: {IMPOSSIBLE}"),
        ("? [a]\n: 1\n", "f.yaml:1:3: a key must be one word or text, not empty and not a list or mapping"),
        ("~: 1\n", "f.yaml:1:1: a key must be one word or text, not empty and not a list or mapping"),
        ("*b : 1\n", "f.yaml:1:1: references (*name) are not supported here; write the value out"),
        ("a: 1\nb：c\nd: 1\n", f"f.yaml:2:1: {FULL_WIDTH}"),
    ],
)  # fmt: skip
def test_mistakes_of_the_notation_are_one_problem_at_their_place(text: str, complaint: str) -> None:
    first = complaints(text)[0]
    assert first == complaint


def test_the_first_of_equal_keys_counts_and_the_others_are_named() -> None:
    document, problems = parse_yaml("a: 1\na: 2\na: 3\n", "f")
    assert document is not None
    assert to_plain(document)[0] == {"a": "1"}
    assert [problem.line for problem in problems] == [2, 3]


def test_nesting_and_length_are_bounded() -> None:
    assert complaints("[" * 100_000) == [f"f.yaml:1:{MAX_DEPTH + 1}: nested deeper than {MAX_DEPTH} levels"]
    document, problems = parse_yaml("#" * (MAX_CHARACTERS + 1), "f")
    assert document is None
    assert [(problem.line, problem.column) for problem in problems] == [(1, 1)]


def test_a_bomb_of_references_is_refused_without_being_expanded() -> None:
    bomb = "a: &a [x]\n" + "".join(f"k{n}: &k{n} [*a, *a, *a, *a]\n" for n in range(30))
    assert len(complaints(bomb)) == 1 + 30 * 5


@pytest.mark.parametrize(
    ("raw", "line", "column"), [(b"\xff", 1, 1), ("a: 1\n名: 值".encode("gbk"), 2, 1), (b"\xef\xbb\xbfab: \xff", 1, 5)]
)
def test_what_is_not_utf8_has_a_place(raw: bytes, line: int, column: int) -> None:
    text, problems = decode_yaml(raw, "f")
    assert text == ""
    assert [(problem.line, problem.column) for problem in problems] == [(line, column)]


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    assert decode_yaml(b"\xef\xbb\xbfa: 1", "f") == ("a: 1", [])


@given(st.text(max_size=200))
def test_any_text_is_read_or_located(text: str) -> None:
    document, problems = parse_yaml(text, "f")
    assert document is not None or problems
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
