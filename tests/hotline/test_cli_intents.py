"""`hotline intents` as an admin uses it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.cli_intents import app
from hotline.settings import Settings
from telephony.errors import ConfigError
from tests.intent_menus import UTTERANCES

RUN = CliRunner()


@pytest.fixture(autouse=True)
def sample(own_settings: Settings) -> None:
    """In the repository's folder, with its menu."""


def write(folder: Path, *lines: str) -> str:
    file = folder / "said.tsv"
    file.write_text("\n".join(lines), "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["我想提前还款"], "直接办理：提前还款"),
        (["第二个", "--node", "repayment"], "直接办理：提前还款"),
        (["转人工"], "直接办理：人工"),
        (["见异思迁是什么意思"], "先确认：您是要办理建议吗？"),
        (["不要还款"], "没有听懂：只说了不要什么"),
        (["第九个"], "没有听懂：没有这个选项"),
    ],
)
def test_try(arguments: list[str], line: str) -> None:
    run = RUN.invoke(app, ["try", *arguments])
    assert run.exit_code == 0
    assert run.stdout.splitlines()[0].startswith(line)


def test_try_shows_what_else_it_was_near_to() -> None:
    lines = RUN.invoke(app, ["try", "我想提前还款"]).stdout.splitlines()
    assert lines[1] == "  1.00  repayment.early  “提前还款”"
    assert lines[2] == "  0.88  repayment  “还款”"


def test_try_names_both_where_two_are_as_near() -> None:
    run = RUN.invoke(app, ["try", "进度"])
    assert run.stdout.splitlines()[0] == "先确认：您是要办理审批进度吗？（也可能是处理进度）"
    answer = json.loads(RUN.invoke(app, ["try", "进度", "--json"]).stdout)
    assert (answer["outcome"], answer["target"], answer["rival"]) == ("confirm", "loan.progress", "complaint.progress")


def test_try_for_tools() -> None:
    answer = json.loads(RUN.invoke(app, ["try", "我想提前还款", "--json"]).stdout)
    assert answer == {"outcome": "act", "target": "repayment.early", "phrase": "提前还款", "score": 1.0}
    answer = json.loads(RUN.invoke(app, ["try", "天气", "--json"]).stdout)
    assert answer == {"outcome": "reject", "reason": "unknown"}


def test_try_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_LANGUAGE", "en")
    run = RUN.invoke(app, ["try", "今天天气"])
    assert run.stdout.splitlines()[0] == "not understood: nothing in the menu is like it"


def test_a_node_that_is_none() -> None:
    run = RUN.invoke(app, ["try", "还款", "--node", "repaymnt"])
    assert run.exit_code == 2
    assert '"repaymnt" is not a node' in run.stderr


def test_a_file_that_is_right(tmp_path: Path) -> None:
    run = RUN.invoke(app, ["test", write(tmp_path, "提前还款\trepayment.early", "今天天气怎么样\tforeign")])
    assert run.exit_code == 0
    assert run.stdout.splitlines() == [
        "✓ 提前还款        repayment.early",
        "✓ 今天天气怎么样  （无关）",
        "共 2 句 · 正确 2",
    ]


def test_a_file_with_mistakes(tmp_path: Path) -> None:
    file = write(
        tmp_path, "提前还款\trepayment.early", "还款\tloan", "天气\tloan", "进度\tloan.progress", "投诉\tforeign"
    )
    run = RUN.invoke(app, ["test", file, "--quiet"])
    assert run.exit_code == 1
    assert run.stdout.splitlines() == [
        "✗ 还款  loan → repayment  办错",
        "✗ 天气  loan → （未识别）  未识别",
        "? 进度  loan.progress → loan.progress  确认后正确",
        "✗ 投诉  （无关） → complaint.complain  无关却办理",
        "共 5 句 · 正确 1 · 确认后正确 1 · 未识别 1 · 办错 1 · 无关却办理 1",
        "混淆：应为 → 实为",
        "  1×  loan → repayment",
        "  1×  loan → （未识别）",
        "  1×  （无关） → complaint.complain",
    ]


def test_a_question_is_wrong_only_if_asked_for(tmp_path: Path) -> None:
    file = write(tmp_path, "进度\tloan.progress")
    assert RUN.invoke(app, ["test", file]).exit_code == 0
    assert RUN.invoke(app, ["test", file, "--strict"]).exit_code == 1


def test_a_file_for_tools(tmp_path: Path) -> None:
    answer = json.loads(RUN.invoke(app, ["test", write(tmp_path, "人工\t@agent\tplain\tloan"), "--json"]).stdout)
    assert answer == [
        {
            "line": 1,
            "text": "人工",
            "kind": "plain",
            "node": "loan",
            "expected": "@agent",
            "verdict": "right",
            "outcome": "act",
            "target": "@agent",
            "phrase": "人工",
            "score": 1.0,
        }
    ]


def test_an_empty_file(tmp_path: Path) -> None:
    assert RUN.invoke(app, ["test", write(tmp_path)]).stdout == "共 0 句\n"


def test_mistakes_in_the_file_are_named_by_line(tmp_path: Path) -> None:
    run = RUN.invoke(app, ["test", write(tmp_path, "还款\trepaymnt")])
    assert isinstance(run.exception, ConfigError)
    assert 'said.tsv:1:1: "repaymnt" is not a node; did you mean "repayment"?' in str(run.exception)


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "said.tsv"
    file.write_bytes("提前还款\trepayment.early\n投诉\tcomplaint.complain\n".encode("gb18030"))
    run = RUN.invoke(app, ["test", str(file)])
    assert isinstance(run.exception, ConfigError)
    assert "said.tsv:1:1: is not UTF-8" in str(run.exception)


def test_the_utterances_of_the_repository_make_no_wrong_jump() -> None:
    answer = json.loads(RUN.invoke(app, ["test", str(UTTERANCES), "--json"]).stdout)
    assert len(answer) >= 300
    assert [line["text"] for line in answer if line["verdict"] in {"wrong", "foreign_acted"}] == []
