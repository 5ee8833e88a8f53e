"""What can be said at every node."""

import pytest

from ivr.phrase_templates import expand
from ivr.universals import UNIVERSALS, Pick, Universal, pick_templates, spoken_key
from telephony.ids import NodeId
from tests.intent_menus import sample_index


@pytest.mark.parametrize(
    ("pick", "target"),
    [
        (Pick(key="2"), NodeId("repayment.early")),
        (Pick(key="7"), None),
        (Pick(key="0"), Universal.AGENT),
        (Pick(key="*"), Universal.BACK),
        (Pick(place=0), NodeId("repayment.methods")),
        (Pick(place=-1), NodeId("repayment.bill")),
        (Pick(place=4), None),
    ],
)
def test_a_number_means_what_it_does_where_the_caller_is(pick: Pick, target: NodeId | Universal | None) -> None:
    assert pick.resolve(sample_index().menu.nodes[NodeId("repayment")]) == target


def test_a_leaf_has_no_choice() -> None:
    leaf = sample_index().menu.nodes[NodeId("repayment.early")]
    assert [Pick(place=place).resolve(leaf) for place in (0, -1)] == [None, None]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("2", {"二", "二号", "二键", "二号键"}),
        ("12", {"一二", "一二号", "一二键", "一二号键", "十二", "十二号", "十二键", "十二号键"}),
        ("#", {"井号", "井号键"}),
    ],
)
def test_a_key_in_words(key: str, said: set[str]) -> None:
    assert {phrase for template in spoken_key(key, "zh-CN") for phrase in expand(template)} == said


def test_keys_of_two_digits() -> None:
    assert [spoken_key(key, "zh-CN")[-1][:3] for key in ("20", "21", "01", "123")] == [
        "二十[",
        "二十一",
        "零一[",
        "一二三",
    ]
    assert spoken_key("12", "en") == ["one two"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_nothing_can_be_said_for_two_wishes(language: str) -> None:
    leads_to: dict[str, set[object]] = {}
    for wish, templates in [
        *UNIVERSALS[language].items(),
        *((pick, (way,)) for pick, way in pick_templates("123", language)),
    ]:
        for template in templates:
            for phrase in expand(template):
                leads_to.setdefault(phrase, set()).add(wish)
    assert {phrase for phrase, wishes in leads_to.items() if len(wishes) > 1} == set()
