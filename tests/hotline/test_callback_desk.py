"""Callers who are called back, without Asterisk: asked for by key, dialled over the trunk, greeted, connected."""

from pathlib import Path

import pytest

from hotline.adoption import Adoption
from hotline.asterisk.orders import ChannelGone
from hotline.asterisk.translate import Arrival
from hotline.callback_desk import ANSWER_GRACE_S
from hotline.store.facts import Record
from hotline.store.recovery import fold
from ivr.conversation import Phase
from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.hotline.engine_play import Play

RULES = {"name: 还款专席": "name: 还款专席\n    callback: {tries: 2, gap_s: 30}"}


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path, edits=RULES, trunk_contact="sip:192.0.2.9:5060")


def wish(play: Play, number: str, wish: e.AgentWish) -> None:
    play.engine.post(e.AgentAsked(AgentNumber(number), wish, "1" if wish is e.AgentWish.NOT_READY else ""))


def registered(play: Play) -> None:
    """Everybody is busy; a caller waits, asks for a call-back at his own number, and hangs up."""
    play.sign_in("8003")
    wish(play, "8003", e.AgentWish.NOT_READY)
    play.arrive()
    play.press("220")
    play.until("SET MUSIC ON")
    play.press("1")
    play.press("1")
    play.until('STREAM FILE "/p/已为您登记')
    play.hang_up()


def dialled(play: Play) -> dict[str, str]:
    return play.actions("Originate")[-1]


def answers(play: Play) -> str:
    call = dialled(play)["ChannelId"]
    play.engine.report(Arrival(CallId(call), f"PJSIP/trunk-{call}", "hotline", "95001", "95001", ""))
    return call


def outcomes(play: Play) -> list[e.Outcome]:
    return [fact.outcome for fact in play.journal.facts if isinstance(fact, c.CloseSegment)]


def test_a_caller_asks_by_key_is_called_at_his_turn_and_talks(play: Play) -> None:
    registered(play)
    assert outcomes(play) == [e.Outcome.CALLBACK_REQUESTED]
    [listed] = play.engine.callbacks.listed()
    assert (listed["number"], listed["state"], listed["queue"]) == ("138****8000", "waiting", "repayment")
    play.wait(60.0)
    wish(play, "8003", e.AgentWish.READY)
    assert dialled(play)["Channel"] == "PJSIP/13800138000@trunk"
    assert (dialled(play)["Context"], dialled(play)["Exten"]) == ("callback", "95001")
    call = answers(play)
    assert play.engine.lines[CallId(call)].conversation.phase is Phase.QUEUE
    assert "预约的" in play.running(call)
    assert play.answer(call) == "8003"
    assert play.engine.lines[CallId(call)].agent == "8003"
    play.agent_hangs_up("8003", call)
    play.hang_up(call)
    assert outcomes(play) == [e.Outcome.CALLBACK_REQUESTED, e.Outcome.ANSWERED]
    assert play.engine.callbacks.listed() == []
    queued = [fact for fact in play.journal.facts if isinstance(fact, e.CallQueued)]
    assert queued[1].place_at == queued[0].entered_at


def test_he_asks_as_the_caller_he_is(play: Play) -> None:
    play.sign_in("8003")
    wish(play, "8003", e.AgentWish.NOT_READY)
    play.arrive()
    play.press("220")
    play.until("SET MUSIC ON")
    line = play.engine.lines[CallId("1.1")]
    note = c.NoteCaller(
        line.call, Topic("repayment.bill"), play.clock.at - 50.0, wish=2, wanted=(AgentNumber("8003"),), likely=True
    )
    play.engine.execution.for_distribution(note)
    line.transferred = True
    play.press("1")
    play.press("1")
    [asked] = [fact for fact in play.journal.facts if isinstance(fact, e.CallbackAsked)]
    assert (asked.topic, asked.wish, asked.wanted) == ("repayment.bill", 2, ("8003",))
    assert (asked.place_at, asked.transferred) == (note.place_at, True)
    assert asked.asked_in == "1.1"
    assert (asked.named, asked.asked, asked.likely) == (True, "repayment.early", True)
    wish(play, "8003", e.AgentWish.READY)
    call = answers(play)
    assert play.engine.lines[CallId(call)].transferred
    again = [fact for fact in play.journal.facts if isinstance(fact, e.CallQueued)][-1]
    assert (again.place_at, again.transferred, again.resumed) == (note.place_at, True, True)


def test_his_own_agent_is_wanted_also_by_who_was_turned_away(play: Play) -> None:
    play.config.own_agents["13800138000"] = AgentNumber("8002")  # type: ignore[index]
    registered(play)
    [asked] = [fact for fact in play.journal.facts if isinstance(fact, e.CallbackAsked)]
    assert asked.wanted == ("8002",)


@pytest.mark.parametrize("how", ["gone", "never told"])
def test_a_customer_who_does_not_answer_is_called_again_later(play: Play, how: str) -> None:
    registered(play)
    wish(play, "8003", e.AgentWish.READY)
    first = dialled(play)["ChannelId"]
    if how == "gone":
        play.tell(ChannelGone(19), call=first)
    else:
        play.wait(30.0 + ANSWER_GRACE_S)
        assert first in [action["Channel"] for action in play.actions("Hangup")]
    play.engine.callbacks.time_reached(CallId(first))
    play.wait(31.0)
    assert dialled(play)["ChannelId"] != first
    assert play.engine.callbacks.listed()[0]["tries"] == 2


def test_a_call_back_is_cancelled_once(play: Play) -> None:
    registered(play)
    name = str(play.engine.callbacks.listed()[0]["id"])
    assert play.engine.callbacks.cancel(name)
    assert not play.engine.callbacks.cancel(name)


def test_without_a_trunk_to_call_over_nothing_is_offered(tmp_path: Path) -> None:
    play = Play(tmp_path, edits=RULES)
    play.sign_in("8003")
    wish(play, "8003", e.AgentWish.NOT_READY)
    play.arrive()
    play.press("220")
    play.until("SET MUSIC ON")
    play.press("1")
    assert not any("将拨打" in command for command in play.commands())


def test_after_a_restart_the_customer_is_still_called(play: Play) -> None:
    registered(play)
    records = [
        Record(number, "boot1", play.clock.wall_s(), play.clock.at, fact)  # type: ignore[arg-type]
        for number, fact in enumerate(play.journal.facts, 1)
    ]
    recovered = fold(records)
    assert len(recovered.callbacks) == 1
    again = fold([Record(1, "boot2", play.clock.wall_s(), 0.0, recovered.checkpoint())])
    play.engine = play.new_engine("boot2")
    adoption = Adoption(play.engine, again)
    play.sign_in("8003")
    adoption.restore_callbacks(again.callbacks.values())
    assert dialled(play)["Channel"] == "PJSIP/13800138000@trunk"
    done = fold(
        [
            *records,
            Record(
                99,
                "b",
                0.0,
                0.0,
                c.ShowCallback(next(iter(again.callbacks)), QueueId("repayment"), c.CallbackState.DONE, 1),
            ),
        ]
    )
    assert not done.callbacks
