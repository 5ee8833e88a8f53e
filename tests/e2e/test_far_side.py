"""The trial side itself, on a plain Asterisk: simulated callers and agents do what they are told."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import AsteriskInstall
from hotline.asterisk.render import base_files
from hotline.prompts import alaw
from hotline.trial.agent_phone import AgentPhone, Manner
from hotline.trial.far_side import FarSide
from hotline.trial.phone import NotHeardError
from hotline.trial.voices import voice_of

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

PATIENCE_S = 30.0
"""For what is a matter of seconds on a quiet machine."""

MENU, CODE = np.tile(voice_of("the menu"), 3), voice_of("signed in")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def far(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[str, int], int]
) -> AsyncIterator[FarSide]:
    folder: Path = tmp_path_factory.mktemp("far")
    port = free_port("127.0.0.1", socket.SOCK_DGRAM)
    for name, sound in (("menu", MENU), ("code", CODE)):
        alaw.write(folder / f"{name}.alaw", alaw.encode(sound))
    hot = AsteriskInstance(install, folder / "hot", hot_files(folder, port))
    await asyncio.to_thread(hot.start)
    try:
        async with FarSide(install, folder / "far", hotline=f"127.0.0.1:{port}") as side:
            yield side
        assert "0 active channels" in await asyncio.to_thread(hot.cli, "core show channels count")
        assert "0 of inf" not in await asyncio.to_thread(hot.cli, "pjsip show contacts")
    finally:
        await asyncio.to_thread(hot.stop)


@pytest_asyncio.fixture(loop_scope="module")
async def agent(far: FarSide) -> AsyncIterator[AgentPhone]:
    phone = far.agents.get("8001") or await far.agent("8001", "right", within_s=PATIENCE_S)
    yield phone
    phone.manner, phone.hangs_up_after_s, phone.answers_after_s = Manner.ANSWERS, None, 0.2
    phone.rings.clear()


def hot_files(folder: Path, port: int) -> dict[str, str]:
    phone = "disallow=all\nallow=alaw\ndirect_media=no\ndtmf_mode=rfc4733\nrtp_symmetric=yes\n"
    return {
        **base_files(rtp_start=24_000, rtp_end=24_198),
        "manager.conf": "[general]\nenabled=no\n",
        "pjsip.conf": f"""[global]
type=global
endpoint_identifier_order=ip,username,auth_username
[udp]
type=transport
protocol=udp
bind=127.0.0.1:{port}
[trunk]
type=endpoint
context=trunk
{phone}[trunk]
type=identify
endpoint=trunk
match=127.0.0.2
[8001]
type=endpoint
context=agents
aors=8001
auth=8001
{phone}[8001]
type=aor
max_contacts=1
[8001]
type=auth
auth_type=userpass
username=8001
password=right
""",
        "extensions.conf": f"""[trunk]
exten => 100,1,Answer()
 same => n,Set(TIMEOUT(absolute)=60)
 same => n,Playback({folder}/menu)
 same => n,Hangup()
exten => 200,1,Answer()
 same => n,Dial(PJSIP/8001,5)
 same => n,Playback({folder}/menu)
 same => n,Hangup()
exten => 300,1,Hangup(17)
exten => 400,1,Answer()
 same => n,Goto(key-${{CALLERID(num)}},1)
exten => _key-.,1,ExecIf($["${{CALLERID(name)}}" = "张三丰"]?Playback({folder}/menu))
 same => n,Hangup()
[agents]
exten => _*11,1,Answer()
 same => n,Playback({folder}/code)
 same => n,Hangup()
exten => 100,1,Playback({folder}/menu)
 same => n,Hangup()
""",
    }


async def test_a_caller_hears_a_prompt_as_it_was_played(far: FarSide) -> None:
    caller = await far.dial("100", caller="13800138000")
    await caller.is_answered(within_s=PATIENCE_S)
    match = await caller.hears(MENU, within_s=PATIENCE_S)
    assert match.score > 0.95
    assert await caller.is_ended(within_s=PATIENCE_S) == 16
    (heard,) = caller.timeline({"menu": MENU})
    assert heard.complete


async def test_a_refused_call_says_why(far: FarSide) -> None:
    caller = await far.dial("300", caller="13800138000")
    with pytest.raises(NotHeardError, match="refused"):
        await caller.is_answered(within_s=PATIENCE_S)


async def test_the_callers_name_arrives(far: FarSide) -> None:
    caller = await far.dial("400", caller="13800138000", caller_name="张三丰")
    await caller.is_answered(within_s=PATIENCE_S)
    await caller.hears(MENU, within_s=PATIENCE_S)
    await caller.hang_up()


async def test_an_agent_dials_a_code(agent: AgentPhone) -> None:
    call = await agent.dial("*11")
    await call.hears(CODE, within_s=PATIENCE_S)
    assert await call.is_ended(within_s=PATIENCE_S) == 16


async def test_caller_and_agent_hear_each_other(far: FarSide, agent: AgentPhone) -> None:
    caller = await far.dial("200", caller="13800138001")
    talk = await agent.talk(within_s=PATIENCE_S)
    await asyncio.gather(
        caller.hears(voice_of("8001"), within_s=PATIENCE_S, what="the agent"),
        talk.hears(voice_of("13800138001"), within_s=PATIENCE_S, what="the caller"),
    )
    await caller.hang_up()
    assert await talk.is_ended(within_s=PATIENCE_S) == 16


@pytest.mark.parametrize(("manner", "cause"), [(Manner.BUSY, 17), (Manner.DECLINES, 21)])
async def test_an_agent_turns_a_call_away(far: FarSide, agent: AgentPhone, manner: Manner, cause: int) -> None:
    agent.manner = manner
    caller = await far.dial("200", caller="13800138002")
    await caller.is_answered(within_s=PATIENCE_S)
    await caller.hears(MENU, within_s=PATIENCE_S, what="what comes after the refusal")
    assert [ring.cause for ring in agent.rings] == [cause]
    await caller.hang_up()


async def test_an_agent_does_not_answer(far: FarSide, agent: AgentPhone) -> None:
    agent.manner = Manner.IGNORES
    caller = await far.dial("200", caller="13800138003")
    await caller.is_answered(within_s=PATIENCE_S)
    await caller.hears(MENU, within_s=PATIENCE_S, what="what comes after the ring")
    assert len(agent.rings) == 1
    assert agent.rings[0].ended.is_set()
    await caller.hang_up()


async def test_an_agent_hands_the_caller_on(far: FarSide, agent: AgentPhone) -> None:
    caller = await far.dial("200", caller="13800138004")
    talk = await agent.talk(within_s=PATIENCE_S)
    await talk.transfer("100")
    await caller.hears(MENU, within_s=PATIENCE_S, what="the target of the transfer")
    await caller.hang_up()


async def test_an_agent_hangs_up(far: FarSide, agent: AgentPhone) -> None:
    agent.hangs_up_after_s = 0.3
    caller = await far.dial("200", caller="13800138005")
    await caller.is_answered(within_s=PATIENCE_S)
    await caller.is_ended(within_s=PATIENCE_S)
    assert agent.rings[0].ended.is_set()


async def test_a_wrong_password_is_not_accepted(far: FarSide) -> None:
    with pytest.raises(NotHeardError, match="did not accept the phone of agent 8009"):
        await far.agent("8009", "wrong", within_s=1.5)
    del far.agents["8009"]
