"""An Asterisk that is frozen, deaf, slow or only seems so because we were late ourselves."""

import asyncio
import contextlib
import socket
import threading
from dataclasses import replace
from typing import Any

import pytest

from hotline.asterisk.ami_message import Action
from hotline.asterisk.link import Link, LinkAddress, LinkState, OutcomeUnknownError
from hotline.asterisk.link_ping import MAX_MISSED
from tests.hotline.asterisk.ami_peer import BANNER, BOOTED, QUICK, Said, Visit, Witness, linked, running, success

IMPATIENT = replace(QUICK, ping_every_s=0.02, ping_answer_s=0.05)
AGI = Action("AGI", (("Channel", "PJSIP/trunk-1"), ("Command", "NOOP")))


class FrozenAt:
    """Answers that many pings on its first connection, then nothing; the connection stays open."""

    def __init__(self, pings: int) -> None:
        self.pings = pings
        self.first = True

    async def __call__(self, visit: Visit) -> None:
        await visit.log_in()
        frozen, self.first = self.first, False
        while self.pings or not frozen:
            said = await visit.hear()
            if said["action"] == "Ping":
                await visit.say(success(said))
                self.pings -= frozen
        while True:
            await visit.hear()


@pytest.mark.parametrize("pings", [0, 3])
async def test_a_frozen_asterisk_is_noticed_and_what_was_under_way_fails(pings: int) -> None:
    """Where panoramisk noticed nothing for ever."""
    async with linked(FrozenAt(pings), timing=IMPATIENT) as (link, peer, witness):
        failure = asyncio.ensure_future(link.request(AGI, timeout_s=60))
        await witness.connected(times=2)
        with pytest.raises(OutcomeUnknownError, match=r"AGI: Asterisk does not answer: no reply to a ping in 0\.05 s"):
            await failure
        assert [said["action"] for said in peer.visits[1].heard].count("AGI") == 0
        assert link.state is LinkState.CONNECTED


async def test_silence_needs_no_second_ping() -> None:
    async with linked(FrozenAt(0), timing=replace(IMPATIENT, ping_every_s=60)) as (link, peer, witness):
        await witness.until(lambda: LinkState.DISCONNECTED in witness.states)
        assert [said["action"] for said in peer.visits[0].heard] == ["Login", "Ping"]
        assert "no reply to a ping" in str(link.last_error)


async def talk(visit: Visit) -> None:
    """Say something, and read what has come meanwhile."""
    await visit.say(b"Event: Mark\r\n\r\n")
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(visit.hear(), 0.005)


async def test_one_who_talks_but_does_not_read_needs_no_second_ping_either() -> None:
    async def deaf(visit: Visit) -> None:
        await visit.log_in()
        visit.reader._transport.pause_reading()  # type: ignore[attr-defined]
        while not visit.writer.is_closing():
            await visit.say(b"Event: Mark\r\n\r\n")
            await asyncio.sleep(0.005)

    fat = Action("Setvar", tuple(("Variable", "x" * 900) for _ in range(100)))
    async with linked(deaf, timing=replace(IMPATIENT, ping_every_s=60, ping_answer_s=0.3)) as (link, _, witness):
        protocol = link._protocol
        assert protocol is not None
        while not protocol.transport.get_write_buffer_size():
            link.send(fat)
            await asyncio.sleep(0)
        await witness.until(lambda: LinkState.DISCONNECTED in witness.states)
        assert "no reply to a ping" in str(link.last_error)


async def test_pings_missed_now_and_then_are_forgiven() -> None:
    async def moody(visit: Visit) -> None:
        await visit.log_in()
        answered = 0
        while True:
            await talk(visit)
            pings = [said for said in visit.heard if said["action"] == "Ping"]
            if len(pings) > answered:
                answered = len(pings)
                if answered % 2 == 0:
                    await visit.say(success(pings[-1]))

    # Patient enough that a busy machine does not look silent.
    async with linked(moody, timing=replace(IMPATIENT, ping_every_s=0.31, ping_answer_s=0.3)) as (_, peer, _witness):
        for _ in range(7):
            await peer.visits[0].heard_action("Ping")
        assert len(peer.visits) == 1


async def test_a_peer_that_talks_but_never_answers_is_given_three_pings() -> None:
    async def deaf(visit: Visit) -> None:
        await visit.log_in()
        while peers[0].visits[-1] is visit:
            await talk(visit)

    peers = []
    async with linked(timing=replace(IMPATIENT, ping_every_s=0.05, ping_answer_s=0.3)) as (link, peer, witness):
        peers.append(peer)
        peer.behave = deaf
        assert link._protocol is not None
        link._protocol.close()
        await witness.connected(times=3)
        assert "no reply to a ping" in str(link.last_error)
        assert [said["action"] for said in peer.visits[1].heard].count("Ping") >= MAX_MISSED > 1


class PeerElsewhere(threading.Thread):
    """Answers pings in a thread of its own, as Asterisk does in a process of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.visits = 0

    def run(self) -> None:
        with self._server, contextlib.suppress(OSError):
            while True:
                visitor, _ = self._server.accept()
                self.visits += 1
                with visitor, visitor.makefile("rwb") as lines:
                    lines.write(BANNER)
                    lines.flush()
                    self._serve(lines)

    def _serve(self, lines: Any) -> None:
        for line in lines:
            if line.startswith(b"ActionID: "):
                lines.write(b"Response: Success\r\n" + line + b"\r\n")
            elif line == b"Events: on\r\n":
                lines.write(BOOTED)
            lines.flush()

    def stop(self) -> None:
        with contextlib.suppress(OSError):  # a visitor who broke off has ended it already
            self._server.shutdown(socket.SHUT_RDWR)
        self.join(10)


async def test_an_answer_that_waited_for_our_own_busy_loop_counts() -> None:
    """The engine's step took longer than a ping may: the answer was there all the time."""
    peer, witness = PeerElsewhere(), Witness()
    peer.start()
    where = LinkAddress("127.0.0.1", peer.port, "hotline", "correct horse")
    timing = replace(QUICK, ping_every_s=0.02, ping_answer_s=0.25)
    link = Link(where, on_event=witness.on_event, on_state=witness.on_state, timing=timing)
    async with running(link):
        await witness.connected()
        for _ in range(3):
            blocked_until = asyncio.get_running_loop().time() + 0.5
            while asyncio.get_running_loop().time() < blocked_until:
                pass
            await link.request(Action("Ping"))
        assert witness.states.count(LinkState.DISCONNECTED) == 0
    await asyncio.to_thread(peer.stop)
    assert peer.visits == 1


async def test_the_round_trip_is_the_median_of_the_last_replies_or_the_wait_of_the_oldest() -> None:
    held: list[Said] = []

    def hold(said: Said) -> bytes:
        held.append(said)
        return b""

    async def hold_agi(visit: Visit) -> None:
        await visit.log_in()
        await visit.serve({"AGI": hold})

    async with linked(hold_agi, timing=replace(QUICK, ping_every_s=60)) as (link, peer, _witness):
        for _ in range(3):
            await link.request(Action("Ping"))
        usual = link.round_trip_s
        assert 0 < usual < 1
        link.send(AGI)
        await peer.visits[0].heard_action("AGI")
        await asyncio.sleep(usual + 0.05)
        assert link.round_trip_s > usual + 0.04
        await peer.visits[0].say(success(held[0]))
        for _ in range(20):
            await link.request(Action("Ping"))
        assert link.round_trip_s < 0.05 + usual
