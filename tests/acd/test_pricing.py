import pytest

from acd.pricing import HOLD_MOST_S, WORST_SKILL_S, Outlook, Price, Prices, by_level, hold_s
from acd.profiles import profile_of
from acd.queue import call_kind
from telephony.ids import Topic
from tests.acd.floor_play import agent

LOAN = Topic("loan")


@pytest.mark.parametrize(("level", "ratio"), [(0.0, 0.55), (1.0, 0.55), (1.5, 0.60), (4.0, 0.82), (5.0, 0.88)])
def test_levels_in_between(level: float, ratio: float) -> None:
    assert Outlook().resolve_ratio(level) == pytest.approx(ratio)


def test_a_higher_level_is_quicker_and_worth_more() -> None:
    outlook = Outlook()
    assert outlook.handle_s(1.0, 300.0) == pytest.approx(420.0)
    assert outlook.handle_s(5.0, 300.0) == pytest.approx(264.0)
    assert outlook.worth_s(5.0) == pytest.approx(100 + 120 * 0.88)


def test_before_anything_is_known_the_level_decides() -> None:
    prices = Prices()
    terms = [prices.of(profile_of(agent("1", loan=level)), LOAN).skill_s for level in (1, 2, 3, 4, 5)]
    assert terms == sorted(terms)
    assert terms[-1] == 0.0
    assert terms[0] == pytest.approx(-120 * 0.33 - 0.1 * 156)
    assert prices.of(profile_of(agent("1", loan=1)), LOAN).hold_s == 0.0


def test_a_priced_pair_has_its_price() -> None:
    profile = profile_of(agent("1"))
    assert Prices("x", {(profile, LOAN): Price(-7.0, 2.0)}).of(profile, LOAN) == Price(-7.0, 2.0)


def test_a_term_is_floored() -> None:
    steep = Outlook(resolve_ratios=(0.0, 0.0, 0.0, 0.0, 1.0), handle_factors=(2.0, 2.0, 2.0, 2.0, 1.0))
    assert by_level(steep, 1.0).skill_s == WORST_SKILL_S


def test_the_further_from_the_best_the_longer_the_hold() -> None:
    assert [hold_s(term) for term in (0.0, -10.0, -120.0)] == [0.0, 3.0, HOLD_MOST_S]


def test_a_hold_for_those_who_suit_the_topic_is_none_where_more_is_demanded() -> None:
    profile = profile_of(agent("1", loan=3))
    held = Prices("x", {(profile, LOAN): Price(-7.0, 2.0)})
    assert held.of(profile, LOAN, call_kind(LOAN, "en")) == Price(-7.0), "who is waited for may not speak it"
    assert held.of(profile, LOAN, call_kind(LOAN)) == held.of(profile, LOAN) == Price(-7.0, 2.0)


def test_a_kind_nobody_expected_costs_as_if_only_the_topic_were_demanded() -> None:
    profile, kind = profile_of(agent("1", loan=3)), call_kind(LOAN, "en")
    both = Prices("x", {(profile, LOAN): Price(-7.0), (profile, kind): Price(-9.0)})
    assert both.of(profile, LOAN, kind) == Price(-9.0)
    assert both.of(profile, LOAN) == Price(-7.0)
    assert Prices("x", {(profile, LOAN): Price(-7.0)}).of(profile, LOAN, kind) == Price(-7.0)
    assert Prices().of(profile, LOAN, kind) == Prices().of(profile, LOAN)
    assert Prices("x", {(profile, kind): Price(-9.0)}).of(profile, LOAN) == Prices().of(profile, LOAN)
