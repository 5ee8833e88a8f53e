"""Who arrives at the engine, and who comes back to it."""

from pathlib import Path

import pytest

from hotline.asterisk.orders import AgiEnded, ChannelGone
from hotline.asterisk.translate import PhoneSeen, PhoneUsed
from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallId
from tests.hotline.engine_play import Play


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path)


def test_a_new_caller_is_greeted_by_what_he_dialled(play: Play) -> None:
    play.arrive()
    line = play.engine.lines[CallId("1.1")]
    assert (line.extension, line.caller) == ("95001", "13800138000")
    assert [fact for fact in play.journal.facts if isinstance(fact, e.CallArrived)]


def test_moved_to_the_emergency_branch_and_back_the_menu_goes_on(play: Play) -> None:
    play.arrive()
    play.press("2")
    play.tell(AgiEnded())
    before = len(play.commands())
    play.arrive()
    assert len(play.commands()) == before + 1
    assert play.engine.lines[CallId("1.1")].conversation.node == "repayment"


def test_moved_while_waiting_keeps_the_place(play: Play) -> None:
    play.sign_in("8001")
    for call in ("1.1", "1.2", "1.3"):
        play.arrive(call, caller=f"1380013800{call[-1]}")
        play.press("0", call)
        if call == "1.1":
            play.answer(call)
        else:
            play.until("SET MUSIC ON", call)
    play.tell(AgiEnded(), "1.2")
    play.arrive("1.2")
    play.agent_hangs_up("8001", "1.1")
    play.wait(16)
    assert play.answer("1.2") == "8001"


def test_only_an_agents_phone_is_news(play: Play) -> None:
    play.engine.report(PhoneSeen(AgentNumber("trunk"), reachable=True))
    assert not play.journal.facts
    play.engine.report(PhoneSeen(AgentNumber("8001"), reachable=False))
    assert e.AgentReachable(AgentNumber("8001"), reachable=False) in play.journal.facts


def test_what_an_agents_phone_is_in_use_for_is_a_hint_and_no_news_but_for_what_it_means(play: Play) -> None:
    play.engine.report(PhoneUsed(AgentNumber("7000"), e.PhoneUse.IN_USE))
    play.engine.report(PhoneUsed(AgentNumber("8001"), e.PhoneUse.IN_USE))
    assert not play.journal.facts
    play.sign_in("8001")
    play.engine.report(PhoneUsed(AgentNumber("8001"), e.PhoneUse.ON_HOLD))
    shown = play.journal.facts[-1]
    assert isinstance(shown, c.ShowAgent)
    assert shown.availability is not None
    assert (shown.state, shown.availability.phone) == (c.AgentState.READY, e.PhoneUse.ON_HOLD)
    play.wait(90)
    assert isinstance(play.journal.facts[-1], c.ShowAgent)
    assert play.journal.facts[-1].availability is not None
    assert play.journal.facts[-1].availability.phone is None, "three lists did not repeat it"


def test_whoever_waits_for_a_caller_of_before_is_asked_first_and_told_of_his_end(play: Play) -> None:
    ended: list[CallId] = []
    play.engine.arrivals.on_unknown_arrival = lambda _arrival: True
    play.engine.arrivals.on_unknown_end = lambda call, _gone: ended.append(call)
    play.arrive("7.7")
    assert not play.engine.lines
    play.tell(ChannelGone(16), "7.7")
    assert ended == ["7.7"]
