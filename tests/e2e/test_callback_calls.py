"""Real call-backs: asked for by key, the customer's phone rings at his turn, and he talks to the agent kept free."""

import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from hotline.asterisk.provision import AsteriskInstall
from hotline.trial.agent_phone import Manner
from hotline.trial.phone import Phone
from tests.e2e.failure_scene import quick_files
from tests.e2e.hotline_rig import PATIENCE_S, TRUNK, FreePort, HotlineUp, hotline_up

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

TO_REPAYMENT = "220"


def with_callback(folder: Path) -> dict[str, Path]:
    files = quick_files(folder)
    text = files["agents"].read_text()
    line = "name: 还款专席"
    files["agents"].write_text(text.replace(line, f"{line}\n    callback: {{tries: 2, gap_s: 5}}", 1))
    return files


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: FreePort
) -> AsyncIterator[HotlineUp]:
    folder: Path = tmp_path_factory.mktemp("callback")
    contact = f"sip:{TRUNK}:{free_port(TRUNK, socket.SOCK_DGRAM)}"
    async with hotline_up(install, folder, free_port, trunk_contact=contact, **with_callback(folder)) as up:
        yield up


def listed(hotline: HotlineUp) -> list[dict[str, object]]:
    found = hotline.ask("callbacks")["callbacks"]
    assert isinstance(found, list)
    return found


async def busy(hotline: HotlineUp) -> None:
    """Somebody could serve the queue, but is on a break."""
    await hotline.ready("8003")
    hotline.ask("agent", number="8003", wish="not_ready", reason="1")


async def asks(hotline: HotlineUp, number: str, keys: str) -> Phone:
    """A caller waits, asks for a call-back, and is let go."""
    caller = await hotline.dial(number)
    await caller.press(TO_REPAYMENT)
    phrases = hotline.config.menu.phrases
    await caller.hears(hotline.sound(phrases.callback_offer), within_s=PATIENCE_S, what="the offer")
    await caller.press("1")
    await caller.hears(hotline.sound(phrases.callback_will_call), within_s=PATIENCE_S, what="his number")
    await caller.press(keys)
    thanks = hotline.sound(phrases.callback_registered)
    await caller.hears(thanks, within_s=PATIENCE_S, what="that he will be called")
    await caller.is_ended(within_s=PATIENCE_S)
    return caller


async def test_he_is_called_at_his_turn_and_talks_to_the_agent_kept_free(hotline: HotlineUp) -> None:
    number = "13830000001"
    customer = hotline.far.customer(number)
    await busy(hotline)
    await asks(hotline, number, "1")
    [waiting] = listed(hotline)
    assert (waiting["number"], waiting["state"]) == ("138****0001", "waiting")
    agent = await hotline.ready("8003")
    call = await customer.talk(within_s=PATIENCE_S)
    greeting = hotline.sound(hotline.config.menu.phrases.callback_greeting)
    await call.hears(greeting, within_s=PATIENCE_S, what="the greeting")
    talk = await agent.talk(within_s=PATIENCE_S)
    await call.hears(agent.speech, within_s=PATIENCE_S, what="the agent")
    await talk.hears(customer.speech, within_s=PATIENCE_S, what="the customer")
    assert listed(hotline) == []
    await talk.hang_up()
    after = hotline.sound(hotline.config.menu.phrases.after_talk)
    await call.hears(after, within_s=PATIENCE_S, what="the farewell")
    await call.is_ended(within_s=PATIENCE_S)


async def test_another_number_by_key_no_answer_and_a_second_try(hotline: HotlineUp) -> None:
    other = "13930000002"
    customer = hotline.far.customer(other)
    customer.manner = Manner.DECLINES
    await busy(hotline)
    await asks(hotline, "13830000002", f"2,{other}#,,,,1")
    agent = await hotline.ready("8003")
    await hotline.until(lambda: len(customer.rings) == 1)
    customer.manner = Manner.ANSWERS
    await hotline.until(lambda: hotline.agent("8003")["state"] == "ready")
    call = await customer.talk(within_s=PATIENCE_S)
    await agent.talk(within_s=PATIENCE_S)
    await call.hears(agent.speech, within_s=PATIENCE_S, what="the agent")
    await call.hang_up()


async def test_a_promise_survives_the_death_of_the_engine_and_can_be_cancelled(hotline: HotlineUp) -> None:
    await busy(hotline)
    await asks(hotline, "13830000003", "1")
    [before] = listed(hotline)
    old = hotline.status()["boot"]
    os.kill(hotline.pid("engine"), signal.SIGKILL)
    await hotline.until(lambda: hotline.status()["boot"] != old and hotline.status()["link"]["connected"])
    await hotline.until(lambda: listed(hotline))
    [after] = listed(hotline)
    assert (after["id"], after["number"]) == (before["id"], before["number"])
    assert hotline.ask("cancel_callback", callback=after["id"])["granted"]
    assert listed(hotline) == []
