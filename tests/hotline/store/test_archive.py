import os
from pathlib import Path

import pytest

from acd.pricing import Price, Prices
from acd.profiles import profile_of
from hotline.store.archive import Archive
from telephony.ids import AgentNumber, Topic
from tests.acd.floor_play import agent

ROSTER = (
    "teams: {day: 白班}\nqueues: {loan: {name: 贷款}}\nagents: {8001: {name: 王芳, team: day, skills: {loan: 3}}}\n"
)
TABLE = Prices("boot-1", {(profile_of(agent("1")), Topic("loan")): Price(-2.0, 0.5)})


def test_what_decisions_were_made_by_is_found_by_its_version(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "new")
    archive.keep_roster("a1b2", ROSTER.encode())
    archive.keep_prices(TABLE)
    roster = archive.roster("a1b2")
    assert roster is not None
    assert roster.agents[AgentNumber("8001")].level(Topic("loan")) == 3
    assert archive.prices("boot-1") == TABLE
    assert archive.prices("by level") == Prices(), "what needs no file"


def test_what_is_not_kept_or_not_readable_is_none(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    assert archive.roster("no") is None
    assert archive.prices("../../etc/passwd") is None
    (tmp_path / "prices-x.json").write_text("{")
    (tmp_path / "agents-x.yaml").write_text("- no mapping")
    assert archive.prices("x") is None
    assert archive.roster("x") is None


def test_what_is_old_is_forgotten(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.keep_prices(TABLE)
    os.utime(tmp_path / "prices-boot-1.json", (1000.0, 1000.0))
    archive.forget(999.0)
    assert archive.prices("boot-1") is not None
    archive.forget(1001.0)
    assert archive.prices("boot-1") is None


def test_the_latest_word_on_the_demand_is_kept(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "new")
    assert archive.demand() is None
    archive.keep_demand({"loan": [1.0]})
    archive.keep_demand({"loan": [2.0]})
    assert archive.demand() == {"loan": [2.0]}
    (tmp_path / "new" / "demand.json").write_text("[]")
    with pytest.raises(ValueError, match=r"demand\.json: not a table"):
        archive.demand()
