from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from acd.pair_terms import GroupKey, LaneKey, PairTerms
from acd.pricing import Price, Prices
from acd.profiles import Profile, profile_of
from acd.queue import Demands
from acd.strip import NOBODY, ROOM
from acd.weights import VIP, Weights
from telephony.ids import Topic
from tests.acd.floor_play import agent

LOAN = Topic("loan")
FIVE, TWO, CARD = (profile_of(agent("x", **skills)) for skills in ({"loan": 5}, {"loan": 2}, {"card": 5}))
PRICES = Prices("p", {(FIVE, LOAN): Price(0.0), (TWO, LOAN): Price(-35.0, 10.0)})


def opened() -> PairTerms:
    terms = PairTerms(PRICES, Weights(skill_on_arrival=2.0, class_bonus_s={VIP: 75.0}))
    for profile in (FIVE, TWO, CARD):
        terms.group(GroupKey(profile, 0))
    return terms


def test_numbers_stay_and_masks_follow() -> None:
    terms = opened()
    lane = terms.lane(LaneKey(LOAN, 1, "", 0))
    assert (lane, terms.lane(LaneKey(LOAN, 1, "", 0)), terms.group(GroupKey(TWO, 0))) == (0, 0, 1)
    assert terms.able == [0b011]
    late = terms.group(GroupKey(FIVE, 2))
    assert terms.able == [0b1011]
    assert terms.lane(LaneKey(LOAN, 3, "", 0)) == 1
    assert terms.able[1] == 0b1001
    assert terms.serves == [0b11, 0b01, 0, 0b11]
    assert late == 3


def test_rows_have_every_term() -> None:
    terms = opened()
    terms.group(GroupKey(FIVE, 2))
    row = terms.lane_row(terms.lane(LaneKey(LOAN, 1, "", 1)))
    assert list(row.biases.values[:5]) == [20.0, -80.0, NOBODY, 0.0, NOBODY]
    assert list(row.at_once.values[:5]) == [20.0, NOBODY, NOBODY, 0.0, NOBODY]
    assert list(row.holds.values[:5]) == [0.0, 10.0, 0.0, 0.0, 0.0]
    assert (row.least_hold_s, row.most_hold_s) == (10.0, 10.0)
    group = terms.group_row(1)
    assert [strip.values[0] for strip in (group.fits, group.scores, group.holds)] == [-150.0, -120.0, 10.0]
    assert [strip.values[0] for strip in (terms.group_row(2).scores, terms.group_row(2).holds)] == [NOBODY, 0.0]


def test_rows_are_kept_until_something_changes() -> None:
    terms = opened()
    lane = terms.lane(LaneKey(LOAN, 1, "", 0))
    row, group = terms.lane_row(lane), terms.group_row(0)
    assert terms.lane_row(lane) is row
    assert terms.group_row(0) is group
    terms.reprice(Prices("q", {(FIVE, LOAN): Price(-5.0)}))
    assert terms.lane_row(lane).biases.values[0] == -10.0
    terms.lane(LaneKey(LOAN, 1, VIP, 0))
    assert list(terms.group_row(0).scores.values[:3]) == [-20.0, 55.0, NOBODY]


def test_what_a_queue_demands_besides_has_a_price_of_its_own_whatever_its_level_by_now() -> None:
    english = profile_of(replace(agent("x", loan=5, card=5), languages=("zh", "en")))
    kinds = {(english, LOAN): Price(-30.0), (english, "loan|en|"): Price(-2.0), (english, "loan|en|card"): Price(-1.0)}
    terms = PairTerms(Prices("p", kinds), Weights())
    group = terms.group(GroupKey(english, 0))
    demands: list[tuple[str, Demands]] = [
        ("", ()),
        ("en", ()),
        *(("en", ((Topic("card"), level),)) for level in (3, 1)),
    ]
    lanes = [terms.lane(LaneKey(LOAN, 1, "", 0, language, further=further)) for language, further in demands]
    assert [terms.price(lane, group).skill_s for lane in lanes] == [-30.0, -2.0, -1.0, -1.0]
    terms.reprice(Prices("q", {(english, "loan|en|"): Price(-5.0)}))
    assert terms.price(lanes[1], group).skill_s == -5.0


def test_the_favoured_are_not_held_back_and_age_caps_a_hold() -> None:
    terms = PairTerms(PRICES, Weights(overtake_bound_s=4.0, unbound_classes=frozenset({"fraud"})))
    group = terms.group(GroupKey(TWO, 0))
    lanes = [terms.lane(LaneKey(LOAN, 1, name, 0)) for name in ("", VIP, "fraud")]
    assert [terms.price(lane, group).hold_s for lane in lanes] == [4.0, 0.0, 4.0]
    never = PairTerms(PRICES, Weights(hold_most_s=0.0))
    assert never.price(never.lane(LaneKey(LOAN, 1, "", 0)), never.group(GroupKey(TWO, 0))).hold_s == 0.0
    assert terms.unbound == [False, False, True]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([FIVE, TWO, CARD]),
            st.integers(0, 2),
            st.sampled_from(["", VIP, "fraud"]),
            st.integers(0, 2),
        ),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from([2, 4, 500]),
)
def test_rows_that_grew_are_those_made_anew(steps: list[tuple[Profile, int, str, int]], most_groups: int) -> None:
    """Lanes and groups come in any order, and numbers are used again: every row, mask and ranking follows."""
    grown = PairTerms(PRICES, Weights(), most_groups=most_groups)
    grown.occupied = lambda: 0
    for count, (profile, band, caller_class, wish) in enumerate(steps):
        group = grown.group(GroupKey(profile, band))
        lane = grown.lane(LaneKey(LOAN, 1 + wish, caller_class, wish))
        grown.used[group] = count
        grown.group_row(group)
        grown.lane_row(lane)
        assert grown.groups[group] == GroupKey(profile, band)
        assert len(grown.groups) <= most_groups
    anew = PairTerms(PRICES, Weights())
    for key in grown.groups:
        anew.group(key)
    for lane_key in grown.lanes:
        anew.lane(lane_key)
    assert (grown.able, grown.serves) == (anew.able, anew.serves)
    for lane in range(len(grown.lanes)):
        assert grown.lane_row(lane) == anew.lane_row(lane)
    for group in range(len(grown.groups)):
        assert grown.group_row(group) == anew.group_row(group)


def test_a_new_group_takes_the_number_that_is_unused_for_longest() -> None:
    terms = PairTerms(PRICES, Weights(), most_groups=3)
    occupied = 0b001
    terms.occupied = lambda: occupied
    for used, profile in enumerate((FIVE, TWO, CARD)):
        terms.used[terms.group(GroupKey(profile, 0))] = 10 - used
    assert terms.group(GroupKey(FIVE, 1)) == 2, "the first is occupied, the second was used after it"
    assert terms.group(GroupKey(CARD, 0)) == 2
    occupied = 0b111
    assert terms.group(GroupKey(FIVE, 2)) == 3, "all are occupied: rather one too many than a wrong one"


def test_rows_have_room_for_any_number() -> None:
    """More lanes, and more groups, than a row had room for when it was made."""
    terms = opened()
    first = terms.lane(LaneKey(LOAN, 1, "", 0))
    terms.lane_row(first)
    terms.group_row(0)
    for number in range(ROOM):
        terms.lane(LaneKey(LOAN, 1, "", 0, priority_s=float(number + 1)))
        terms.group(GroupKey(FIVE, number + 1))
    late = len(terms.lanes) - 1, len(terms.groups) - 1
    assert terms.group_row(0).scores.values[late[0]] == float(ROOM)
    assert terms.lane_row(first).biases.values[late[1]] == terms.bias_s(first, late[1])
    assert len(terms.lane_row(first).biases.all) == len(terms.lane_row(late[0]).biases.all) == 2 * ROOM
