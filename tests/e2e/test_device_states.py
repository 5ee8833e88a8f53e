"""Real telephones in calls the hotline knows nothing of, and talks whose end it is never told."""

import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import AsteriskInstall
from tests.e2e.failure_scene import quick_files
from tests.e2e.hotline_rig import PATIENCE_S, TO_EARLY_REPAYMENT, FreePort, HotlineUp, hotline_up

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

ENDS = ("Hangup", "AsyncAGIExec", "AsyncAGIEnd", "DialEnd", "BridgeLeave")
"""Events by which the hotline could know that a talk is over."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: FreePort
) -> AsyncIterator[HotlineUp]:
    folder: Path = tmp_path_factory.mktemp("devices")
    files = quick_files(folder)
    with files["agents"].open("a") as agents:
        agents.write("\nlimits: {phone_idle_s: 3}\n")
    async with hotline_up(install, folder, free_port, phones_listed_every_s=1, **files) as up:
        yield up


async def test_an_agent_in_a_call_of_his_own_is_not_rung_until_he_hangs_up(hotline: HotlineUp) -> None:
    agent, colleague = await hotline.ready("8003"), await hotline.phone("8001")
    before = len(agent.rings)
    private = await agent.dial("8001", within_s=PATIENCE_S)
    await colleague.talk(within_s=PATIENCE_S)
    await hotline.until(lambda: hotline.agent("8003")["phone"] == "in_use")
    caller = await hotline.dial("13800000201")
    await caller.press(TO_EARLY_REPAYMENT)
    await hotline.until(lambda: (hotline.call_of("13800000201") or {}).get("phase") == "queued")
    call = hotline.call_of("13800000201")["id"]

    def kept_out() -> object:
        told = hotline.ask("why", call=call)
        return {one["who"]: one["removed_by"] for one in told["agents"]}.get("8003") == "phone_in_use"

    await hotline.until(kept_out)
    assert len(agent.rings) == before
    assert hotline.agent("8003")["state"] == "ready"
    await private.hang_up()
    talk = await agent.talk(within_s=PATIENCE_S)
    await hotline.until(lambda: hotline.agent("8003")["state"] == "talking")
    await talk.hang_up()
    await caller.is_ended(within_s=PATIENCE_S)
    assert len(agent.rings) == before + 1


async def test_a_talk_nobody_tells_the_end_of_is_found_out(hotline: HotlineUp, install: AsteriskInstall) -> None:
    agent = await hotline.ready("8003")
    caller = await hotline.dial("13800000202")
    await caller.press(TO_EARLY_REPAYMENT)
    talk = await agent.talk(within_s=PATIENCE_S)
    await hotline.until(lambda: hotline.agent("8003")["state"] == "talking")
    with deaf(hotline, install) as log_from:
        await hotline.until(lambda: log_from("calls_compared"))
        await caller.hang_up()
        await hotline.until(lambda: hotline.agent("8003")["reason"] == "phone_idle")
        assert hotline.agent("8003")["state"] == "wrap_up"
        await hotline.until(lambda: not hotline.status()["calls"])
        (told,) = log_from("agent_stranded")
        assert (told["agent"], told["idle_s"] >= 3.0) == ("8003", True)
    await talk.is_ended(within_s=PATIENCE_S)
    await hotline.until(lambda: hotline.agent("8003")["state"] == "ready")


@contextlib.contextmanager
def deaf(hotline: HotlineUp, install: AsteriskInstall) -> Iterator[Callable[[str], list[dict[str, Any]]]]:
    """Asterisk keeps the ends of talks from the engine, which has connected anew; gives what the engine logs since."""
    asterisk = AsteriskInstance(install, hotline.settings.asterisk_home, {}, run_dir=hotline.settings.asterisk_run_dir)
    manager, log = hotline.settings.asterisk_home / "etc" / "manager.conf", hotline.settings.logs_dir / "engine.log"
    hearing, begun_at = manager.read_text(), log.stat().st_size

    def logged(event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in log.read_bytes()[begun_at:].splitlines()]
        return [line for line in lines if line["event"] == event]

    def connect_anew() -> None:
        asterisk.cli("manager reload")
        connected = re.search(r"^ *hotline +(?:\S+ +){3}(\d+)", asterisk.cli("manager show connected"), re.MULTILINE)
        assert connected is not None
        asterisk.cli(f"manager kick session {connected[1]}")

    manager.write_text(hearing + "".join(f"eventfilter(action(exclude),name({name})) =\n" for name in ENDS))
    try:
        connect_anew()
        yield logged
    finally:
        manager.write_text(hearing)
        connect_anew()
