"""Cutting and comparing speech units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import units
from ivr.units import BREAK, MAX_UNITS, Ways, rough_keys, split_units, unit_cost


@pytest.mark.parametrize(
    ("text", "language", "units"),
    [
        ("提前 还款", "zh-CN", "提 前 还 款"),
        ("，不，。要！", "zh-CN", "不 , 要 ,"),
        ("用App查２笔", "zh-CN", "用 app 查 二 笔"),
        ("12", "en", "one two"),
        ("I’d like IT", "en", "i'd like it"),
        ("\U0001f600 \x00 ~", "zh-CN", ""),
    ],
)
def test_units(text: str, language: str, units: str) -> None:
    assert split_units(text, language) == tuple(units.split())


def test_the_end_of_a_long_story_counts() -> None:
    units = split_units("呃" * 500 + "还款", "zh-CN")
    assert len(units) == MAX_UNITS
    assert units[-2:] == ("还", "款")


@pytest.mark.parametrize(
    ("heard", "meant", "cost"),
    [
        ("还", "还", 0.0),
        ("代", "贷", 0.03),
        ("app", "贷", 1.0),
        ("repayments", "repayment", pytest.approx(0.21, abs=0.01)),
        ("loan", "loud", 1.0),
        ("for", "four", 1.0),
    ],
)
def test_costs(heard: str, meant: str, cost: float) -> None:
    assert unit_cost(heard, meant) == cost


def test_keys_by_which_a_unit_is_found() -> None:
    assert rough_keys("repayment") == ("repa",)
    assert rough_keys("南") == rough_keys("兰") == rough_keys("郎")
    assert len(rough_keys("还")) == 2


def test_ways_find_the_longest() -> None:
    ways = Ways([("我", "要"), ("我",), ("我", "要", "问")])
    assert [ways.longest(tuple("嗯我要"), place) for place in range(3)] == [0, 2, 0]
    assert ways.longest(tuple("我想要"), 0) == 1
    assert Ways([("我", "要")]).longest(("我",), 0) == 0
    assert ways.may_begin("要我")
    assert not ways.may_begin("要")


@given(st.text())
def test_any_text_can_be_cut(text: str) -> None:
    for language in ("zh-CN", "en"):
        units = split_units(text, language)
        assert len(units) <= MAX_UNITS
        assert all(unit == BREAK or unit.isalpha() or "'" in unit for unit in units)


def test_costs_are_remembered_but_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "UNITS_MEANT", 2)
    costs = units.costs_of.__wrapped__("还")
    assert [costs[meant] for meant in "还环款贷"] == [unit_cost("还", meant) for meant in "还环款贷"]
    assert len(costs) <= 2
    assert costs["款"] == unit_cost("还", "款")
