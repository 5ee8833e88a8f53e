"""Agents who enter a number, or ask a colleague first, while their callers wait; without Asterisk."""

from pathlib import Path

import pytest

from hotline.asterisk.orders import (
    ChannelGone,
    CodePressed,
    DialEnded,
    LegBridged,
    LegEnded,
)
from hotline.asterisk.translate import Arrival, ForCall
from hotline.handover import KEYS_S, PART_S
from ivr.conversation import Phase
from telephony import commands as c
from telephony import events as e
from telephony.commands import AgentState
from telephony.ids import AgentNumber, CallId
from tests.hotline.desk_play import CALL, COLLEAGUE, LEG, TRUNK, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_code_asks_for_a_number_and_sends_the_caller_there(desk: Desk) -> None:
    desk.tell(CodePressed(LEG, consult=False))
    assert desk.actions("Redirect")[0]["ExtraChannel"] == LEG
    desk.caller_is_back()
    assert desk.until("SET MUSIC ON")
    desk.agent_is_here()
    assert "请输入" in desk.said_to_agent()
    desk.enters("8")
    assert desk.actions("ControlPlayback")
    desk.enters("002#")
    assert desk.queued().wanted == "8002"
    assert LEG in [action["Channel"] for action in desk.actions("Hangup")]
    assert desk.state("8003") is AgentState.WRAP_UP


# ---- after asking --------------------------------------------------------------------------------


@pytest.mark.parametrize("told_first", [True, False])
def test_the_colleague_answers_they_talk_and_the_agent_hangs_up(desk: Desk, told_first: bool) -> None:
    desk.parted()
    ask = desk.actions("Originate")[-1]
    assert (ask["Channel"], ask["Context"], ask["CallerID"]) == ("PJSIP/8002", "consult", "<8003>")
    assert desk.said_to_agent().startswith("SET MUSIC")
    desk.colleague_is_here()
    assert desk.actions("Bridge")[-1] == {"Channel1": LEG, "Channel2": COLLEAGUE, "Tone": "no"}
    desk.tell(LegBridged(COLLEAGUE))
    assert desk.state("8002") is AgentState.TALKING
    if told_first:
        desk.tell(LegEnded(LEG, 16))
        desk.tell(LegEnded(LEG, 16))
    desk.colleague_is_here(CALL)
    desk.tell(LegEnded(LEG, 16))
    assert desk.actions("Bridge")[-1] == {"Channel1": TRUNK, "Channel2": COLLEAGUE, "Tone": "no"}
    assert [one.kind for one in desk.transferred()] == [e.TransferKind.WARM]
    assert desk.state("8003") is AgentState.WRAP_UP
    assert desk.engine.distributor.talks() == {CALL: "8002"}
    assert desk.engine.lines[CallId(CALL)].agent == "8002"
    desk.tell(LegEnded(COLLEAGUE, 16))
    desk.caller_is_back()
    assert desk.phase is Phase.FAREWELL
    assert desk.state("8002") is AgentState.WRAP_UP


def test_somebody_of_a_queue_is_asked(desk: Desk) -> None:
    desk.parted("repayment")
    assert desk.actions("Originate")[-1]["Channel"] == "PJSIP/8002"


def back_in_talk(desk: Desk) -> bool:
    joined = desk.actions("Bridge")[-1]
    return (
        joined["Channel1"] == TRUNK and joined["Channel2"] == LEG and desk.engine.distributor.talks() == {CALL: "8003"}
    )


@pytest.mark.parametrize("way", ["gone", "late", "joined", "joined, told late"])
def test_a_colleague_who_does_not_answer_brings_the_caller_back(desk: Desk, way: str) -> None:
    desk.parted()
    asked = desk.actions("Originate")[-1]["ChannelId"]
    if way == "gone":
        desk.tell(DialEnded("BUSY"), call=asked)
        desk.tell(ChannelGone(21), call=asked)
    elif way == "late":
        desk.wait(25.0)
        assert asked in [action["Channel"] for action in desk.actions("Hangup")]
    else:
        desk.colleague_is_here()
        desk.tell(LegBridged(LEG))
        if way == "joined":
            desk.tell(LegEnded(COLLEAGUE, 16))
        desk.agent_is_here()
    if "joined" not in way:
        desk.agent_prompt_ends()  # the music's command
        assert "未能接通" in desk.said_to_agent()
        desk.agent_prompt_ends()
    assert back_in_talk(desk)
    assert desk.state("8002") in {AgentState.READY, AgentState.WRAP_UP}
    desk.tell(LegEnded(LEG, 16))
    desk.caller_is_back()
    assert desk.phase is Phase.FAREWELL
    assert not desk.transferred()


def test_nobody_free_to_ask_is_told_and_the_caller_comes_back(desk: Desk) -> None:
    desk.engine.post(e.AgentAsked(AgentNumber("8002"), e.AgentWish.NOT_READY, "1"))
    desk.parted()
    assert "未能接通" in desk.said_to_agent()
    desk.wait(KEYS_S)  # even if the end of the prompt is never told
    assert back_in_talk(desk)


@pytest.mark.parametrize("keys", ["*", "99#", "95001#"])
def test_a_number_that_is_none_or_a_star_brings_the_caller_back(desk: Desk, keys: str) -> None:
    desk.parted(None)
    desk.enters(keys)
    desk.enters("1")
    if "#" in keys:
        desk.agent_prompt_ends()
        desk.agent_prompt_ends()
    assert back_in_talk(desk)


@pytest.mark.parametrize(("keys", "goes"), [("7001#", True), ("8002#", True), ("7009#", False)])
def test_a_code_passes_nobody_on_to_where_nobody_is(desk: Desk, keys: str, goes: bool) -> None:
    if keys == "7001#":
        desk.sign_in("8001")
    elif keys == "7009#":
        for number in ("8001", "8002"):
            desk.engine.post(e.AgentAsked(AgentNumber(number), e.AgentWish.SIGN_OFF))
        keys = "7001#"
    desk.tell(CodePressed(LEG, consult=False))
    desk.caller_is_back()
    desk.agent_is_here()
    desk.enters(keys)
    assert bool(desk.transferred()) is goes
    if not goes:
        desk.agent_prompt_ends()
        assert "未能接通" in desk.said_to_agent()
        desk.wait(KEYS_S)
        assert back_in_talk(desk)


def test_an_agent_who_enters_nothing_gets_the_caller_back(desk: Desk) -> None:
    desk.parted(None)
    desk.wait(KEYS_S)
    assert back_in_talk(desk)


def test_an_agent_who_hangs_up_while_it_rings_sends_the_caller_to_that_colleague(desk: Desk) -> None:
    desk.parted()
    asked = desk.actions("Originate")[-1]["ChannelId"]
    desk.tell(LegEnded(LEG, 16))
    assert asked in [action["Channel"] for action in desk.actions("Hangup")]
    assert desk.queued().wanted == "8002"
    assert desk.answer() == "8002"


def test_an_agent_who_hangs_up_before_that_has_ended_the_talk(desk: Desk) -> None:
    desk.parted(None)
    desk.tell(LegEnded(LEG, 16))
    assert desk.phase is Phase.FAREWELL
    assert desk.state("8003") is AgentState.WRAP_UP


def test_a_caller_who_hangs_up_meanwhile_ends_it_for_all(desk: Desk) -> None:
    desk.parted()
    asked = desk.actions("Originate")[-1]["ChannelId"]
    desk.tell(ChannelGone(16))
    assert {LEG, asked} <= {action["Channel"] for action in desk.actions("Hangup")}
    assert (desk.state("8003"), desk.state("8002")) == (AgentState.WRAP_UP, AgentState.READY)
    desk.colleague_is_here("9.9")
    assert desk.actions("Hangup")[-1]["Channel"] == COLLEAGUE


def test_a_caller_who_hangs_up_before_anybody_is_asked(desk: Desk) -> None:
    desk.parted(None)
    desk.tell(ChannelGone(16))
    assert not desk.engine.lines
    assert desk.state("8003") is AgentState.WRAP_UP


@pytest.mark.parametrize("stage", ["parting", "completing"])
def test_what_does_not_come_about_in_time_leads_back_to_the_queue(desk: Desk, stage: str) -> None:
    if stage == "parting":
        desk.ask("8002", consult=True)
        desk.caller_is_back()
    else:
        desk.parted()
        desk.colleague_is_here()
        desk.tell(LegEnded(LEG, 16))
    desk.wait(PART_S)
    assert desk.queued().queue == "repayment"
    assert desk.phase in {Phase.QUEUE, Phase.RINGING}
    assert any(isinstance(fact, c.CloseTalk) for fact in desk.journal.facts)


def test_a_colleague_who_vanishes_as_he_takes_over_costs_the_caller_only_time(desk: Desk) -> None:
    desk.parted()
    desk.colleague_is_here()
    desk.tell(LegEnded(LEG, 16))
    desk.tell(LegEnded(COLLEAGUE, 16))
    assert desk.queued().queue == "repayment"


def test_news_that_come_too_late_mean_nothing(desk: Desk) -> None:
    desk.engine.handovers.time_reached(CallId(CALL))
    desk.engine.handovers.carry_out(c.RefuseConsult(CallId(CALL)))
    desk.engine.report(Arrival(CallId("8.8"), "PJSIP/8002-1", "consult", "8002", "8002", ""))
    assert desk.actions("Hangup")[-1]["Channel"] == "PJSIP/8002-1"
    desk.parted()
    desk.engine.handovers._by_call[CallId(CALL)].stage = desk.engine.handovers._by_call[CallId(CALL)].stage.RETURNING
    desk.colleague_is_here()
    assert desk.actions("Hangup")[-1]["Channel"] == COLLEAGUE
    desk.engine.report(ForCall(CallId(CALL), LegEnded("PJSIP/8009-1", 16)))
