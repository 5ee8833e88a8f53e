"""Where a phrase is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.alignment import CONTENT_GAP, GAP, MISSING, Aligner, Alignment, Pattern

UNITS = "abcdxyz "


def costs_of(heard: str) -> dict[str, float]:
    """b is half a c."""
    return {meant: 0.0 if heard == meant else 0.5 if {heard, meant} == {"b", "c"} else 1.0 for meant in UNITS}


def aligner(heard: str, gap: float = GAP + CONTENT_GAP) -> Aligner:
    return Aligner(heard, [gap] * len(heard), costs_of)


def pattern(phrase: str) -> Pattern:
    return Pattern.of(phrase, [1.0] * len(phrase))


def place(heard: str, phrase: str) -> Alignment:
    return aligner(heard).place(pattern(phrase))


@pytest.mark.parametrize(
    ("heard", "phrase", "cost", "said"),
    [
        ("abc", "abc", 0.0, "abc"),
        ("xxabcyy", "abc", 0.0, "abc"),
        ("xxabyy", "abc", MISSING, "ab"),
        ("xxabyy", "zab", MISSING, "ab"),
        ("axbc", "abc", 0.5, "axbc"),
        ("axc", "abc", 1.0, "axc"),
        ("xyz", "abc", 3 * MISSING, ""),
        ("xyz", "a", MISSING, ""),
        ("yxy", "x", 0.0, "x"),
        ("xacz", "ab", 0.5, "ac"),
        ("ab ab abc", "abc", 0.0, "abc"),
    ],
)
def test_the_cheapest_place(heard: str, phrase: str, cost: float, said: str) -> None:
    found = place(heard, phrase)
    assert found.cost == pytest.approx(cost)
    assert heard[found.start : found.end] == said


def test_light_units_cost_little() -> None:
    found = aligner("bc").place(Pattern.of("abc", [0.1, 1.0, 1.0]))
    assert found.cost == pytest.approx(0.1 * MISSING)


@given(st.text("abcd", min_size=1, max_size=8), st.text("abcd", min_size=1, max_size=5))
def test_the_bound_is_never_above_the_cost(heard: str, phrase: str) -> None:
    assert aligner(heard).least_cost(pattern(phrase)) <= place(heard, phrase).cost + 1e-9


@given(st.text("abcd", min_size=1, max_size=8), st.text("abcd", min_size=1, max_size=5), st.text("abcd", max_size=4))
def test_more_words_around_it_never_cost_more(heard: str, phrase: str, more: str) -> None:
    cost = place(heard, phrase).cost
    assert place(more + heard, phrase).cost <= cost + 1e-9
    assert place(heard + more, phrase).cost <= cost + 1e-9
    assert 0.0 <= cost <= MISSING * len(phrase) + 1e-9
