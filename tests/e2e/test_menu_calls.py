"""Real calls through the menu: every leaf by keys, each prompt told by its sound, every universal key."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from hotline.asterisk.provision import AsteriskInstall
from ivr.menu import ROOT, Node
from tests.e2e.hotline_rig import PATIENCE_S, FreePort, HotlineUp, hotline_up

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hotline(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: FreePort
) -> AsyncIterator[HotlineUp]:
    folder: Path = tmp_path_factory.mktemp("menu")
    async with hotline_up(install, folder, free_port) as up:
        yield up


def keys_to(up: HotlineUp, leaf: Node) -> str:
    keys, node = "", leaf
    while node.parent is not None:
        parent = up.config.menu.nodes[node.parent]
        keys = next(key for key, child in parent.choices.items() if child == node.id) + keys
        node = parent
    return keys


async def test_every_leaf_is_reached_by_keys_and_says_its_own_text(hotline: HotlineUp) -> None:
    leaves = hotline.config.menu.leaves
    assert len(leaves) == 14

    async def reach(number: int, leaf: Node) -> tuple[str, float]:
        phone = await hotline.dial(f"1390000{number:04}")
        await phone.hears(hotline.sound(hotline.config.menu.root.say), within_s=PATIENCE_S, what="the welcome")
        node = hotline.config.menu.root
        for key in keys_to(hotline, leaf):
            pressed_at = phone.heard_s
            await phone.press(key)
            node = hotline.config.menu.nodes[node.choices[key]]
            first = node.say or node.options
            match = await phone.hears(hotline.sound(first), within_s=PATIENCE_S, from_s=pressed_at, what=node.name)
        await phone.hang_up()
        return node.id, match.score

    reached = []
    for start in range(0, len(leaves), 5):
        batch = leaves[start : start + 5]
        reached += await asyncio.gather(*(reach(start + n, leaf) for n, leaf in enumerate(batch)))
    assert [node for node, _ in reached] == [leaf.id for leaf in leaves]
    assert min(score for _, score in reached) > 0.5  # other prompts reach 0.22 at most


async def test_keys_typed_ahead_of_every_prompt(hotline: HotlineUp) -> None:
    phone = await hotline.dial("13900010001")
    await phone.press("22")
    early = hotline.config.menu.nodes[hotline.config.menu.nodes[ROOT].choices["2"]].choices["2"]
    await phone.hears(hotline.sound(hotline.config.menu.nodes[early].say), within_s=PATIENCE_S, what="提前还款")
    await phone.hang_up()


async def test_back_main_repeat_and_agent_work_everywhere(hotline: HotlineUp) -> None:
    menu = hotline.config.menu
    repayment = menu.nodes[menu.root.choices["2"]]
    phone = await hotline.dial("13900010002")
    for keys, expected in (
        ("2", repayment.options),
        ("9", repayment.options),
        ("*", menu.root.options),
        ("2", repayment.options),
        ("#", menu.root.options),
        ("*", menu.phrases.at_top),
        ("0", menu.phrases.no_agents),
    ):
        since = phone.heard_s
        await phone.press(keys)
        await phone.hears(hotline.sound(expected), within_s=PATIENCE_S, from_s=since, what=f"the answer to {keys}")
    await phone.hang_up()


async def test_a_wrong_key_and_silence_taper_and_end_at_a_person(hotline: HotlineUp) -> None:
    menu = hotline.config.menu
    phone = await hotline.dial("13900010003")
    await phone.press("7")
    await phone.hears(hotline.sound(menu.phrases.no_match[0]), within_s=PATIENCE_S, what="the first no-match")
    since = phone.heard_s
    await phone.press("8")
    await phone.hears(
        hotline.sound(menu.phrases.no_match[1]), within_s=PATIENCE_S, from_s=since, what="the second no-match"
    )
    since = phone.heard_s
    await phone.press("7")
    await phone.hears(hotline.sound(menu.phrases.after_failures), within_s=PATIENCE_S, from_s=since, what="the way out")
    await phone.hears(
        hotline.sound(menu.phrases.no_agents), within_s=PATIENCE_S, from_s=since, what="that nobody is there"
    )
    await phone.is_ended(within_s=PATIENCE_S)


async def test_the_complaint_line_enters_its_branch_directly(hotline: HotlineUp) -> None:
    menu = hotline.config.menu
    phone = await hotline.dial("13900010004", "95009")
    await phone.hears(
        hotline.sound(menu.entry("95009").greeting), within_s=PATIENCE_S, what="the complaint line's greeting"
    )
    await phone.hears(
        hotline.sound(menu.nodes[menu.entry("95009").node].options), within_s=PATIENCE_S, what="its options"
    )
    call = hotline.call_of("13900010004")
    assert call["channel"] == "投诉专线"
    await phone.hang_up()


async def test_hanging_up_leaves_nothing(hotline: HotlineUp) -> None:
    phone = await hotline.dial("13900010005")
    await phone.hang_up()
    await hotline.until(lambda: not hotline.status()["calls"])
