"""Real calls that agents pass on: by REFER, by in-talk code, from the command line; blindly and after asking."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from hotline.asterisk.provision import AsteriskInstall
from hotline.trial.agent_phone import AgentPhone, Manner
from hotline.trial.phone import Phone
from tests.e2e.failure_scene import quick_files
from tests.e2e.hotline_rig import PATIENCE_S, FreePort, HotlineUp, hotline_up

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

TO_REPAYMENT = "220"


def with_numbers(folder: Path) -> dict[str, Path]:
    """Queues that can be dialled; after a talk about loans the menu follows, after one about accounts the survey."""
    files = quick_files(folder)
    text = files["agents"].read_text()
    for line, rules in {
        "name: 贷款咨询专席": 'extension: "7001"\n    after_talk: menu',
        "name: 账户服务专席": 'extension: "7003"\n    after_talk: survey',
    }.items():
        text = text.replace(line, f"{line}\n    {rules}", 1)
    files["agents"].write_text(text)
    return files


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: FreePort
) -> AsyncIterator[HotlineUp]:
    folder: Path = tmp_path_factory.mktemp("transfer")
    async with hotline_up(install, folder, free_port, **with_numbers(folder)) as up:
        yield up


async def talk(hotline: HotlineUp, number: str, agent: str, keys: str = TO_REPAYMENT) -> tuple[Phone, Phone]:
    """A caller and an agent who hear each other: both telephones."""
    phone = await hotline.ready(agent)
    caller = await hotline.dial(number)
    await caller.press(keys)
    call = await phone.talk(within_s=PATIENCE_S)
    await in_talk(hotline, number, agent)
    await hears(caller, phone)
    return caller, call


async def in_talk(hotline: HotlineUp, number: str, agent: str) -> None:
    def there() -> bool:
        call = hotline.call_of(number) or {}
        return call.get("phase") == "talking" and call.get("agent") == agent

    await hotline.until(there)


async def hears(caller: Phone, agent: AgentPhone) -> None:
    """The agent's voice, from now on."""
    what = f"agent {agent.number}"
    await caller.hears(agent.speech, within_s=PATIENCE_S, from_s=caller.heard_s, what=what)


async def test_a_telephone_refers_the_caller_to_a_colleague(hotline: HotlineUp) -> None:
    caller, call = await talk(hotline, "13820000001", "8003")
    colleague = await hotline.ready("8002")
    await call.transfer("8002")
    await colleague.talk(within_s=PATIENCE_S)
    await in_talk(hotline, "13820000001", "8002")
    await hears(caller, colleague)
    await hotline.until(lambda: hotline.agent("8003")["state"] in {"wrap_up", "ready"})
    await caller.hang_up()


async def test_a_telephone_refers_the_caller_to_a_queue_and_the_menu_follows_its_talk(hotline: HotlineUp) -> None:
    caller, call = await talk(hotline, "13820000002", "8003")
    loans = await hotline.ready("8001")
    await call.transfer("7001")
    second = await loans.talk(within_s=PATIENCE_S)
    await in_talk(hotline, "13820000002", "8001")
    assert hotline.call_of("13820000002")["queue"] == "loan"
    await second.hang_up()
    await hotline.until(lambda: hotline.call_of("13820000002")["phase"] == "menu")
    await caller.hang_up()


async def test_a_caller_sent_on_from_the_command_line_comes_first_in_the_other_queue(hotline: HotlineUp) -> None:
    caller, _ = await talk(hotline, "13820000003", "8003")
    account = await hotline.ready("8004")
    call = hotline.call_of("13820000003")["id"]
    assert hotline.ask("transfer", call=call, to="nowhere")["explanation"] == "unknown_target"
    assert hotline.ask("transfer", call=call, to="account")["granted"]
    second = await account.talk(within_s=PATIENCE_S)
    await in_talk(hotline, "13820000003", "8004")
    await second.hang_up()
    survey = hotline.sound(hotline.config.menu.phrases.survey)
    await caller.hears(survey, within_s=PATIENCE_S, what="the words about the survey")
    await caller.is_ended(within_s=PATIENCE_S)


async def test_a_blind_transfer_by_the_code_in_the_talk(hotline: HotlineUp) -> None:
    caller, call = await talk(hotline, "13820000004", "8003")
    colleague = await hotline.ready("8002")
    await call.press("*71")
    asked = hotline.sound(hotline.config.menu.phrases.transfer_number)
    await call.hears(asked, within_s=PATIENCE_S, what="the question for the number")
    await call.press("8002#")
    await colleague.talk(within_s=PATIENCE_S)
    await in_talk(hotline, "13820000004", "8002")
    await hears(caller, colleague)
    await call.is_ended(within_s=PATIENCE_S)
    await caller.hang_up()


async def test_a_colleague_is_asked_first_and_gets_the_caller_when_the_agent_hangs_up(hotline: HotlineUp) -> None:
    caller, call = await talk(hotline, "13820000005", "8003")
    colleague = await hotline.ready("8002")
    await call.press("*72")
    await hotline.until(lambda: hotline.agent("8003")["state"] == "talking")
    asked = hotline.sound(hotline.config.menu.phrases.transfer_number)
    await call.hears(asked, within_s=PATIENCE_S, what="the question for the number")
    await call.press("8002#")
    second = await colleague.talk(within_s=PATIENCE_S)
    await call.hears(colleague.speech, within_s=PATIENCE_S, what="the colleague")
    await second.hears(hotline.phones["8003"].speech, within_s=PATIENCE_S, what="the agent")
    await call.hang_up()
    await in_talk(hotline, "13820000005", "8002")
    await hears(caller, colleague)
    await hotline.until(lambda: hotline.agent("8003")["state"] in {"wrap_up", "ready"})
    await second.hang_up()
    after = hotline.sound(hotline.config.menu.phrases.after_talk)
    await caller.hears(after, within_s=PATIENCE_S, what="the farewell")
    await caller.is_ended(within_s=PATIENCE_S)


async def test_a_telephone_that_asked_the_colleague_by_itself_puts_caller_and_colleague_together(
    hotline: HotlineUp,
) -> None:
    caller, call = await talk(hotline, "13820000006", "8003")
    colleague = await hotline.ready("8002")
    second = await hotline.phones["8003"].dial("8002", within_s=PATIENCE_S)
    asked = await colleague.talk(within_s=PATIENCE_S)
    await second.hears(colleague.speech, within_s=PATIENCE_S, what="the colleague")
    await call.transfer_to(second, "8002")
    await in_talk(hotline, "13820000006", "8002")
    await hears(caller, colleague)
    await hotline.until(lambda: hotline.agent("8003")["state"] in {"wrap_up", "ready"})
    assert hotline.agent("8002")["state"] == "talking"
    await asked.hang_up()
    after = hotline.sound(hotline.config.menu.phrases.after_talk)
    await caller.hears(after, within_s=PATIENCE_S, what="the farewell")
    await caller.is_ended(within_s=PATIENCE_S)
    await hotline.until(lambda: hotline.agent("8002")["state"] in {"wrap_up", "ready"})


async def test_a_caller_put_through_before_the_colleague_has_answered_is_rung_for_by_us(hotline: HotlineUp) -> None:
    caller, call = await talk(hotline, "13820000007", "8003")
    colleague = await hotline.ready("8002")
    colleague.manner = Manner.IGNORES
    second = await hotline.phones["8003"]._dial("8003", "8002")
    await hotline.until(lambda: colleague.rings and not colleague.rings[-1].ended.is_set())
    colleague.manner = Manner.ANSWERS
    await call.transfer_to(second, "8002")
    await colleague.talk(within_s=PATIENCE_S)
    await in_talk(hotline, "13820000007", "8002")
    await hears(caller, colleague)
    await hotline.until(lambda: hotline.agent("8003")["state"] in {"wrap_up", "ready"})
    await caller.hang_up()


@pytest.mark.parametrize("manner", [Manner.DECLINES, Manner.ANSWERS])
async def test_a_colleague_who_does_not_take_the_caller_gives_him_back(hotline: HotlineUp, manner: Manner) -> None:
    number = f"1382000001{len(manner)}"
    caller, call = await talk(hotline, number, "8003")
    colleague = await hotline.ready("8002")
    colleague.manner = manner
    assert hotline.ask("transfer", call=hotline.call_of(number)["id"], to="8002", consult=True)["granted"]
    if manner is Manner.ANSWERS:
        second = await colleague.talk(within_s=PATIENCE_S)
        await call.hears(colleague.speech, within_s=PATIENCE_S, what="the colleague")
        await second.hang_up()
    await asyncio.sleep(0.5)
    await hears(caller, hotline.phones["8003"])
    await in_talk(hotline, number, "8003")
    await call.hang_up()
    await caller.is_ended(within_s=PATIENCE_S)
