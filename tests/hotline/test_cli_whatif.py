"""`hotline whatif`: a small scenario from its file to the table and the verdict."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline import cli_whatif
from hotline.settings import Settings
from telephony.errors import ConfigError
from whatif.players import NAMES

SCENARIO = """\
name: trial
hours: 1
seeds: 2
calls_per_hour: [40]
topics: {loan: 1}
agents: [{count: 6, skills: {loan: 4}}]
"""

runner = CliRunner()


@pytest.fixture
def scenario(tmp_path: Path, own_settings: Settings) -> Path:
    file = tmp_path / "trial.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return file


def test_the_table_and_the_verdict(scenario: Path, own_settings: Settings) -> None:
    done = runner.invoke(
        cli_whatif.app,
        ["compare", str(scenario), "--policy", "hotline", "--policy", "longest idle"],
        env={"COLUMNS": "200"},
    )
    assert done.exit_code == 0, done.output
    assert "longest idle" in done.stdout
    assert "人手足够" in done.stdout
    assert "人工接通率" in done.stdout
    assert "Erlang A" in done.stdout
    picture = Path(done.stdout.splitlines()[-1])
    assert picture == own_settings.state_dir / "whatif" / "trial.svg"
    assert "longest idle" in picture.read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", ["200", "80", "20"])
def test_nothing_is_cut_off_on_a_narrow_screen(scenario: Path, columns: str) -> None:
    wanted = ["compare", str(scenario), "--policy", "app_queue leastrecent+penalty", "--no-staffing"]
    done = runner.invoke(cli_whatif.app, wanted, env={"COLUMNS": columns})
    assert done.exit_code == 0, done.output
    if columns != "20":
        assert "…" not in done.stdout
        assert "首次解决率" in done.stdout
        assert "app_queue leastrecent+penalty" in done.stdout


def test_json_for_tools(scenario: Path) -> None:
    done = runner.invoke(cli_whatif.app, ["compare", str(scenario), "--seeds", "1", "--no-staffing", "--json"])
    found = json.loads(done.stdout)
    assert set(found["policies"]) == set(NAMES)
    assert found["agents_missing"] is None
    assert found["agents_missing_more_than"] is None
    assert [target["name"] for target in found["targets"]] == ["connect_ratio", "asa_s", "answered_in_180"]
    assert found["policies"]["hotline"]["days"] == 1
    assert 0 < found["pooled_erlang_a"]["service_level"] <= 1
    assert Path(found["plot"]).exists()


@pytest.mark.parametrize("calls_per_hour", [5, 90, 400])
def test_the_missing_agents_never_contradict_the_verdict(scenario: Path, calls_per_hour: int) -> None:
    scenario.write_text(SCENARIO.replace("[40]", f"[{calls_per_hour}]").replace("hours: 1", "hours: 0.25"))
    arguments = ["compare", str(scenario), "--policy", "hotline"]
    found = json.loads(runner.invoke(cli_whatif.app, [*arguments, "--json"]).stdout)
    holds = all(target["holds"] for target in found["targets"])
    assert (found["agents_missing"] == 0) is holds
    assert (found["agents_missing_more_than"] == 6) is (found["agents_missing"] is None)
    shown = runner.invoke(cli_whatif.app, arguments).stdout
    assert ("未达标" not in shown) is holds
    assert ("人手足够" in shown) is holds
    assert ("缺" in shown) is not holds


def test_the_first_day_ever_is_played_where_it_is_asked_for(scenario: Path) -> None:
    done = runner.invoke(cli_whatif.app, ["compare", str(scenario), "--policy", "hotline, first day ever", "--json"])
    assert set(json.loads(done.stdout)["policies"]) == {"hotline, first day ever"}


def test_the_picture_goes_where_it_is_told_to(scenario: Path, tmp_path: Path) -> None:
    wanted = ["compare", str(scenario), "--policy", "longest idle", "--plot"]
    done = runner.invoke(cli_whatif.app, [*wanted, str(tmp_path / "pictures" / "mine.svg")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "pictures" / "mine.svg").read_text(encoding="utf-8").startswith("<svg")
    failed = runner.invoke(cli_whatif.app, [*wanted, str(scenario / "no" / "folder.svg")])
    assert failed.exit_code == 2


def test_without_ours_there_is_no_verdict(scenario: Path) -> None:
    done = runner.invoke(cli_whatif.app, ["compare", str(scenario), "--policy", "longest idle", "--seeds", "2"])
    assert done.exit_code == 0
    assert "人工接通率" not in done.stdout


def test_without_staffing_the_targets_are_still_judged(scenario: Path) -> None:
    done = runner.invoke(cli_whatif.app, ["compare", str(scenario), "--policy", "hotline", "--no-staffing"])
    assert "人工接通率" in done.stdout
    assert "人手" not in done.stdout


def test_an_unknown_policy_is_named(scenario: Path) -> None:
    done = runner.invoke(cli_whatif.app, ["compare", str(scenario), "--policy", "best"])
    assert done.exit_code == 2


@pytest.mark.parametrize("content", [SCENARIO.replace("loan: 4", "laon: 4").encode(), b"\xff"])
def test_mistakes_in_the_file_are_all_named(scenario: Path, content: bytes) -> None:
    scenario.write_bytes(content)
    with pytest.raises(ConfigError):
        cli_whatif.load_scenario(scenario)
