"""Replies and events over real TCP: every action answered exactly once, whatever the other side makes of it."""

import asyncio
import dataclasses
import random
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from hotline.asterisk import ami_protocol
from hotline.asterisk.ami_message import Action, AmiMessage
from hotline.asterisk.ami_protocol import SafeProtocol
from hotline.asterisk.link import (
    ActionRefusedError,
    Link,
    LinkState,
    LinkTiming,
    NotSentError,
    OutcomeUnknownError,
)
from telephony.errors import LinkError
from tests.hotline.asterisk.ami_peer import (
    PATIENCE_S,
    Behaviour,
    Said,
    Visit,
    civil,
    conversation,
    linked,
    replaying,
    server_bytes,
    success,
)

AGI = Action("AGI", (("Channel", "PJSIP/trunk-1"), ("Command", "NOOP"), ("CommandID", "cmd-1")))
CHANNELS = Action("CoreShowChannels")
QUEUED = "Message: Added AGI command to queue\r\n"
MARK = b"Event: Mark\r\n\r\n"
STARTED = "EventList: start\r\nMessage: Channels will follow\r\n"


def answering(**answers: Callable[[Said], bytes]) -> Behaviour:
    async def behave(visit: Visit) -> None:
        await visit.log_in()
        await visit.serve(answers)

    return behave


def listed(said: Said, *names: str, complete: bool = True) -> bytes:
    items = "".join(f"Event: Item\r\nActionID: {said['actionid']}\r\nName: {name}\r\n\r\n" for name in names)
    end = f"Event: ItemsComplete\r\nActionID: {said['actionid']}\r\nEventList: Complete\r\nListItems: 2\r\n\r\n"
    return success(said, STARTED) + (items + (end if complete else "")).encode()


class Replies(list[AmiMessage | LinkError]):
    """Takes replies and can wait for them."""

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Event()

    def __call__(self, reply: AmiMessage | LinkError) -> None:
        self.append(reply)
        self._news.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self) < count:
                self._news.clear()
                await self._news.wait()


# ---- a real call, replayed -------------------------------------------------------------------------


def agi(command: str, command_id: str) -> Action:
    fields = (("Channel", "PJSIP/trunk-00000000"), ("Command", command), ("CommandID", command_id))
    return Action("AGI", fields)


async def drive_recorded_call(link: Link) -> list[AmiMessage]:
    return [
        await link.request(agi("ANSWER", "cmd-1")),
        await link.request(agi("GET VARIABLE CALLERID(name)", "cmd-2")),
        await link.request(agi("NONSENSE", "cmd-3")),
        await link.request(Action("Hangup", (("Channel", "PJSIP/trunk-00000000"), ("Cause", "16")))),
    ]


@pytest.mark.parametrize("cut_every", [0, 1, 2, 3, 1000])
async def test_a_command_is_answered_at_once_and_its_result_is_an_event_never_swallowed(cut_every: int) -> None:
    async with linked(replaying("async_agi", cut_every=cut_every)) as (link, _, witness):
        await witness.event("AsyncAGIStart")
        replies = await drive_recorded_call(link)
        await witness.event("Hangup")
    assert [reply.required("Message") for reply in replies] == [*["Added AGI command to queue"] * 3, "Channel Hungup"]
    assert [event.name for event in witness.events] == [
        *("FullyBooted", "Newchannel", "AsyncAGIStart", "Newstate", "AsyncAGIExec", "AsyncAGIExec", "AsyncAGIExec"),
        *("AsyncAGIEnd", "SoftHangupRequest", "Hangup"),
    ]
    results = [event for event in witness.events if event.name == "AsyncAGIExec"]
    assert [event.required("CommandID") for event in results] == ["cmd-1", "cmd-2", "cmd-3"]
    assert results[1].unquoted("Result") == "200 result=1 (张三丰)\n"


async def test_a_chinese_name_in_two_segments_cut_at_every_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where panoramisk lost characters: every TCP segment was decoded alone."""
    event = "Event: Newchannel\r\nCallerIDName: 张三丰\r\nUniqueid: 1.1\r\n\r\n".encode()
    received: asyncio.Queue[int] = asyncio.Queue()
    receive = SafeProtocol.data_received

    def noted(self: SafeProtocol, data: bytes) -> None:
        received.put_nowait(len(data))
        receive(self, data)

    async with linked(timing=LinkTiming(ping_every_s=60)) as (link, peer, witness):
        writer = peer.visits[0].writer
        await link.request(Action("Ping"))  # nothing else is under way now
        monkeypatch.setattr(SafeProtocol, "data_received", noted)
        for cut in range(1, len(event)):
            writer.write(event[:cut])
            assert await received.get() == cut  # read before the rest is sent
            writer.write(event[cut:])
            assert await received.get() == len(event) - cut
    names = [event.required("CallerIDName") for event in witness.events if event.name == "Newchannel"]
    assert names == ["张三丰"] * (len(event) - 1)


# ---- replies ---------------------------------------------------------------------------------------


async def test_refusals_are_errors_that_carry_what_asterisk_said() -> None:
    async with linked(replaying("errors")) as (link, _, _witness):
        refused: list[ActionRefusedError] = []
        for turn in conversation("errors")[1:-1]:  # the last one has no Action at all
            with pytest.raises(ActionRefusedError) as caught:
                await link.request(Action(turn.action))
            refused.append(caught.value)
    assert not any(error.retryable for error in refused)
    assert [error.reply.response for error in refused] == ["Error"] * 5
    assert [str(error) for error in refused] == [
        "Nonsense: Invalid/unknown command: Nonsense. Use Action: ListCommands to show available commands.",
        "AGI: Channel PJSIP/trunk-000000ff does not exist.",
        "Command: Permission denied",
        "BridgeInfo: Specified BridgeUniqueid not found",
        "PJSIPShowContacts: No Contacts found",
    ]


async def test_a_refusal_shows_nobodys_number() -> None:
    def refuse(said: Said) -> bytes:
        text = "Response: Error\r\nActionID: {}\r\nMessage: Channel Local/13800138000@x does not exist\r\n\r\n"
        return text.format(said["actionid"]).encode()

    async with linked(answering(AGI=refuse)) as (link, _, _witness):
        with pytest.raises(ActionRefusedError) as caught:
            await link.request(AGI)
    assert "13800138000" not in str(caught.value)
    assert "13800138000" in caught.value.reply.required("Message")


async def test_the_outcome_never_comes_inside_send() -> None:
    async with linked(answering(AGI=lambda said: success(said, QUEUED))) as (link, _, _witness):
        replies = Replies()
        link.send(AGI, replies)
        assert replies == []
        await replies.until(1)
    assert [type(reply) for reply in replies] == [AmiMessage]


async def test_a_second_response_to_the_same_action_is_not_news() -> None:
    async with linked(answering(AGI=lambda said: success(said, QUEUED) * 3 + MARK)) as (link, _, witness):
        replies = Replies()
        link.send(AGI, replies)
        await witness.event("Mark")
    assert len(replies) == 1
    assert [event.name for event in witness.events] == ["FullyBooted", "Mark"]


async def test_answers_to_others_are_passed_over() -> None:
    def confuse(said: Said) -> bytes:
        others = ["", "nobody", said["actionid"] + "0", said["actionid"].upper() + "x", "张"]
        lies = "".join(f"Response: Error\r\nActionID: {other}\r\nMessage: lie\r\n\r\n" for other in others)
        return lies.encode() + b"Response: Error\r\n\r\n" + success(said, QUEUED)

    async with linked(answering(AGI=confuse)) as (link, _, _witness):
        assert (await link.request(AGI)).response == "Success"


async def test_two_actions_answered_in_the_other_order() -> None:
    held: list[Said] = []

    def hold(said: Said) -> bytes:
        held.append(said)
        return b"".join(success(said, f"Message: {said['command']}\r\n") for said in reversed(held) if len(held) == 2)

    async with linked(answering(AGI=hold)) as (link, _, _witness):
        got = await asyncio.gather(link.request(agi("ONE", "1")), link.request(agi("TWO", "2")))
    assert [reply.required("Message") for reply in got] == ["ONE", "TWO"]


async def test_an_action_id_of_the_authors_own_is_kept_and_cannot_be_in_use_twice() -> None:
    async with linked() as (link, peer, _witness):
        mine = Action("Originate", (("ActionID", "mine"), ("Async", "true")))
        link.send(mine)
        with pytest.raises(ValueError, match="in use"):
            link.send(mine)
        assert (await peer.visits[0].heard_action("Originate"))["actionid"] == "mine"


async def test_what_comes_of_an_originate_is_an_event_although_it_carries_our_action_id() -> None:
    def originate(said: Said) -> bytes:
        outcome = f"Event: OriginateResponse\r\nActionID: {said['actionid']}\r\nResponse: Failure\r\n\r\n"
        return success(said, "Message: Originate successfully queued\r\n") + outcome.encode()

    async with linked(answering(Originate=originate)) as (link, _, witness):
        await link.request(Action("Originate", (("ActionID", "mine"),)))
        assert (await witness.event("OriginateResponse")).required("ActionID") == "mine"


# ---- time-outs -------------------------------------------------------------------------------------


async def test_an_action_without_an_answer_times_out_and_a_late_answer_is_not_news() -> None:
    async with linked() as (link, peer, witness):
        replies = Replies()
        link.send(AGI, replies, timeout_s=0.01)
        said = await peer.visits[0].heard_action("AGI")
        await replies.until(1)
        await peer.visits[0].say(success(said, QUEUED) + MARK)
        await witness.event("Mark")
        assert link.state is LinkState.CONNECTED
    (failure,) = replies
    assert isinstance(failure, OutcomeUnknownError)
    assert failure.retryable
    assert str(failure) == "AGI: no reply within 0.01 s"


async def test_whoever_no_longer_waits_is_not_missed() -> None:
    async with linked() as (link, peer, witness):
        waiting = asyncio.ensure_future(link.request(AGI))
        said = await peer.visits[0].heard_action("AGI")
        waiting.cancel()
        with capture_logs() as logged:
            await peer.visits[0].say(success(said, QUEUED) + MARK)
            await witness.event("Mark")
    assert logged == []


# ---- lists -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [None, frozenset({"Mark"})])
@pytest.mark.parametrize("cut_every", [0, 1])
async def test_a_recorded_list(wanted: frozenset[str] | None, cut_every: int) -> None:
    behave = replaying("core_show_channels", cut_every=cut_every)
    async with linked(behave, wanted=wanted) as (link, _, witness):
        channels = await link.request_list(CHANNELS)
        endpoints = await link.request_list(Action("PJSIPShowEndpoints"))
    assert [channel.name for channel in channels] == ["CoreShowChannel"] * 3
    assert channels[0].required("CallerIDName") == "张三丰"
    assert {channel.required("Application") for channel in channels} == {"AGI"}
    assert [endpoint.required("ObjectName") for endpoint in endpoints][-1] == "trunk"
    assert [event.name for event in witness.events] == ([] if wanted else ["FullyBooted"])


async def test_two_lists_at_once_and_events_between_their_items() -> None:
    async def interleave(visit: Visit) -> None:
        await visit.log_in()
        asked: list[Said] = []
        while len(asked) < 2:
            said = await visit.hear()
            if said["action"] != "Ping":
                asked.append(said)
            else:
                await visit.say(success(said))
        one, two = (listed(said, f"{said['action']}-a", f"{said['action']}-b").split(b"\r\n\r\n") for said in asked)
        mixed = (a + b"\r\n\r\n" + MARK + b + b"\r\n\r\n" for a, b in zip(one[:-1], two[:-1], strict=True))
        await visit.say(b"".join(mixed))
        await visit.serve()

    async with linked(interleave, wanted=frozenset({"Mark"})) as (link, _, witness):
        one, two = await asyncio.gather(link.request_list(Action("One")), link.request_list(Action("Two")))
        await witness.until(lambda: len(witness.events) == 4)
    assert [item.required("Name") for item in one] == ["One-a", "One-b"]
    assert [item.required("Name") for item in two] == ["Two-a", "Two-b"]
    assert {event.name for event in witness.events} == {"Mark"}


async def test_an_empty_list_a_refused_list_and_what_is_no_list() -> None:
    refused = "Response: Error\r\nActionID: {}\r\nMessage: No Contacts found\n\r\n\r\n"
    behave = answering(
        Empty=listed,
        Refused=lambda said: refused.format(said["actionid"]).encode(),
    )
    async with linked(behave) as (link, _, _witness):
        assert await link.request_list(Action("Empty")) == []
        with pytest.raises(ActionRefusedError, match="No Contacts found"):
            await link.request_list(Action("Refused"))
        with pytest.raises(LinkError, match="Ping: its reply is not a list") as caught:
            await link.request_list(Action("Ping"))
        assert not caught.value.retryable


async def test_a_stray_response_in_the_middle_does_not_end_a_list() -> None:
    def stray(said: Said) -> bytes:
        error = f"Response: Error\r\nActionID: {said['actionid']}\r\nMessage: lie\r\n\r\n"
        begun, item, *rest = listed(said, "a", "b").split(b"\r\n\r\n")
        return b"\r\n\r\n".join([begun, item, error.encode().strip(), *rest])

    async with linked(answering(CoreShowChannels=stray)) as (link, _, _witness):
        assert [item.required("Name") for item in await link.request_list(CHANNELS)] == ["a", "b"]


async def test_items_of_a_list_given_up_are_not_news() -> None:
    async with linked() as (link, peer, witness):
        with pytest.raises(OutcomeUnknownError):
            await link.request_list(CHANNELS, timeout_s=0.01)
        said = await peer.visits[0].heard_action("CoreShowChannels")
        await peer.visits[0].say(listed(said, "a", "b") + MARK)
        await witness.event("Mark")
        assert [event.name for event in witness.events] == ["FullyBooted", "Mark"]
        await peer.visits[0].say(f"Event: Item\r\nActionID: {said['actionid']}\r\n\r\n".encode() + MARK)
        await witness.until(lambda: witness.events.count(witness.events[-1]) == 2)
    assert [event.name for event in witness.events] == [
        "FullyBooted",
        "Mark",
        "Item",
        "Mark",
    ]  # forgotten once complete


async def test_lists_given_up_are_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami_protocol, "MAX_LATE_LISTS", 3)
    async with linked() as (link, _, _witness):
        for _ in range(10):
            with pytest.raises(OutcomeUnknownError):
                await link.request_list(CHANNELS, timeout_s=0)
        assert link._protocol is not None
        assert len(link._protocol._late) == 3
        assert not link._protocol.stream.listing


async def test_a_list_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami_protocol, "MAX_LISTED", 3)
    behave = answering(CoreShowChannels=lambda said: listed(said, *"abcdef") + MARK)
    async with linked(behave) as (link, _, witness):
        with pytest.raises(LinkError, match="list longer than 3"):
            await link.request_list(CHANNELS)
        await witness.event("Mark")
    assert [event.name for event in witness.events] == ["FullyBooted", "Mark"]


# ---- callbacks that fail ---------------------------------------------------------------------------


async def test_what_a_callback_raises_is_logged_and_the_link_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where panoramisk closed the connection."""

    def broken(_about: object) -> None:
        raise KeyError("not your day")

    async with linked(answering(AGI=lambda said: success(said, QUEUED))) as (link, peer, witness):
        with capture_logs() as logged:
            monkeypatch.setattr(link, "_on_event", broken)
            await peer.visits[0].say(MARK)
            link.send(AGI, broken)
            await link.request(AGI)
            monkeypatch.undo()
            await peer.visits[0].say(MARK)
            await witness.event("Mark")
        assert len(peer.visits) == 1
        assert link.state is LinkState.CONNECTED
    assert [(line["log_level"], line["about"]) for line in logged] == [("error", "Mark"), ("error", "Success")]
    assert all(line["exc_info"] for line in logged)


async def test_a_header_missing_from_one_event_costs_that_event_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where panoramisk gave an empty string."""
    seen: list[str] = []
    async with linked() as (link, peer, _witness):
        monkeypatch.setattr(link, "_on_event", lambda event: seen.append(event.required("Uniqueid")))
        with capture_logs() as logged:
            await peer.visits[0].say(b"Event: A\r\nUniqueid: 1\r\n\r\nEvent: B\r\n\r\nEvent: C\r\nUniqueid: 3\r\n\r\n")
            await link.request(Action("Ping"))
    assert seen == ["1", "3"]
    assert [line["about"] for line in logged] == ["B"]


async def test_a_failure_nobody_waits_for_is_still_noted_without_what_it_held() -> None:
    async with linked(replaying("errors")) as (link, _, _witness):
        with capture_logs() as logged:
            link.send(Action("Nonsense", (("Secret", "13800138000"),)))
            with pytest.raises(ActionRefusedError):
                await link.request(Action("AGI"))
    assert logged == [
        {"event": "ami_action_failed", "action": "Nonsense", "reason": "ActionRefusedError", "log_level": "warning"}
    ]


# ---- rubbish ---------------------------------------------------------------------------------------

RUBBISH = [
    b"\r\n\r\n\r\n\r\n",
    b"no colon in here\r\n\r\n",
    b"\x00\x01\x02\xff\xfe\r\nmore\r\n\r\n",
    "Event: Torn\r\nCallerIDName: 张".encode()[:-1] + b"\r\n\r\n",
    b"Event: \r\nA: b\r\n\r\n",
    b"Response: \r\n\r\n",
    b"Event: Huge\r\nAppData: " + b"x" * 60_000 + b"\r\n\r\n",
    b"Event: Twice\r\nUniqueid: 1\r\nUniqueid: 2\r\n\r\n",
    b"Event: Half\r\n\r\nA: rest\r\nB: of it\r\n\r\n",
    b": no key\r\n\r\n",
    b"Response: Success\r\nActionID: nobody\r\n\r\n",
    b"Event: List\r\nActionID: nobody\r\nEventList: Complete\r\n\r\n",
    b"Asterisk Call Manager/11.0.0\r\n\r\n",
    b"Event: Shutdown\r\nShutdown: Cleanly\r\nRestart: False\r\n\r\n",
    b"Event: FullyBooted\r\n\r\n",
    b"Message: Authentication accepted\r\n\r\n",
]


@pytest.mark.parametrize("cut_every", [0, 3])
async def test_rubbish_between_good_messages_loses_none_of_them(cut_every: int) -> None:
    async with linked(answering(AGI=lambda said: success(said, QUEUED))) as (link, peer, witness):
        for number, rubbish in enumerate(RUBBISH * 2):
            good = f"Event: Good\r\nNumber: {number}\r\nName: 张三丰\r\n\r\n".encode()
            await peer.visits[0].say(rubbish + good, cut_every=0 if len(rubbish) > 1000 else cut_every)
            assert (await link.request(AGI)).response == "Success"
        assert len(peer.visits) == 1
    numbers = [event.required("Number") for event in witness.events if event.name == "Good"]
    assert numbers == [str(number) for number in range(2 * len(RUBBISH))]


async def test_random_bytes_never_harm_more_than_the_connection() -> None:
    chance = random.Random(2)
    shards = [
        b"\r\n",
        b"\r\n\r\n",
        b"Event: X\r\n",
        b"Response: Error\r\n",
        b"ActionID: action/",
        b": ",
        b"\xff\x00",
        b"EventList: C",
    ]

    async def noise(visit: Visit) -> None:
        await visit.log_in()
        for _ in range(200):
            await visit.say(
                b"".join(chance.choices(shards, k=20)) + chance.randbytes(20), cut_every=chance.choice([0, 9])
            )
        await visit.say(b"\r\n\r\n" + MARK)
        await visit.serve()

    async with linked(noise) as (link, peer, witness):
        await witness.event("Mark")
        await link.request(Action("Ping"))
        assert len(peer.visits) == 1


@pytest.mark.parametrize(
    ("flood", "complaint"),
    [(b"x" * 70_000, "line longer than"), (b"A: b\r\n" * 200_000, "message longer than")],
)
async def test_a_message_without_end_ends_the_connection_with_a_reason(flood: bytes, complaint: str) -> None:
    async with linked() as (link, peer, witness):
        replies = Replies()
        link.send(AGI, replies)
        await peer.visits[0].say(b"Event: X\r\n" + flood)
        await witness.connected(times=2)
        assert link.last_error is not None
        assert complaint in str(link.last_error)
        assert link.last_error.retryable
    assert [type(reply) for reply in replies] == [OutcomeUnknownError]


async def test_nothing_is_heard_from_a_connection_given_up() -> None:
    async with linked() as (link, peer, witness):
        protocol = link._protocol
        assert protocol is not None
        heard: list[str] = []

        def drop_it(event: AmiMessage) -> None:
            heard.append(event.name)
            protocol.close()

        protocol.listener = dataclasses.replace(protocol.listener, on_event=drop_it)
        await peer.visits[0].say(MARK * 3)
        await witness.connected(times=2)
    assert heard == ["Mark"]


async def test_a_burst_is_handled_in_slices_and_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami_protocol, "SLICE_S", 0.0)
    turns: list[str] = []
    async with linked() as (link, peer, witness):
        protocol = link._protocol
        assert protocol is not None

        def take(event: AmiMessage) -> None:
            turns.append(event.required("Number"))
            protocol.loop.call_soon(take_turn, event)

        def take_turn(event: AmiMessage) -> None:
            turns.append("other")
            witness.on_event(event)

        protocol.listener = dataclasses.replace(protocol.listener, on_event=take)
        burst = b"".join(b"Event: Mark\r\nNumber: %d\r\n\r\n" % number for number in range(20))
        await peer.visits[0].say(burst)
        await witness.until(lambda: len(turns) >= 40)
        assert protocol.transport.is_reading()
    assert [turn for turn in turns if turn != "other"] == [str(number) for number in range(20)]
    assert turns[:4] == ["0", "other", "1", "other"]


async def test_what_came_before_the_end_of_the_connection_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami_protocol, "SLICE_S", 0.0)
    heard: list[str] = []
    async with linked() as (link, _, witness):
        protocol = link._protocol
        assert protocol is not None
        protocol.listener = dataclasses.replace(protocol.listener, on_event=lambda event: heard.append(event.name))
        protocol.data_received(MARK * 3)
        protocol.connection_lost(None)
        await witness.connected(times=2)
    assert heard == ["Mark", "Mark", "Mark"]


async def test_what_one_event_leads_to_is_sent_at_once_and_nothing_of_it_is_lost_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with linked() as (link, peer, witness):
        protocol = link._protocol
        assert protocol is not None
        sent: list[bytes] = []
        write = protocol.transport.write

        def note(data: bytes) -> None:
            sent.append(data)
            write(data)

        monkeypatch.setattr(protocol.transport, "write", note)
        replies = Replies()
        for number in range(3):
            link.send(agi("NOOP", f"cmd-{number}"), replies)
        assert (sent, protocol.unsent_bytes > 0) == ([], True)
        await replies.until(3)
        assert [count for data in sent if (count := data.count(b"CommandID: cmd-"))] == [3]
        first = peer.visits[0]
        link.send(agi("NOOP", "the last"))
        protocol.close()
        await witness.connected(times=2)
        assert first.heard[-1]["commandid"] == "the last"


# ---- Asterisk does not read ------------------------------------------------------------------------


async def test_when_asterisk_stops_reading_memory_stays_bounded_and_the_connection_is_given_up() -> None:
    async def deaf_at_first(visit: Visit) -> None:
        await visit.log_in()
        if len(peers[0].visits) == 1:
            visit.reader._transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.sleep(60)
        await visit.serve()

    peers = []
    async with linked(civil) as (link, peer, witness):
        peers.append(peer)
        peer.behave = deaf_at_first
        peer.visits.clear()
        assert link._protocol is not None
        link._protocol.close()
        await witness.connected(times=2)
        protocol = link._protocol
        assert protocol is not None
        replies = Replies()
        sent = 0
        fat = Action("Setvar", tuple(("Variable", "x" * 900) for _ in range(100)))
        while protocol.unsent_bytes <= ami_protocol.MAX_UNSENT_BYTES:
            link.send(fat, replies)
            sent += 1
            assert sent < 1000  # the kernel takes some megabytes, not more
        link.send(fat, replies)
        assert link.state is LinkState.CONNECTED  # nobody hears of the loss inside send
        assert protocol.unsent_bytes < ami_protocol.MAX_UNSENT_BYTES + 200_000
        await replies.until(sent + 1)
        await witness.connected(times=3)
        assert "does not read" in str(link.last_error)
    kinds = [type(reply) for reply in replies]
    assert kinds.count(OutcomeUnknownError) == sent
    assert kinds.count(NotSentError) == 1


async def test_too_many_actions_without_an_answer_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami_protocol, "MAX_UNANSWERED", 10)
    async with linked() as (link, _, witness):
        replies = Replies()
        for _ in range(20):
            link.send(AGI, replies)
        await replies.until(20)
        await witness.connected(times=2)
    assert {type(reply) for reply in replies} == {OutcomeUnknownError, NotSentError}


async def test_the_connection_is_dropped_once_and_for_its_first_reason() -> None:
    async with linked() as (link, _, witness):
        protocol = link._protocol
        assert protocol is not None
        replies = Replies()
        link.send(AGI, replies)
        protocol.drop(LinkError("first", retryable=True))
        protocol.drop(LinkError("second", retryable=True))
        protocol.connection_lost(None)
        assert replies == []  # whoever drops it does not hear of the failures before it is done
        await replies.until(1)
        assert str(replies[0]) == "AGI: first"
        assert str(link.last_error) == "first"
        assert witness.states.count(LinkState.DISCONNECTED) == 1
        with pytest.raises(NotSentError):
            protocol.send(AGI, lambda _reply: None, timeout_s=1)


def test_the_recorded_conversations_are_what_the_tests_think() -> None:
    assert [turn.action for turn in conversation("async_agi")] == ["Login", "Ping", "AGI", "AGI", "AGI", "Hangup"]
    assert server_bytes("errors").count(b"Response: Error\r\n") == 6
    assert b"No Contacts found\n\r\n" in server_bytes("errors")
