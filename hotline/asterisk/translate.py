"""Asterisk's words in ours. No AMI field crosses this module, nor, the other way, `actions`. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from hotline.asterisk.ami_message import AmiMessage
from hotline.asterisk.orders import (
    AgentFact,
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
    SessionFact,
)
from telephony.events import DigitBegan, DigitPressed, PhoneUse, TalkHeld
from telephony.ids import AgentNumber, CallId
from telephony.speech import SpeechStarted, SpeechStopped

CALLER_CONTEXTS = frozenset({"from-trunk", "hotline", "emergency"})
"""Dialplan contexts a caller's channel can be in (see `dialplan/`)."""

STOPPED = re.compile(r"result=1000 endpos=(\d+)")
"""Of STREAM FILE when ControlPlayback stopped it: Asterisk's AST_CONTROL_STREAM_STOP (frame.h), and the sample."""

FEATURE_CONTEXT = "feature"
"""Where an agent's phone arrives that dialled a feature code."""

CALLBACK_CONTEXT = "callback"
"""Where a customer enters who has answered our call."""

CONSULT_CONTEXT = "consult"
"""Where an agent who passes a caller on is while he talks to us, and the colleague he asks."""

TRANSFER_EVENT = "HotlineTransfer"
"""The user event of the in-talk feature codes."""

TRUNK_ENDPOINT = "trunk"
"""The PJSIP endpoint callers come from; every other endpoint of ours is an agent's phone."""


CallerFact = DigitBegan | DigitPressed | TalkHeld | SpeechStarted | SpeechStopped
"""What a caller does, or an agent to him."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A channel entered AsyncAGI."""

    call: CallId
    channel: str
    context: str
    extension: str
    caller: str
    caller_name: str


@dataclass(frozen=True, slots=True)
class ForCall:
    """A fact about one call, told to its session or, if it is a key, a sound or a hold, to who cares."""

    call: CallId
    fact: SessionFact | AgentFact | CallerFact


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    """An agent's phone registered or went away."""

    agent: AgentNumber
    reachable: bool


@dataclass(frozen=True, slots=True)
class PhoneUsed:
    """What a phone does now."""

    agent: AgentNumber
    use: PhoneUse


@dataclass(frozen=True, slots=True)
class Attended:
    """A telephone has put its two calls together (REFER with Replaces) and is out of both."""

    transferers: tuple[str, str]
    """Its two channels."""
    extensions: tuple[str, str]
    """What each of them had dialled, where it was the one who did."""
    parties: tuple[str, str]
    """Who is left, the one of either call; empty where nobody was there yet."""
    joined: bool
    """They hear each other; else the second call still rings."""

    def other_than(self, channel: str) -> str:
        """What the other of the two had dialled."""
        return self.extensions[0 if channel == self.transferers[1] else 1]


@dataclass(frozen=True, slots=True)
class Channel:
    """One line of CoreShowChannels."""

    name: str
    call: CallId
    """Linkedid."""
    uniqueid: str
    context: str
    extension: str
    application: str
    bridge: str
    """Empty while the channel is in no bridge."""
    caller: str
    caller_name: str

    @property
    def endpoint(self) -> str:
        """The PJSIP endpoint: `8001` of `PJSIP/8001-0000002a`; empty for other technologies."""
        return endpoint_of(self.name)

    @property
    def is_caller(self) -> bool:
        """A caller's own channel."""
        return self.endpoint == TRUNK_ENDPOINT and self.call == self.uniqueid


Reported = Arrival | ForCall | PhoneSeen | PhoneUsed | Attended


def endpoint_of(channel: str) -> str:
    """`8001` of `PJSIP/8001-0000002a`."""
    technology, _, rest = channel.partition("/")
    return rest.rpartition("-")[0] if technology == "PJSIP" else ""


def _arrival(event: AmiMessage) -> Reported:
    return Arrival(
        call=CallId(event.required("Linkedid")),
        channel=event.required("Channel"),
        context=event.required("Context"),
        extension=event.required("Exten"),
        caller=_known(event.optional("CallerIDNum")),
        caller_name=_name(event),
    )


def _phone(event: AmiMessage) -> Reported | None:
    status = event.optional("ContactStatus")
    agent = AgentNumber(event.optional("EndpointName") or event.optional("AOR"))
    if status in {"Reachable", "NonQualified", "Created", "Updated"}:
        return PhoneSeen(agent, reachable=True)
    if status in {"Removed", "Unreachable"}:
        return PhoneSeen(agent, reachable=False)
    return None


DEVICE_STATES = {
    "NOT_INUSE": PhoneUse.IDLE,
    "UNAVAILABLE": PhoneUse.IDLE,
    "RINGING": PhoneUse.RINGING,
    "INUSE": PhoneUse.IN_USE,
    "RINGINUSE": PhoneUse.IN_USE,
    "BUSY": PhoneUse.IN_USE,
    "ONHOLD": PhoneUse.ON_HOLD,
}
"""Asterisk's device states; UNKNOWN and INVALID say nothing. UNAVAILABLE is a phone that is not registered and has no
channel (`chan_pjsip_devicestate`): whether it can be reached, its contact says."""


def to_phone_use(event: AmiMessage) -> PhoneUsed | None:
    """A DeviceStateChange, or one of the list of them; None for what is no phone of ours."""
    technology, _, endpoint = event.required("Device").partition("/")
    if technology != "PJSIP" or endpoint == TRUNK_ENDPOINT:
        return None
    return PhoneUsed(AgentNumber(endpoint), DEVICE_STATES.get(event.required("State"), PhoneUse.UNKNOWN))


def _digit(event: AmiMessage) -> Reported | None:
    """A key of the caller or, as a fact of its own, of the agent; those we send ourselves are not choices."""
    if event.required("Direction") != "Received":
        return None
    call, channel = CallId(event.required("Linkedid")), event.required("Channel")
    if endpoint_of(channel) != TRUNK_ENDPOINT:
        return ForCall(call, LegKey(channel, event.required("Digit"))) if event.name == "DTMFEnd" else None
    if event.name == "DTMFBegin":
        return ForCall(call, DigitBegan(call))
    return ForCall(call, DigitPressed(call, event.required("Digit")))


def _sound(event: AmiMessage) -> Reported | None:
    """Sound of the caller, while nobody else is on the line."""
    call = CallId(event.required("Linkedid"))
    if event.required("Uniqueid") != call:
        return None
    return ForCall(call, SpeechStarted(call) if event.name == "ChannelTalkingStart" else SpeechStopped(call))


def _code(event: AmiMessage) -> Reported | None:
    if event.required("UserEvent") != TRANSFER_EVENT:
        return None
    consult = event.required("Kind") == "consult"
    return ForCall(CallId(event.required("Linkedid")), CodePressed(event.required("Channel"), consult))


def _referred(event: AmiMessage) -> Reported | None:
    if event.required("Result") != "Success" or not (call := event.optional("TransfereeLinkedid")):
        return None
    return ForCall(CallId(call), Referred(event.required("Extension")))


def _attended(event: AmiMessage) -> Reported | None:
    if event.required("Result") != "Success":
        return None
    return Attended(
        (event.required("OrigTransfererChannel"), event.required("SecondTransfererChannel")),
        (event.optional("OrigTransfererExten"), event.optional("SecondTransfererExten")),
        (event.optional("TransfereeChannel"), event.optional("TransferTargetChannel")),
        joined=event.optional("DestType") in {"Bridge", "Threeway"},
    )


def _dial(event: AmiMessage) -> Reported | None:
    call = CallId(event.optional("Linkedid") or event.required("DestLinkedid"))
    if event.name == "DialEnd":
        return ForCall(call, DialEnded(event.required("DialStatus")))
    leg = event.required("DestChannel")
    return ForCall(call, LegCreated(leg, AgentNumber(endpoint_of(leg))))


def _about_channel(event: AmiMessage) -> Reported | None:
    channel, call = event.required("Channel"), CallId(event.required("Linkedid"))
    mine = event.required("Uniqueid") == call
    match event.name:
        case "AsyncAGIExec":
            return ForCall(call, _command_done(event))
        case "AsyncAGIEnd":
            return ForCall(call, AgiEnded()) if mine else None
        case "Hold" | "Unhold":
            agent = AgentNumber(endpoint_of(channel))
            return None if mine else ForCall(call, TalkHeld(call, agent, on_hold=event.name == "Hold"))
        case "BridgeEnter":
            return None if mine else ForCall(call, LegBridged(channel))
        case "Hangup":
            cause = int(event.optional("Cause") or "0")
            return ForCall(call, ChannelGone(cause) if mine else LegEnded(channel, cause))
        case _:
            return None


_READERS: dict[str, Callable[[AmiMessage], Reported | None]] = {
    "AsyncAGIStart": _arrival,
    "ContactStatus": _phone,
    "DeviceStateChange": to_phone_use,
    "DTMFBegin": _digit,
    "DTMFEnd": _digit,
    "ChannelTalkingStart": _sound,
    "ChannelTalkingStop": _sound,
    "DialBegin": _dial,
    "DialEnd": _dial,
    "UserEvent": _code,
    "BlindTransfer": _referred,
    "AttendedTransfer": _attended,
}


WANTED_EVENTS = frozenset({*_READERS, "AsyncAGIExec", "AsyncAGIEnd", "BridgeEnter", "Hold", "Unhold", "Hangup"})
"""Events that `to_reported` knows; the link may drop all others unparsed."""


def to_reported(event: AmiMessage) -> Reported | None:
    """Our word for an AMI event; None for one that means nothing to us. Raises LinkError on a missing header."""
    return _READERS.get(event.name, _about_channel)(event)


def _command_done(event: AmiMessage) -> CommandDone:
    result = event.unquoted("Result")
    cut = STOPPED.search(result)
    return CommandDone(event.required("CommandId"), "result=-1" in result, int(cut[1]) if cut else None)


def to_channel(line: AmiMessage) -> Channel:
    """One event of a CoreShowChannels list."""
    return Channel(
        name=line.required("Channel"),
        call=CallId(line.required("Linkedid")),
        uniqueid=line.required("Uniqueid"),
        context=line.optional("Context"),
        extension=line.optional("Exten"),
        application=line.optional("Application"),
        bridge=line.optional("BridgeId"),
        caller=_known(line.optional("CallerIDNum")),
        caller_name=_name(line),
    )


def _name(message: AmiMessage) -> str:
    return _known(message.unescaped("CallerIDName")) if message.optional("CallerIDName") else ""


def _known(text: str) -> str:
    """Asterisk says `<unknown>` for what it does not know."""
    return "" if text == "<unknown>" else text
