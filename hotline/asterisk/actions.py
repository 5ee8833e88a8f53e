"""Our orders in Asterisk's words. No AMI field crosses this module, nor, the other way, `translate`. Pure."""

from hotline.asterisk.ami_message import Action
from hotline.asterisk.orders import (
    CallColleague,
    DialCustomer,
    HangUpChannel,
    Join,
    MarkDone,
    Order,
    Redirect,
    RunAgi,
    StopPlayback,
    StopRecording,
    TransferOrder,
)
from hotline.asterisk.translate import CALLBACK_CONTEXT, CONSULT_CONTEXT, TRUNK_ENDPOINT


def to_action(order: Order) -> Action:
    """The AMI action that carries out an order."""
    match order:
        case RunAgi(channel, command, command_id):
            fields = (("Channel", channel), ("Command", command), ("CommandID", command_id))
            return Action("AGI", fields)
        case StopPlayback(channel):
            return Action("ControlPlayback", (("Channel", channel), ("Control", "stop")))
        case HangUpChannel(channel, cause):
            return Action("Hangup", (("Channel", channel), ("Cause", str(cause))))
        case MarkDone(channel):
            return set_variable("HL_DONE", "1", channel=channel)


def to_transfer_action(order: TransferOrder) -> Action:
    """The AMI action that carries out an order of a transfer or a call-back."""
    match order:
        case Redirect(channel, extension, agent_channel, agent):
            with_him = (("ExtraChannel", agent_channel), ("ExtraContext", CONSULT_CONTEXT), ("ExtraExten", agent))
            where = (("Channel", channel), ("Context", "hotline"), ("Exten", extension), ("Priority", "1"))
            return Action("Redirect", (*where, *with_him, ("ExtraPriority", "1")) if agent_channel else where)
        case Join(channel, other):
            return Action("Bridge", (("Channel1", channel), ("Channel2", other), ("Tone", "no")))
        case CallColleague(agent, channel_id, timeout_s, caller):
            return _ring(agent, channel_id, (CONSULT_CONTEXT, agent), caller, timeout_s)
        case DialCustomer(number, channel_id, dialled, timeout_s):
            return _ring(f"{number}@{TRUNK_ENDPOINT}", channel_id, (CALLBACK_CONTEXT, dialled), dialled, timeout_s)
        case StopRecording(channel):
            return Action("StopMixMonitor", (("Channel", channel),))


def _ring(peer: str, channel_id: str, answered: tuple[str, str], shown: str, timeout_s: float) -> Action:  # noqa: PLR0917
    """Ring a telephone that is shown a number, and lead it to a context and extension once it is answered."""
    context, extension = answered
    return Action(
        "Originate",
        (
            ("Channel", f"PJSIP/{peer}"),
            ("ChannelId", channel_id),
            ("Context", context),
            ("Exten", extension),
            ("Priority", "1"),
            ("CallerID", f"<{shown}>"),
            ("Timeout", f"{timeout_s * 1000:.0f}"),
            ("Async", "true"),
        ),
    )


def set_variable(name: str, value: str, *, channel: str = "") -> Action:
    """Set a channel's variable, or a global one as `GLOBAL(name)`."""
    where = (("Channel", channel),) if channel else ()
    return Action("Setvar", (*where, ("Variable", name), ("Value", value)))


def wake_channel(channel: str, limit_s: float) -> Action:
    """Make a channel in AsyncAGI look for its command now, by telling it again how much longer the call may last.

    It looks when a frame comes: the caller's next packet, up to 20 ms later, or a poll after 100 ms without packets.
    Setting the absolute time-out puts an empty frame before it, and does nothing else. Measured: the prompt after a
    key begins 1 ms later than in a native dialplan instead of 20 ms (`benchmarks/barge_in.py`).
    """
    return Action("AbsoluteTimeout", (("Channel", channel), ("Timeout", f"{max(1.0, limit_s):.0f}")))


TALK_SILENCE_MS, TALK_AMPLITUDE = 300, 256
"""Of TALK_DETECT: silence until the sound counts as over (2,500 by default, far too late for a caller who coughed), and
the mean amplitude that counts as sound (Asterisk's default, −42 dB)."""


def detect_talk(channel: str) -> Action:
    """Have Asterisk report when sound begins and ends on the caller's side."""
    return set_variable("TALK_DETECT(set)", f"{TALK_SILENCE_MS},{TALK_AMPLITUDE}", channel=channel)


def ignore_talk(channel: str) -> Action:
    """Have it report no more."""
    return set_variable("TALK_DETECT(remove)", "", channel=channel)


def open_tap(channel: str, address: str, tap: str) -> Action:
    """Send what the caller says, and only that, to a listener at `host:port`, over a channel named by the tap.

    Options of ChanSpy: quiet, end with the channel, only what it hears from its telephone, stop at hang-up.
    """
    return Action(
        "Originate",
        (
            ("Channel", f"AudioSocket/{address}/{tap}"),
            ("Application", "ChanSpy"),
            ("Data", f"{channel},qEoS"),
            ("ChannelId", tap),
            ("Codecs", "slin"),
            ("Async", "true"),
        ),
    )


def start_recording(channel: str, file: str) -> Action:
    """Record both sides of a talk into one file; `b` records only while bridged."""
    return Action("MixMonitor", (("Channel", channel), ("File", file), ("options", "b")))
