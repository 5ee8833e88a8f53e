"""The tree laid out: full ids, inherited queues, topics."""

from ivr.menu_draft import Draft, lay_out
from ivr.menu_shape import MenusShape
from telephony.located_shape import read_shape
from telephony.located_yaml import parse_yaml


def lay(text: str) -> Draft:
    document, _ = parse_yaml(text, "f")
    assert document is not None
    return lay_out(document, read_shape(document, MenusShape)[0])


TREE = lay(
    "menu:\n  queue: general\n  choices:\n    1: {id: a, name: A, queue: q, choices: {1: {id: b, name: B},"
    " 2: {id: c, name: C, queue: own, topic: other}}}\n    2: a.b\n    3: {name: lost}\n    4: {id: a, name: again}\n"
)


def test_ids_queues_and_topics() -> None:
    assert [(spot.id, spot.queue, spot.topic, spot.parent) for spot in TREE.spots] == [
        ("main", "general", "main", None),
        ("a", "q", "a", "main"),
        ("a.b", "q", "a.b", "a"),
        ("a.c", "own", "other", "a"),
        ("choice_3", "general", "choice_3", "main"),
        ("a", "general", "a", "main"),
    ]


def test_choices_lead_down_or_across() -> None:
    assert dict(TREE.spots[0].choices()) == {"1": "a", "2": "a.b", "3": "choice_3", "4": "a"}


def test_the_first_of_equal_ids_counts() -> None:
    assert TREE.ids[TREE.spots[1].id] is TREE.spots[1]


def test_the_main_menu_has_a_name_in_every_language() -> None:
    assert lay("language: en\n").spots[0].name == "main menu"
    assert lay("").spots[0].name == "主菜单"
    assert lay("menu: {name: 首页}\n").spots[0].name == "首页"
