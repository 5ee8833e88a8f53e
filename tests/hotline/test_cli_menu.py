"""`hotline menu` as an admin uses it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.cli_menu import app

SAMPLES = Path(__file__).parents[2]
MENUS, AGENTS = ((SAMPLES / name).read_text("utf-8") for name in ("menus.yaml", "agents.yaml"))
RUN = CliRunner()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "menus.yaml").write_text(MENUS, "utf-8")
    (tmp_path / "agents.yaml").write_text(AGENTS, "utf-8")
    return tmp_path


def test_check_says_in_one_line_that_all_is_right_and_in_another_how_fair_it_is() -> None:
    run = RUN.invoke(app, ["check"])
    assert run.exit_code == 0
    assert run.stdout.startswith("配置无误：19 个节点（14 个末级），5 个号码，10 名坐席，5 个技能组，版本 ")
    assert run.stdout.splitlines()[1:] == ["排队公平：客户最多被晚到120秒以内的来电越过，等满120秒后不再被越过"]


def test_the_bound_is_that_of_the_configured_weights(folder: Path) -> None:
    agents = (folder / "agents.yaml").read_text("utf-8")
    classes = "  classes: {urgent: {bonus_s: 900, overtakes_anybody: true}}\n"
    (folder / "agents.yaml").write_text(f"{agents}\nrouting:\n  overtake_bound_s: 90\n{classes}", "utf-8")
    run = RUN.invoke(app, ["check"])
    assert (
        run.stdout.splitlines()[1]
        == "排队公平：客户最多被晚到90秒以内的来电越过（urgent类来电除外），等满90秒后不再被越过"
    )
    assert json.loads(RUN.invoke(app, ["check", "--json"]).stdout)["overtaking_bound_s"] == 90.0


def test_check_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_LANGUAGE", "en")
    assert RUN.invoke(app, ["check"]).stdout.startswith("OK: 19 nodes (14 leaves), 5 numbers, 10 agents, 5 queues")


def test_check_for_tools() -> None:
    run = RUN.invoke(app, ["check", "--json"])
    answer = json.loads(run.stdout)
    assert (run.exit_code, answer["ok"], answer["problems"], answer["nodes"]) == (0, True, [], 19)


def test_check_names_mistakes_on_stdout_and_counts_them_on_stderr(folder: Path) -> None:
    (folder / "broken.yaml").write_text(MENUS.replace("enters: complaint", "enters: complain"), "utf-8")
    run = RUN.invoke(app, ["check", "--menus", "broken.yaml"])
    line = MENUS[: MENUS.index("enters: complaint")].count("\n") + 1
    assert run.exit_code == 2
    assert run.stdout == (
        f'broken.yaml:{line}:13: number 95009: enters "complain", which is not a menu; did you mean "complaint"?\n'
    )
    assert run.stderr == "发现 1 处错误，配置未生效\n"


def test_mistakes_for_tools(folder: Path) -> None:
    (folder / "agents.yaml").write_text("", "utf-8")
    run = RUN.invoke(app, ["check", "--json"])
    answer = json.loads(run.stdout)
    assert (run.exit_code, answer["ok"]) == (2, False)
    assert {"file": "agents.yaml", "line": 1, "column": 1, "message": '"teams" is missing here'} in answer["problems"]


def test_the_vip_file_is_checked_too(folder: Path) -> None:
    (folder / "our-vips.txt").write_text("not a number\n", "utf-8")
    run = RUN.invoke(app, ["check", "--vip", "our-vips.txt"])
    assert (run.exit_code, run.stdout) == (2, "our-vips.txt:1:1: not a telephone number; write one number a line\n")


def test_wrong_settings_are_named_like_wrong_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_MENU", "x")
    run = RUN.invoke(app, ["check"])
    assert run.exit_code == 2
    assert "HOTLINE_MENU" in run.stdout


def test_show_draws_the_tree_with_columns_in_line() -> None:
    lines = RUN.invoke(app, ["show"]).stdout.splitlines()
    assert lines[0].split() == ["菜单", "节点", "技能组", "业务"]
    assert lines[2].split() == ["├─", "1", "贷款申请咨询", "loan", "loan", "loan"]
    assert lines[3].split() == ["│", "├─", "1", "额度评估", "loan.quota", "loan", "loan.quota"]
    assert "  95009  投诉专线 → complaint" in lines
    assert "  其他  其他号码 → main" in lines


def test_show_draws_a_choice_that_leads_elsewhere_as_an_arrow(folder: Path) -> None:
    (folder / "menus.yaml").write_text(MENUS.replace("\n    2:\n", "\n    5: complaint.complain\n    2:\n", 1), "utf-8")
    run = RUN.invoke(app, ["show"])
    assert [line for line in run.stdout.splitlines() if "5 → 投诉" in line and "complaint.complain" in line]
    tree = json.loads(RUN.invoke(app, ["show", "--json"]).stdout)
    assert tree["menu"]["choices"]["5"] == {"goes_to": "complaint.complain"}


def test_show_for_tools() -> None:
    tree = json.loads(RUN.invoke(app, ["show", "--json"]).stdout)
    early = tree["menu"]["choices"]["2"]["choices"]["2"]
    assert (early["id"], early["name"], early["queue"], early["topic"]) == (
        "repayment.early",
        "提前还款",
        "repayment",
        "repayment.early",
    )
    assert {"number": "95009", "channel": "投诉专线", "enters": "complaint"} in tree["numbers"]


@pytest.mark.parametrize("name", ["menus", "agents"])
def test_schema_is_one_that_editors_take(name: str) -> None:
    schema = json.loads(RUN.invoke(app, ["schema", name]).stdout)
    assert schema["title"] == f"hotline {name}.yaml"
    assert schema["type"] == "object"
