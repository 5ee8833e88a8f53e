"""A snapshot survives its way over the control socket."""

import json
from typing import Any

import pytest

from hotline.control.protocol import Reply, encode_reply
from hotline.snapshot import parse_snapshot
from tests.hotline.board_play import START, busy_board


def plain() -> dict[str, Any]:
    result: dict[str, Any] = json.loads(encode_reply(Reply(1, busy_board().snapshot(START + 100))))["result"]
    return result


def test_it_comes_back_as_it_was() -> None:
    assert parse_snapshot(plain()) == busy_board().snapshot(START + 100)


def test_a_newer_hotlines_further_fields_are_ignored() -> None:
    newer = plain()
    newer["weather"] = "rain"
    newer["link"]["colour"] = "red"
    assert parse_snapshot(newer) == busy_board().snapshot(START + 100)


@pytest.mark.parametrize("name", ["link", "uptime_s", "counters"])
def test_an_older_hotlines_missing_field_is_named(name: str) -> None:
    older = plain()
    del older[name]
    with pytest.raises(KeyError, match=name):
        parse_snapshot(older)
