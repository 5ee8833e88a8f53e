"""One spelling for the same caller, however the network writes him."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.numbers import normalise_number


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("+86 138-0013-8000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("013800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+861088888888", "01088888888"),
        ("(010) 8888 8888", "01088888888"),
        ("+86 755 12345678", "075512345678"),
        ("+86 400 123 4567", "4001234567"),
        ("+8695001", "95001"),
        ("95001", "95001"),
        ("0044 20 7946 0000", "+442079460000"),
        ("+44 20 7946 0000", "+442079460000"),
        ("8612345", "8612345"),
        ("anonymous", ""),
        ("", ""),
        ("+", ""),
        ("1" * 33, ""),
        ("138\r\nX", ""),
    ],
)
def test_spellings(written: str, normal: str) -> None:
    assert normalise_number(written) == normal


@given(st.text(max_size=40))
def test_normalising_again_changes_nothing(written: str) -> None:
    once = normalise_number(written)
    assert normalise_number(once) in (once, normalise_number(normalise_number(once)))
    assert once.lstrip("+").isascii()


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086", "86", "0", "+86 "]))
def test_a_mobile_number_is_the_same_with_any_prefix(number: str, prefix: str) -> None:
    assert normalise_number(prefix + number) == number
