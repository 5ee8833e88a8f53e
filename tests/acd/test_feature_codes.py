"""Feature codes: every code, every reason, and nothing else."""

import pytest

from acd.feature_codes import parse_feature_code
from telephony.events import AgentAsked, AgentWish
from telephony.ids import AgentNumber

AGENT = AgentNumber("8001")
REASONS = {"1": "小休", "2": "培训"}


@pytest.mark.parametrize(
    ("code", "wish"),
    [
        ("*11", AgentWish.SIGN_IN),
        ("*12", AgentWish.SIGN_OFF),
        ("*13", AgentWish.READY),
        ("*15", AgentWish.READY),
        ("*16", AgentWish.EXTEND_WRAP_UP),
    ],
)
def test_each_code(code: str, wish: AgentWish) -> None:
    assert parse_feature_code(code, AGENT, REASONS) == AgentAsked(AGENT, wish)


@pytest.mark.parametrize(("code", "reason"), [("*14", "1"), ("*141", "1"), ("*142", "2")])
def test_a_pause_takes_its_reason_or_the_first(code: str, reason: str) -> None:
    assert parse_feature_code(code, AGENT, REASONS) == AgentAsked(AGENT, AgentWish.NOT_READY, reason)


def test_a_pause_where_no_reasons_are_named() -> None:
    assert parse_feature_code("*14", AGENT, {}) == AgentAsked(AGENT, AgentWish.NOT_READY, "")


@pytest.mark.parametrize("code", ["*99", "*1", "", "*143", "*111", "8002", "*14x"])
def test_anything_else_is_no_code(code: str) -> None:
    assert parse_feature_code(code, AGENT, REASONS) is None
