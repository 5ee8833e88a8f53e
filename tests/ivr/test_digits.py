"""Keys into choices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.digits import KEPT_DIGITS, Chosen, Digits, Reading, Undecided, Unknown


def read_all(keys: str, choices: list[str], *, waited: bool = False) -> list[Reading]:
    """Press all, then read until nothing is left or a further key is needed."""
    digits = Digits()
    for one in keys:
        digits.press(one)
    readings: list[Reading] = []
    while digits and not any(isinstance(one, Undecided) for one in readings):
        readings.append(digits.read(choices, waited=waited))
    return readings


@pytest.mark.parametrize(
    ("keys", "choices", "expected"),
    [
        ("2", ["1", "2"], [Chosen("2")]),
        ("0", ["1"], [Chosen("0")]),
        ("5", ["1", "2"], [Unknown()]),
        ("A", ["1", "2"], [Unknown()]),
        ("22", ["1", "2"], [Chosen("2"), Chosen("2")]),
        ("1", ["1", "11"], [Undecided()]),
        ("11", ["1", "11"], [Chosen("11")]),
        ("12", ["1", "11", "2"], [Chosen("1"), Chosen("2")]),
        ("111", ["1", "11"], [Chosen("11"), Undecided()]),
        ("3", ["33"], [Undecided()]),
        ("34", ["33", "4"], [Unknown()]),
        ("30", ["33"], [Chosen("0")]),
        ("10", ["1", "11"], [Chosen("1"), Chosen("0")]),
        ("10", ["1", "10"], [Chosen("10")]),
        ("11", ["1", "112"], [Undecided()]),
        ("113", ["1", "112", "3"], [Chosen("1"), Chosen("1"), Chosen("3")]),
        ("1#", ["1", "11"], [Chosen("1"), Chosen("#")]),
        ("9*", [], [Chosen("9"), Chosen("*")]),
    ],
)
def test_keys_become_choices_as_soon_as_nothing_longer_could_follow(
    keys: str, choices: list[str], expected: list[Reading]
) -> None:
    assert read_all(keys, choices) == expected


@pytest.mark.parametrize(
    ("keys", "choices", "expected"),
    [
        ("1", ["1", "11"], [Chosen("1")]),
        ("11", ["1", "112"], [Chosen("1"), Chosen("1")]),
        ("3", ["33"], [Unknown()]),
    ],
)
def test_after_the_interdigit_time_the_longest_choice_counts(
    keys: str, choices: list[str], expected: list[Reading]
) -> None:
    assert read_all(keys, choices, waited=True) == expected


def test_a_stuck_key_fills_no_memory_and_what_is_cleared_is_gone() -> None:
    assert len(read_all("9" * 1000, [])) == KEPT_DIGITS
    digits = Digits()
    digits.press("1")
    digits.clear()
    assert not digits


KEYS = st.text("0123456789*#ABCD", max_size=12)
CHOICES = st.lists(st.text("12345678", min_size=1, max_size=3), max_size=6, unique=True)


@given(KEYS, CHOICES)
def test_reading_always_comes_to_an_end_and_only_chooses_what_was_pressed(keys: str, choices: list[str]) -> None:
    digits = Digits()
    for one in keys:
        digits.press(one)
    chosen = ""
    for _ in range(len(keys) + 1):
        if not digits:
            break
        reading = digits.read(choices, waited=True)
        assert not isinstance(reading, Undecided)
        if isinstance(reading, Chosen):
            assert reading.key in choices or reading.key in "09*#"
            chosen += reading.key
    assert not digits
    rest = iter(keys)
    assert all(one in rest for one in chosen)


@given(CHOICES, st.data())
def test_every_choice_can_be_reached(choices: list[str], data: st.DataObject) -> None:
    if choices:
        wanted = data.draw(st.sampled_from(choices))
        assert read_all(wanted, choices)[0] in {Chosen(wanted), Undecided()}
        assert read_all(wanted, choices, waited=True) == [Chosen(wanted)]
