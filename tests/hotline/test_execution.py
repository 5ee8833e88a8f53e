"""What becomes of the machines' orders."""

from pathlib import Path

import pytest
import structlog

from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.hotline.engine_play import Play

GONE = CallId("9.9")


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path)


def test_the_caller_hears_the_agents_number_unless_switched_off(play: Play, tmp_path: Path) -> None:
    play.sign_in("8001")
    play.arrive()
    play.press("0")
    assert "A(:" in play.until("EXEC Dial")
    quiet = Play(tmp_path, announce_agent=False)
    quiet.sign_in("8001")
    quiet.arrive()
    quiet.press("0")
    assert "A(:" not in quiet.until("EXEC Dial")


def test_a_move_of_a_call_that_is_gone_moves_nothing(play: Play) -> None:
    move = c.MoveCall(GONE, QueueId("general"), Topic("general"), 0.0)
    play.engine.carry_out_all([move])
    play.engine.post()
    assert not [fact for fact in play.journal.facts if isinstance(fact, e.CallQueued)]


def test_a_ring_for_a_caller_who_is_gone_has_ended(play: Play) -> None:
    ring = c.RingAgent(GONE, AgentNumber("8001"), QueueId("loan"), 20.0, "idle")
    play.engine.carry_out_all([ring, c.CancelRing(GONE, AgentNumber("8001"))])
    play.engine.post()
    assert play.journal.facts[-1] == e.RingEnded(GONE, AgentNumber("8001"), e.RingOutcome.CANCELLED)


def test_who_is_too_long_in_a_state_is_in_the_log(play: Play) -> None:
    agent = AgentNumber("8001")
    shown = c.ShowAgent(agent, c.AgentState.NOT_READY, "1")
    with structlog.testing.capture_logs() as logs:
        play.engine.carry_out_all([shown, c.ShowAgent(agent, c.AgentState.NOT_READY, "1", late=True)])
    assert [(line["event"], line["agent"], line["reason"]) for line in logs] == [("agent_late", "8001", "1")]
    assert len(play.journal.facts) == 2


def test_a_recorded_talk_begins_its_file(play: Play) -> None:
    play.sign_in("8001")
    play.arrive()
    play.press("0")
    play.answer()
    (recording,) = play.actions("MixMonitor")
    assert recording["options"] == "b"
    assert play.engine.lines[CallId("1.1")].agent == "8001"
    play.agent_hangs_up("8001")
    assert play.engine.lines[CallId("1.1")].agent is None


# ---- what the caller named -----------------------------------------------------------------------------


def entries(play: Play) -> list[tuple[str, str, bool, str | None, bool]]:
    return [
        (fact.queue, fact.topic, fact.named, fact.asked, fact.passed_on)
        for fact in play.journal.facts
        if isinstance(fact, e.CallQueued)
    ]


MOVES_ON = {"name: 还款专席": "name: 还款专席\n    overflow: {to: general, after_s: 20, topic: general}"}


def test_what_a_caller_named_goes_with_him_to_another_queue(tmp_path: Path) -> None:
    play = Play(tmp_path, edits=MOVES_ON)
    play.sign_in("8003", "8001")
    play.engine.post(e.AgentAsked(AgentNumber("8003"), e.AgentWish.NOT_READY, "1"))
    play.arrive()
    play.press("220")
    play.until("SET MUSIC ON")
    play.wait(20.0)
    assert entries(play) == [
        ("repayment", "repayment.early", True, None, False),
        ("general", "general", True, "repayment.early", True),
    ]


def test_who_just_asks_for_somebody_has_named_nothing_even_after_another_talk(tmp_path: Path) -> None:
    play = Play(tmp_path, edits={"name: 还款专席": "name: 还款专席\n    after_talk: menu"})
    play.sign_in("8003")
    play.arrive()
    play.press("220")
    play.agent_hangs_up(play.answer())
    play.until("STREAM FILE")
    play.engine.lines[CallId("1.1")].asked = Topic("loan")
    play.engine.execution.for_caller(
        play.engine.lines[CallId("1.1")], c.EnterQueue(CallId("1.1"), QueueId("general"), Topic("general"))
    )
    assert entries(play)[-1] == ("general", "general", False, None, False)
