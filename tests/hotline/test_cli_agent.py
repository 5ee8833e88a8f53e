"""`hotline agent` against a real control socket."""

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from hotline.cli_agent import app
from hotline.secrets import load_secrets
from hotline.settings import Settings
from telephony.errors import WorldError
from tests.hotline.board_play import Played, playing, sample_config

runner = CliRunner()


@pytest.fixture
def played(own_settings: Settings) -> Iterator[Played]:
    with playing(own_settings.control_socket) as played:
        yield played


def test_the_list_shows_everybody(played: Played) -> None:
    result = runner.invoke(app, ["list"])
    assert all(number in result.output for number in sample_config().roster.agents)
    assert "not ready" in runner.invoke(app, ["list", "--language", "en"]).output


@pytest.mark.parametrize(
    ("command", "wish", "shown"),
    [
        ("sign-in", "sign_in", "签入"),
        ("sign-off", "sign_off", "签出"),
        ("ready", "ready", "置闲"),
        ("pause", "not_ready", "置忙"),
        ("wrap-up", "extend_wrap_up", "延长话后"),
    ],
)
def test_each_wish_is_asked_for_each_agent(played: Played, command: str, wish: str, shown: str) -> None:
    result = runner.invoke(app, [command, "8001", "8002"])
    assert result.exit_code == 0
    assert played.asked == [{"number": number, "wish": wish, "reason": ""} for number in ("8001", "8002")]
    assert result.output.splitlines() == [f"8001 {shown}", f"8002 {shown}"]


def test_a_wrap_up_is_ended_by_saying_ready(played: Played) -> None:
    assert runner.invoke(app, ["wrap-up", "8001", "--end"]).exit_code == 0
    assert [asked["wish"] for asked in played.asked] == ["ready"]


def test_everybody_at_once(played: Played) -> None:
    assert runner.invoke(app, ["sign-in", "--all"]).exit_code == 0
    assert [asked["number"] for asked in played.asked] == list(sample_config().roster.agents)


@pytest.mark.parametrize("arguments", [["ready"], ["ready", "8001", "--all"]])
def test_nobody_or_both_is_a_mistake(played: Played, arguments: list[str]) -> None:
    assert runner.invoke(app, arguments).exit_code == 2
    assert played.asked == []


@pytest.mark.parametrize("reason", ["1", "小休"])
def test_a_reason_by_key_or_by_name(played: Played, reason: str) -> None:
    runner.invoke(app, ["pause", "8001", "--reason", reason])
    assert [asked["reason"] for asked in played.asked] == ["1"]


def test_an_unknown_reason_lists_the_known_ones(played: Played) -> None:
    result = runner.invoke(app, ["pause", "8001", "--reason", "nap"])
    assert isinstance(result.exception, WorldError)
    assert "1 小休" in str(result.exception)
    assert played.asked == []


@pytest.mark.parametrize(
    ("answer", "line", "code"),
    [
        ({"granted": False, "explanation": "talking"}, "8001 置闲被拒绝：通话", 1),
        ({"granted": False, "explanation": "unknown_agent"}, "8001 置闲被拒绝：名单中没有此工号", 1),
        ({"granted": False, "explanation": "new_key"}, "8001 置闲被拒绝：new_key", 1),
        ({"granted": True, "explanation": "later"}, "8001 置闲（当前来电结束后生效）", 0),
        ({"granted": True, "explanation": "", "outside_shift": True}, "8001 置闲（班外）", 0),
    ],
)
def test_what_became_of_it_is_said(played: Played, answer: dict[str, object], line: str, code: int) -> None:
    played.answers["8001"] = answer
    result = runner.invoke(app, ["ready", "8001", "8002"])
    assert result.exit_code == code
    assert result.output.splitlines() == [line, "8002 置闲"]


def test_a_phones_settings(own_settings: Settings) -> None:
    result = runner.invoke(app, ["phone", "8001"])
    password = load_secrets(own_settings.secrets_file, ()).sip[sample_config().roster.agents["8001"].number]  # type: ignore[index]
    assert result.output.split()[-1] == password
    assert own_settings.sip_address in result.output


def test_the_phone_of_nobody(own_settings: Settings) -> None:
    result = runner.invoke(app, ["phone", "9999"])
    assert isinstance(result.exception, WorldError)
