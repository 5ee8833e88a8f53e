"""The parts of a hotline die during calls: nobody is left in silence, nobody is stuck, no talk is touched."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio

from hotline.asterisk.provision import AsteriskInstall
from hotline.trial.agent_phone import Manner
from hotline.trial.silence import longest_silence
from telephony.events import CallArrived, CallEnded
from tests.e2e.failure_scene import (
    PAUSES,
    RESCUED_S,
    STALE_S,
    TALKS,
    TO_MENU,
    TO_QUEUE,
    TO_TALK,
    Hotline,
    both_hear,
    quick_files,
    set_scene,
    talk,
)
from tests.e2e.hotline_rig import FreePort, HotlineUp, hotline_up
from tests.e2e.raw_caller import RawCaller

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


RAW = "127.0.0.3"
"""Of the trunk's addresses the one the far side does not use."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def up(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: FreePort
) -> AsyncIterator[HotlineUp]:
    folder: Path = tmp_path_factory.mktemp("failures")
    settings = {**quick_files(folder), "heartbeat_stale_s": STALE_S}
    async with hotline_up(install, folder, free_port, **settings) as running:
        yield running


@pytest.fixture(scope="module")
def parts(up: HotlineUp, install: AsteriskInstall) -> Iterator[Hotline]:
    parts = Hotline(up, install)
    yield parts
    parts.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def hotline(up: HotlineUp, parts: Hotline) -> AsyncIterator[Hotline]:
    yield parts
    for phone in up.phones.values():
        phone.manner = Manner.ANSWERS
    await up.far.hang_up_all()
    await up.tidy()


async def test_everybody_goes_on_when_the_ami_connection_is_cut(up: HotlineUp, hotline: Hotline) -> None:
    scene = await set_scene(up, "1000")
    before, since = up.status()["link"]["reconnects"], scene.heard_at()
    for _ in range(3):
        assert await hotline.cut_ami() == 1
        await asyncio.sleep(0.7)
    await hotline.connected()
    assert up.status()["link"]["reconnects"] >= before + 3
    await scene.talk_goes_on(since)
    await asyncio.gather(scene.keys_work(), scene.ring_leads_to_a_talk(), scene.place_is_kept())
    await scene.talk_ends()


async def test_everybody_goes_on_when_the_engine_is_killed(up: HotlineUp, hotline: Hotline) -> None:
    scene = await set_scene(up, "2000")
    boot, since = up.status()["boot"], scene.heard_at()
    hotline.signal("engine", signal.SIGKILL)
    await up.until(lambda: up.status()["boot"] != boot, within_s=15)
    await hotline.connected()
    await up.until(lambda: scene.phase(scene.talks) == "talking")
    await scene.talk_goes_on(since)
    await asyncio.gather(scene.keys_work(), scene.ring_leads_to_a_talk(), scene.place_is_kept())
    await scene.talk_goes_on(since)
    await scene.talk_ends()


async def test_a_stuck_engine_is_replaced_by_the_emergency_prompt_until_it_goes_on(
    up: HotlineUp, hotline: Hotline
) -> None:
    await up.phone(PAUSES)
    up.ask("agent", number=PAUSES, wish="sign_in")
    up.ask("agent", number=PAUSES, wish="not_ready", reason="1")
    (caller, agent), walks, waits = await asyncio.gather(
        talk(up, "13730000001"), up.dial("13730000002"), up.dial("13730000003")
    )
    await asyncio.gather(walks.press(TO_MENU), waits.press(TO_QUEUE))
    await up.until(lambda: up.call_of(waits.name)["phase"] == "queued")
    since = caller.heard_s, agent.heard_s
    hotline.signal("engine", signal.SIGSTOP)
    try:
        stopped = [(phone, phone.heard_s) for phone in (walks, waits)]
        for phone, from_s in stopped:
            await phone.hears(hotline.emergency, within_s=RESCUED_S, from_s=from_s, what="the emergency prompt")
        late = await up.dial("13730000004")
        await late.hears(hotline.emergency, within_s=3, what="the emergency prompt at once")
    finally:
        hotline.signal("engine", signal.SIGCONT)
    await hotline.connected()
    menu = up.config.menu
    await late.hears(up.sound(menu.root.say), within_s=8, what="the welcome")
    await both_hear(caller, agent, since)
    since = walks.heard_s, waits.heard_s
    await walks.press("2")
    early = menu.nodes[menu.nodes[menu.root.choices["2"]].choices["2"]]
    await walks.hears(up.sound(early.say), within_s=8, from_s=since[0], what="提前还款")
    assert up.call_of(waits.name)["phase"] == "queued"
    assert longest_silence(waits.heard()).length_s < RESCUED_S


async def test_a_new_supervisor_adopts_everything_and_calls_end_only_with_asterisk(
    up: HotlineUp, hotline: Hotline
) -> None:
    caller, agent = await talk(up, "13740000001")
    walks = await up.dial("13740000002")
    since = caller.heard_s, agent.heard_s
    before = {service: up.pid(service) for service in ("asterisk", "engine", "projector")}
    up.supervisor.kill()
    up.supervisor.wait()
    await asyncio.to_thread(hotline.supervise)
    assert {service: up.pid(service) for service in before} == before
    await both_hear(caller, agent, since)
    assert up.call_of(caller.name)["phase"] == "talking"

    calls = {up.call_of(phone.name)["id"] for phone in (caller, walks)}
    hotline.signal("asterisk", signal.SIGKILL)
    await up.until(lambda: not up.status()["calls"], within_s=15)
    await up.until(lambda: up.agent(TALKS)["state"] == "ready", within_s=10)
    await up.until(lambda: up.pid("asterisk") != before["asterisk"], within_s=15)
    await hotline.connected()
    await up.until(lambda: calls <= {fact.call for fact in hotline.journal() if isinstance(fact, CallEnded)})
    assert up.pid("engine") == before["engine"]
    await asyncio.gather(*(phone.hang_up() for phone in (caller, walks, agent)))
    again = await up.dial("13740000003")
    await again.press(TO_TALK)
    await (await up.ready(TALKS)).talk(within_s=20)


async def test_a_name_arrives_whole_and_neither_name_nor_number_injects_anything(
    up: HotlineUp, hotline: Hotline
) -> None:
    forged = quote("13\r\n\r\nEvent: ContactStatus\r\nContactStatus: Removed\r\nAOR: 8003\r\n\r\n", safe="")
    senders = {
        "13760000001": ("张三丰", '"张三丰" <sip:13760000001@x>'),
        "13760000002": (r"a\"b\\c,d;e|${SHELL(id)}", r'"a\"b\\c,d;e|${SHELL(id)}" <sip:13760000002@x>'),
        "13760000003": ("%0d%0aEvent: Hangup", '"%0d%0aEvent: Hangup" <sip:13760000003@x>'),
        "13EventContactStatusContactStatusRemovedAOR8003": ("x", f'"x" <sip:{forged}@x>'),
        "EXTEN11": ("y", f'"y" <sip:{quote("${EXTEN},1)&1", safe="")}@x>'),
    }
    await up.phone(TALKS)
    await up.until(lambda: up.agent(TALKS)["reachable"])
    async with contextlib.AsyncExitStack() as calls:
        for _, header in senders.values():
            await calls.enter_async_context(RawCaller(up.settings.sip_address, RAW, header))
        await up.until(lambda: len(up.status()["calls"]) == len(senders))
        assert up.agent(TALKS)["reachable"]
        await hotline.cut_ami()
        await hotline.connected()
        assert len(up.status()["calls"]) == len(senders)
    await up.until(lambda: not up.status()["calls"])
    arrived = {fact.caller: fact.caller_name for fact in hotline.journal() if isinstance(fact, CallArrived)}
    assert {number: arrived.get(number) for number in senders} == {
        number: name for number, (name, _) in senders.items()
    }
