"""Lists of the phones: taken again and again, and looked into where they make a talk doubtful."""

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hotline.adoption import Adoption
from hotline.asterisk.ami_message import Action, AmiMessage, parse_message
from hotline.phone_watch import PhoneWatch, channels_of, uses_of
from hotline.store.recovery import Recovered
from telephony import commands as c
from telephony import events as e
from telephony.errors import LinkError
from telephony.ids import AgentNumber, CallId
from tests.hotline.engine_play import Play

AGENT = AgentNumber("8003")
CALLER = "Channel: PJSIP/trunk-1\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\nContext: hotline\r\nBridgeId: b"


def line(name: str, fields: str = "") -> AmiMessage:
    message = parse_message(f"Event: {name}\r\n{fields}".encode())
    assert message is not None
    return message


def device(state: str, of: str = "PJSIP/8003") -> AmiMessage:
    return line("DeviceStateChange", f"Device: {of}\r\nState: {state}")


class Lists:
    """A link that answers lists; what happens meanwhile can be told."""

    def __init__(self) -> None:
        self.answers: dict[str, list[AmiMessage] | LinkError] = {"DeviceStateList": [], "CoreShowChannels": []}
        self.asked: list[str] = []
        self.meanwhile: Callable[[], object] = lambda: None

    async def request_list(self, action: Action, *, timeout_s: float = 5.0) -> list[AmiMessage]:
        self.asked.append(action.name)
        self.meanwhile()
        answer = self.answers[action.name]
        if isinstance(answer, LinkError):
            raise answer
        return answer


@pytest.fixture
def play(tmp_path: Path) -> Play:
    play = Play(tmp_path)
    play.engine.connected = True
    return play


@pytest.fixture
def lists() -> Lists:
    return Lists()


@pytest.fixture
def watch(play: Play, lists: Lists) -> PhoneWatch:
    return PhoneWatch(play.engine, Adoption(play.engine, Recovered({}, {}, 0)), lists)


def talks(play: Play) -> None:
    play.sign_in(AGENT)
    play.arrive()
    play.press("22")
    assert play.answer() == AGENT


async def idle_for_long(play: Play, lists: Lists, watch: PhoneWatch) -> None:
    lists.answers["DeviceStateList"] = [device("NOT_INUSE"), line("DeviceStateListComplete")]
    for _ in range(3):
        play.wait(30)
        await watch.look()


def sleeps(monkeypatch: pytest.MonkeyPatch, times: int, then: Callable[[int], None] = lambda _: None) -> list[float]:
    """The watch sleeps so often, for nothing, and is stopped the last time; for how long it meant to."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        then(len(slept))
        if len(slept) == times:
            raise StopIteration

    monkeypatch.setattr("hotline.phone_watch.asyncio.sleep", sleep)
    return slept


def state(play: Play) -> c.AgentState | None:
    return play.engine.distributor.agent_state(AGENT)


async def test_channels_are_asked_for_only_when_a_talk_is_in_doubt(play: Play, lists: Lists, watch: PhoneWatch) -> None:
    talks(play)
    await idle_for_long(play, lists, watch)
    assert lists.asked == ["DeviceStateList"] * 3 + ["CoreShowChannels"]
    assert state(play) is c.AgentState.WRAP_UP


async def test_a_talk_with_channels_goes_on(play: Play, lists: Lists, watch: PhoneWatch) -> None:
    talks(play)
    lists.answers["CoreShowChannels"] = [line("CoreShowChannel", CALLER)]
    await idle_for_long(play, lists, watch)
    assert state(play) is c.AgentState.TALKING


async def test_what_asterisk_does_not_say_changes_nothing(play: Play, lists: Lists, watch: PhoneWatch) -> None:
    talks(play)
    lists.answers["CoreShowChannels"] = LinkError("lost", retryable=True)
    with capture_logs() as logs:
        await idle_for_long(play, lists, watch)
    assert [entry["action"] for entry in logs if entry["event"] == "phones_not_listed"] == ["CoreShowChannels"]
    lists.answers["DeviceStateList"] = LinkError("refused", retryable=False)
    await watch.look()
    assert state(play) is c.AgentState.TALKING


async def test_answers_of_an_earlier_connection_are_not_taken(play: Play, lists: Lists, watch: PhoneWatch) -> None:
    def reconnects() -> None:
        play.engine.epoch += 1

    talks(play)
    lists.meanwhile = reconnects
    await idle_for_long(play, lists, watch)
    assert play.engine.distributor.doubted() == []
    lists.meanwhile = lambda: None
    lists.answers["CoreShowChannels"] = LinkError("lost", retryable=True)
    await idle_for_long(play, lists, watch)
    lists.answers["CoreShowChannels"] = []
    lists.meanwhile = lambda: reconnects() if lists.asked[-1] == "CoreShowChannels" else None
    await watch.look()
    assert lists.asked[-1] == "CoreShowChannels"
    assert state(play) is c.AgentState.TALKING


async def test_it_looks_again_and_again_while_there_is_somebody_to_ask(
    play: Play, lists: Lists, watch: PhoneWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connected_but_once(woken: int) -> None:
        play.engine.connected = woken != 2

    slept = sleeps(monkeypatch, 4, connected_but_once)
    with pytest.raises(RuntimeError):
        await watch.run()
    assert slept == [30] * 4
    assert lists.asked == ["DeviceStateList"] * 2


async def test_what_is_told_while_a_list_is_read_is_newer_than_the_list(
    play: Play, lists: Lists, watch: PhoneWatch
) -> None:
    lists.answers["DeviceStateList"] = [device("NOT_INUSE"), line("DeviceStateListComplete")]
    play.engine.phones_seen({AGENT: e.PhoneUse.RINGING})
    assert await watch.listed() == {AGENT: e.PhoneUse.IDLE}
    lists.meanwhile = lambda: play.engine.phones_seen({AGENT: e.PhoneUse.IN_USE})
    assert await watch.listed() == {AGENT: e.PhoneUse.IN_USE}


async def test_a_bug_of_ours_costs_one_look(
    play: Play, lists: Lists, watch: PhoneWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeps(monkeypatch, 3)
    monkeypatch.setattr(watch, "listed", lambda: 1 / 0)
    with capture_logs() as logs, pytest.raises(RuntimeError):
        await watch.run()
    assert [entry["event"] for entry in logs] == ["phones_crashed"] * 2
    assert lists.asked == []


def test_a_line_that_is_not_understood_costs_the_others_nothing() -> None:
    lines = [line("DeviceStateChange", "State: BUSY"), device("BUSY"), device("INUSE", "PJSIP/trunk"), line("End")]
    with capture_logs() as logs:
        assert uses_of(lines) == {AGENT: e.PhoneUse.IN_USE}
    assert [entry["event"] for entry in logs] == ["phone_not_understood"]
    with capture_logs() as logs:
        found = channels_of([line("CoreShowChannel"), line("CoreShowChannel", CALLER), line("End")])
    assert [one.call for one in found] == [CallId("1.1")]
    assert [entry["event"] for entry in logs] == ["channel_not_understood"]
