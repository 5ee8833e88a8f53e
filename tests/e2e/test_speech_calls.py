"""Real calls in which the caller speaks: voice over RTP, Asterisk's tap, a worker's model, and the menu's answer."""

import asyncio
import itertools
import json
import os
import re
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from typer.testing import CliRunner, Result

from hotline.asterisk.provision import AsteriskInstall
from hotline.cli_call import app
from hotline.cli_status import app as status_app
from hotline.control.client import AsyncControlClient
from hotline.control.protocol import ControlError
from hotline.prompts import alaw
from hotline.prompts.alaw import RATE, Samples
from hotline.trial.engine_watch import EngineWatch
from hotline.trial.phone import Phone
from hotline.trial.sayings import Saying, speak
from hotline.trial.trial_call import SILENT
from ivr.menu import ROOT, Node
from tests.e2e.hotline_rig import PATIENCE_S, TRUNK, FreePort, HotlineUp, hotline_up
from tests.e2e.raw_caller import RawCaller

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(400)]

WISH, UNCLEAR, YES, NO, FOREIGN = "我想提前还款", "注销", "是的", "不是", "今天天气怎么样"
LONG = "你好我想问一下就是我上个月在你们这里办的那个"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hotline(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: FreePort
) -> AsyncIterator[HotlineUp]:
    folder: Path = tmp_path_factory.mktemp("speech")
    async with hotline_up(install, folder, free_port, asr_workers=1, asr_max_lag_ms=30_000) as up:
        await up.until(lambda: up.status()["speech"]["offered"], within_s=60)
        yield up


@pytest.fixture(scope="module")
def voice() -> Callable[[str], Samples]:
    texts = [WISH, UNCLEAR, YES, NO, FOREIGN, LONG]
    sounds: dict[str, Saying] = {saying.text: saying for saying in speak(texts, "zh-CN")}
    return lambda text: sounds[text].sound


def cough(seconds: float = 0.12) -> Samples:
    noise = np.random.default_rng(7).normal(size=round(seconds * RATE)).astype(np.float32)
    return (0.2 * noise * np.hanning(noise.size)).astype(np.float32)


class Talk:
    """One call, and what the engine says of it."""

    def __init__(self, up: HotlineUp, watch: EngineWatch, phone: Phone) -> None:
        self.up, self.watch, self.phone = up, watch, phone

    async def says(self, sound: Samples) -> None:
        """Say it, and wait until something has come of it."""
        before = len(self.watch.facts("SpeechHeard"))
        self.phone.speak(sound, repeats=False)
        await self.up.until(lambda: len(self.watch.facts("SpeechHeard")) > before)

    async def is_at(self, node: str) -> None:
        await self.up.until(lambda: self.nodes[-1:] == [node])

    async def hears_say(self, node: Node) -> None:
        await self.phone.hears(self.up.sound(node.say), within_s=PATIENCE_S, what=node.name)

    @property
    def nodes(self) -> list[str]:
        return [fact["node"] for fact in self.watch.facts("EnterNode")]

    @property
    def meanings(self) -> list[Any]:
        return [fact["meaning"] for fact in self.watch.facts("SpeechHeard")]


class Calls:
    """Calls one after the other, each from a number of its own."""

    numbers = itertools.count(13700080001)

    def __init__(self, up: HotlineUp) -> None:
        self._up = up

    async def dial(self) -> tuple[Talk, EngineWatch]:
        caller = str(next(self.numbers))
        watch = await EngineWatch(self._up.settings.control_socket).__aenter__()
        phone = await self._up.far.dial("95001", caller=caller, speech=SILENT)
        await phone.is_answered(within_s=PATIENCE_S)
        await watch.find(caller, within_s=PATIENCE_S)
        await self._up.until(lambda: self._up.status()["speech"]["listening"])
        return Talk(self._up, watch, phone), watch


@pytest_asyncio.fixture(loop_scope="module")
async def talk(hotline: HotlineUp) -> AsyncIterator[Talk]:
    """A caller who is being welcomed and listened to; at the end nothing of the call may be left."""
    talk, watch = await Calls(hotline).dial()
    try:
        yield talk
    finally:
        await talk.phone.hang_up()
        await watch.__aexit__()
        await hotline.until(lambda: not hotline.status()["calls"])
        await hotline.until(lambda: hotline.status()["speech"]["taps"] == 0)


async def test_every_leaf_is_reached_by_saying_its_name_at_the_main_menu(hotline: HotlineUp) -> None:
    leaves = hotline.config.menu.leaves
    missed = []
    for leaf in leaves:
        talk, watch = await Calls(hotline).dial()
        parent = hotline.config.menu.nodes[leaf.parent or ROOT]
        text = leaf.name if leaf.name != "处理进度" else f"{parent.name[2:4]}{leaf.name}"
        await talk.says(speak([text], "zh-CN")[0].sound)
        if talk.meanings[0]["is"] == "Unsure":
            await talk.says(speak([YES], "zh-CN")[0].sound)
        wanted = {"node": leaf.id, "everywhere": None}
        if not any(meaning.get("wish") == wanted for meaning in talk.meanings):
            missed.append((leaf.id, talk.meanings))
        else:
            await talk.is_at(leaf.id)
        await talk.phone.hang_up()
        await watch.__aexit__()
    assert missed == []


async def test_a_wish_over_the_welcome_stops_it_and_leads_straight_to_the_leaf(
    hotline: HotlineUp, talk: Talk, voice: Callable[[str], Samples]
) -> None:
    await talk.says(voice(WISH))
    await talk.is_at("repayment.early")
    assert talk.nodes == ["main", "repayment.early"]
    assert talk.meanings == [{"is": "Understood", "wish": {"node": "repayment.early", "everywhere": None}}]
    await talk.hears_say(hotline.config.menu.nodes[talk.nodes[-1]])  # type: ignore[index]
    options = hotline.sound(hotline.config.menu.root.options)
    assert talk.phone.timeline({"options": options}) == []
    await hotline.until(lambda: hotline.status()["speech"]["understood"] >= 1)  # told once a second


async def test_after_a_cough_the_welcome_goes_on(hotline: HotlineUp, talk: Talk) -> None:
    await talk.says(cough())
    assert talk.meanings == [{"is": "NotUnderstood", "why": "nothing"}]
    await hotline.until(lambda: [fact for fact in talk.watch.facts("PlayPrompt") if fact["resumes"]])
    await talk.phone.hears(
        hotline.sound(hotline.config.menu.phrases.invite), within_s=PATIENCE_S, what="the invitation after the welcome"
    )
    assert talk.nodes == ["main"]


async def test_an_unclear_wish_is_asked_about_and_a_spoken_yes_leads_there(
    talk: Talk, voice: Callable[[str], Samples]
) -> None:
    await talk.says(voice(UNCLEAR))
    assert talk.meanings[0]["is"] == "Unsure"
    await asyncio.sleep(1.0)
    await talk.says(voice(YES))
    assert talk.meanings[1] == {"is": "Answered", "yes": True}
    await talk.is_at("account.close")


async def test_a_spoken_no_asks_anew_and_a_key_answers_too(
    hotline: HotlineUp, talk: Talk, voice: Callable[[str], Samples]
) -> None:
    await talk.says(voice(UNCLEAR))
    await asyncio.sleep(1.0)
    await talk.says(voice(NO))
    await talk.phone.hears(
        hotline.sound(hotline.config.menu.phrases.not_that[0]), within_s=PATIENCE_S, what="that it is asked again"
    )
    await talk.says(voice(UNCLEAR))
    await talk.phone.press("1")
    await talk.is_at("account.close")


async def test_what_nothing_in_the_menu_is_like_tapers_to_a_person(
    hotline: HotlineUp, talk: Talk, voice: Callable[[str], Samples]
) -> None:
    menu = hotline.config.menu
    await talk.says(voice(FOREIGN))
    await talk.phone.hears(
        hotline.sound(menu.phrases.not_understood[0]), within_s=PATIENCE_S, what="that it was not understood"
    )
    await talk.says(voice(FOREIGN))
    await talk.says(voice(FOREIGN))
    await talk.phone.hears(
        hotline.sound(menu.phrases.after_failures), within_s=PATIENCE_S, what="that an agent takes over"
    )
    assert talk.nodes == ["main"]


async def test_a_key_pressed_while_speaking_wins(talk: Talk, voice: Callable[[str], Samples]) -> None:
    talk.phone.speak(voice(LONG), repeats=False)
    await asyncio.sleep(1.0)
    await talk.phone.press("3")
    await talk.is_at("account")
    await asyncio.sleep(2.0)
    assert talk.nodes == ["main", "account"]


async def test_a_hang_up_in_the_middle_of_a_word_leaves_nothing(talk: Talk, voice: Callable[[str], Samples]) -> None:
    talk.phone.speak(voice(LONG), repeats=False)
    await asyncio.sleep(0.7)
    await talk.phone.hang_up()


async def test_a_caller_who_sends_no_sound_at_all_is_served_like_any_other(hotline: HotlineUp) -> None:
    async with RawCaller(hotline.settings.sip_address, TRUNK, '"raw" <sip:13700099999@127.0.0.2>'):
        await hotline.until(lambda: hotline.status()["speech"]["taps"] == 1)
        await hotline.until(lambda: hotline.call_of("13700099999"))
    await hotline.until(lambda: not hotline.status()["calls"])
    await hotline.until(lambda: hotline.status()["speech"]["taps"] == 0)


async def test_a_worker_killed_in_the_middle_of_a_word_costs_its_caller_speech_and_nothing_else(
    hotline: HotlineUp, voice: Callable[[str], Samples]
) -> None:
    for _ in range(3):
        talk, watch = await Calls(hotline).dial()
        talk.phone.speak(voice(LONG), repeats=False)
        await asyncio.sleep(0.7)
        os.kill(hotline.pid("recogniser-1"), signal.SIGKILL)
        await talk.phone.hears(
            hotline.sound(hotline.config.menu.phrases.use_keys), within_s=PATIENCE_S, what="that only keys are left"
        )
        await talk.phone.press("22")
        await talk.is_at("repayment.early")
        await talk.phone.hang_up()
        await watch.__aexit__()
        await hotline.until(lambda: hotline.status()["speech"]["offered"], within_s=60)
    await hotline.until(lambda: hotline.status()["speech"]["lost"] >= 3)  # told once a second


async def test_a_trial_call_says_what_it_wants_and_talks_to_an_agent(hotline: HotlineUp, tmp_path: Path) -> None:
    done = await command(hotline, "--say", WISH, "--agent-answers", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["ok"], told["said"], told["node"]) == (True, [WISH], "repayment.early")
    kinds = [note["kind"] for note in told["timeline"]]
    assert kinds.index("said") < kinds.index("understood") < kinds.index("queued") < kinds.index("talking")
    assert min(told["caller_hears_agent"], told["agent_hears_caller"]) > 0.9
    recording = tmp_path / "wish.alaw"
    recording.write_bytes(alaw.encode(speak(["账户查询"], "zh-CN")[0].sound))
    done = await command(hotline, "--keys", "1", "--wav", str(recording), "--json", "--wait", "1")
    assert done.exit_code == 0, done.output
    nodes = [note["text"] for note in json.loads(done.stdout)["timeline"] if note["kind"] == "node"]
    assert nodes == ["main", "loan", "account.query"]


def bytes_in(folder: Path) -> bytes:
    """All files right there."""
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


async def follow(client: AsyncControlClient, into: list[str]) -> None:
    """Everything the engine tells windows."""
    async for frame in client.follow():
        into.append(repr(frame))  # noqa: PERF401 - what came counts even when it is cancelled


async def status_of(up: HotlineUp) -> str:
    """`hotline status --json`."""
    runner = CliRunner(env={key: value for key, value in up.environment.items() if key.startswith("HOTLINE_")})
    done = await asyncio.to_thread(lambda: runner.invoke(status_app, ["--json"]))
    assert done.exit_code == 0, done.output
    return done.output


async def command(up: HotlineUp, *arguments: str) -> Result:
    """`hotline call`, in this process; its loop is in a thread of its own."""
    runner = CliRunner(env={key: value for key, value in up.environment.items() if key.startswith("HOTLINE_")})
    return await asyncio.to_thread(lambda: runner.invoke(app, list(arguments)))


async def test_no_word_a_caller_said_is_written_down_or_shown_anywhere(hotline: HotlineUp, tmp_path: Path) -> None:
    talk, watch = await Calls(hotline).dial()
    caller = talk.phone.name
    async with await AsyncControlClient.connect(hotline.settings.control_socket) as client:
        watched: list[str] = []
        following = asyncio.ensure_future(follow(client, watched))
        await talk.says(speak([WISH], "zh-CN")[0].sound)
        await talk.is_at("repayment.early")
        await talk.phone.press("*")
        await talk.is_at("repayment")
        shown = [json.dumps(hotline.status(), ensure_ascii=False), await status_of(hotline)]
        with pytest.raises(ControlError) as refused:
            hotline.ask("find_call", caller=[caller, WISH])
        following.cancel()
    await talk.phone.hang_up()
    await watch.__aexit__()
    await hotline.until(lambda: not hotline.status()["calls"])
    journal = bytes_in(hotline.settings.journal_dir)
    logs = bytes_in(hotline.settings.logs_dir) + bytes_in(hotline.settings.asterisk_home / "log")
    lines = (hotline.settings.state_dir.parent / "supervisor.out").read_bytes().splitlines()
    screen = b"\n".join(line for line in lines if b"call --say" not in line)  # what an admin may try
    said = "".join([*shown, *watched, repr(refused.value)]).encode()
    assert b"SpeechHeard" in journal
    assert b"SpeechHeard" in said
    for text in (WISH, FOREIGN, LONG[:4]):
        for where in (journal, logs, screen, said, bytes_in(hotline.settings.state_dir)):
            assert text.encode() not in where
            assert text.encode("unicode-escape") not in where
    for where in (logs, screen, said):
        assert caller.encode() not in where
        assert caller[-8:].encode() not in where
        assert not re.findall(rb'"digits?"\s*:\s*"[0-9*#]*[0-9#]', where)
    assert hotline.settings.keep_utterances is None
    sounds = {".pcm", ".raw", ".alaw", ".wav"}
    kept = [file for file in hotline.settings.state_dir.rglob("*") if file.suffix in sounds]
    ours = (hotline.settings.prompts_dir, hotline.settings.call_recordings)
    assert [file for file in kept if not any(file.is_relative_to(folder) for folder in ours)] == []
    talks = hotline.status()["counters"]["talks"]
    assert len(list(hotline.settings.call_recordings.rglob("*.wav"))) == talks  # talks with agents, and nothing else
