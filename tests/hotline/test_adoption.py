"""Adoption: after a lost link or a restart every call goes on, ends or comes back, and nothing is replayed."""

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from acd.stranded import Doubted
from hotline.adoption import Adoption
from hotline.asterisk.orders import AgiEnded, ChannelGone, CommandDone, LegBridged, LegCreated, Referred
from hotline.asterisk.translate import Channel
from hotline.store.facts import Phase, RecoveredAgent, RecoveredCall
from hotline.store.recovery import Recovered
from ivr.phase import Phase as CallPhase
from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic
from tests.hotline.engine_play import Play

AGENT = AgentNumber("8003")
CALL = CallId("1.1")


def channel(call: str = "1.1", context: str = "hotline", bridge: str = "") -> Channel:
    return Channel(f"PJSIP/trunk-{call}", CallId(call), call, context, "95001", "AGI", bridge, "138", "")


def leg(call: str = "1.1", bridge: str = "") -> Channel:
    return Channel("PJSIP/8003-9", CallId(call), "9.9", "from-agent", "", "AppDial", bridge, "", "")


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path)


def recovered_call(play: Play, phase: Phase, **changes: object) -> RecoveredCall:
    fields: dict[str, object] = {
        "call": CALL,
        "dialled": "95001",
        "caller": "13800338000",
        "caller_name": "",
        "arrived_wall": play.clock.wall_s() - 60,
        "phase": phase,
        "node": NodeId("repayment"),
        "queue": QueueId("repayment"),
        "topic": Topic("repayment.early"),
        "entered_wall": play.clock.wall_s() - 30,
        "offerable": True,
    }
    return RecoveredCall(**(fields | changes))  # type: ignore[arg-type]


def restart(play: Play, *calls: RecoveredCall, agents: tuple[RecoveredAgent, ...] = ()) -> Adoption:
    recovered = Recovered({call.call: call for call in calls}, {agent.agent: agent for agent in agents}, 0)
    adoption = Adoption(play.engine, recovered)
    adoption.restore_agents(recovered.agents.values())
    play.engine.epoch += 1
    return adoption


def agent(play: Play, state: c.AgentState, call: CallId | None = None) -> RecoveredAgent:
    return RecoveredAgent(AGENT, state, "", play.clock.wall_s() - 100, call)


def test_a_caller_in_the_menu_goes_on_at_the_node(play: Play) -> None:
    restart(play, recovered_call(play, Phase.MENU, queue=None)).compare([channel()])
    assert play.commands() == ["NOOP"]
    play.finish()
    assert play.running().startswith("STREAM FILE")
    assert play.engine.lines[CALL].conversation.node == "repayment"


def test_a_waiting_caller_keeps_the_place_by_the_time_he_entered(play: Play) -> None:
    later = recovered_call(play, Phase.QUEUED, call=CallId("1.2"), entered_wall=play.clock.wall_s() - 10)
    earlier = recovered_call(play, Phase.RINGING, entered_wall=play.clock.wall_s() - 30)
    restart(play, later, earlier, agents=(agent(play, c.AgentState.NOT_READY),)).compare(
        [channel("1.2"), channel("1.1")]
    )
    play.sign_in("8003")
    assert play.answer("1.1") == "8003"


def test_a_talk_is_untouched_and_its_end_is_noticed(play: Play) -> None:
    talking = recovered_call(play, Phase.TALKING, agent=AGENT)
    adoption = restart(play, talking, agents=(agent(play, c.AgentState.TALKING, CALL),))
    adoption.compare([channel(bridge="b"), leg(bridge="b")])
    assert play.commands() == []
    assert not play.actions("Hangup")
    assert not play.actions("MixMonitor")
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.TALKING
    play.tell(CommandDone("boot0-1.1-7-dial", failed=False))
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.WRAP_UP
    assert play.running().startswith("STREAM FILE")


def test_a_talk_that_ended_meanwhile_frees_its_agent(play: Play) -> None:
    talking = recovered_call(play, Phase.TALKING, agent=AGENT)
    restart(play, talking, agents=(agent(play, c.AgentState.TALKING, CALL),)).compare([])
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.WRAP_UP
    assert not play.engine.lines
    assert any(isinstance(fact, e.CallEnded) for fact in play.journal.facts)


def test_a_caller_left_alone_after_a_talk_is_let_go(play: Play) -> None:
    talking = recovered_call(play, Phase.TALKING, agent=AGENT)
    restart(play, talking, agents=(agent(play, c.AgentState.TALKING, CALL),)).compare([channel()])
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.WRAP_UP
    assert play.actions("Hangup")[-1]["Channel"] == "PJSIP/trunk-1.1"


def test_a_ring_of_the_predecessor_is_ended_and_the_caller_served_anew(play: Play) -> None:
    ringing = recovered_call(play, Phase.RINGING, agent=AGENT)
    restart(play, ringing, agents=(agent(play, c.AgentState.RINGING, CALL),)).compare([channel(), leg()])
    assert play.engine.distributor.agent_state(AGENT) is not c.AgentState.SIGNED_OFF
    play.wait(1.1)
    assert {"Channel": "PJSIP/8003-9", "Cause": "16"} in play.actions("Hangup")
    play.finish()
    assert play.until("EXEC Dial")


def test_a_caller_in_the_emergency_branch_comes_back_by_himself(play: Play) -> None:
    adoption = restart(play, recovered_call(play, Phase.MENU, queue=None))
    adoption.compare([channel(context="emergency")])
    assert not play.engine.lines
    play.arrive()
    assert play.engine.lines[CALL].conversation.node == "repayment"
    assert "您好" not in play.running()


def test_a_caller_nobody_remembers_gets_the_menu_of_the_number_dialled(play: Play) -> None:
    restart(play).compare([channel()])
    assert CALL in play.engine.lines
    play.finish()
    assert play.running().startswith("STREAM FILE")


def test_a_queue_that_is_gone_from_the_configuration_leads_back_to_the_menu(play: Play) -> None:
    restart(play, recovered_call(play, Phase.QUEUED, queue=QueueId("gone"))).compare([channel()])
    play.finish()
    assert play.running().startswith("STREAM FILE")


def test_an_agent_who_left_the_roster_is_not_restored(play: Play) -> None:
    gone = RecoveredAgent(AgentNumber("9999"), c.AgentState.READY, "", 0.0)
    restart(play, agents=(gone,)).compare([])
    assert play.engine.distributor.agent_state(AgentNumber("9999")) is None


def test_a_short_loss_of_the_link_changes_nothing_for_those_who_are_still_there(play: Play) -> None:
    adoption = restart(play)
    play.arrive("1.1")
    play.arrive("1.2", caller="139")
    play.finish("1.1")
    play.engine.epoch += 1
    adoption.compare([channel("1.1")])
    assert set(play.engine.lines) == {CALL}
    assert play.running("1.1") == "NOOP"
    adoption.compare([channel("1.1")])
    assert play.commands("1.1").count("NOOP") == 1


def test_a_talk_that_began_during_the_loss_is_noticed(play: Play) -> None:
    adoption = restart(play)
    play.sign_in("8003")
    play.arrive()
    play.press("0")
    play.until("EXEC Dial")
    play.tell(LegCreated("PJSIP/8003-9", AGENT))
    play.engine.epoch += 1
    adoption.compare([channel(bridge="b"), leg(bridge="b")])
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.TALKING


@pytest.mark.parametrize("referred", [True, False])
def test_a_caller_who_comes_back_from_a_talk_is_in_the_menu_only_if_his_agent_sent_him_there(
    play: Play, referred: bool
) -> None:
    play.sign_in("8003")
    play.arrive()
    play.press("0")
    play.until("EXEC Dial")
    play.tell(LegCreated("PJSIP/8003-9", AGENT))
    play.tell(LegBridged("PJSIP/8003-9"))
    if referred:
        play.tell(Referred("95001"))
    play.tell(AgiEnded())
    play.arrive()
    assert any(isinstance(fact, e.CallTransferred) for fact in play.journal.facts) is referred
    assert any(isinstance(fact, e.TalkEnded) for fact in play.journal.facts) is not referred
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.WRAP_UP
    phase = play.engine.lines[CALL].conversation.phase
    assert phase is (CallPhase.MENU if referred else CallPhase.FAREWELL)


def test_an_agent_whose_caller_hangs_up_in_the_emergency_branch_is_freed(play: Play) -> None:
    talking = recovered_call(play, Phase.TALKING, agent=AGENT)
    adoption = restart(play, talking, agents=(agent(play, c.AgentState.TALKING, CALL),))
    adoption.compare([channel(context="emergency")])
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.TALKING
    play.tell(ChannelGone(16))
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.WRAP_UP
    assert sum(isinstance(fact, e.CallEnded) for fact in play.journal.facts) == 1
    play.tell(ChannelGone(16))
    assert sum(isinstance(fact, e.CallEnded) for fact in play.journal.facts) == 1


def test_an_agent_is_freed_when_the_caller_comes_back_from_the_emergency_branch(play: Play) -> None:
    talking = recovered_call(play, Phase.TALKING, agent=AGENT)
    adoption = restart(play, talking, agents=(agent(play, c.AgentState.TALKING, CALL),))
    adoption.compare([channel(context="emergency")])
    play.arrive()
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.WRAP_UP
    assert play.actions("Hangup")[-1]["Channel"] == "PJSIP/trunk-1.1"


def test_a_talk_answered_while_the_engine_was_away_is_noted_and_recorded(play: Play) -> None:
    ringing = recovered_call(play, Phase.RINGING, agent=AGENT)
    adoption = restart(play, ringing, agents=(agent(play, c.AgentState.RINGING, CALL),))
    adoption.compare([channel(bridge="b"), leg(bridge="b")])
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.TALKING
    assert sum(isinstance(fact, e.AgentAnswered) for fact in play.journal.facts) == 1
    assert len(play.actions("MixMonitor")) == 1
    assert play.commands() == []


def test_a_caller_who_arrived_while_the_link_was_lost_is_greeted_and_counted(play: Play) -> None:
    restart(play).compare([channel()])
    assert [fact for fact in play.journal.facts if isinstance(fact, e.CallArrived)] == [
        e.CallArrived(CALL, "95001", "138", "")
    ]
    assert play.commands() == ["NOOP"]
    play.finish()
    assert "您好" in play.running()


def test_a_wrap_up_goes_on_after_a_restart(play: Play) -> None:
    wrapping = RecoveredAgent(AGENT, c.AgentState.WRAP_UP, "", play.clock.wall_s() - 5, None)
    restart(play, agents=(wrapping,)).compare([])
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.WRAP_UP
    play.engine.post()
    play.wait(15)
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.READY


def test_a_caller_taken_to_the_emergency_branch_while_the_link_was_lost_goes_on_afterwards(play: Play) -> None:
    adoption = restart(play)
    play.arrive()
    play.press("2")
    assert play.running().startswith("STREAM FILE")
    play.engine.epoch += 1  # and with the lost link the AsyncAGIEnd
    adoption.compare([channel(context="emergency")])
    asked = len(play.commands())
    play.arrive()
    assert play.commands()[asked:][0].startswith("STREAM FILE")


def test_a_hang_up_after_a_restart_is_repeated_if_the_link_is_lost_again(play: Play) -> None:
    adoption = restart(play, recovered_call(play, Phase.CLOSING))
    adoption.compare([channel()])
    assert len(play.actions("Hangup")) == 1
    play.engine.epoch += 1
    adoption.compare([channel()])
    assert len(play.actions("Hangup")) == 2


def test_a_caller_on_hold_while_his_agent_asked_a_colleague_comes_first_and_their_channels_are_ended(
    play: Play,
) -> None:
    held = recovered_call(play, Phase.TALKING, agent=AGENT, held=True, entered_wall=None, waited_s=40.0)
    play.sign_in("8002")
    play.engine.post(e.AgentAsked(AgentNumber("8002"), e.AgentWish.NOT_READY, "1"))
    adoption = restart(play, held, agents=(agent(play, c.AgentState.TALKING, CALL),))
    lost = Channel("PJSIP/8003-9", CALL, "9.9", "consult", "8003", "AGI", "", "", "")
    adoption.compare([channel(), lost])
    assert [one["Channel"] for one in play.actions("Hangup")] == ["PJSIP/8003-9"]
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.WRAP_UP
    [queued] = [fact for fact in play.journal.facts if isinstance(fact, e.CallQueued)]
    assert queued.place_at is not None
    assert queued.entered_at - queued.place_at == 40.0
    assert queued.transferred
    assert queued.resumed


def test_a_caller_passed_on_before_the_restart_has_his_head_start_after_it(play: Play) -> None:
    restart(play, recovered_call(play, Phase.QUEUED, transferred=True)).compare([channel()])
    [queued] = [fact for fact in play.journal.facts if isinstance(fact, e.CallQueued)]
    assert queued.transferred


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, (True, None, False)),
        ({"topic": Topic("general"), "asked": Topic("loan"), "passed_on": True}, (True, "loan", True)),
        ({"topic": Topic("general"), "named": False}, (False, None, False)),
        ({"topic": Topic("general")}, (False, None, False)),  # of a journal that did not keep it
    ],
)
def test_what_a_caller_named_is_known_after_a_restart(
    play: Play, known: dict[str, object], told: tuple[bool, str | None, bool]
) -> None:
    restart(play, recovered_call(play, Phase.QUEUED, **known)).compare([channel()])
    [queued] = [fact for fact in play.journal.facts if isinstance(fact, e.CallQueued)]
    assert (queued.named, queued.asked, queued.passed_on) == told


def test_an_agents_wrap_up_ends_when_it_was_to_end(play: Play) -> None:
    ends_wall = play.clock.wall_s() + 25.0
    carried = c.Carried(queue=QueueId("complaint"), ends_at=ends_wall)
    restart(play, agents=(replace(agent(play, c.AgentState.WRAP_UP), carried=carried),)).restore_callbacks(())
    play.wait(24.0)
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.WRAP_UP
    play.wait(1.1)
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.READY


@pytest.fixture
def doubtful(play: Play) -> Adoption:
    """A talk that goes on in our books, though the phone has been idle for a minute by now."""
    play.sign_in(AGENT)
    play.arrive()
    play.press("22")
    assert play.answer() == AGENT
    for _ in range(3):
        play.wait(30)
        play.engine.phones_seen({AGENT: e.PhoneUse.IDLE}, listed=True)
    return Adoption(play.engine, Recovered({}, {}, 0))


def shown(play: Play) -> c.ShowAgent:
    return [fact for fact in play.journal.facts if isinstance(fact, c.ShowAgent)][-1]


def test_a_talk_of_which_nothing_is_left_is_ended_and_its_agent_released_by_name(
    play: Play, doubtful: Adoption
) -> None:
    (one,) = play.engine.distributor.doubted()
    assert one == Doubted(AGENT, CALL, 60.0)
    with capture_logs() as logs:
        doubtful.settle([one], [channel("2.2")])
    assert (shown(play).agent, shown(play).state, shown(play).reason) == (AGENT, c.AgentState.WRAP_UP, "phone_idle")
    assert e.AgentStranded(AGENT, CALL, 60.0) in play.journal.facts
    assert not play.engine.lines
    assert e.CallEnded(CALL, 0) in play.journal.facts
    told = {name: logs[0][name] for name in ("event", "agent", "call", "idle_s")}
    assert told == {"event": "agent_stranded", "agent": AGENT, "call": CALL, "idle_s": 60.0}


def test_of_a_call_we_do_not_drive_any_more_the_end_is_told_too(play: Play, doubtful: Adoption) -> None:
    del play.engine.lines[CALL]
    doubtful.settle(play.engine.distributor.doubted(), [])
    assert shown(play).reason == "phone_idle"
    assert e.CallEnded(CALL, 0) in play.journal.facts


def test_a_colleague_who_was_asked_is_released_and_the_call_goes_on(play: Play, doubtful: Adoption) -> None:
    doubtful.settle([Doubted(AgentNumber("8002"), None, 60.0)], [channel(bridge="b")])
    assert e.AgentStranded(AgentNumber("8002"), None, 60.0) in play.journal.facts
    assert CALL in play.engine.lines


@pytest.mark.parametrize("left", [[channel(bridge="b"), leg(bridge="b")], [leg()], [channel(context="emergency")]])
def test_while_a_channel_is_left_the_agent_is_not_released(play: Play, doubtful: Adoption, left: list[Channel]) -> None:
    before = len(play.link.sent)
    doubtful.settle(play.engine.distributor.doubted(), left)
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.TALKING
    assert len(play.link.sent) == before


def test_a_caller_who_hears_nobody_is_asked_and_the_talk_is_over_if_he_answers(play: Play, doubtful: Adoption) -> None:
    doubtful.settle(play.engine.distributor.doubted(), [channel()])
    assert play.running() == "NOOP"
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.TALKING
    play.finish()
    assert play.engine.distributor.agent_state(AGENT) is c.AgentState.WRAP_UP
    assert e.TalkEnded(CALL, AGENT, e.TalkEndedBy.UNKNOWN) in play.journal.facts
    assert play.running().startswith("STREAM FILE"), "he goes on as after any talk"


def test_a_caller_we_do_not_drive_or_hold_is_not_asked(play: Play, doubtful: Adoption) -> None:
    asked = play.engine.distributor.doubted()
    play.engine.handovers.part(play.engine.lines[CALL], "PJSIP/8003-9", consult=True, target=None)
    before = len(play.commands())
    doubtful.settle(asked, [channel()])
    del play.engine.lines[CALL]
    doubtful.settle(asked, [channel()])
    assert len(play.commands()) == before
