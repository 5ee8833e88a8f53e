"""Our orders, as Asterisk wants them."""

import pytest

from hotline.asterisk.actions import (
    detect_talk,
    ignore_talk,
    open_tap,
    set_variable,
    start_recording,
    to_action,
    to_transfer_action,
    wake_channel,
)
from hotline.asterisk.orders import (
    CallColleague,
    HangUpChannel,
    Join,
    MarkDone,
    Order,
    Redirect,
    RunAgi,
    StopPlayback,
    StopRecording,
)


@pytest.mark.parametrize(
    ("order", "wire"),
    [
        (
            RunAgi("C", "NOOP", "id"),
            b"Action: AGI\r\nActionID: 1\r\nChannel: C\r\nCommand: NOOP\r\nCommandID: id\r\n\r\n",
        ),
        (StopPlayback("C"), b"Action: ControlPlayback\r\nActionID: 1\r\nChannel: C\r\nControl: stop\r\n\r\n"),
        (HangUpChannel("C", 17), b"Action: Hangup\r\nActionID: 1\r\nChannel: C\r\nCause: 17\r\n\r\n"),
        (MarkDone("C"), b"Action: Setvar\r\nActionID: 1\r\nChannel: C\r\nVariable: HL_DONE\r\nValue: 1\r\n\r\n"),
    ],
)
def test_orders_become_actions(order: Order, wire: bytes) -> None:
    assert to_action(order).to_bytes("1") == wire


def test_actions_of_the_engine_itself() -> None:
    assert b"Variable: GLOBAL(HL_ALIVE)\r\nValue: 5\r\n" in set_variable("GLOBAL(HL_ALIVE)", "5").to_bytes("1")
    assert b"File: /r/1.wav\r\noptions: b\r\n" in start_recording("C", "/r/1.wav").to_bytes("1")
    assert (
        wake_channel("C", 59.6).to_bytes("1")
        == b"Action: AbsoluteTimeout\r\nActionID: 1\r\nChannel: C\r\nTimeout: 60\r\n\r\n"
    )
    assert b"Timeout: 1\r\n" in wake_channel("C", -5).to_bytes("1")  # 0 would lift the limit


def test_actions_for_listening_to_a_caller() -> None:
    assert detect_talk("PJSIP/trunk-1").fields == (
        ("Channel", "PJSIP/trunk-1"), ("Variable", "TALK_DETECT(set)"), ("Value", "300,256"),
    )  # fmt: skip
    assert ignore_talk("PJSIP/trunk-1").fields[1:] == (("Variable", "TALK_DETECT(remove)"), ("Value", ""))
    action = open_tap("PJSIP/trunk-1", "127.0.0.1:4000", "6f96")
    assert action.name == "Originate"
    assert dict(action.fields) == {
        "Channel": "AudioSocket/127.0.0.1:4000/6f96",
        "Application": "ChanSpy",
        "Data": "PJSIP/trunk-1,qEoS",
        "ChannelId": "6f96",
        "Codecs": "slin",
        "Async": "true",
    }


def test_the_orders_of_a_transfer() -> None:
    alone = to_transfer_action(Redirect("PJSIP/trunk-1", "95001"))
    assert dict(alone.fields) == {"Channel": "PJSIP/trunk-1", "Context": "hotline", "Exten": "95001", "Priority": "1"}
    both = dict(to_transfer_action(Redirect("PJSIP/trunk-1", "95001", "PJSIP/8001-2", "8001")).fields)
    assert both["ExtraContext"] == "consult"
    assert (both["ExtraChannel"], both["ExtraExten"], both["ExtraPriority"]) == ("PJSIP/8001-2", "8001", "1")
    assert dict(to_transfer_action(Join("a", "b")).fields) == {"Channel1": "a", "Channel2": "b", "Tone": "no"}
    ask = dict(to_transfer_action(CallColleague("8002", "ask-x-1.1", 12.5, "8001")).fields)
    assert (ask["Channel"], ask["ChannelId"], ask["Context"], ask["Timeout"]) == (
        "PJSIP/8002", "ask-x-1.1", "consult", "12500",
    )  # fmt: skip
    assert to_transfer_action(StopRecording("PJSIP/trunk-1")).name == "StopMixMonitor"
