"""The engine end to end without Asterisk: what it orders when the caller walks, waits, talks and leaves."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotline.asterisk.ami_protocol import OutcomeUnknownError
from hotline.asterisk.orders import AgiEnded, CommandDone, DialEnded, LegCreated, LegEnded
from hotline.asterisk.translate import Arrival
from hotline.board import Board
from hotline.config import load_config
from telephony import commands as c
from telephony import events as e
from telephony.errors import LinkError
from telephony.ids import AgentNumber, CallId
from tests.hotline.engine_play import HERE, Play


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path)


def facts(play: Play, kind: type) -> list[object]:
    return [fact for fact in play.journal.facts if isinstance(fact, kind)]


def test_a_caller_is_greeted_walks_and_reaches_an_agent(play: Play) -> None:
    play.sign_in("8001", "8002", "8003", "8004", "8005")
    play.arrive()
    assert "您好" in play.running()
    play.press("22")
    number = play.answer()
    level = play.config.roster.agents[AgentNumber(number)].level(play.config.menu.nodes["repayment.early"].topic)  # type: ignore[index,arg-type]
    assert level >= 1
    assert [order for order in play.actions("MixMonitor") if order["options"] == "b"]
    play.agent_hangs_up(number)
    play.until("STREAM FILE")
    play.finish()
    assert play.actions("Hangup")
    play.hang_up()
    assert not play.engine.lines
    segment = facts(play, c.CloseSegment)[0]
    assert isinstance(segment, c.CloseSegment)
    assert segment.outcome is e.Outcome.ANSWERED
    assert any(isinstance(fact, e.TalkEnded) and fact.by is e.TalkEndedBy.AGENT for fact in play.journal.facts)


def test_no_agent_at_all_is_said_and_the_call_ends(play: Play) -> None:
    play.arrive()
    play.press("22")
    for _ in range(20):
        play.finish()
    segments = facts(play, c.CloseSegment)
    assert [segment.outcome for segment in segments] == [e.Outcome.REJECTED_NO_AGENTS]  # type: ignore[attr-defined]
    assert play.actions("Hangup")


def test_a_ring_without_answer_goes_to_the_next_agent(play: Play) -> None:
    able = [
        str(agent.number)
        for agent in play.config.roster.agents.values()
        if agent.level(play.config.menu.nodes["repayment.early"].topic) >= 1  # type: ignore[index,arg-type]
    ]
    play.sign_in(*able)
    play.arrive()
    play.press("22")
    first = play.until("EXEC Dial").split("/")[1].split(",")[0]
    leg = f"PJSIP/{first}-1"
    play.tell(LegCreated(leg, AgentNumber(first)))
    play.tell(DialEnded("NOANSWER"))
    play.tell(LegEnded(leg, 0))
    play.finish()
    second = play.answer()
    assert second != first


def test_the_caller_hangs_up_while_the_phone_rings(play: Play) -> None:
    play.sign_in("8001")
    play.arrive()
    play.press("0")
    play.until("EXEC Dial")
    play.tell(LegCreated("PJSIP/8001-1", AgentNumber("8001")))
    play.tell(AgiEnded())
    play.hang_up()
    assert play.actions("Hangup")[-1]["Channel"] == "PJSIP/8001-1"
    assert play.engine.distributor.agent_state(AgentNumber("8001")) is c.AgentState.READY


def test_silence_is_answered_by_the_clock(play: Play) -> None:
    play.arrive()
    while "STREAM" in play.running():
        play.finish()
    before = len(play.commands())
    play.wait(play.config.menu.timing.no_input_s + 0.1)
    assert len(play.commands()) > before


def test_music_class_and_position_are_told_while_waiting(play: Play) -> None:
    play.sign_in("8001")
    play.arrive("1.1")
    play.press("0", "1.1")
    play.answer("1.1")
    play.arrive("1.2", caller="13900139000")
    play.press("0", "1.2")
    play.until("SET MUSIC ON", "1.2")
    assert any("您" in command for command in play.commands("1.2") if "STREAM" in command)


def test_a_bug_in_a_machine_ends_only_that_dialogue(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    play.sign_in("8001", "8002")
    play.arrive("1.1")
    play.arrive("1.2", caller="13900139000")
    broken = play.engine.lines[CallId("1.1")].conversation

    def fail(*_: object) -> list[object]:
        raise RuntimeError("bug")

    monkeypatch.setattr(broken, "_walker", None)
    monkeypatch.setattr(broken, "handle", fail)
    play.press("2", "1.1")
    monkeypatch.undo()
    assert play.engine.lines[CallId("1.1")].failed
    play.press("2", "1.2")
    assert play.engine.lines[CallId("1.2")].conversation.node == "repayment"


def test_feature_codes_from_the_agents_own_phone(play: Play) -> None:
    def dial(call: str, code: str, phone: str = "8001") -> None:
        play.engine.report(Arrival(CallId(call), f"PJSIP/{phone}-{call}", "feature", code, phone, ""))

    dial("5.1", "*11")
    assert play.engine.distributor.agent_state(AgentNumber("8001")) is not c.AgentState.SIGNED_OFF
    assert "签入" in play.running("5.1")
    play.finish("5.1")
    assert play.actions("Hangup")[-1]["Channel"] == "PJSIP/8001-5.1"
    play.hang_up("5.1")
    dial("5.2", "*141")
    assert play.engine.distributor.agent_state(AgentNumber("8001")) is c.AgentState.NOT_READY
    dial("5.3", "*99")
    dial("5.4", "*11", "9999")
    assert len(play.commands("5.3")) == 1
    assert len(play.commands("5.4")) == 1
    dial("5.5", "*12")
    assert play.engine.distributor.agent_state(AgentNumber("8001")) is c.AgentState.SIGNED_OFF


def test_what_no_catalogue_foresaw_is_rendered_first(play: Play) -> None:
    rendered: list[object] = []

    class Slow:
        def path_of(self, segment: object) -> str | None:
            return "/p/x" if segment in rendered else None

        async def ensure(self, segment: object) -> None:
            rendered.append(segment)

    play.engine.ports = type(play.ports)(
        play.link, Slow(), play.journal, play.ports.board, play.clock, defer=play.ports.defer, tell=play.ports.tell
    )
    play.arrive()
    assert play.commands() == []
    work = play.deferred.pop()
    with pytest.raises(StopIteration):
        work.send(None)  # type: ignore[attr-defined]
    assert play.commands() == ['STREAM FILE "/p/x" ""']


def test_personal_data_stays_in_the_journal(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    play.arrive(caller="13812345678")
    play.press("2")
    play.hang_up()
    out = capsys.readouterr()
    assert "13812345678" not in out.out + out.err


def test_a_command_of_unknown_outcome_is_probed_while_connected(play: Play) -> None:
    play.arrive()
    reply = play.link.last_asked
    reply(OutcomeUnknownError("lost"))
    assert play.running().startswith("STREAM")
    play.engine.connected = True
    reply(OutcomeUnknownError("timed out"))
    assert play.running() == "NOOP"


def test_a_refused_command_counts_as_ended(play: Play) -> None:
    play.arrive()
    before = len(play.commands())
    reply = play.link.last_asked
    reply(LinkError("the reconnect will tell", retryable=True))
    assert len(play.commands()) == before
    reply(LinkError("no such channel", retryable=False))
    assert len(play.commands()) == before + 1


def test_hanging_up_during_a_leafs_text_asks_for_nobody(play: Play) -> None:
    play.arrive()
    play.press("22")
    running = play.actions("AGI")[-1]
    play.tell(CommandDone(running["CommandID"], failed=True))
    play.tell(AgiEnded())
    play.hang_up()
    assert not facts(play, e.CallQueued)


def test_each_command_wakes_its_channel_and_leaves_the_call_its_time(play: Play) -> None:
    play.arrive()
    assert play.link.sent[-1].name == "AbsoluteTimeout"
    assert play.actions("AbsoluteTimeout")[-1] == {"Channel": "PJSIP/trunk-1.1", "Timeout": "14400"}
    play.wait(100)
    play.press("2")
    assert play.actions("AbsoluteTimeout")[-1]["Timeout"] == "14300"
    assert len(play.actions("AbsoluteTimeout")) == len(play.commands())


def test_a_phone_with_a_fixed_contact_counts_as_there_though_it_never_registers(play: Play) -> None:
    agents = play.config.roster.agents
    agents[AgentNumber("8003")] = replace(agents[AgentNumber("8003")], contact="sip:8003@192.0.2.1:5060")
    play.sign_in("8001", "8002", "8003", "8004")
    play.engine.phones_registered({"8001"})
    play.arrive()
    play.press("22")
    assert play.answer() == "8003"


def test_a_list_of_phones_is_believed_for_three_of_them(play: Play) -> None:
    play.sign_in("8003")
    play.engine.phones_seen({AgentNumber("8003"): e.PhoneUse.IN_USE}, listed=True)
    play.arrive()
    play.press("22")
    play.until("SET MUSIC ON")
    play.wait(60)
    play.engine.phones_seen({AgentNumber("8003"): e.PhoneUse.IN_USE}, listed=True)
    play.wait(89)
    assert not any("EXEC Dial" in command for command in play.commands())
    play.wait(2)
    assert play.answer() == "8003"


def test_a_phone_is_believed_until_the_talk_of_who_is_gone_from_the_roster_has_ended(play: Play) -> None:
    play.sign_in("8003")
    play.arrive()
    play.press("22")
    assert play.answer() == "8003"
    roster = play.config.roster
    others = {number: agent for number, agent in roster.agents.items() if number != "8003"}
    play.engine.reload(replace(play.config, roster=replace(roster, agents=others)))
    for _ in range(4):
        play.wait(30)
        play.engine.phones_seen({AgentNumber("8003"): e.PhoneUse.IDLE}, listed=True)
    assert [one.agent for one in play.engine.distributor.doubted()] == ["8003"]


def test_a_bug_while_carrying_out_apologises_once_and_then_lets_the_caller_go(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    play.sign_in("8003")
    play.arrive()
    line = play.engine.lines[CallId("1.1")]
    phrase = play.config.menu.phrases.error.text

    def fail(*_: object) -> list[object]:
        raise RuntimeError("bug")

    broken = play.engine.execution.for_caller

    def fail_once(line: object, order: object) -> None:
        monkeypatch.setattr(play.engine.execution, "for_caller", broken)
        fail()

    monkeypatch.setattr(play.engine.execution, "for_caller", fail_once)
    play.press("2")
    assert line.failed
    assert phrase in play.running()
    monkeypatch.setattr(line.conversation, "handle", fail)
    play.press("2")
    assert play.actions("Hangup")[-1]["Channel"] == line.session.channel


def test_a_bug_in_the_distributor_rescues_the_caller(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    play.sign_in("8003")
    play.arrive()

    def fail(*_: object) -> list[object]:
        raise RuntimeError("bug")

    monkeypatch.setattr(play.engine.distributor, "handle", fail)
    play.press("0")
    assert play.engine.lines[CallId("1.1")].failed
    assert play.actions("Hangup") or play.config.menu.phrases.error.text in play.running()


def test_a_caller_let_go_politely_is_not_counted_as_one_who_gave_up(play: Play, tmp_path: Path) -> None:
    menus = tmp_path / "closed.yaml"
    menus.write_text((HERE / "menus.yaml").read_text("utf-8").replace("daily: 24h", "sat: 09:00-10:00"), "utf-8")
    config = play.engine.config = load_config(menus, HERE / "agents.yaml", None, tmp_path)
    board = Board(config.menu, config.roster, boot="b", started_at=0.0)
    play.engine.ports = replace(play.ports, board=board)
    play.arrive("1.1")
    assert config.menu.phrases.closed.text in play.running()
    while play.finish("1.1"):
        pass
    assert play.actions("Hangup")
    play.hang_up("1.1")
    play.arrive("1.2")
    play.hang_up("1.2")
    counters = board.snapshot(play.clock.at).counters
    assert (counters.arrivals, counters.ended, counters.ivr_abandoned) == (2, 2, 1)


OVERFLOWS = {"name: 还款专席": "name: 还款专席\n    music: slow\n    overflow: {to: general, topic: general}"}


def test_a_queue_that_nobody_serves_passes_the_caller_on_and_he_reaches_an_agent_there(tmp_path: Path) -> None:
    play = Play(tmp_path, edits=OVERFLOWS)
    play.sign_in("8007")  # 综合 only
    play.arrive()
    play.press("220")
    assert play.answer() == "8007"
    closed = [fact for fact in facts(play, c.CloseSegment) if isinstance(fact, c.CloseSegment)]
    assert [(one.queue, one.outcome) for one in closed] == [
        ("repayment", e.Outcome.OVERFLOWED),
        ("general", e.Outcome.ANSWERED),
    ]
    queued = [fact for fact in facts(play, e.CallQueued) if isinstance(fact, e.CallQueued)]
    assert [(one.queue, one.topic) for one in queued] == [("repayment", "repayment.early"), ("general", "general")]


def test_the_last_agent_leaves_and_those_who_wait_go_on_hearing_the_other_queues_music(tmp_path: Path) -> None:
    play = Play(tmp_path, edits=OVERFLOWS)
    play.sign_in("8003", "8007")
    play.engine.post(e.AgentAsked(AgentNumber("8003"), e.AgentWish.NOT_READY, "1"))
    play.engine.post(e.AgentAsked(AgentNumber("8007"), e.AgentWish.NOT_READY, "1"))
    play.arrive()
    play.press("220")
    assert play.until("SET MUSIC ON") == "SET MUSIC ON slow"
    play.finish()
    play.engine.post(e.AgentAsked(AgentNumber("8003"), e.AgentWish.SIGN_OFF))
    assert play.until("SET MUSIC ON default")
    play.engine.post(e.AgentAsked(AgentNumber("8007"), e.AgentWish.READY))
    assert play.answer() == "8007"
