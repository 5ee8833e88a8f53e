"""pydantic's complaints in an admin's words; most are tested where shapes are read."""

from pydantic_core import ErrorDetails

from telephony.shape_mistakes import describe, explain_shape_error


def test_a_complaint_nobody_foresaw_is_passed_on() -> None:
    error: ErrorDetails = {"type": "novel", "loc": ("a",), "msg": "Value error, is odd", "input": "x"}
    assert explain_shape_error(error, "a", ()) == '"a": is odd'


def test_what_was_given_is_shown_short_and_structures_by_their_kind() -> None:
    assert describe({"a": "b"}) == "a mapping"
    assert describe(["a"]) == "a list"
    assert len(describe("x" * 1000)) < 70
