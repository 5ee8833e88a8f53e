"""Callers passed on by their agents, without Asterisk: what is ordered, and who talks to whom afterwards."""

from pathlib import Path

import pytest

from hotline.asterisk.orders import (
    AgiEnded,
    ChannelGone,
    CodePressed,
    CommandDone,
    DialEnded,
    LegBridged,
    LegEnded,
    LegKey,
    Referred,
)
from hotline.asterisk.translate import Arrival, ForCall
from hotline.handover import KEYS_S, PART_S
from ivr.conversation import Phase
from telephony import commands as c
from telephony import events as e
from telephony.commands import AgentState
from telephony.errors import LinkError
from telephony.ids import AgentNumber, CallId
from tests.hotline.engine_play import Play

CALL, TRUNK, LEG = "1.1", "PJSIP/trunk-1.1", "PJSIP/8003-9"
COLLEAGUE = "PJSIP/8002-5"


class Desk(Play):
    """A caller at 提前还款 who talks to 8003; 8002 is free."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__(tmp_path, edits={"name: 贷款咨询专席": 'name: 贷款咨询专席\n    extension: "7001"'})
        self.sign_in("8003")
        self.arrive()
        self.press("220")
        assert self.answer() == "8003"
        self.sign_in("8002")

    @property
    def phase(self) -> Phase:
        return self.engine.lines[CallId(CALL)].conversation.phase

    def state(self, number: str) -> AgentState | None:
        return self.engine.distributor.agent_state(AgentNumber(number))

    def ask(self, to: str, *, consult: bool = False) -> str:
        why = self.engine.transfers.ask(CallId(CALL), to, consult=consult)
        self.engine.post()
        return why

    def caller_is_back(self, extension: str = "95001") -> None:
        self.tell(AgiEnded())
        self.engine.report(Arrival(CallId(CALL), TRUNK, "hotline", extension, "13800138000", ""))

    def agent_is_here(self) -> None:
        self.engine.report(Arrival(CallId(CALL), LEG, "consult", "8003", "8003", ""))

    def colleague_is_here(self, call: str = "") -> None:
        asked = self.actions("Originate")[-1]["ChannelId"]
        self.engine.report(Arrival(CallId(call or asked), COLLEAGUE, "consult", "8002", "8002", ""))

    def parted(self, to: str | None = "8002") -> None:
        """Both are with us: by order, or by code."""
        if to is not None:
            assert self.ask(to, consult=True) == ""
        else:
            self.tell(CodePressed(LEG, consult=True))
        self.caller_is_back()
        self.agent_is_here()

    def enters(self, keys: str) -> None:
        for key in keys:
            self.tell(LegKey(LEG, key))

    def said_to_agent(self) -> str:
        return self.running(f"{CALL}~8003")

    def agent_prompt_ends(self) -> None:
        session = self.engine.transfers.session(CallId(f"{CALL}~8003"))
        assert session is not None
        action = next(
            a for a in reversed(self.link.sent) if a.name == "AGI" and "~8003-" in dict(a.fields)["CommandID"]
        )
        self.tell(CommandDone(dict(action.fields)["CommandID"], failed=False))

    def transferred(self) -> list[e.CallTransferred]:
        return [fact for fact in self.journal.facts if isinstance(fact, e.CallTransferred)]

    def queued(self) -> e.CallQueued:
        return [fact for fact in self.journal.facts if isinstance(fact, e.CallQueued)][-1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# ---- blind ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("told_first", [True, False])
def test_refer_to_a_colleague_rings_him_first(desk: Desk, told_first: bool) -> None:
    if told_first:
        desk.tell(Referred("8002"))
        desk.finish()
    desk.tell(LegEnded(LEG, 16))
    desk.caller_is_back("8002")
    [told] = desk.transferred()
    assert (told.agent, told.kind, told.to_agent) == ("8003", e.TransferKind.BLIND, "8002")
    assert desk.state("8003") is AgentState.WRAP_UP
    assert desk.queued().wanted == "8002"
    assert desk.answer() == "8002"
    assert desk.phase is Phase.TALK


def test_refer_to_a_queue_keeps_the_topic_only_where_it_leads_there(desk: Desk) -> None:
    desk.caller_is_back("7001")
    assert (desk.queued().queue, desk.queued().topic) == ("loan", "loan")
    desk.sign_in("8001")


def test_refer_to_nobody_brings_the_caller_back_to_the_head_of_his_queue(desk: Desk) -> None:
    desk.caller_is_back("12345")
    queued = desk.queued()
    assert (queued.queue, queued.topic) == ("repayment", "repayment.early")
    assert queued.place_at is not None
    assert queued.place_at < queued.entered_at - 3600


def test_refer_to_a_number_callers_dial_leads_to_the_menu(desk: Desk) -> None:
    desk.tell(Referred("95001"))
    desk.caller_is_back("95001")
    assert desk.phase is Phase.MENU
    assert desk.transferred()[0].queue is None
    assert desk.state("8003") is AgentState.WRAP_UP


def test_sent_on_by_order_the_caller_is_taken_out_of_the_talk(desk: Desk) -> None:
    assert desk.ask("account") == ""
    [redirect] = desk.actions("Redirect")
    assert redirect["Channel"] == TRUNK
    assert "ExtraChannel" not in redirect
    assert desk.ask("account") == "no_talk"
    desk.caller_is_back()
    assert desk.queued().queue == "account"
    assert desk.actions("StopMixMonitor")


def test_an_order_asterisk_refuses_leaves_the_talk_as_it_is(desk: Desk) -> None:
    desk.ask("account")
    redirected = next(i for i, action in enumerate(desk.link.sent) if action.name == "Redirect")
    on_reply = desk.link.replies[redirected]
    assert on_reply is not None
    on_reply(LinkError("no", retryable=False))
    desk.caller_is_back()  # the talk is over
    assert not desk.transferred()
    assert desk.phase is Phase.FAREWELL


@pytest.mark.parametrize(
    ("to", "consult", "why"), [("nowhere", False, "unknown_target"), ("95001", True, "nobody_to_ask")]
)
def test_what_can_not_be(desk: Desk, to: str, consult: bool, why: str) -> None:
    assert desk.ask(to, consult=consult) == why


def test_only_a_talk_can_be_passed_on(desk: Desk) -> None:
    assert desk.engine.transfers.ask(CallId("9.9"), "8002", consult=False) == "unknown_call"
    desk.agent_hangs_up("8003")
    assert desk.ask("8002") == "no_talk"


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


def test_a_code_without_a_talk_means_nothing(desk: Desk) -> None:
    desk.tell(CodePressed("PJSIP/8001-1", consult=False))
    desk.tell(CodePressed(LEG, consult=False), call="9.9")
    desk.tell(Referred("8002"), call="9.9")
    desk.tell(LegKey(LEG, "5"))
    desk.tell(LegKey(LEG, "5"), call="9.9")
    assert not desk.actions("Redirect")


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
    desk.engine.transfers.time_reached(CallId(CALL))
    desk.engine.transfers.carry_out(c.RefuseConsult(CallId(CALL)))
    desk.engine.report(Arrival(CallId("8.8"), "PJSIP/8002-1", "consult", "8002", "8002", ""))
    assert desk.actions("Hangup")[-1]["Channel"] == "PJSIP/8002-1"
    desk.parted()
    desk.engine.transfers._by_call[CallId(CALL)].stage = desk.engine.transfers._by_call[CallId(CALL)].stage.RETURNING
    desk.colleague_is_here()
    assert desk.actions("Hangup")[-1]["Channel"] == COLLEAGUE
    desk.engine.report(ForCall(CallId(CALL), LegEnded("PJSIP/8009-1", 16)))
