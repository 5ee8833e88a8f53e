"""The admin's files as a whole: the samples are right, and every mistake is named at its place, all in one run."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from acd.roster_file import parse_roster
from hotline.cli_menu import app
from hotline.config import Config, load_config
from ivr.menu_file import parse_menus
from telephony.errors import ConfigError
from telephony.ids import NodeId, QueueId

ROOT_DIR = Path(__file__).parents[2]
MENUS = (ROOT_DIR / "menus.yaml").read_text("utf-8")
AGENTS = (ROOT_DIR / "agents.yaml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "menus.yaml").write_text(MENUS, "utf-8")
    (tmp_path / "agents.yaml").write_text(AGENTS, "utf-8")
    return tmp_path


def load(folder: Path) -> Config:
    return load_config(folder / "menus.yaml", folder / "agents.yaml", folder / "vip.txt", folder / "recordings")


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder)
    return [str(problem) for problem in caught.value.problems]


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_samples_are_right_and_hold_the_whole_tree(folder: Path) -> None:
    config = load(folder)
    tree = {
        node.name: [config.menu.nodes[child].name for child in node.choices.values()]
        for node in config.menu.nodes.values()
        if not node.is_leaf
    }
    assert tree == {
        "主菜单": ["贷款申请咨询", "还款相关疑问", "账户管理问题", "业务投诉建议"],
        "贷款申请咨询": ["额度评估", "申请条件", "审批进度"],
        "还款相关疑问": ["还款方式", "提前还款", "逾期处理", "还款金额与还款日"],
        "账户管理问题": ["修改手机号", "密码重置", "账户查询", "账户注销"],
        "业务投诉建议": ["投诉", "建议", "处理进度"],
    }
    assert config.menu.entry("95009").node == NodeId("complaint")
    assert config.menu.entry("02112345678") is config.menu.fallback_entry
    assert len(config.menu.entries) >= 4
    assert all(leaf.say is not None and leaf.queue in config.roster.queues for leaf in config.menu.leaves)
    assert set(config.roster.queues) == {
        QueueId(id_) for id_ in ("loan", "repayment", "account", "complaint", "general")
    }


def test_the_examples_of_the_guides_are_right() -> None:
    menus, agents = (
        re.findall(r"```yaml\n(.*?)```", (ROOT_DIR / "docs" / "guide" / name).read_text("utf-8"), re.DOTALL)
        for name in ("menus.md", "agents.md")
    )
    whole, _prompts, *sections = menus
    assert len(sections) == 2
    for section in ("", *sections):
        assert parse_menus(whole + section, "menus.md")[1] == []
    roster, *sections = agents
    assert len(sections) == 3
    for section in ("", *sections):
        assert parse_roster(roster + section, "agents.md")[1] == []


def test_by_night_alone_every_topic_of_the_sample_is_served(folder: Path) -> None:
    config = load(folder)
    night = [agent for agent in config.roster.agents.values() if agent.team == "night"]
    for node in config.menu.nodes.values():
        queue = config.roster.queues[node.queue or config.menu.default_queue]
        assert node.topic is not None
        assert max(agent.level(node.topic) for agent in night) >= queue.min_level, node.id


def test_version_changes_with_either_file(folder: Path) -> None:
    before = load(folder)
    (folder / "agents.yaml").write_text(AGENTS + "# changed\n", "utf-8")
    after = load(folder)
    assert before.version != after.version
    assert before.menu.version == after.menu.version
    assert before.roster.version != after.roster.version


# ---- twenty different mistakes -----------------------------------------------------------------

BROKEN_MENUS = """\
langauge: zh-CN
timezone: Asia/Shangai
numbers:
  95001: 客服热线
  9500x: 手机App
  95009: {channel: 投诉专线, enters: complaints}
hours:
  week:
    mon-fri: 09:00-25:00
    sat: [09:00-12:00, 11:00-15:00]
    sunday: closed
  holidays:
    2027-02-30: 春节
    2027-05-01: 劳动节
  workdays:
    2027-05-01: fri
default_queue: genral
timing:
  no_input_s: five
  max_failures: 99
phrases:
  position: 请稍候。
  recording_notice: {recording: notice.wav}
menu:
  say: 您好。
  topic: general
  choices:
    1:
      id: loan
      name: 贷款申请咨询
      queue: loan
      choices:
        1: {id: quota, name: 额度评估}
        2: {id: quota, name: 申请条件}
        3: {id: progress, name:}
        3: {id: status, name: 审批进度}
    2:
      id: Repayment
      name: 还款相关疑问
      queue: repayment
    21: {id: extra, name: 其他, queue: loan}
    3: {id: account, name: 账户管理问题}
    4: {id: complaint, name: 还款相关疑问, queue: complaint, topic: complaint}
    5: refunds
    9: {id: repeat, name: 重复, queue: general, topic: general}
    6: {id: travel, name: 旅游分期, queue: loan}
"""

BROKEN_AGENTS = """\
teams:
  day: 白班
not_ready_reasons:
  12: 小休
queues:
  loan: {name: 贷款咨询专席, ring_s: 0}
  repayment: {name: 还款专席}
  complaint: {name: 投诉专席, min_level: 4}
  general: {nmae: 综合}
agents:
  8001:
    name: 王芳
    team: dya
    skills: {loan: 6, general: 4}
  8002:
    team: day
    skills: {repaymnet: 3, repayment: 2, extra: 1}
    contact: 8002@office
  8002:
    name: 李强
  80x3:
    name: 张敏
    team: day
    skills: {complaint: 3}
"""

EXPECTED = """\
agents.yaml:4:3: "12" is not one digit, which follows the feature code
agents.yaml:6:32: "ring_s" must be at least 5, not "0"
agents.yaml:9:3: "name" is missing here
agents.yaml:9:13: unknown key "nmae"; did you mean "name"?
agents.yaml:13:11: "dya" is not a team; did you mean "day"?
agents.yaml:14:20: level for "loan" must be 1 (new) to 5 (expert), not "6"
agents.yaml:15:3: "name" is missing here
agents.yaml:17:14: "repaymnet" is not a topic of the menu file; did you mean "repayment"?
agents.yaml:18:14: "contact": must be a SIP address such as sip:9001@10.0.0.4:5080
agents.yaml:19:3: "8002" is already given in line 15
agents.yaml:19:3: "skills" is missing here
agents.yaml:19:3: "team" is missing here
agents.yaml:21:3: "80x3" is not an agent's number: 3 to 8 digits, not beginning with 0
menus.yaml:1:1: unknown key "langauge"; did you mean "language"?
menus.yaml:2:11: "Asia/Shangai" is not a time zone; did you mean "Asia/Shanghai"?
menus.yaml:5:3: "9500x" is not a telephone number: write digits only, or "other"
menus.yaml:6:34: number 95009: enters "complaints", which is not a menu; did you mean "complaint"?
menus.yaml:9:14: "09:00-25:00" is not a stretch of hours; write 09:00-18:00, 24h or closed
menus.yaml:10:24: 11:00-15:00 overlaps 09:00-12:00
menus.yaml:11:5: "sunday" is not a weekday or a range; did you mean "sun"?
menus.yaml:13:5: "2027-02-30" is not a date; write 2026-10-01 or 2026-10-01..2026-10-07
menus.yaml:16:5: 2027-05-01 is also listed as a holiday
menus.yaml:17:16: "genral" is not a queue of the agents file; did you mean "general"?
menus.yaml:19:15: "no_input_s" must be a number, not "five"
menus.yaml:20:17: "max_failures" must be at most 10, not "99"
menus.yaml:22:13: must contain "{n}"
menus.yaml:23:33: "notice.wav" is not in the recordings folder
menus.yaml:34:17: "loan.quota" is already the node in line 33
menus.yaml:35:27: "name" has no value; give one or delete the line
menus.yaml:36:9: "3" is already given in line 35
menus.yaml:38:11: "Repayment" is not an id of a-z, 0-9 and _ that begins with a letter, such as early_repayment
menus.yaml:41:5: choice "21": begins with choice "2", so that whoever presses 2 would have to wait for a second key; use keys of one length
menus.yaml:42:5: "账户管理问题" leads to no queue; give it or a menu above it a "queue"
menus.yaml:43:30: "还款相关疑问" is also a name of choice "2"
menus.yaml:43:63: queue "complaint" demands level 4, but nobody has more than level 3 for "complaint"
menus.yaml:44:8: choice "5": goes to "refunds", which is not a menu; known: main, loan, loan.quota, loan.progress, repayment, extra, account, complaint, repeat, travel
menus.yaml:45:5: choice "9": 9 always means repeat; begin with another key
menus.yaml:46:13: no agent has a skill for "travel" (queue "loan"); give one the skill "travel", or name a "topic"
"""  # noqa: E501 - one problem, one line


def test_every_different_mistake_is_named_at_its_place_in_one_run(folder: Path) -> None:
    (folder / "menus.yaml").write_text(BROKEN_MENUS, "utf-8")
    (folder / "agents.yaml").write_text(BROKEN_AGENTS, "utf-8")
    run = CliRunner().invoke(app, ["check"])
    assert run.exit_code == 2
    assert run.stdout.splitlines() == EXPECTED.splitlines()
    assert len(run.stdout.splitlines()) >= 20


# ---- files that cannot be read -----------------------------------------------------------------


def test_both_files_missing_are_both_named(folder: Path) -> None:
    (folder / "menus.yaml").unlink()
    (folder / "agents.yaml").unlink()
    assert problems_of(folder) == ["agents.yaml:1:1: there is no such file", "menus.yaml:1:1: there is no such file"]


def test_a_folder_is_not_a_file(folder: Path) -> None:
    (folder / "menus.yaml").unlink()
    (folder / "menus.yaml").mkdir()
    assert problems_of(folder) == ["menus.yaml:1:1: is not a file"]


def test_a_file_that_may_not_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # the tests may run as root, whom no mode stops
    assert "menus.yaml:1:1: cannot be read: Permission denied" in problems_of(folder)


def test_what_is_not_utf8_is_named_at_its_place_and_the_other_file_is_still_checked(folder: Path) -> None:
    (folder / "menus.yaml").write_bytes("menu:\n  say: 您好\n".encode("gbk"))
    (folder / "agents.yaml").write_text(AGENTS.replace("team: night", "team: nigth", 1), "utf-8")
    assert problems_of(folder) == [
        f'agents.yaml:{line_of(AGENTS, "team: night")}:11: "nigth" is not a team; did you mean "night"?',
        "menus.yaml:2:8: this is not UTF-8; save the file as UTF-8 (in Windows editors not as GBK)",
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(folder: Path) -> None:
    (folder / "menus.yaml").write_bytes(b"\xef\xbb\xbf" + MENUS.replace("\n", "\r\n").encode())
    assert load(folder).menu.root.name == "主菜单"


def test_a_syntax_error_in_one_file_leaves_the_other_checked_on_its_own(folder: Path) -> None:
    (folder / "agents.yaml").write_text('teams: "day\n', "utf-8")
    (folder / "menus.yaml").write_text(MENUS.replace("enters: complaint", "enters: complain"), "utf-8")
    line = line_of(MENUS, "enters: complaint")
    wrong = 'number 95009: enters "complain", which is not a menu; did you mean "complaint"?'
    assert problems_of(folder) == [
        "agents.yaml:1:8: a quote opens here and is never closed",
        f"menus.yaml:{line}:13: {wrong}",
    ]


def test_a_file_elsewhere_is_named_by_its_full_path(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "menus.yaml"
    with pytest.raises(ConfigError) as caught:
        load_config(elsewhere, folder / "agents.yaml", None, folder)
    assert [problem.file for problem in caught.value.problems] == [str(elsewhere)]


def test_a_recording_that_is_there_is_no_mistake(folder: Path) -> None:
    (folder / "recordings").mkdir()
    (folder / "recordings" / "notice.wav").write_bytes(b"")
    (folder / "menus.yaml").write_text(MENUS + "phrases:\n  recording_notice: {recording: notice.wav}\n", "utf-8")
    assert load(folder).menu.phrases.recording_notice.segments[0].text == ""


# ---- VIP callers -------------------------------------------------------------------------------


def test_vip_callers_are_normalised(folder: Path) -> None:
    (folder / "vip.txt").write_text("# best customers\n+86 138-0013-8000  # since 2020\n\n010-8888 8888\n", "utf-8")
    assert load(folder).menu.vip_callers == {"13800138000", "01088888888"}


def test_a_wrong_vip_line_names_the_line_and_never_the_number(folder: Path) -> None:
    (folder / "vip.txt").write_text("13800138000\n1380013800O\n", "utf-8")
    assert problems_of(folder) == ["vip.txt:2:1: not a telephone number; write one number a line"]


def test_a_vip_may_have_an_agent_of_his_own(folder: Path) -> None:
    (folder / "vip.txt").write_text("138 0013 8000 @8001  # ours\n13900139000\n", "utf-8")
    config = load(folder)
    assert config.own_agents == {"13800138000": "8001"}
    assert config.menu.vip_callers == {"13800138000", "13900139000"}
    (folder / "vip.txt").write_text("13800138000 @80O1\n", "utf-8")
    assert problems_of(folder)[0].startswith('vip.txt:1:13: "80O1" is not an agent; did you mean "8010"?')


def own(folder: Path, callers: str) -> None:
    text = AGENTS.replace("skills: {loan: 5,", f"vip_callers: {callers}\n    skills: {{loan: 5,", 1)
    (folder / "agents.yaml").write_text(text, "utf-8")


def test_agents_may_name_their_own_vips(folder: Path) -> None:
    own(folder, "[138 0013 8000]")
    (folder / "vip.txt").write_text("13800138000\n13900139000 @8002\n", "utf-8")
    config = load(folder)
    assert config.own_agents == {"13800138000": "8001", "13900139000": "8002"}
    assert config.menu.vip_callers == {"13800138000", "13900139000"}
    assert b"000 0000 0000" in config.agents_raw, "what is kept beside decisions has no numbers"
    assert b"138 0013" not in config.agents_raw


def test_a_vip_of_two_agents_is_named_without_the_number(folder: Path) -> None:
    own(folder, "[138 0013 8000]")
    (folder / "vip.txt").write_text("13800138000 @8002\n", "utf-8")
    assert problems_of(folder) == ["vip.txt:1:13: this caller is agent 8001's in the agents file"]
    own(folder, "[138 0013 800O]")
    (found,) = problems_of(folder)
    assert "not a telephone number" in found
    assert "138" not in found


def test_without_a_vip_file_there_are_no_vip_callers(folder: Path) -> None:
    config = load_config(folder / "menus.yaml", folder / "agents.yaml", None, folder)
    assert config.menu.vip_callers == frozenset()


def test_everything_wrong_with_the_distribution_is_named_at_once(folder: Path) -> None:
    wrong = (
        AGENTS.replace("skills: {loan: 5, general: 4, account: 2}", "skills: {lone: 5, general: 4}")
        .replace("skills: {complaint: 5, repayment.overdue: 5, general: 4}", "skills: {general: 4}")
        .replace("  8005:\n", "  8004:\n")
        .replace("    wrap_up_s: 40\n", '    contact: "8007"\n')
        .replace("team: night", "team: nigth", 1)
        .replace("    wrap_up_s: 10\n", "    widen: [{after_s: 30, min_level: 3}]\n")
        .replace("complaint: 3}", "general: 3}")
        .replace("complaint: 4, ", "")
        + "\nrouting: {classes: {fraud: {topics: [frod]}}, overtake_bound_s: 0}\n"
    )
    (folder / "agents.yaml").write_text(wrong, "utf-8")
    found = problems_of(folder)
    places = {problem.split(": ")[0] for problem in found}
    assert len(places) >= 8
    assert all(re.fullmatch(r"(agents|menus)\.yaml:\d+:\d+", place) for place in places)
    for word in ("lone", "8004", "sip:", "nigth", "frod", "overtake_bound_s", "complaint"):
        assert any(word in problem for problem in found), (word, found)
    assert any("must demand less than level 1" in problem for problem in found)
