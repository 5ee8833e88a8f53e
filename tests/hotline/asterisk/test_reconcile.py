"""What CoreShowChannels says about our calls."""

from dataclasses import replace

from hotline.asterisk.orders import Resynchronise
from hotline.asterisk.reconcile import caller_alone, left_of, reconcile
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


def test_what_is_left_of_a_talk_are_channels_of_the_call_and_of_the_agents_phone() -> None:
    agent = AgentNumber("8001")
    joined = replace(caller(1), call=CallId("0.5"))  # an older call gave it its Linkedid
    assert left_of([joined, leg(7), other(), caller(2)], CallId("1.1"), agent) == [joined, leg(7)]
    assert left_of([caller(1), leg(7)], None, agent) == [leg(7)], "asked about a call that is another agent's"
    assert left_of([other(), caller(2)], CallId("1.1"), agent) == []


def test_a_caller_is_alone_if_only_he_is_left_in_our_hands_and_hears_nobody() -> None:
    assert caller_alone([caller(1)]) == caller(1)
    assert caller_alone([]) is None
    assert caller_alone([caller(1), leg(1)]) is None
    assert caller_alone([leg(1)]) is None
    assert caller_alone([caller(1, bridge="b")]) is None
    assert caller_alone([caller(1, "emergency")]) is None
