"""Real calls: skill and history decide who rings, rings that fail are explained, and `hotline why` says all of it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from hotline.asterisk.provision import AsteriskInstall
from hotline.trial.agent_phone import Manner
from tests.e2e.failure_scene import quick_files
from tests.e2e.hotline_rig import PATIENCE_S, ROOT, TO_EARLY_REPAYMENT, FreePort, HotlineUp, hotline_up

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: FreePort
) -> AsyncIterator[HotlineUp]:
    folder: Path = tmp_path_factory.mktemp("routing")
    files = quick_files(folder)
    agents = files["agents"].read_text()
    files["agents"].write_text(agents.replace("name: 还款专席", "name: 还款专席\n    ring_s: 5"))
    async with hotline_up(install, folder, free_port, **files) as up:
        yield up


Story = dict[str, Any]


async def why(up: HotlineUp, call: str, told: Callable[[Story], object] = bool) -> Story:
    """The story of a call, as a tool gets it, once it tells so."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            story: Story = json.loads(await in_words(up, call, "--json"))
            if told(story):
                return story


async def in_words(up: HotlineUp, *arguments: str) -> str:
    """What the command prints; in a thread, since phones must not fall silent meanwhile."""
    command = [sys.executable, "-m", "hotline", "why", *arguments]
    run = partial(subprocess.run, command, env=up.environment, capture_output=True, text=True, check=True, cwd=ROOT)
    printed: str = (await asyncio.to_thread(run)).stdout
    return printed


def two_rings(story: Story) -> bool:
    return len(story["rings"]) == 2


def removed(ring: dict[str, Any]) -> dict[str, str]:
    assert ring["explanation"]["exact"], ring
    return {one["who"]: one["removed_by"] for one in ring["explanation"]["agents"]}


async def part(up: HotlineUp, talk: Any, caller: Any, number: str) -> None:
    """They have talked, the agent hangs up, and the caller is sent off."""
    await up.until(lambda: up.agent(number)["state"] == "talking")
    await talk.hang_up()
    await caller.is_ended(within_s=PATIENCE_S)


async def call_id(up: HotlineUp, caller: str) -> str:
    call = await up.until(lambda: up.call_of(caller))
    return str(call["id"])


async def test_who_asked_about_repayment_before_reaches_its_specialist(hotline: HotlineUp) -> None:
    specialist = await hotline.ready("8003")
    first = await hotline.dial("13800000101")
    await first.press(TO_EARLY_REPAYMENT)
    talk = await specialist.talk(within_s=PATIENCE_S)
    await part(hotline, talk, first, "8003")
    await hotline.ready("8001")
    await hotline.ready("8002")
    await hotline.ready("8003")
    again = await hotline.dial("13800000101")
    await again.press("0")
    talk = await specialist.talk(within_s=PATIENCE_S)
    call = await call_id(hotline, "13800000101")
    (ring,) = (await why(hotline, call, lambda story: story["rings"][-1]["ended"] == "answered"))["rings"]
    assert ring["ring"]["agent"] == "8003"
    assert ring["note"]["likely"]
    assert ring["note"]["topic"] == "repayment.early"
    assert ring["note"]["wanted"] == ["8003"]
    assert removed(ring) | {"8002": "", "8003": ""} == removed(ring), "compared, and not as good"
    assert removed(ring)["8001"] == "no_skill"
    told = await in_words(hotline, call)
    assert "推测为“提前还款”" in told
    assert "8003 张敏  选中" in told
    assert "The caller named no topic" in await in_words(hotline, call, "--language", "en")
    await part(hotline, talk, again, "8003")
    assert (await why(hotline, call, lambda story: story["ended"]))["rings"] == [ring], (
        "finished calls are explained too"
    )
    assert call in await in_words(hotline, "--last", "1")


async def test_no_answer_goes_to_the_next_and_the_deaf_agent_rests(hotline: HotlineUp) -> None:
    deaf, awake = await hotline.ready("8003"), await hotline.ready("8002")
    deaf.manner = Manner.IGNORES
    caller = await hotline.dial("13800000102")
    await caller.press(TO_EARLY_REPAYMENT)
    call = await call_id(hotline, "13800000102")
    talk = await awake.talk(within_s=PATIENCE_S)
    first, second = (await why(hotline, call, two_rings))["rings"]
    assert (first["ring"]["agent"], first["ended"]) == ("8003", "no_answer")
    assert second["ring"]["agent"] == "8002"
    assert removed(first)["8002"] == ""
    assert removed(second)["8003"] == "resting"
    await part(hotline, talk, caller, "8002")


async def test_an_agent_who_is_busy_elsewhere_is_passed_over(hotline: HotlineUp) -> None:
    busy = await hotline.ready("8003")
    busy.manner = Manner.BUSY
    caller = await hotline.dial("13800000103")
    await caller.press(TO_EARLY_REPAYMENT)
    call = await call_id(hotline, "13800000103")
    live = (await why(hotline, call, lambda story: [ring["ended"] for ring in story["rings"]] == ["busy"]))["waits_now"]
    assert {one["who"]: one["removed_by"] for one in live["agents"]}["8003"] == "resting"
    second = await hotline.ready("8002")
    talk = await second.talk(within_s=PATIENCE_S)
    assert removed((await why(hotline, call, two_rings))["rings"][1])["8003"] == "resting"
    await part(hotline, talk, caller, "8002")


async def test_a_caller_who_hangs_up_while_it_rings_costs_the_agent_nothing(hotline: HotlineUp) -> None:
    agent = await hotline.ready("8003")
    agent.manner = Manner.IGNORES
    caller = await hotline.dial("13800000104")
    await caller.press(TO_EARLY_REPAYMENT)
    call = await call_id(hotline, "13800000104")
    await hotline.until(lambda: (hotline.call_of("13800000104") or {}).get("phase") == "ringing")
    await caller.hang_up()
    await hotline.until(lambda: hotline.agent("8003")["state"] == "ready")
    await why(hotline, call, lambda story: story["outcomes"] == ["repayment: abandoned_ringing"])


async def test_a_pause_by_feature_code_is_a_reason_not_to_ring(hotline: HotlineUp) -> None:
    paused, other = await hotline.ready("8003"), await hotline.ready("8002")
    code = await paused.dial("*142")
    await code.is_ended(within_s=PATIENCE_S)
    assert hotline.agent("8003")["state"] == "not_ready"
    caller = await hotline.dial("13800000105")
    await caller.press(TO_EARLY_REPAYMENT)
    talk = await other.talk(within_s=PATIENCE_S)
    call = await call_id(hotline, "13800000105")
    (ring,) = (await why(hotline, call))["rings"]
    assert removed(ring)["8003"] == "not_ready"
    assert "置忙 2" in await in_words(hotline, call)
    await part(hotline, talk, caller, "8002")


async def test_nobody_signed_in_ends_the_call_at_once_and_is_on_record(hotline: HotlineUp) -> None:
    caller = await hotline.dial("13800000106")
    call = await call_id(hotline, "13800000106")
    await caller.press("0")
    await caller.is_ended(within_s=PATIENCE_S)
    story = await why(hotline, call)
    assert story["rings"] == []
    assert story["outcomes"] == ["general: rejected_no_agents"]
