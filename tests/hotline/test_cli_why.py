"""`hotline why` from a journal on disk, with and without a running hotline."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.cli_why import _when, app
from hotline.control.server import ControlServer
from hotline.settings import Settings
from hotline.store.facts import Fact
from telephony.errors import WorldError
from telephony.events import CallEnded, CallTransferred, ConsultAnswered, ConsultAsked, TransferKind
from telephony.ids import AgentNumber, CallId
from tests.hotline.test_why import Told

runner = CliRunner()


@pytest.fixture
def told(own_settings: Settings) -> Iterator[Told]:
    """A journal and an archive where the settings say."""
    one = Told(own_settings.state_dir)
    one.archive.keep_roster(one.play.config.roster.version, own_settings.agents.read_bytes())
    one.play.sign_in("8002", "8003")
    one.calls("220")
    one.play.answer()
    one.journal._wait_durable(10.0)
    yield one
    one.journal.close_blocking()


@contextmanager
def answering(settings: Settings, answer: object) -> Iterator[None]:
    loop, ready, done = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with ControlServer(settings.control_socket, {"why": lambda _args: answer}):
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(10)
        yield
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()


def test_a_call_is_explained_in_words(told: Told) -> None:
    result = runner.invoke(app, ["1.1"], catch_exceptions=False)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith("1.1  11-23 ")
    assert "repayment: answered" in lines[0]
    assert "已接听  客户咨询“提前还款”" in lines[1]
    assert any("8003 张敏  选中" in line for line in lines)
    assert any("8002 李强  落选" in line for line in lines)
    assert any("8001 王芳  排除: 没有该业务技能 repayment.early" in line for line in lines)
    assert "chosen" in runner.invoke(app, ["1.1", "--language", "en"]).output


def test_transfers_are_told_where_they_happened(told: Told) -> None:
    colleague = AgentNumber("8002")
    facts: list[Fact] = [
        ConsultAsked(CallId("1.1"), AgentNumber("8003"), colleague),
        ConsultAnswered(CallId("1.1"), colleague),
        CallTransferred(CallId("1.1"), AgentNumber("8003"), TransferKind.WARM, to_agent=colleague),
    ]
    for at, fact in enumerate(facts):
        told.journal.append(fact, at=2000.0 + at, wall=told.play.clock.wall_s() + at)
    told.journal._wait_durable(10.0)
    assert "咨询转  8003 → 8002: 由8002接手" in runner.invoke(app, ["1.1"]).output.splitlines()[-1]
    english = runner.invoke(app, ["1.1", "--language", "en"]).output
    assert "transfer after asking  8003 → 8002: taken over by 8002" in english
    (transfer,) = json.loads(runner.invoke(app, ["1.1", "--json"]).output)["transfers"]
    assert transfer["outcome"] == "completed"


def test_for_tools(told: Told) -> None:
    story = json.loads(runner.invoke(app, ["1.1", "--json"]).output)
    assert story["call"] == "1.1"
    assert story["waits_now"] is None
    assert story["rings"][0]["explanation"]["exact"] is True


def test_the_latest_calls_without_a_name(told: Told) -> None:
    assert "1.1  " in runner.invoke(app, ["--last", "2"]).output


def test_who_waits_is_explained_by_the_running_hotline(told: Told, own_settings: Settings) -> None:
    one: dict[str, object] = {"who": "8002", "removed_by": "talking", "detail": "", "score_s": None, "terms": {}}
    answer = {
        "waits": True,
        "queue": "还款专席",
        "wait_s": 7.0,
        "position": 2,
        "agents": [one],
        "names": {"8002": "李强"},
    }
    with answering(own_settings, answer):
        lines = runner.invoke(app, ["1.1"], catch_exceptions=False).output.splitlines()
        assert json.loads(runner.invoke(app, ["1.1", "--json"]).output)["waits_now"]["wait_s"] == 7.0
    assert lines[-3:] == [
        "  正在还款专席排队第2位，已等待7秒",
        "  现在可以接听的坐席:",
        "    8002 李强  排除: 通话中",
    ]
    with answering(own_settings, {"waits": False}):
        assert "正在" not in runner.invoke(app, ["1.1"]).output


CALLBACK: dict[str, object] = {
    "id": "callback-b1-1", "state": "waiting", "tries": 0, "place_wall": 0.0, "expires_wall": 14_400.0,
    "again_wall": None, "kept_free": None, "kept_free_name": "",
}  # fmt: skip


IN_LINE: dict[str, object] = {"position": 1, "agents": [], "names": {}}
AGENTS = "  现在可以接听的坐席:"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (IN_LINE, ["  排在第1位，轮到时先预留坐席再呼叫客户", AGENTS]),
        ({"tries": 1, "again_wall": 60.0}, ["  已呼叫1次，{again}起重新排队"]),
        ({}, ["  技能组不再开放，不会呼叫"]),
        (
            {"state": "calling", "tries": 1, "kept_free": "8003", "kept_free_name": "张敏"},
            ["  正在呼叫客户（第1次），已预留8003 张敏"],
        ),
        (
            {"state": "calling", "tries": 1} | IN_LINE,
            ["  正在呼叫客户（第1次），原预留的坐席已离开，正为其另选坐席", AGENTS],
        ),
    ],
)
@pytest.mark.usefixtures("told")
def test_who_waits_for_a_call_back_is_explained_as_well(
    own_settings: Settings, changes: dict[str, object], said: list[str]
) -> None:
    callback = CALLBACK | {name: one for name, one in changes.items() if name in CALLBACK}
    more = {name: one for name, one in changes.items() if name in IN_LINE}
    answer = {"waits": True, "queue": "还款专席", "wait_s": 90.0, "callback": callback} | more
    with answering(own_settings, answer):
        lines = runner.invoke(app, ["1.1"], catch_exceptions=False).output.splitlines()
        alone = runner.invoke(app, ["callback-b1-1"], catch_exceptions=False).output.splitlines()
    since, expires, again = _when(0.0), _when(14_400.0), _when(60.0)
    head = f"  已挂机，等候还款专席回电（callback-b1-1），自{since}保留位置，已等待90秒，{expires}过期"
    assert lines[-1 - len(said) :] == [head, *(line.format(again=again) for line in said)]
    assert alone == ["callback-b1-1", *lines[-1 - len(said) :]]


def test_what_can_not_be_reckoned_again_is_said(told: Told, own_settings: Settings) -> None:
    version = told.play.config.roster.version
    text = own_settings.agents.read_text("utf-8").replace("{repayment: 5,", "{repayment: 2,")
    told.archive.keep_roster(version, text.encode())
    assert "重新推算的得分与当时的记录不一致" in runner.invoke(app, ["1.1"]).output
    for file in own_settings.archive_dir.iterdir():
        file.unlink()
    assert "只显示决策记录" in runner.invoke(app, ["1.1"]).output


def test_topics_keep_their_own_names_while_the_menu_has_mistakes(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.yaml").write_text("menu: 3")
    monkeypatch.setenv("HOTLINE_MENUS", str(tmp_path / "broken.yaml"))
    assert "客户咨询repayment.early" in runner.invoke(app, ["1.1"]).output


def test_a_call_nobody_knows(told: Told) -> None:
    result = runner.invoke(app, ["9.9"])
    assert isinstance(result.exception, WorldError)
    assert "没有这通电话的记录" in str(result.exception)


def test_a_call_that_rang_nobody_has_its_outcome(told: Told) -> None:
    told.play.arrive("2.2", caller="13800138009")
    told.journal.append(CallEnded(CallId("2.2"), 16), at=0.0, wall=0.0)
    told.journal._wait_durable(10.0)
    assert runner.invoke(app, ["2.2"]).output.startswith("2.2  ")
