"""Real calls to queues that are closed, full, deserted or slow: another queue takes the caller, or he is told."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from hotline.asterisk.provision import AsteriskInstall
from tests.e2e.failure_scene import quick_files
from tests.e2e.hotline_rig import PATIENCE_S, FreePort, HotlineUp, hotline_up

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

TO_LOAN, TO_REPAYMENT, TO_COMPLAINT, TO_ACCOUNT = "110", "220", "410", "310"


def with_rules(folder: Path) -> dict[str, Path]:
    """Loans are closed for a holiday, complaints are too but go on, repayment is slow, accounts are full at one."""
    files = quick_files(folder)
    days = f"{date.today() - timedelta(1)}..{date.today() + timedelta(2)}"  # noqa: DTZ011 - either side of any zone
    text = files["agents"].read_text()
    for line, rules in {
        "name: 贷款咨询专席": "hours: office",
        "name: 投诉专席": "hours: office\n    overflow: {to: general, topic: general}",
        "name: 还款专席": "overflow: {to: general, topic: general, after_s: 4}",
        "name: 账户服务专席": "max_waiting: 1",
    }.items():
        assert line in text
        text = text.replace(line, f"{line}\n    {rules}", 1)
    schedule = f"schedules:\n  office:\n    week: {{daily: 24h}}\n    holidays: {{{days}: 盘点}}\n"
    files["agents"].write_text(schedule + text)
    return files


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: FreePort
) -> AsyncIterator[HotlineUp]:
    folder: Path = tmp_path_factory.mktemp("overflow")
    async with hotline_up(install, folder, free_port, **with_rules(folder)) as up:
        yield up


async def test_a_closed_queue_says_so_and_ends_the_call(hotline: HotlineUp) -> None:
    await hotline.ready("8001")
    caller = await hotline.dial("13810000001")
    await caller.press(TO_LOAN)
    closed = hotline.sound(hotline.config.menu.phrases.closed)
    await caller.hears(closed, within_s=PATIENCE_S, what="that the queue is closed")
    await caller.is_ended(within_s=PATIENCE_S)


async def test_a_closed_queue_with_another_behind_it_reaches_an_agent_there(hotline: HotlineUp) -> None:
    agent = await hotline.ready("8007")
    caller = await hotline.dial("13810000002")
    await caller.press(TO_COMPLAINT)
    talk = await agent.talk(within_s=PATIENCE_S)
    await caller.hears(agent.speech, within_s=PATIENCE_S, what="the agent of the other queue")
    assert hotline.call_of("13810000002")["queue"] == "general"
    await talk.hang_up()
    await caller.is_ended(within_s=PATIENCE_S)


async def test_whoever_waits_too_long_is_taken_by_another_queue(hotline: HotlineUp) -> None:
    busy = await hotline.ready("8003")
    first = await hotline.dial("13810000003")
    await first.press(TO_REPAYMENT)
    talk = await busy.talk(within_s=PATIENCE_S)
    second = await hotline.dial("13810000004")
    await second.press(TO_REPAYMENT)
    await hotline.until(lambda: (hotline.call_of("13810000004") or {}).get("queue") == "repayment")
    helper = await hotline.ready("8007")
    taken = await helper.talk(within_s=PATIENCE_S)
    await hotline.until(lambda: hotline.call_of("13810000004")["phase"] == "talking")
    assert hotline.call_of("13810000004")["queue"] == "general"
    await taken.hang_up()
    await talk.hang_up()
    await second.is_ended(within_s=PATIENCE_S)
    queue = next(one for one in hotline.status()["queues"] if one["id"] == "repayment")
    assert (queue["offered"], queue["answered"], queue["waiting"]) == (2, 1, 0)


async def test_a_full_queue_tells_the_next_caller(hotline: HotlineUp) -> None:
    await hotline.ready("8004")
    hotline.ask("agent", number="8004", wish="not_ready", reason="1")
    first = await hotline.dial("13810000005")
    await first.press(TO_ACCOUNT)
    await hotline.until(lambda: (hotline.call_of("13810000005") or {}).get("phase") == "queued")
    second = await hotline.dial("13810000006")
    await second.press(TO_ACCOUNT)
    full = hotline.sound(hotline.config.menu.phrases.queue_full)
    await second.hears(full, within_s=PATIENCE_S, what="that the queue is full")
    await second.is_ended(within_s=PATIENCE_S)
    await first.hang_up()
