"""The connection's life: coming up, going down, coming back, and never doing anything twice."""

import asyncio
import gc
import random
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from hotline.asterisk.ami_message import Action, AmiMessage
from hotline.asterisk.link import (
    ActionRefusedError,
    Link,
    LinkAddress,
    LinkState,
    LinkTiming,
    NotSentError,
    OutcomeUnknownError,
)
from telephony.errors import LinkError
from tests.hotline.asterisk.ami_peer import (
    BANNER,
    BOOTED,
    PATIENCE_S,
    QUICK,
    AmiPeer,
    Behaviour,
    Visit,
    Witness,
    address,
    civil,
    linked,
    replaying,
    running,
    server_bytes,
    success,
)

CONNECTING, CONNECTED, DISCONNECTED = LinkState.CONNECTING, LinkState.CONNECTED, LinkState.DISCONNECTED
ORIGINATE = Action("Originate", (("Channel", "PJSIP/8001"), ("Async", "true")))
ACCEPTED = "Message: Authentication accepted\r\n"


def drop(link: Link) -> None:
    """As if the connection broke."""
    assert link._protocol is not None
    link._protocol.transport.abort()


def link_to(peer: AmiPeer, witness: Witness, timing: LinkTiming = QUICK) -> Link:
    return Link(address(peer), on_event=witness.on_event, on_state=witness.on_state, timing=timing)


async def trouble(link: Link, witness: Witness) -> LinkError:
    """Wait for the first failed attempt."""
    await witness.until(lambda: DISCONNECTED in witness.states)
    assert link.last_error is not None
    return link.last_error


# ---- coming up -------------------------------------------------------------------------------------


async def test_it_connects_logs_in_and_is_connected_once_asterisk_has_booted() -> None:
    async with linked() as (link, peer, witness):
        assert witness.states == [CONNECTING, CONNECTED]
        assert link.state is CONNECTED
        login = peer.visits[0].heard[0]
        assert (login["action"], login["username"], login["secret"]) == ("Login", "hotline", "correct horse")
        assert login["events"] == "on"
        assert link.connected_at is not None
        assert link.connected_at <= asyncio.get_running_loop().time()
        assert (link.reconnects, link.last_error) == (0, None)
    assert witness.states == [CONNECTING, CONNECTED, DISCONNECTED]
    assert link.connected_at is None


async def test_a_recorded_login() -> None:
    async with linked(replaying("login")) as (link, _, _witness):
        reply = await link.request(Action("Logoff"))
    assert reply.response == "Goodbye"


async def test_before_fully_booted_nothing_is_sent_and_nothing_told() -> None:
    booting = asyncio.Event()

    async def slow(visit: Visit) -> None:
        await visit.say(BANNER)
        await visit.say(success(await visit.hear(), ACCEPTED) + b"Event: Early\r\n\r\n")
        await booting.wait()
        await visit.say(BOOTED + b"Event: Late\r\n\r\n")
        await visit.serve()

    async with AmiPeer(slow) as peer:
        witness = Witness()
        async with running(link_to(peer, witness)) as link:
            visit = await peer.next_visit()
            await visit.heard_action("Login")
            with pytest.raises(NotSentError):
                await link.request(ORIGINATE)
            assert witness.states == [CONNECTING]
            booting.set()
            await witness.event("Late")
        assert [event.name for event in witness.events] == ["FullyBooted", "Late"]
        assert [said["action"] for said in visit.heard] == ["Login", "Ping"]


async def test_fully_booted_before_the_login_is_not_believed() -> None:
    async def eager(visit: Visit) -> None:
        await visit.say(BANNER + BOOTED)
        await visit.hear()
        await visit.say(BOOTED)
        await visit.hear()

    async with AmiPeer(eager) as peer:
        witness = Witness()
        async with running(link_to(peer, witness, replace(QUICK, login_s=0.05))) as link:
            assert "Login: no reply within 0.05 s" in str(await trouble(link, witness))
        assert CONNECTED not in witness.states


async def silent(visit: Visit) -> None:
    await visit.hear()


async def other_service(visit: Visit) -> None:
    await visit.say(b"SSH-2.0-OpenSSH_9.2\r\n")
    await visit.hear()


async def half_greeting(visit: Visit) -> None:
    await visit.say(BANNER[:10])
    await visit.hear()


async def hangs_up(visit: Visit) -> None:
    visit.cut()


async def never_boots(visit: Visit) -> None:
    await visit.say(BANNER)
    await visit.say(success(await visit.hear(), ACCEPTED))
    await visit.serve()


async def hangs_up_at_login(visit: Visit) -> None:
    await visit.say(BANNER)
    await visit.hear()


@pytest.mark.parametrize(
    ("behave", "complaint", "logins"),
    [
        (silent, "no greeting from Asterisk's manager within 0.05 s", 0),
        (half_greeting, "no greeting from Asterisk's manager within 0.05 s", 0),
        (other_service, "the other side is not an Asterisk manager", 0),
        (hangs_up, "", 0),
        (hangs_up_at_login, "", 1),
        (never_boots, "logged in as hotline, but no FullyBooted", 1),
    ],
)
async def test_who_is_no_asterisk_gets_no_secret_and_another_chance(
    behave: Behaviour, complaint: str, logins: int
) -> None:
    async with AmiPeer(behave) as peer:
        witness = Witness()
        async with running(link_to(peer, witness, replace(QUICK, login_s=0.05, boot_s=0.05))) as link:
            error = await trouble(link, witness)
            assert complaint in str(error)
            assert error.retryable
            assert len(peer.visits[0].heard) == logins
            peer.behave = civil
            await witness.connected()
        assert CONNECTED not in witness.states[: witness.states.index(DISCONNECTED)]


async def test_a_refused_login_is_told_plainly_and_tried_again_slowly() -> None:
    async with AmiPeer(replaying("login_refused")) as peer:
        witness = Witness()
        with capture_logs() as logged:
            async with running(link_to(peer, witness)) as link:
                error = await trouble(link, witness)
                assert str(error) == "Asterisk refuses manager user hotline: Login: Authentication failed"
                assert not error.retryable
                peer.behave = civil
                await witness.connected()
        assert [line["log_level"] for line in logged if line["event"] == "ami_not_connected"] == ["error"]
        assert "horse" not in str(logged)


async def test_nobody_listens_at_first() -> None:
    async with AmiPeer() as peer:
        where = address(peer)
    witness = Witness()
    link = Link(where, on_event=witness.on_event, on_state=witness.on_state, timing=QUICK)
    async with running(link):
        assert f"{where.host}:{where.port}" in str(await trouble(link, witness))
        assert link.last_error is not None
        assert link.last_error.retryable
        async with AmiPeer(port=where.port):
            await witness.connected()


async def test_the_wait_doubles_to_its_limit_and_is_drawn_from_its_upper_half() -> None:
    timing = LinkTiming(retry_first_s=0.1, retry_limit_s=1.0, retry_refused_s=15.0)
    lost, refused = LinkError("lost", retryable=True), LinkError("refused", retryable=False)

    def delays(chance: float) -> list[float]:
        where = LinkAddress("127.0.0.1", 1, "", "")
        link = Link(where, on_event=print, on_state=print, timing=timing, chance=lambda: chance)
        return [link._delay_s(lost, failures) for failures in (1, 2, 3, 4, 5, 1000)] + [link._delay_s(refused, 1)]

    assert delays(1.0) == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 15.0])
    assert delays(0.0) == pytest.approx([0.05, 0.1, 0.2, 0.4, 0.5, 0.5, 7.5])


async def test_a_connection_that_lived_begins_the_doubling_anew() -> None:
    timing = replace(QUICK, retry_first_s=0.001, retry_limit_s=1000.0, steady_s=0.0)
    async with linked(timing=timing) as (link, _, witness):
        for times in range(2, 30):  # doubled each time, the last wait would be hours
            drop(link)
            await witness.connected(times)
        assert link.reconnects == 28


async def test_one_that_did_not_live_goes_on_doubling() -> None:
    async with linked(timing=replace(QUICK, steady_s=1000.0)) as (link, _, witness):
        with capture_logs() as logged:
            for times in range(2, 6):
                drop(link)
                await witness.connected(times)
    assert [line["failures"] for line in logged if line["event"] == "ami_not_connected"] == [1, 2, 3, 4]


# ---- going down ------------------------------------------------------------------------------------


async def test_while_disconnected_an_action_fails_typed_and_is_never_sent_later() -> None:
    """Where panoramisk kept it and sent it after the reconnect: an agent rang twice."""
    async with AmiPeer(silent) as peer:
        witness = Witness()
        async with running(link_to(peer, witness)) as link:
            replies: list[AmiMessage | LinkError] = []
            link.send(ORIGINATE, replies.append)
            assert replies == []  # never inside send
            with pytest.raises(NotSentError) as caught:
                await link.request(ORIGINATE)
            with pytest.raises(NotSentError):
                await link.request_list(ORIGINATE)
            assert caught.value.retryable
            assert [type(reply) for reply in replies] == [NotSentError]
            peer.behave = civil
            (await peer.next_visit()).cut()
            await witness.connected()
            await link.request(Action("Ping"))
        assert "Originate" not in [said["action"] for visit in peer.visits for said in visit.heard]


async def test_what_was_under_way_fails_and_is_not_done_again_after_the_reconnect() -> None:
    """Where panoramisk's futures hung for ever, or the action was replayed."""
    async with linked() as (link, peer, witness):
        first = peer.visits[0]
        replies: list[AmiMessage | LinkError] = []
        states_when_told: list[LinkState] = []

        def on_reply(reply: AmiMessage | LinkError) -> None:
            replies.append(reply)
            states_when_told.append(link.state)

        link.send(ORIGINATE, on_reply, timeout_s=60)
        listing = asyncio.ensure_future(link.request_list(Action("CoreShowChannels"), timeout_s=60))
        await first.heard_action("CoreShowChannels")
        first.cut()
        with pytest.raises(OutcomeUnknownError) as caught:
            await listing
        assert caught.value.retryable
        assert states_when_told == [DISCONNECTED]
        await witness.connected(times=2)
        await link.request(Action("Ping"))
        assert [type(reply) for reply in replies] == [OutcomeUnknownError]
        assert {said["action"] for said in peer.visits[1].heard} == {"Login", "Ping"}


async def test_a_half_message_dies_with_its_connection() -> None:
    async with linked() as (_, peer, witness):
        await peer.visits[0].say(b"Event: Half\r\nA: b\r\n")
        peer.visits[0].cut()
        await witness.connected(times=2)
        await peer.visits[1].say(b"\r\nEvent: Whole\r\n\r\n")
        await witness.event("Whole")
    assert [event.name for event in witness.events] == ["FullyBooted", "FullyBooted", "Whole"]


async def test_everything_said_before_the_end_is_heard() -> None:
    async def farewell(visit: Visit) -> None:
        await visit.log_in()
        await visit.hear()
        await visit.say(b"".join(b"Event: N%d\r\n\r\n" % number for number in range(1000)))
        visit.writer.close()
        await visit.writer.wait_closed()

    async with linked(farewell) as (_, _peer, witness):
        await witness.connected(times=2)
    names = [event.name for event in witness.events]
    assert names[:1001] == ["FullyBooted", *(f"N{number}" for number in range(1000))]


TOTAL = len(server_bytes("async_agi")) - len(BANNER)


@pytest.mark.parametrize("stop_after", sorted({1, TOTAL - 1, TOTAL, *random.Random(5).sample(range(TOTAL), 40)}))
async def test_cut_anywhere_every_action_is_settled_and_the_link_comes_back(stop_after: int) -> None:
    commands = [Action("AGI", (("CommandID", str(number)),)) for number in range(3)]
    async with AmiPeer(replaying("async_agi", stop_after=stop_after)) as peer:
        witness = Witness()
        settled: list[AmiMessage | LinkError] = []
        async with running(link_to(peer, witness)) as link:
            await peer.next_visit()
            await witness.until(lambda: bool({CONNECTED, DISCONNECTED} & set(witness.states)))
            for action in [*commands, Action("Hangup")]:
                link.send(action, settled.append)
            peer.behave = civil
            await peer.next_visit()
            await witness.until(lambda: link.state is CONNECTED and witness.states.count(CONNECTING) >= 2)
            assert (await link.request(Action("Ping"))).response == "Success"
            assert len(settled) == 4
        told = [event.name for event in witness.events if event.name != "FullyBooted"]
        recorded = [b"Newchannel", b"AsyncAGIStart", b"Newstate", *[b"AsyncAGIExec"] * 3]
        recorded += [b"AsyncAGIEnd", b"SoftHangupRequest", b"Hangup"]
        assert told == [name.decode() for name in recorded][: len(told)]


async def test_fifty_reconnects_leave_nothing_behind() -> None:
    async with linked(timing=replace(QUICK, steady_s=0.0)) as (link, peer, witness):
        settled: list[AmiMessage | LinkError] = []
        tasks = len(asyncio.all_tasks())
        for times in range(2, 52):
            visit = peer.visits[-1]
            for _ in range(3):
                link.send(ORIGINATE, settled.append, timeout_s=60)
            if times % 2:
                await visit.heard_action("Originate")
                visit.cut()
            else:
                drop(link)
            await witness.connected(times)
            await link.request(Action("Ping"))
        assert link.reconnects == 50
        assert [type(reply) for reply in settled] == [OutcomeUnknownError] * 150
        for visit in peer.visits:
            assert [said["action"] for said in visit.heard].count("Originate") <= 3
        assert len(asyncio.all_tasks()) <= tasks + 1  # the peer's own, coming and going
        assert link._protocol is not None
        assert len(link._protocol.responses) == 0
        scheduled = [timer for timer in asyncio.get_running_loop()._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        assert len(scheduled) < 10
        gc.collect()
        protocols = [thing for thing in gc.get_objects() if type(thing).__name__ == "SafeProtocol"]
        assert len(protocols) <= 2


async def test_a_state_callback_that_raises_does_not_stop_the_link() -> None:
    async with AmiPeer() as peer:
        witness = Witness()

        def broken(state: LinkState) -> None:
            witness.on_state(state)
            raise RuntimeError("not your day")

        link = Link(address(peer), on_event=witness.on_event, on_state=broken, timing=QUICK)
        with capture_logs() as logged:
            async with running(link):
                await witness.connected()
                drop(link)
                await witness.connected(times=2)
        assert [line["about"] for line in logged if line["event"] == "ami_callback_failed"] == ["LinkState"] * 6


# ---- the end ---------------------------------------------------------------------------------------


async def test_close_ends_run_and_what_is_under_way() -> None:
    async with AmiPeer() as peer:
        witness = Witness()
        link = link_to(peer, witness)
        task = asyncio.ensure_future(link.run())
        await witness.connected()
        waiting = asyncio.ensure_future(link.request(ORIGINATE))
        await peer.visits[0].heard_action("Originate")
        await asyncio.gather(link.close(), link.close())
        await asyncio.wait_for(task, PATIENCE_S)
        with pytest.raises(OutcomeUnknownError, match="Originate: closed"):
            await waiting
        await link.close()
        assert link.state is DISCONNECTED
        with pytest.raises(NotSentError):
            await link.request(ORIGINATE)


@pytest.mark.parametrize("behave", [civil, silent, never_boots, hangs_up])
async def test_cancelled_at_any_stage_it_ends_as_cancelled(behave: Behaviour) -> None:
    async with AmiPeer(behave) as peer:
        witness = Witness()
        link = link_to(peer, witness, LinkTiming(retry_first_s=60))
        task = asyncio.ensure_future(link.run())
        await peer.next_visit()
        await witness.until(lambda: len(witness.states) >= (1 if behave in {silent, never_boots} else 2))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert link.state is DISCONNECTED
        await link.close()


async def test_cancelled_while_it_closes_it_ends_as_cancelled() -> None:
    async with AmiPeer() as peer:
        witness = Witness()
        link = link_to(peer, witness)
        task = asyncio.ensure_future(link.run())
        await witness.connected()
        closing = asyncio.ensure_future(link.close())
        await asyncio.sleep(0)  # close has asked
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await closing


async def test_it_can_run_again_but_not_twice_at_once() -> None:
    async with AmiPeer() as peer:
        witness = Witness()
        link = link_to(peer, witness)
        async with running(link):
            await witness.connected()
            with pytest.raises(RuntimeError, match="runs already"):
                await link.run()
            assert (await link.request(Action("Ping"))).response == "Success"
        async with running(link):
            await witness.connected(times=2)
        assert link.reconnects == 1


async def test_an_author_who_gives_a_secret_with_a_line_break_is_told() -> None:
    async with AmiPeer() as peer:
        where = LinkAddress("127.0.0.1", peer.port, "hotline", "correct\r\nhorse")
        link = Link(where, on_event=print, on_state=lambda _state: None, timing=QUICK)
        with pytest.raises(ValueError, match="Secret: a value with CR, LF or NUL") as caught:
            await asyncio.wait_for(link.run(), PATIENCE_S)
        assert "horse" not in str(caught.value)
        assert link.state is DISCONNECTED


def test_every_failure_is_a_link_error() -> None:
    for kind in (NotSentError, OutcomeUnknownError, ActionRefusedError):
        assert issubclass(kind, LinkError)
