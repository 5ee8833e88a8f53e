"""What CoreShowChannels says about our calls."""

from hotline.asterisk.orders import Resynchronise
from hotline.asterisk.reconcile import reconcile
from hotline.asterisk.translate import Channel
from telephony.ids import AgentNumber, CallId

AGENTS = {AgentNumber("8001")}


def caller(number: int, context: str = "hotline", bridge: str = "") -> Channel:
    call = CallId(f"1.{number}")
    return Channel(f"PJSIP/trunk-{number}", call, call, context, "95001", "AGI", bridge, "", "")


def leg(number: int, bridge: str = "") -> Channel:
    return Channel("PJSIP/8001-9", CallId(f"1.{number}"), "1.99", "from-agent", "", "AppDial", bridge, "", "")


def other() -> Channel:
    return Channel("Local/s@watchdog-1;1", CallId("5.5"), "5.5", "watchdog", "s", "Wait", "", "", "")


def test_every_case_at_once() -> None:
    found = reconcile(
        {CallId("1.1"), CallId("1.7")},
        [caller(1), caller(2, bridge="b"), leg(2, "b"), caller(3), leg(3), caller(4, "emergency"), other()],
        AGENTS,
    )
    assert found.gone == [CallId("1.7")]
    assert found.away == [CallId("1.4")]
    assert found.resume == {
        CallId("1.1"): Resynchronise("PJSIP/trunk-1"),
        CallId("1.2"): Resynchronise("PJSIP/trunk-2", "PJSIP/8001-9", AgentNumber("8001"), bridged=True),
        CallId("1.3"): Resynchronise("PJSIP/trunk-3", "PJSIP/8001-9", AgentNumber("8001")),
    }
    assert set(found.channels) == {CallId(f"1.{number}") for number in (1, 2, 3, 4)}


def test_a_caller_outside_our_contexts_is_neither_ours_nor_gone() -> None:
    found = reconcile({CallId("1.1")}, [caller(1, "from-agent")], AGENTS)
    assert (found.gone, found.resume, found.away) == ([], {}, [])
