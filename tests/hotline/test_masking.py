"""Numbers are shown in part on screens and not at all in logs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.masking import REMOVED, mask_number, remove_numbers


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800138000", "138****8000"),
        ("+8613800138000", "+86138****8000"),
        ("01087654321", "010****4321"),
        ("4008001234", "******1234"),
        ("87654321", "****4321"),
        ("8001", "***1"),
        ("8", "*"),
        ("", ""),
    ],
)
def test_a_number_is_shown_in_part(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@given(st.text("0123456789", max_size=20))
def test_a_masked_number_keeps_its_length_and_hides_at_least_half_of_a_short_one(number: str) -> None:
    shown = mask_number(number)
    assert len(shown) == len(number)
    assert shown.count("*") >= min(4, len(number) - len(number) // 3)


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "+8613800138000",
        "138 0013 8000",
        "138-0013-8000",
        "400-800-1234",
        "(010) 8765 4321",
        "010-87654321",
        "١٣٨٠٠١٣٨٠٠٠",
        "1380013800013800138000",
    ],
)
def test_a_number_in_any_writing_is_removed_from_logs(text: str) -> None:
    assert remove_numbers(text).removeprefix("010-") == REMOVED
    cleaned = remove_numbers(f"来电tel:{text};x")
    assert REMOVED in cleaned
    assert sum(letter.isdigit() for letter in cleaned) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "call 1763772471.17 ended",
        "call 1763772471.17.",
        "2026-11-22 01:27:52.123",
        "2026-11-22T01:32:53.559939Z",
        "127.0.0.1:5160",
        "PJSIP/8001-00000a1f",
        "pid 123456",
        "192.168.100.200",
    ],
)
def test_what_is_no_number_stays(text: str) -> None:
    assert remove_numbers(text) == text


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(max_size=20), st.text(max_size=20))
def test_no_mobile_number_survives_wherever_it_stands(number: str, before: str, after: str) -> None:
    assert number not in remove_numbers(before + number + after)
