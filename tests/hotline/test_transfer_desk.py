"""Callers passed on by their agents, without Asterisk: what is ordered, and who talks to whom afterwards."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotline.asterisk.orders import (
    AgiEnded,
    CodePressed,
    LegEnded,
    LegKey,
    Referred,
)
from hotline.asterisk.translate import Arrival, Attended
from hotline.transfer_desk import MOST_ORDERS, ORDER_AGAIN_S
from ivr.conversation import Phase
from telephony import commands as c
from telephony import events as e
from telephony.commands import AgentState
from telephony.errors import LinkError
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.hotline.desk_play import CALL, COLLEAGUE, LEG, TRUNK, Desk
from tests.hotline.engine_play import Play


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


@pytest.mark.parametrize("told", [True, False])
def test_a_refer_that_is_told_after_the_end_of_the_talk_costs_the_caller_no_more_than_a_word(
    desk: Desk, told: bool
) -> None:
    desk.agent_hangs_up("8003")
    assert desk.phase is Phase.FAREWELL
    if told:
        desk.tell(Referred("8002"))
    desk.caller_is_back("8002")
    (passed,) = desk.transferred()
    assert (passed.agent, passed.kind, passed.to_agent) == ("8003", e.TransferKind.BLIND, "8002")
    assert desk.queued().wanted == "8002"
    assert desk.answer() == "8002"


def test_a_caller_who_has_been_let_go_is_passed_on_to_nobody(desk: Desk) -> None:
    desk.agent_hangs_up("8003")
    desk.until("STREAM FILE")
    desk.finish()
    assert desk.engine.lines[CallId(CALL)].session.ending
    desk.tell(Referred("8002"))
    desk.caller_is_back("8002")
    assert not desk.transferred()


def test_refer_to_a_queue_keeps_the_topic_only_where_it_leads_there(desk: Desk) -> None:
    desk.caller_is_back("7001")
    assert (desk.queued().queue, desk.queued().topic) == ("loan", "loan")
    desk.sign_in("8001")


def test_refer_to_nobody_brings_the_caller_back_to_his_queue(desk: Desk) -> None:
    desk.caller_is_back("12345")
    queued = desk.queued()
    assert (queued.queue, queued.topic) == ("repayment", "repayment.early")
    assert queued.transferred


def waits_then_talks(play: Play, waits_s: float) -> None:
    play.engine.post(e.AgentAsked(AgentNumber("8003"), e.AgentWish.NOT_READY, "1"))
    play.arrive("1.2", caller="13800138001")
    play.press("220", "1.2")
    play.until("SET MUSIC ON", "1.2")
    play.wait(waits_s)
    play.engine.post(e.AgentAsked(AgentNumber("8003"), e.AgentWish.READY))
    assert play.answer("1.2") == "8003"


def test_a_caller_passed_on_has_waited_for_as_long_as_he_waited_and_not_while_he_talked(tmp_path: Path) -> None:
    play = Play(tmp_path)
    play.sign_in("8003")
    waits_then_talks(play, 40.0)
    play.wait(300.0)
    play.tell(LegEnded(LEG, 16), "1.2")
    play.tell(AgiEnded(), "1.2")
    play.engine.report(Arrival(CallId("1.2"), "PJSIP/trunk-1.2", "hotline", "12345", "13800138001", ""))
    queued = [fact for fact in play.journal.facts if isinstance(fact, e.CallQueued)][-1]
    assert queued.place_at == pytest.approx(queued.entered_at - 40.0)
    assert queued.transferred
    play.wait(20.0)
    play.engine.post(e.AgentAsked(AgentNumber("8003"), e.AgentWish.READY))
    assert play.answer("1.2") == "8003"
    assert play.engine.lines[CallId("1.2")].waited_s == pytest.approx(60.0)


def test_a_redial_keeps_its_place_also_when_it_is_passed_on(desk: Desk) -> None:
    line = desk.engine.lines[CallId(CALL)]
    desk.engine.execution.for_distribution(
        c.NoteCaller(line.call, Topic("repayment.early"), desk.clock.at - 70.0, redialled=True)
    )
    closed = c.CloseSegment(line.call, QueueId("repayment"), e.Outcome.ANSWERED, 5.0)
    desk.engine.execution.for_distribution(closed)
    desk.engine.execution.for_distribution(replace(closed, outcome=e.Outcome.OVERFLOWED))
    desk.engine.execution.for_distribution(replace(closed, call=CallId("gone")))
    desk.caller_is_back("12345")
    assert desk.queued().place_at == desk.queued().entered_at - 70.0


@pytest.mark.parametrize("how", ["by refer", "by order"])
def test_nothing_is_kept_of_a_caller_who_hangs_up_on_his_way(desk: Desk, how: str) -> None:
    if how == "by refer":
        desk.tell(Referred("8002"))
    else:
        assert desk.engine.transfers.ask(CallId(CALL), "8002", consult=False) == ""
    assert CALL in desk.engine.transfers._sent
    ordered = len(desk.actions("Redirect"))
    desk.hang_up()
    assert CALL not in desk.engine.lines
    assert not desk.engine.transfers._sent
    desk.wait(ORDER_AGAIN_S + 1.0)
    assert len(desk.actions("Redirect")) == ordered


def test_a_caller_sent_by_refer_to_where_nobody_is_comes_back_to_his_queue(desk: Desk) -> None:
    for number in ("8001", "8004", "8005"):
        desk.engine.post(e.AgentAsked(AgentNumber(number), e.AgentWish.SIGN_OFF))
    desk.tell(Referred("account"))
    desk.caller_is_back("account")
    assert desk.queued().queue == "repayment"


def test_a_caller_whose_own_queue_has_nobody_left_goes_where_everybody_may_be_served(desk: Desk) -> None:
    line = desk.engine.lines[CallId(CALL)]
    line.conversation.queue = QueueId("account")
    desk.caller_is_back("12345")
    assert desk.queued().queue == desk.config.menu.default_queue


def test_refer_to_a_number_callers_dial_leads_to_the_menu(desk: Desk) -> None:
    desk.tell(Referred("95001"))
    desk.caller_is_back("95001")
    assert desk.phase is Phase.MENU
    assert desk.transferred()[0].queue is None
    assert desk.state("8003") is AgentState.WRAP_UP


def test_sent_on_by_order_the_caller_is_taken_out_of_the_talk(desk: Desk) -> None:
    desk.sign_in("8005")
    assert desk.ask("account") == ""
    [redirect] = desk.actions("Redirect")
    assert redirect["Channel"] == TRUNK
    assert "ExtraChannel" not in redirect
    assert desk.ask("account") == "no_talk"
    desk.caller_is_back()
    assert desk.queued().queue == "account"
    assert desk.actions("StopMixMonitor")


def test_an_order_that_asterisk_forgets_is_given_again_until_the_caller_is_back(desk: Desk) -> None:
    desk.engine.report(attended(joined=False, other=""))
    assert len(desk.actions("Redirect")) == 1
    desk.wait(ORDER_AGAIN_S)
    assert [order["Channel"] for order in desk.actions("Redirect")] == [TRUNK, TRUNK]
    desk.caller_is_back()
    assert desk.queued().wanted == "8002"
    desk.wait(10 * ORDER_AGAIN_S)
    assert len(desk.actions("Redirect")) == 2


def test_nor_to_a_caller_who_has_hung_up(desk: Desk) -> None:
    desk.engine.report(attended(joined=False, other=""))
    desk.hang_up()
    desk.wait(10 * ORDER_AGAIN_S)
    assert len(desk.actions("Redirect")) == 1


def test_it_is_not_given_for_ever(desk: Desk) -> None:
    desk.engine.report(attended(joined=False, other=""))
    for _ in range(10):
        desk.wait(ORDER_AGAIN_S)
    assert len(desk.actions("Redirect")) == MOST_ORDERS


def test_an_order_asterisk_refuses_leaves_the_talk_as_it_is(desk: Desk) -> None:
    desk.sign_in("8005")
    desk.ask("account")
    redirected = next(i for i, action in enumerate(desk.link.sent) if action.name == "Redirect")
    on_reply = desk.link.replies[redirected]
    assert on_reply is not None
    on_reply(LinkError("no", retryable=False))
    desk.caller_is_back()  # the talk is over
    assert not desk.transferred()
    assert desk.phase is Phase.FAREWELL


@pytest.mark.parametrize(
    ("to", "consult", "why"),
    [
        ("nowhere", False, "unknown_target"),
        ("95001", True, "nobody_to_ask"),
        ("account", False, "nobody_there"),
        ("account", True, ""),
    ],
)
def test_what_can_not_be(desk: Desk, to: str, consult: bool, why: str) -> None:
    assert desk.ask(to, consult=consult) == why


def test_only_a_talk_can_be_passed_on(desk: Desk) -> None:
    assert desk.engine.transfers.ask(CallId("9.9"), "8002", consult=False) == "unknown_call"
    desk.agent_hangs_up("8003")
    assert desk.ask("8002") == "no_talk"


def test_a_code_without_a_talk_means_nothing(desk: Desk) -> None:
    desk.tell(CodePressed("PJSIP/8001-1", consult=False))
    desk.tell(CodePressed(LEG, consult=False), call="9.9")
    desk.tell(Referred("8002"), call="9.9")
    desk.tell(LegKey(LEG, "5"))
    desk.tell(LegKey(LEG, "5"), call="9.9")
    assert not desk.actions("Redirect")


# ---- after asking, by the agent's own telephone ----------------------------------------------------

SECOND = "PJSIP/8003-a"
"""The agent's call to the colleague, in which he had dialled 8002."""


def attended(
    *, joined: bool = True, other: str = COLLEAGUE, swapped: bool = False, dialled: str = "8002", leg: str = LEG
) -> Attended:
    pairs = ((leg, "", TRUNK), (SECOND, dialled, other))
    first, second = reversed(pairs) if swapped else pairs
    return Attended((first[0], second[0]), (first[1], second[1]), (first[2], second[2]), joined)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("told_first", [False, True])
def test_a_telephone_puts_caller_and_colleague_together(desk: Desk, swapped: bool, told_first: bool) -> None:
    if told_first:
        desk.tell(LegEnded(LEG, 16))
    desk.engine.report(attended(swapped=swapped))
    desk.tell(LegEnded(LEG, 16))
    (told,) = desk.transferred()
    assert (told.kind, told.agent, told.to_agent, told.from_queue) == (e.TransferKind.WARM, "8003", "8002", "repayment")
    assert (desk.state("8003"), desk.state("8002")) == (AgentState.WRAP_UP, AgentState.TALKING)
    assert desk.engine.distributor.talks() == {CALL: "8002"}
    assert len(desk.actions("MixMonitor")) == 2, "every talk has a file of its own"
    desk.tell(LegEnded(COLLEAGUE, 16))
    desk.finish()
    assert desk.phase is Phase.FAREWELL
    assert desk.state("8002") is AgentState.WRAP_UP


def test_the_caller_who_hangs_up_afterwards_frees_the_colleague(desk: Desk) -> None:
    desk.engine.report(attended())
    desk.hang_up()
    assert desk.state("8002") is AgentState.WRAP_UP
    assert not desk.engine.lines


@pytest.mark.parametrize("told", [attended(joined=False, other=""), attended(other="PJSIP/door-3")])
def test_a_colleague_who_has_not_answered_is_rung_by_us(desk: Desk, told: Attended) -> None:
    desk.engine.report(told)
    assert desk.actions("Redirect")[-1]["Channel"] == TRUNK
    desk.tell(LegEnded(LEG, 16))
    desk.caller_is_back()
    assert desk.queued().wanted == "8002"
    assert desk.answer() == "8002"
    assert desk.transferred()[0].kind is e.TransferKind.BLIND


def test_put_together_with_nobody_we_know_the_caller_comes_back_to_his_queue(desk: Desk) -> None:
    desk.engine.report(attended(joined=False, other="", dialled="12345"))
    desk.caller_is_back()
    assert desk.queued().queue == "repayment"


def test_two_calls_that_are_no_callers_are_none_of_ours(desk: Desk) -> None:
    desk.engine.report(attended(leg="PJSIP/8009-1"))
    desk.tell(Referred("8002"))
    desk.engine.report(attended())
    assert not desk.transferred()
    assert not desk.actions("Redirect")


def test_a_caller_who_is_being_passed_on_already_is_left_alone(desk: Desk) -> None:
    desk.ask("8002", consult=True)
    line = desk.engine.lines[CallId(CALL)]
    line.session.joined(LEG, AgentNumber("8003"))
    desk.engine.report(attended())
    assert not desk.transferred()


# ---- what the caller named -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("8002", ("repayment", "repayment.early", None)),
        ("general", ("general", "general", "repayment.early")),
        ("7001", ("loan", "loan", None)),
    ],
)
def test_what_the_caller_named_goes_with_him_unless_the_agent_knows_better(
    desk: Desk, to: str, told: tuple[str, str, str | None]
) -> None:
    assert desk.ask(to) == ""
    desk.caller_is_back()
    queued = desk.queued()
    assert (queued.queue, queued.topic, queued.asked) == told
    assert queued.named
    assert queued.passed_on


def test_passed_back_from_the_general_queue_he_still_wants_what_he_named(desk: Desk) -> None:
    assert desk.ask("general") == ""
    desk.caller_is_back()
    desk.answer()
    assert desk.ask("repayment") == ""
    desk.caller_is_back()
    assert (desk.queued().topic, desk.queued().asked) == ("repayment.early", None)
