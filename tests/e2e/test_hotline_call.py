"""`hotline call` against a whole running hotline: what it proves, how it fails, and that it leaves nothing behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from typer.testing import CliRunner, Result

from hotline.asterisk.provision import AsteriskInstall
from hotline.cli_call import app
from hotline.prompts.wav import parse_wav
from hotline.trial.listening import find
from hotline.trial.voices import voice_of
from tests.e2e.hotline_rig import PATIENCE_S, ROOT, FreePort, HotlineUp, hotline_up

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hotline(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: FreePort
) -> AsyncIterator[HotlineUp]:
    folder: Path = tmp_path_factory.mktemp("call")
    async with hotline_up(install, folder, free_port) as up:
        yield up


async def call(up: HotlineUp, *arguments: str) -> Result:
    """In this process, so that it is measured; its loop is in a thread of its own."""
    runner = CliRunner(env={key: value for key, value in up.environment.items() if key.startswith("HOTLINE_")})
    return await asyncio.to_thread(lambda: runner.invoke(app, list(arguments)))


async def test_a_talk_with_an_agent_is_proven_in_both_directions(hotline: HotlineUp, tmp_path: Path) -> None:
    done = await call(hotline, "--keys", "2,0", "--agent-answers", "--json", "--keep-audio", str(tmp_path))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["ok"]
    assert told["agent"] == "8003"
    assert min(told["caller_hears_agent"], told["agent_hears_caller"]) > 0.9
    kinds = [note["kind"] for note in told["timeline"]]
    assert [kind for kind in kinds if kind in {"queued", "ringing", "talking"}] == ["queued", "ringing", "talking"]
    heard = [note["text"] for note in told["timeline"] if note["kind"] == "heard"]
    assert heard[0] == "您好，欢迎致电青禾消费金融客户服务热线。"
    assert "工号8003为您服务。" in heard
    samples, _ = parse_wav((tmp_path / "agent-heard.wav").read_bytes())
    assert find(samples, voice_of(told["caller"]))
    assert told["call"]
    assert hotline.agent("8003")["state"] == "signed_off"
    await hotline.until(lambda: not hotline.agent("8003")["reachable"])


async def test_keys_alone_reach_a_leaf(hotline: HotlineUp) -> None:
    done = await call(hotline, "95009", "--keys", "1", "--wait", "0.5")
    assert done.exit_code == 0, done.output
    assert "投诉" in done.output
    assert "非常抱歉给您带来不便" in done.output


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--keys", "2,7"], "offers no 7"),
        (["--keys", "2", "--agent-answers"], "is a menu"),
        (["--keys", "0", "--agent", "9999"], "not in the roster"),
        (["--keys", "2x"], "cannot be pressed"),
    ],
)
async def test_what_can_not_be_is_one_line_and_exit_code_1(hotline: HotlineUp, arguments: list[str], why: str) -> None:
    done = await call(hotline, *arguments)
    assert done.exit_code == 1
    assert why in done.output.strip().splitlines()[-1]


async def test_an_agent_who_is_not_rung_in_time_is_a_failure(hotline: HotlineUp) -> None:
    done = await call(hotline, "--keys", "0", "--agent-answers", "--wait", "0.2", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert not told["ok"]
    assert "answered no call within 0.2 s" in told["reason"]
    await hotline.until(lambda: all(agent["state"] == "signed_off" for agent in hotline.status()["agents"]))


def started(up: HotlineUp, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "hotline", "call", *arguments],
        env=dict(up.environment) | {"TMPDIR": str(up.settings.state_dir)},
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


async def test_ctrl_c_hangs_up_and_signs_the_agent_off(hotline: HotlineUp) -> None:
    calling = started(hotline, "--keys", "0", "--agent-answers", "--caller", "19900000099")
    await hotline.until(lambda: hotline.call_of("19900000099"), within_s=PATIENCE_S)
    os.kill(calling.pid, signal.SIGINT)
    output, _ = await asyncio.to_thread(calling.communicate, timeout=30)
    assert calling.returncode == 130, output
    await hotline.until(lambda: not hotline.status()["calls"])
    assert all(agent["state"] == "signed_off" for agent in hotline.status()["agents"])
    assert not list(hotline.settings.state_dir.glob("hotline-call-*"))
