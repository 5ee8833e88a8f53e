"""The desk in an engine: what Asterisk is asked for, and what the calls are told."""

import asyncio
from pathlib import Path
from typing import cast

import pytest

from hotline.asterisk.ami_message import Action, AmiMessage
from hotline.asterisk.translate import Channel, ForCall
from hotline.engine import Engine
from hotline.recognition import TOLD_AT_ONCE, Recognition
from hotline.settings import Settings
from hotline.speech import protocol as p
from telephony.errors import LinkError
from telephony.ids import CallId, NodeId
from telephony.speech import SpeechHeard, SpeechOffered, SpeechStarted
from telephony.wish import Understood, Wish
from tests.hotline.engine_play import Play

EARLY = Understood(Wish(NodeId("repayment.early")))


class Spoken:
    """An engine whose worker is played by the test."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.play = Play(tmp_path, asr_model=tmp_path, asr_workers=1)
        self.recognition = Recognition(self.play.engine, self.play.settings, "geheim")
        self.sent: list[p.FromEngine] = []
        monkeypatch.setattr(self.recognition._links["recogniser-1"], "send", self.sent.append)
        self.recognition.desk.take_menu(self.play.config.menu.version, self.play.config.menus_text)
        self.recognition.worker_up("recogniser-1", p.Ready("127.0.0.1:9", "m", demo=True, most_taps=9))

    @property
    def actions(self) -> list[Action]:
        return [action for action in self.play.link.sent if action.name in {"Originate", "Setvar", "Hangup"}]

    @property
    def tap(self) -> str:
        return next(message.tap for message in self.sent if isinstance(message, p.OpenTap))

    def arrive(self) -> CallId:
        self.play.arrive()
        return CallId("1.1")


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spoken:
    return Spoken(tmp_path, monkeypatch)


def test_a_call_is_tapped_heard_and_led_to_its_leaf(spoken: Spoken) -> None:
    call = spoken.arrive()
    detect, tap = spoken.actions[:2]
    assert ("Variable", "TALK_DETECT(set)") in detect.fields
    assert dict(tap.fields)["Channel"] == f"AudioSocket/127.0.0.1:9/{spoken.tap}"
    assert isinstance(spoken.sent[0], p.TakeMenu)
    spoken.play.engine.report(ForCall(call, SpeechStarted(call)))
    listen = p.ListenTo(spoken.tap, 1, "main", asks=False, fresh=False)
    assert spoken.sent[-2:] == [listen, p.SoundBegan(spoken.tap)]
    spoken.recognition.worker_said("recogniser-1", p.Heard(spoken.tap, 1, EARLY, "settled", 0.1, 0.01))
    assert spoken.play.engine.lines[call].conversation.node == "repayment.early"
    assert SpeechHeard(call, 1, EARLY) in spoken.play.journal.facts
    assert not [fact for fact in spoken.play.journal.facts if isinstance(fact, SpeechStarted)]


def test_on_the_way_to_an_agent_nobody_listens_any_more(spoken: Spoken) -> None:
    call = spoken.arrive()
    spoken.play.press("0", call)
    assert spoken.sent[-1] == p.CloseTap(spoken.tap)
    assert ("Variable", "TALK_DETECT(remove)") in spoken.actions[-1].fields
    spoken.play.hang_up(call)
    assert spoken.recognition.desk._calls == {}


@pytest.mark.parametrize("reply", [AmiMessage("", "Error", {}), LinkError("lost", retryable=True)])
def test_a_tap_that_asterisk_refuses_leaves_the_caller_to_his_keys(
    spoken: Spoken, reply: AmiMessage | LinkError
) -> None:
    call = spoken.arrive()
    place = next(place for place, action in enumerate(spoken.play.link.sent) if action.name == "Originate")
    answered = spoken.play.link.replies[place]
    assert answered is not None
    answered(AmiMessage("", "Success", {}))
    assert spoken.recognition.desk.view().lost == 0
    answered(reply)
    assert spoken.recognition.desk.view().lost == 1
    assert call in spoken.play.engine.lines


def test_a_worker_that_dies_is_told_and_new_calls_use_keys(spoken: Spoken) -> None:
    spoken.arrive()
    spoken.recognition.worker_down("recogniser-1")
    assert (spoken.recognition.desk.view().lost, spoken.play.engine.speech.offered) == (1, False)


def test_taps_of_an_engine_before_are_hung_up(spoken: Spoken) -> None:
    name = "AudioSocket/127.0.0.1:9-x"
    spoken.recognition.compare([Channel(name, CallId("x"), "x", "default", "", "ChanSpy", "", "", "")])
    assert spoken.actions[-1] == Action("Hangup", (("Channel", name), ("Cause", "16")))


async def test_without_workers_it_waits_for_them(spoken: Spoken) -> None:
    running = asyncio.ensure_future(spoken.recognition.run())
    await asyncio.sleep(0.05)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_without_a_model_nobody_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.speech.models.EMBEDDED", tmp_path / "missing")
    play = Play(tmp_path)
    assert Recognition(play.engine, play.settings, "geheim").desk.view().wanted == 0


CALLS = [CallId(f"call-{number}") for number in range(3 * TOLD_AT_ONCE)]


class Calls:
    """An engine, as far as it is told."""

    def __init__(self) -> None:
        self.lines = dict.fromkeys(CALLS)
        self.told: list[tuple[CallId, bool]] = []
        self.turns: list[int] = []
        self.speech: object = None

    def post(self, event: SpeechOffered) -> None:
        self.told.append((event.call, event.offered))

    def wake(self) -> None:
        self.turns.append(len(self.told))


def recognition(calls: Calls, folder: Path) -> Recognition:
    made = Recognition(cast("Engine", calls), Settings(state_dir=folder), "secret")
    made.desk.offered = False
    return made


async def test_calls_are_told_a_few_at_a_time_and_each_once(tmp_path: Path) -> None:
    calls = Calls()
    recognition(calls, tmp_path).offer(offered=False)
    assert len(calls.told) == TOLD_AT_ONCE
    del calls.lines[CALLS[-1]]
    for _ in range(5):
        await asyncio.sleep(0)
    assert calls.told == [(call, False) for call in CALLS[:-1]]
    assert calls.turns == [TOLD_AT_ONCE, 2 * TOLD_AT_ONCE, 3 * TOLD_AT_ONCE - 1]


async def test_what_is_true_by_now_is_told_to_all(tmp_path: Path) -> None:
    calls = Calls()
    speech = recognition(calls, tmp_path)
    speech.offer(offered=False)
    speech.desk.offered = True
    speech.offer(offered=True)
    for _ in range(5):
        await asyncio.sleep(0)
    assert calls.told == [*((call, False) for call in CALLS[:TOLD_AT_ONCE]), *((call, True) for call in CALLS)]
