import json

import pytest

from acd.price_table import from_plain, profile_from_plain, profile_to_plain, to_plain
from acd.pricing import Price, Prices
from acd.profiles import Profile, profile_of
from acd.queue import call_kind
from telephony.ids import Topic
from tests.acd.floor_play import agent

ONE = profile_of(agent("1", loan=3, card=2), [(Topic("loan"), -1)])
TWO = profile_of(agent("2", loan=5))


def test_a_table_survives_json() -> None:
    pairs = {
        (ONE, "loan"): Price(-3.5, 1.0),
        (TWO, "loan"): Price(0.0),
        (ONE, call_kind(Topic("card"), "en")): Price(-1),
    }
    table = Prices("b-1", pairs)
    plain = json.loads(json.dumps(to_plain(table)))
    assert from_plain(plain) == table
    assert len(plain["profiles"]) == 2


def test_a_profile_survives_json_whatever_order_its_sets_have() -> None:
    assert profile_from_plain(json.loads(json.dumps(profile_to_plain(ONE)))) == ONE
    english = Profile(frozenset({(Topic("loan"), 2)}), languages=frozenset({"en", "zh"}))
    assert profile_to_plain(english)["languages"] == ["en", "zh"]


def test_anything_else_is_refused() -> None:
    with pytest.raises(KeyError):
        from_plain({"version": "x"})
