"""Agents' phones that dial a feature code: the state changes, they hear so, and the call is over."""

from pathlib import Path

import pytest

from hotline.asterisk.orders import ChannelGone
from hotline.asterisk.translate import FEATURE_CONTEXT, Arrival, ForCall
from telephony.commands import AgentState, ShowAgent
from telephony.events import AgentAsked, AgentWish, DigitBegan, DigitPressed
from telephony.ids import AgentNumber, CallId
from tests.hotline.engine_play import Play

WANG = AgentNumber("8001")


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path)


def dial(play: Play, code: str, *, phone: str = "8001", call: str = "9.1") -> str:
    """An agent's phone dials a code; the words it hears."""
    play.engine.report(Arrival(CallId(call), f"PJSIP/{phone}-0001", FEATURE_CONTEXT, code, phone, ""))
    return play.running(call).split('"')[1].rpartition("/")[2]


def words(play: Play, phrase: str) -> str:
    return play.config.menu.phrases.feature[phrase].text


def states(play: Play) -> list[tuple[AgentState, str]]:
    shown = (fact for fact in play.journal.facts if isinstance(fact, ShowAgent) and fact.agent == WANG)
    return [(fact.state, fact.reason) for fact in shown]


def test_each_code_is_carried_out_confirmed_and_hung_up(play: Play) -> None:
    for number, (code, phrase, state) in enumerate(
        (
            ("*11", "sign_in", (AgentState.READY, "")),
            ("*142", "not_ready", (AgentState.NOT_READY, "2")),
            ("*13", "ready", (AgentState.READY, "")),
            ("*12", "sign_off", (AgentState.SIGNED_OFF, "")),
        )
    ):
        call = f"9.{number}"
        assert dial(play, code, call=call) == words(play, phrase)
        assert states(play)[-1] == state
        play.finish(call)
        assert play.actions("Hangup")[-1]["Channel"] == "PJSIP/8001-0001"
        play.tell(ChannelGone(16), call)
        assert play.engine.features.session(CallId(call)) is None


def test_what_can_not_be_granted_is_said(play: Play) -> None:
    assert dial(play, "*16") == words(play, "refused")


@pytest.mark.parametrize("code", ["*99", "*1", "*149", "*110"])
def test_an_unknown_code_changes_nothing(play: Play, code: str) -> None:
    assert dial(play, code) == words(play, "unknown_code")
    assert states(play) == []


def test_a_phone_that_is_no_agents_is_told_so(play: Play) -> None:
    assert dial(play, "*11", phone="4711") == words(play, "unknown_code")


def test_keys_during_the_answer_mean_nothing_and_what_is_no_feature_call_is_not_ours(play: Play) -> None:
    dial(play, "*11")
    before = list(play.link.sent)
    play.tell(DigitBegan(CallId("9.1")), "9.1")
    play.tell(DigitPressed(CallId("9.1"), "1"), "9.1")
    play.tell(ChannelGone(16), "9.9")
    assert play.link.sent == before


def test_an_agent_who_hangs_up_during_the_answer_leaves_nothing(play: Play) -> None:
    dial(play, "*11")
    play.tell(ChannelGone(16), "9.1")
    assert play.engine.features.session(CallId("9.1")) is None
    play.wait(60)
    assert states(play)[-1] == (AgentState.READY, "")


def test_a_lost_answer_does_not_keep_the_phone_for_ever(play: Play) -> None:
    dial(play, "*11")
    session = play.engine.features.session(CallId("9.1"))
    assert session is not None
    play.engine.report(ForCall(CallId("9.1"), ChannelGone(16)))
    assert play.engine.agenda.next_at == play.engine.distributor.deadline, "none is left for the call"


def test_two_phones_at_once_each_hear_their_own_answer(play: Play) -> None:
    assert dial(play, "*11", phone="8001", call="9.1") == words(play, "sign_in")
    assert dial(play, "*16", phone="8002", call="9.2") == words(play, "refused")
    assert words(play, "sign_in") in play.running("9.1")


def test_the_control_socket_is_answered_at_once_and_only_about_its_own_agent(play: Play) -> None:
    desk = play.engine.features
    answer = desk.ask(AgentAsked(WANG, AgentWish.SIGN_IN))
    assert answer is not None
    assert (answer.agent, answer.granted) == (WANG, True)
    again = desk.ask(AgentAsked(WANG, AgentWish.EXTEND_WRAP_UP))
    assert again is not None
    assert not again.granted
    assert play.commands("9.1") == []
