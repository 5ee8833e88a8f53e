"""Asterisk's words and ours: one event each, and nothing that is not about our callers."""

import pytest

from hotline.asterisk.ami_message import AmiMessage, HeaderError, parse_message
from hotline.asterisk.orders import (
    AgiEnded,
    ChannelGone,
    CodePressed,
    CommandDone,
    DialEnded,
    LegBridged,
    LegCreated,
    LegEnded,
    LegKey,
    Referred,
)
from hotline.asterisk.translate import (
    Arrival,
    Attended,
    ForCall,
    PhoneSeen,
    PhoneUsed,
    Reported,
    to_channel,
    to_reported,
)
from telephony.events import DigitBegan, DigitPressed, PhoneUse
from telephony.ids import AgentNumber, CallId
from telephony.speech import SpeechStarted, SpeechStopped

CALL = CallId("1700000000.7")
TRUNK = "Channel: PJSIP/trunk-00000001\r\nUniqueid: 1700000000.7\r\nLinkedid: 1700000000.7\r\n"
PHONE = "Channel: PJSIP/8001-00000002\r\nUniqueid: 1700000000.8\r\nLinkedid: 1700000000.7\r\n"


def event(name: str, headers: str) -> AmiMessage:
    message = parse_message(f"Event: {name}\r\n{headers}".encode())
    assert message is not None
    return message


def test_a_caller_arrives() -> None:
    headers = TRUNK + 'Context: hotline\r\nExten: 95001\r\nCallerIDNum: 138\r\nCallerIDName: 张\\"三\r\n'
    assert to_reported(event("AsyncAGIStart", headers)) == Arrival(
        CALL, "PJSIP/trunk-00000001", "hotline", "95001", "138", '张"三'
    )


def test_a_caller_who_hides_his_number() -> None:
    headers = TRUNK + "Context: hotline\r\nExten: 95001\r\nCallerIDNum: <unknown>\r\nCallerIDName: <unknown>\r\n"
    arrival = to_reported(event("AsyncAGIStart", headers))
    assert isinstance(arrival, Arrival)
    assert (arrival.caller, arrival.caller_name) == ("", "")


@pytest.mark.parametrize(
    ("name", "headers", "fact"),
    [
        ("DTMFBegin", TRUNK + "Digit: 5\r\nDirection: Received", DigitBegan(CALL)),
        ("DTMFEnd", TRUNK + "Digit: #\r\nDirection: Received", DigitPressed(CALL, "#")),
        ("AsyncAGIExec", TRUNK + "CommandId: x-play\r\nResult: 200%20result%3D0", CommandDone("x-play", failed=False)),
        ("AsyncAGIExec", TRUNK + "CommandId: x-dial\r\nResult: 200%20result%3D-1", CommandDone("x-dial", failed=True)),
        (
            "AsyncAGIExec",
            TRUNK + "CommandId: x-play\r\nResult: 200%20result%3D1000%20endpos%3D4160%0A",
            CommandDone("x-play", failed=False, cut_at=4160),
        ),
        (
            "AsyncAGIExec",
            TRUNK + "CommandId: x-play\r\nResult: 200%20result%3D0%20endpos%3D41600%0A",
            CommandDone("x-play", failed=False),
        ),
        ("AsyncAGIEnd", TRUNK, AgiEnded()),
        ("DialEnd", "Linkedid: 1700000000.7\r\nDialStatus: BUSY", DialEnded("BUSY")),
        ("DialEnd", "DestLinkedid: 1700000000.7\r\nDialStatus: BUSY", DialEnded("BUSY")),
        (
            "DialBegin",
            "Linkedid: 1700000000.7\r\nDestChannel: PJSIP/8001-00000002",
            LegCreated("PJSIP/8001-00000002", AgentNumber("8001")),
        ),
        ("BridgeEnter", PHONE, LegBridged("PJSIP/8001-00000002")),
        ("Hangup", PHONE + "Cause: 17", LegEnded("PJSIP/8001-00000002", 17)),
        ("Hangup", TRUNK + "Cause: 16", ChannelGone(16)),
        ("Hangup", TRUNK, ChannelGone(0)),
        ("DTMFEnd", PHONE + "Digit: 5\r\nDirection: Received", LegKey("PJSIP/8001-00000002", "5")),
        ("UserEvent", PHONE + "UserEvent: HotlineTransfer\r\nKind: consult", CodePressed("PJSIP/8001-00000002", True)),
        (
            "BlindTransfer",
            f"Result: Success\r\nTransfereeLinkedid: {CALL}\r\nExtension: 8002",
            Referred("8002"),
        ),
        ("UserEvent", PHONE + "UserEvent: HotlineTransfer\r\nKind: blind", CodePressed("PJSIP/8001-00000002", False)),
    ],
)
def test_facts_about_a_call(name: str, headers: str, fact: object) -> None:
    assert to_reported(event(name, headers)) == ForCall(CALL, fact)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("DTMFEnd", TRUNK + "Digit: 5\r\nDirection: Sent"),
        ("DTMFBegin", PHONE + "Digit: 5\r\nDirection: Received"),
        ("DTMFEnd", PHONE + "Digit: 5\r\nDirection: Sent"),
        ("UserEvent", PHONE + "UserEvent: SomethingElse"),
        ("BlindTransfer", "Result: Fail\r\nTransfereeLinkedid: 1"),
        ("BlindTransfer", "Result: Success"),
        ("AttendedTransfer", "Result: Fail"),
        ("BridgeEnter", TRUNK),
        ("AsyncAGIEnd", PHONE),
        ("Newchannel", TRUNK),
        ("ContactStatus", "ContactStatus: Unknown\r\nEndpointName: 8001"),
    ],
)
def test_what_means_nothing_to_us(name: str, headers: str) -> None:
    assert to_reported(event(name, headers)) is None


PUT_TOGETHER = (
    "Result: Success\r\nOrigTransfererChannel: PJSIP/8003-2\r\nOrigTransfererExten: \r\n"
    "SecondTransfererChannel: PJSIP/8003-3\r\nSecondTransfererExten: 8002\r\n"
)


def test_a_telephone_that_puts_its_two_calls_together() -> None:
    left = "TransfereeChannel: PJSIP/trunk-1\r\nTransferTargetChannel: PJSIP/8002-4\r\n"
    told = to_reported(event("AttendedTransfer", PUT_TOGETHER + left + "DestType: Bridge"))
    assert told == Attended(
        ("PJSIP/8003-2", "PJSIP/8003-3"), ("", "8002"), ("PJSIP/trunk-1", "PJSIP/8002-4"), joined=True
    )
    assert isinstance(told, Attended)
    assert (told.other_than("PJSIP/8003-2"), told.other_than("PJSIP/8003-3")) == ("8002", "")
    rings = to_reported(event("AttendedTransfer", PUT_TOGETHER + "DestType: App\r\nDestApp: Dial"))
    assert isinstance(rings, Attended)
    assert (rings.parties, rings.joined) == (("", ""), False)


@pytest.mark.parametrize(
    ("status", "reachable"), [("Created", True), ("NonQualified", True), ("Removed", False), ("Unreachable", False)]
)
def test_a_phone_comes_and_goes(status: str, *, reachable: bool) -> None:
    expected: Reported = PhoneSeen(AgentNumber("8001"), reachable=reachable)
    assert to_reported(event("ContactStatus", f"ContactStatus: {status}\r\nEndpointName: 8001")) == expected
    assert to_reported(event("ContactStatus", f"ContactStatus: {status}\r\nAOR: 8001")) == expected


@pytest.mark.parametrize(
    ("state", "use"),
    [
        ("NOT_INUSE", PhoneUse.IDLE),
        ("UNAVAILABLE", PhoneUse.IDLE),
        ("RINGING", PhoneUse.RINGING),
        ("INUSE", PhoneUse.IN_USE),
        ("RINGINUSE", PhoneUse.IN_USE),
        ("BUSY", PhoneUse.IN_USE),
        ("ONHOLD", PhoneUse.ON_HOLD),
        ("UNKNOWN", PhoneUse.UNKNOWN),
        ("INVALID", PhoneUse.UNKNOWN),
    ],
)
def test_what_a_phone_is_in_use_for(state: str, use: PhoneUse) -> None:
    told = event("DeviceStateChange", f"Device: PJSIP/8001\r\nState: {state}")
    assert to_reported(told) == PhoneUsed(AgentNumber("8001"), use)


@pytest.mark.parametrize("device", ["PJSIP/trunk", "Local/8001@from-agent", "Queue:loan", "hotline"])
def test_what_is_no_agents_phone_is_in_use_for_nothing(device: str) -> None:
    assert to_reported(event("DeviceStateChange", f"Device: {device}\r\nState: INUSE")) is None


def test_a_missing_header_is_a_typed_error() -> None:
    with pytest.raises(HeaderError):
        to_reported(event("DTMFEnd", "Direction: Received"))


def test_a_line_of_core_show_channels() -> None:
    line = TRUNK + "Context: hotline\r\nExten: 95001\r\nApplication: AGI\r\nBridgeId: \r\nCallerIDNum: 138\r\n"
    channel = to_channel(event("CoreShowChannel", line))
    assert channel.is_caller
    assert (channel.endpoint, channel.extension, channel.bridge, channel.caller) == ("trunk", "95001", "", "138")
    assert not to_channel(event("CoreShowChannel", PHONE)).is_caller
    assert to_channel(event("CoreShowChannel", PHONE.replace("PJSIP/8001-00000002", "Local/s@w-1;2"))).endpoint == ""


def test_sound_of_the_caller_begins_and_ends_and_nobody_elses_counts() -> None:
    assert to_reported(event("ChannelTalkingStart", TRUNK)) == ForCall(CALL, SpeechStarted(CALL))
    assert to_reported(event("ChannelTalkingStop", TRUNK + "Duration: 730\r\n")) == ForCall(CALL, SpeechStopped(CALL))
    assert to_reported(event("ChannelTalkingStart", PHONE)) is None
