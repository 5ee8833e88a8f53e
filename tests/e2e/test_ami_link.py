"""The link on a real Asterisk, with asterisk-ami beside it as an independent witness."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asterisk.ami import AMIClient

from hotline.asterisk.ami_message import MAX_LINE_SENT_BYTES, MAX_LINES_SENT, Action, AmiMessage
from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.link import Link, LinkAddress, LinkTiming, OutcomeUnknownError
from hotline.asterisk.provision import AsteriskInstall
from hotline.asterisk.render import base_files
from tests.hotline.asterisk.ami_peer import Witness, running

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.filterwarnings("ignore:notifyAll"),  # asterisk-ami's own
]

MANAGER = """
[general]
enabled = yes
bindaddr = 127.0.0.1
port = {port}
[hotline]
secret = correct horse
read = system,call,dtmf,agi,user
write = system,call,originate,agi,user
eventfilter(action(exclude),name(VarSet)) =
eventfilter(action(exclude),name(Newexten)) =
eventfilter(action(exclude),name(TestEvent)) =
"""
DIALPLAN = """
[names]
exten => chinese,1,Set(CALLERID(name)=张三丰)
 same => n,AGI(agi:async)
exten => evil,1,Set(CALLERID(name)=${URIDECODE(x%0D%0AEvent: Forged%0D%0A%0D%0AEvent: Forged%0D%0AA: 'b' %5C)})
 same => n,AGI(agi:async)
"""
NAMES = {"chinese": "张三丰", "evil": "x\r\nEvent: Forged\r\n\r\nEvent: Forged\r\nA: 'b' \\"}
TIMING = LinkTiming(ping_every_s=0.1, ping_answer_s=1.0, retry_first_s=0.05, retry_limit_s=0.2)


@pytest.fixture(scope="module")
def port(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[str, int], int]
) -> Iterator[tuple[AsteriskInstance, int]]:
    number = free_port("127.0.0.1", socket.SOCK_STREAM)
    home: Path = tmp_path_factory.mktemp("ami")
    files = {
        **base_files(rtp_start=19_100, rtp_end=19_200),
        "manager.conf": MANAGER.format(port=number),
        "extensions.conf": DIALPLAN,
        "musiconhold.conf": "[general]\n",
        "pjsip.conf": "",
    }
    instance = AsteriskInstance(install, home, files)
    instance.start()
    yield instance, number
    instance.stop()


@pytest_asyncio.fixture
async def linked(port: tuple[AsteriskInstance, int]) -> AsyncIterator[tuple[Link, Witness]]:
    witness = Witness()
    where = LinkAddress("127.0.0.1", port[1], "hotline", "correct horse")
    link = Link(where, on_event=witness.on_event, on_state=witness.on_state, timing=TIMING)
    async with running(link):
        await witness.connected()
        yield link, witness


class OtherClient:
    """asterisk-ami, logged in as the same user."""

    def __init__(self, port: int) -> None:
        self.events: list[Any] = []
        self._ended = threading.Event()
        self._client = AMIClient(port=port, timeout=30)
        self._client.add_event_listener(self._take)
        assert self._client.login("hotline", "correct horse").response.status == "Success"

    def _take(self, event: Any, source: AMIClient) -> None:
        self.events.append(event)
        if event.keys.get("UserEvent") == "end":
            self._ended.set()

    def until_the_end(self) -> None:
        assert self._ended.wait(10)

    def close(self) -> None:
        self._client.logoff()
        self._client._thread.join(5)
        self._client._socket.close()


def between_the_marks(events: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    marks = [at for at, event in enumerate(events) if event[0] == "UserEvent"]
    return events[marks[0] : marks[-1] + 1]


def mark(name: str) -> Action:
    return Action("UserEvent", (("UserEvent", name),))


SEEN = ("Channel", "Uniqueid", "CallerIDName", "Exten", "Result", "CommandId", "Cause")


async def test_two_independent_clients_see_the_same_events(
    linked: tuple[Link, Witness], port: tuple[AsteriskInstance, int]
) -> None:
    link, witness = linked
    other = await asyncio.to_thread(OtherClient, port[1])
    try:
        await link.request(mark("begin"))
        for exten, name in NAMES.items():
            started = await arrive(link, witness, exten)
            assert started.unescaped("CallerIDName") == name
            channel = started.required("Channel")
            assert await agi(link, witness, channel, "GET VARIABLE CALLERID(name)") == f"200 result=1 ({name})\n"
            listed = await link.request_list(Action("CoreShowChannels"))
            assert name in {line.unescaped("CallerIDName") for line in listed}
            await link.request(Action("Hangup", (("Channel", channel),)))
            await witness.until(lambda channel=channel: gone(witness, channel))  # type: ignore[misc]
        await link.request(mark("end"))
        await witness.until(lambda: ends(witness) == 1)
        await asyncio.to_thread(other.until_the_end)
    finally:
        await asyncio.to_thread(other.close)
    ours = [(event.name, *(event.optional(key) for key in SEEN)) for event in witness.events]
    theirs = [(event.name, *(event.keys.get(key, "") for key in SEEN)) for event in other.events]
    assert between_the_marks(ours) == between_the_marks(theirs)
    assert len(between_the_marks(ours)) > 20
    assert "Forged" not in {event.name for event in witness.events}


def ends(witness: Witness) -> int:
    return sum(event.name == "UserEvent" and event.optional("UserEvent") == "end" for event in witness.events)


def gone(witness: Witness, channel: str) -> bool:
    return any(event.name == "Hangup" and event.required("Channel") == channel for event in witness.events)


async def arrive(link: Link, witness: Witness, exten: str) -> AmiMessage:
    """A call comes in and is in AsyncAGI."""
    before = len(arrivals(witness))
    fields = (("Channel", f"Local/{exten}@names/n"), ("Application", "Wait"), ("Data", "30"), ("Async", "true"))
    await link.request(Action("Originate", fields))
    await witness.until(lambda: len(arrivals(witness)) > before)
    return arrivals(witness)[-1]


def arrivals(witness: Witness) -> list[AmiMessage]:
    return [event for event in witness.events if event.name == "AsyncAGIStart"]


async def agi(link: Link, witness: Witness, channel: str, command: str) -> str:
    """Run a command in AsyncAGI; the reply only says it is queued, the result is an event."""
    command_id = f"{channel}-{command}"
    reply = await link.request(Action("AGI", (("Channel", channel), ("Command", command), ("CommandID", command_id))))
    assert reply.required("Message") == "Added AGI command to queue"

    def results() -> list[AmiMessage]:
        done = [event for event in witness.events if event.name == "AsyncAGIExec"]
        return [event for event in done if event.required("CommandID") == command_id]

    await witness.until(lambda: bool(results()))
    return results()[0].unquoted("Result")


async def test_the_longest_line_and_the_most_lines_we_send_arrive(linked: tuple[Link, Witness]) -> None:
    link, _ = linked
    value = "x" * (MAX_LINE_SENT_BYTES - len("Value: "))
    await link.request(Action("Setvar", (("Variable", "GLOBAL(LONG)"), ("Value", value))))
    assert (await link.request(Action("Getvar", (("Variable", "GLOBAL(LONG)"),)))).required("Value") == value
    many = tuple(("Variable", f"a{number}=1") for number in range(MAX_LINES_SENT - 2))
    assert (await link.request(Action("Ping", many))).required("Ping") == "Pong"


async def test_a_frozen_asterisk_is_noticed_and_greeted_again(
    linked: tuple[Link, Witness], port: tuple[AsteriskInstance, int]
) -> None:
    link, witness = linked
    pid = port[0].pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.to_thread(os.waitid, os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)  # it stops a moment later
        with pytest.raises(OutcomeUnknownError, match="no reply to a ping"):
            await link.request(mark("lost?"), timeout_s=30)
    finally:
        os.kill(pid, signal.SIGCONT)
    await witness.connected(times=2)
    assert (await link.request(Action("Ping"))).response == "Success"
    assert link.reconnects == 1
    assert 0 < link.round_trip_s < 1
