"""What `hotline status` shows, compared by content."""

from dataclasses import replace

import pytest
from rich.console import Console

from hotline.snapshot import LinkView, Snapshot, SpeechView
from hotline.status_tables import headlines, paint, paint_agents, span
from hotline.status_words import WORDS
from tests.hotline.board_play import CALLER, START, busy_board, new_board, sample_config


def text(snapshot: Snapshot, language: str = "zh-CN", width: int = 160) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(paint(snapshot, language))
    return [line.rstrip() for line in capture.get().splitlines()]


def cells(lines: list[str], first: str) -> list[str]:
    """The cells of the first line that begins so."""
    return next(line for line in lines if line.startswith(first)).split()


def busy() -> Snapshot:
    return busy_board().snapshot(START + 100)


def test_the_head_says_what_the_hotline_is_and_does() -> None:
    config = sample_config()
    assert text(busy())[:4] == [
        f"热线  已运行 1:40  配置 {config.version}  引擎 a1b2c3d4",
        "Asterisk 已连接 1:39  往返 0.8 ms  重连 1 次",
        "引擎延迟 p99 2.1 ms  准入上限 400  当前来电 3",
        "进线量 4  IVR放弃量 0  通话 2  已结束 1",
    ]


def test_the_tables_in_chinese() -> None:
    lines = text(busy())
    assert cells(lines, "还款专席 (")[:10] == ["还款专席", "(repayment)", "1", "0:20", "0", "0", "1", "0", "0", "1"]
    assert cells(lines, "还款专席  ")[1:] == ["3", "2", "0", "66.7%", "66.7%", "66.7%", "8.0", "s", "0/0", "0"]
    assert cells(lines, "账户服务专席  ")[1:] == ["0", "0", "0", "–", "–", "–", "–", "0/0", "0"]
    assert cells(lines, "8001")[-1] == "未注册"
    assert cells(lines, "8002")[3:] == ["置忙", "小休", "1:38"]
    assert cells(lines, "8003")[3:] == ["通话", "0:37", "1763772471.2"]
    talking, waiting, choosing = (" ".join(cells(lines, f"1763772471.{number}")) for number in (2, 3, 4))
    assert talking == "1763772471.2 139****5678 客服热线 通话 0:37 提前还款 还款专席 8003 1:00"
    assert waiting == "1763772471.3 139****5678 客服热线 排队 0:20 提前还款 还款专席 0:30"
    assert choosing == "1763772471.4 – 投诉专线 菜单 0:05 0:05"
    assert any("20秒接通率" in line for line in lines)


def test_the_same_in_english() -> None:
    lines = text(busy(), "en")
    assert lines[1] == "Asterisk connected for 1:39  round trip 0.8 ms  reconnects 1"
    assert cells(lines, "8002")[3:] == ["not", "ready", "小休", "1:38"]
    assert cells(lines, "1763772471.3")[3] == "queued"
    assert any("SL 20 s" in line for line in lines)


def test_nobody_on_the_line_and_no_link() -> None:
    lines = text(new_board().snapshot(START + 3700))
    assert lines[1] == "Asterisk 连接已断开 1:01:40  重连 0 次"
    assert lines[2] == "引擎延迟 p99 –  准入上限 –  当前来电 0"
    assert lines[-1] == "当前没有来电"


def test_no_number_is_ever_shown() -> None:
    assert CALLER not in "\n".join(text(busy()))


def test_a_name_with_brackets_is_no_markup() -> None:
    snapshot = busy()
    agents = (replace(snapshot.agents[0], name="[red]王芳"),)
    assert any("[red]王芳" in line for line in text(replace(snapshot, agents=agents)))


def test_who_is_too_long_in_a_state_is_named_above_the_tables_and_in_his_row() -> None:
    snapshot = busy()
    late = {"8002": replace(snapshot.agents[1], late=True), "8003": replace(snapshot.agents[2], late=True, reason="x")}
    agents = tuple(late.get(agent.number, agent) for agent in snapshot.agents)
    lines = text(replace(snapshot, agents=agents))
    assert "超时坐席  8002 李强 置忙 1:38，8003 张敏 通话 0:37" in lines
    assert cells(lines, "8002")[3:] == ["置忙", "小休", "超时", "1:38"]
    assert cells(lines, "8003")[3:6] == ["通话", "超时", "0:37"]
    assert not any("too long" in line for line in text(snapshot, "en"))


def test_who_is_missing_and_who_works_outside_his_shift_is_named() -> None:
    snapshot = busy()
    duties = {"8001": "absent", "8003": "outside"}
    agents = tuple(replace(agent, duty=duties.get(agent.number, "")) for agent in snapshot.agents)
    lines = text(replace(snapshot, agents=agents))
    assert "应到未到  8001 王芳" in lines
    assert "班外在线  8003 张敏" in lines
    assert "应到未到" in cells(lines, "8001")
    assert "班外" in cells(lines, "8003")
    assert not any("shift" in line for line in text(snapshot, "en"))


def test_the_hotlines_own_reasons_are_told_in_words() -> None:
    snapshot = busy()
    gone = replace(snapshot.agents[0], state="signed_off", reason="phone_gone")
    snapshot = replace(snapshot, agents=(gone, *snapshot.agents[1:]))
    assert "话机离线" in cells(text(snapshot), "8001")
    assert "phone gone" in next(line for line in text(snapshot, "en") if line.startswith("8001"))


def test_queues_that_differ_in_their_threshold_share_a_letter() -> None:
    snapshot = busy()
    queues = (replace(snapshot.queues[0], service_level_s=30.0), *snapshot.queues[1:])
    assert any("T秒接通率" in line for line in text(replace(snapshot, queues=queues)))


def test_it_fits_a_usual_terminal() -> None:
    assert all(len(line) <= 100 for line in text(busy(), width=100))
    assert any("1763772471.2" in line for line in text(busy(), width=100))


def test_the_agents_alone() -> None:
    console = Console(width=120, color_system=None)
    with console.capture() as capture:
        console.print(paint_agents(busy(), "en"))
    assert len(capture.get().splitlines()) == 1 + len(busy().agents)


def test_an_unmeasured_round_trip_is_a_dash() -> None:
    link = LinkView(connected=True, since_s=1.0, round_trip_ms=None, reconnects=0)
    assert "往返 –" in text(replace(busy(), link=link))[1]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00"),
        (7.9, "0:07"),
        (754, "12:34"),
        (3723, "1:02:03"),
        (3 * 86400 + 4 * 3600 + 300, "3d 04:05"),
        (-1, "0:00"),
    ],
)
def test_durations(seconds: float, shown: str) -> None:
    assert span(seconds) == shown


@pytest.mark.parametrize(
    ("speech", "line"),
    [
        (SpeechView(), "语音识别未启用，来电只能按键"),
        (SpeechView(wanted=2, up=1), "语音识别 1/2 不可用或繁忙，新来电只能按键"),
        (
            SpeechView(wanted=2, up=2, offered=True, model="small", demo=True, taps=3, lag_ms=12.34, understood=7),
            "语音识别 2/2  模型 small（仅供试用）  收听 3  延迟 12.3 ms  听懂 7  确认 0  未懂 0",
        ),
    ],
)
def test_who_listens_is_said_above_the_tables(speech: SpeechView, line: str) -> None:
    snapshot = replace(busy_board().snapshot(START + 100), speech=speech)
    assert headlines(snapshot, WORDS["zh-CN"])[-1] == line
    assert headlines(snapshot, WORDS["en"])[-1]


@pytest.mark.parametrize(
    ("use", "chinese", "english"),
    [
        ("in_use", "另有通话", "in another call"),
        ("ringing", "另有来电振铃", "rings for another call"),
        ("on_hold", "另有通话保持中", "holds another call"),
    ],
)
def test_a_phone_that_is_in_use_outside_the_hotline_is_named(use: str, chinese: str, english: str) -> None:
    shown = busy()
    shown = replace(shown, agents=tuple(replace(agent, reachable=True, phone=use) for agent in shown.agents))
    assert cells(text(shown), "8001")[-1] == chinese
    assert english in " ".join(cells(text(shown, "en"), "8001"))
