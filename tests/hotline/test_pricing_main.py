import io
import json
import os
import sys

import pytest

from acd.price_table import from_plain, profile_to_plain
from acd.profiles import profile_of
from hotline.pricing_main import main, solve
from telephony.ids import Topic
from tests.acd.floor_play import agent

EXPERT, BEGINNER = profile_of(agent("1", loan=5, card=5)), profile_of(agent("2", loan=2))
PLAIN: dict[str, object] = {"calls_per_s": 0.01, "handle_s": 300.0, "min_level": 1, "language": "", "further": []}
ASKED = {
    "version": "b-1",
    "groups": [[profile_to_plain(EXPERT), 3], [profile_to_plain(BEGINNER), 5]],
    "kinds": {
        "loan": PLAIN | {"topic": "loan"},
        "card": PLAIN | {"topic": "card", "calls_per_s": 0.02, "min_level": 3},
        "loan||card": PLAIN | {"topic": "loan", "further": [["card", 2]]},
    },
}


def test_who_alone_can_do_something_is_kept_for_it() -> None:
    prices = from_plain(solve(ASKED))
    assert prices.version == "b-1"
    assert prices.of(EXPERT, Topic("card")).skill_s == 0.0
    assert (BEGINNER, Topic("card")) not in prices.pairs
    assert [profile for profile, kind in prices.pairs if kind == "loan||card"] == [EXPERT]


def test_it_reads_and_writes_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(ASKED)))
    monkeypatch.setattr(os, "nice", lambda _steps: 0)
    assert main() == 0
    assert from_plain(json.loads(capsys.readouterr().out)) == from_plain(solve(ASKED))
