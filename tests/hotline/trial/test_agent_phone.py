import asyncio

import pytest

from hotline.asterisk.ami_message import Action
from hotline.trial.agent_phone import AgentPhone, Manner
from hotline.trial.phone import NotHeardError, Phone
from tests.hotline.trial.trial_play import Stage, answer


def picks_up(phone: Phone, action: Action) -> None:
    if action.name == "Redirect":
        answer(phone)


async def ring(manner: Manner, react: object = None, **settings: float) -> tuple[AgentPhone, Phone, list[Action]]:
    stage = Stage(react or picks_up)  # type: ignore[arg-type]
    agent = await stage.agent("8001", "pw")
    agent.manner = manner
    for name, value in settings.items():
        setattr(agent, name, value)
    phone = stage.new_phone("8001")
    await agent.react(phone)
    return agent, phone, stage.actions


async def test_it_answers_after_a_while_and_speaks() -> None:
    began = asyncio.get_running_loop().time()
    agent, phone, _ = await ring(Manner.ANSWERS, answers_after_s=0.1)
    assert asyncio.get_running_loop().time() - began >= 0.1
    assert await agent.talk(within_s=1) is phone
    assert agent.rings == [phone]


@pytest.mark.parametrize(("manner", "code"), [(Manner.BUSY, "486"), (Manner.DECLINES, "603")])
async def test_it_turns_calls_away(manner: Manner, code: str) -> None:
    agent, _, actions = await ring(manner)
    assert [dict(action.fields)["Cause"] for action in actions] == [code]
    with pytest.raises(NotHeardError, match="agent 8001 answered no call"):
        await agent.talk(within_s=0.05)


async def test_it_lets_it_ring() -> None:
    agent, _, actions = await ring(Manner.IGNORES)
    assert actions == []
    assert len(agent.rings) == 1


async def test_it_hangs_up_after_a_while() -> None:
    _, phone, actions = await ring(Manner.ANSWERS, answers_after_s=0.0, hangs_up_after_s=0.05)
    assert phone.ended.is_set()
    assert actions[-1].name == "Hangup"


async def test_a_caller_who_gives_up_is_not_answered() -> None:
    stage = Stage(picks_up)
    agent = await stage.agent("8001", "pw")
    agent.answers_after_s = 5
    phone = stage.new_phone("8001")
    phone.hung_up(16)
    await agent.react(phone)
    assert stage.actions == []


async def test_it_dials() -> None:
    stage = Stage()
    agent = await stage.agent("8001", "pw")
    call = await agent.dial("*11")
    assert call.answered.is_set()


async def test_a_talk_that_is_over_is_not_the_next_one() -> None:
    agent, first, _ = await ring(Manner.ANSWERS, answers_after_s=0.0)
    first.hung_up(16)
    with pytest.raises(NotHeardError):
        await agent.talk(within_s=0.05)
