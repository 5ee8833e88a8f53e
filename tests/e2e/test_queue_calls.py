"""Real calls to agents: both hear each other, rings that fail go on to the next, and nobody is ever stuck."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from hotline.asterisk.provision import AsteriskInstall
from hotline.trial.agent_phone import Manner
from hotline.trial.voices import voice_of
from tests.e2e.failure_scene import quick_files
from tests.e2e.hotline_rig import PATIENCE_S, TO_EARLY_REPAYMENT, FreePort, HotlineUp, hotline_up

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: FreePort
) -> AsyncIterator[HotlineUp]:
    folder: Path = tmp_path_factory.mktemp("queue")
    async with hotline_up(install, folder, free_port, **quick_files(folder)) as up:
        yield up


async def test_caller_and_agent_hear_each_other_and_the_talk_is_recorded(hotline: HotlineUp) -> None:
    agent = await hotline.ready("8003")
    caller = await hotline.dial("13800000001")
    caller.speak(voice_of("13800000001"))
    await caller.press(TO_EARLY_REPAYMENT)
    phrases = hotline.config.menu.phrases
    await caller.hears(hotline.sound(phrases.recording_notice), within_s=PATIENCE_S, what="the recording notice")
    talk = await agent.talk(within_s=PATIENCE_S)
    number = hotline.sounds[phrases.agent_number.format(n="8003")]
    await caller.hears(number, within_s=PATIENCE_S, what="the agent's number")
    await caller.hears(agent.speech, within_s=PATIENCE_S, what="the agent's voice")
    await talk.hears(voice_of("13800000001"), within_s=PATIENCE_S, what="the caller's voice")
    assert hotline.call_of("13800000001")["phase"] == "talking"
    await asyncio.sleep(2)
    await talk.hang_up()
    await caller.hears(hotline.sound(phrases.after_talk), within_s=PATIENCE_S, what="the farewell")
    await caller.is_ended(within_s=PATIENCE_S)
    assert hotline.agent("8003")["state"] in {"wrap_up", "ready"}
    await hotline.until(lambda: any(size > 16_000 for size in recordings(hotline)))  # a second of both voices


def recordings(up: HotlineUp) -> list[int]:
    return [file.stat().st_size for file in up.settings.call_recordings.rglob("*.wav")]


async def test_nobody_signed_in_is_said_and_the_call_ends_politely(hotline: HotlineUp) -> None:
    caller = await hotline.dial("13800000002")
    await caller.press("0")
    await caller.hears(
        hotline.sound(hotline.config.menu.phrases.no_agents), within_s=PATIENCE_S, what="that nobody is there"
    )
    await caller.is_ended(within_s=PATIENCE_S)


@pytest.mark.parametrize("manner", [Manner.BUSY, Manner.DECLINES])
async def test_a_phone_that_cannot_answer_passes_the_caller_on(hotline: HotlineUp, manner: Manner) -> None:
    first = await hotline.ready("8003")
    first.manner = manner
    rings_before = len(first.rings)
    caller = await hotline.dial(f"1380000{len(manner):04}")
    await caller.press(TO_EARLY_REPAYMENT)
    await hotline.until(lambda: len(first.rings) > rings_before, within_s=PATIENCE_S)
    second = await hotline.ready("8002")
    talk = await second.talk(within_s=PATIENCE_S)
    assert len(first.rings) == rings_before + 1
    await hotline.until(lambda: hotline.agent("8002")["state"] == "talking")
    await talk.hang_up()
    await caller.is_ended(within_s=PATIENCE_S)


async def test_no_answer_goes_to_the_next_agent_and_the_place_is_kept(
    install: AsteriskInstall, tmp_path: Path, free_port: FreePort
) -> None:
    files = quick_files(tmp_path)
    files["agents"].write_text(files["agents"].read_text().replace("name: 还款专席", "name: 还款专席\n    ring_s: 5"))
    async with hotline_up(install, tmp_path, free_port, **files) as up:
        deaf = await up.ready("8003")
        deaf.manner = Manner.IGNORES
        early = await up.dial("13800000011")
        await early.press(TO_EARLY_REPAYMENT)
        await up.until(lambda: (up.call_of("13800000011") or {}).get("phase") == "ringing", within_s=PATIENCE_S)
        late = await up.dial("13800000012")
        await late.press(TO_EARLY_REPAYMENT)
        await up.until(lambda: up.call_of("13800000011")["phase"] == "queued", within_s=PATIENCE_S)
        await up.until(lambda: up.call_of("13800000012")["phase"] == "queued", within_s=PATIENCE_S)
        awake = await up.ready("8002")
        talk = await awake.talk(within_s=PATIENCE_S)
        await up.until(lambda: up.call_of("13800000011")["agent"] == "8002")
        await talk.hang_up()
        await early.hang_up()
        await late.hang_up()


async def test_the_caller_hangs_up_while_the_phone_rings(hotline: HotlineUp) -> None:
    agent = await hotline.ready("8003")
    agent.manner = Manner.IGNORES
    rings_before = len(agent.rings)
    caller = await hotline.dial("13800000005")
    await caller.press(TO_EARLY_REPAYMENT)
    await hotline.until(lambda: (hotline.call_of("13800000005") or {}).get("phase") == "ringing", within_s=PATIENCE_S)
    await hotline.until(lambda: len(agent.rings) > rings_before, within_s=PATIENCE_S)
    ring = agent.rings[-1]
    await caller.hang_up()
    await ring.is_ended(within_s=PATIENCE_S)
    await hotline.until(lambda: hotline.agent("8003")["state"] == "ready", within_s=PATIENCE_S)


async def test_music_and_the_place_in_line_while_everybody_talks(hotline: HotlineUp) -> None:
    agent = await hotline.ready("8003")
    first = await hotline.dial("13800000006")
    await first.press(TO_EARLY_REPAYMENT)
    talk = await agent.talk(within_s=PATIENCE_S)
    await hotline.until(lambda: hotline.agent("8003")["state"] == "talking")
    second = await hotline.dial("13800000007")
    await second.press(TO_EARLY_REPAYMENT)
    await second.hears(
        hotline.sound(hotline.config.menu.phrases.next_in_line), within_s=PATIENCE_S, what="the place in line"
    )
    since = second.heard_s
    await asyncio.sleep(4)
    heard = second.heard(since)
    assert float((heard**2).mean()) > 1e-5, "silence instead of music"
    await second.press("*")
    repayment = hotline.config.menu.nodes["repayment.early"]  # type: ignore[index]
    await second.hears(hotline.sound(repayment.say), within_s=PATIENCE_S, from_s=since, what="the menu again")
    await second.hang_up()
    await talk.hang_up()


async def test_agents_sign_in_pause_and_sign_off_from_their_own_phones(hotline: HotlineUp) -> None:
    agent = await hotline.phone("8004")
    feature = hotline.config.menu.phrases.feature
    for code, phrase, state in (
        ("*11", "sign_in", "ready"),
        ("*142", "not_ready", "not_ready"),
        ("*13", "ready", "ready"),
        ("*99", "unknown_code", "ready"),
        ("*12", "sign_off", "signed_off"),
    ):
        call = await agent.dial(code)
        await call.hears(hotline.sound(feature[phrase]), within_s=PATIENCE_S, what=f"the answer to {code}")
        await call.is_ended(within_s=PATIENCE_S)
        assert hotline.agent("8004")["state"] == state
