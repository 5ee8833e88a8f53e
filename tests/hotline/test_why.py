"""Rings explained from a real journal, after a real engine has written it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from acd.distributor import Distributor
from acd.history import History
from acd.priced_assigner import PricedAssigner
from hotline.adoption import Adoption
from hotline.asterisk.orders import AgiEnded, ChannelGone
from hotline.asterisk.translate import Arrival, Channel
from hotline.engine import Engine
from hotline.store.archive import Archive
from hotline.store.facts import Fact
from hotline.store.journal import Boot, Journal, JournalSettings
from hotline.store.recovery import Recovered
from hotline.store.segments import Line, read_segment, segments_in
from hotline.why import CallStory, RingStory, last_calls, story_of
from hotline.why_sentence import sentence
from hotline.why_words import EN, ZH
from telephony.commands import AgentState, ShowAgent
from telephony.events import (
    AgentAnswered,
    AgentAsked,
    AgentReachable,
    AgentWish,
    CallArrived,
    CallbackAsked,
    CallQueued,
    CallTransferred,
    ConsultAnswered,
    ConsultAsked,
    PhoneUse,
    RingEnded,
    RingOutcome,
    TransferKind,
)
from telephony.ids import AgentNumber, CallbackId, CallId, Topic
from tests.hotline.engine_play import HERE, Play


class Told:
    """An engine under the priced policy that writes a journal, and the explanations read back from it."""

    def __init__(self, folder: Path, edits: Mapping[str, str] | None = None, **settings: object) -> None:
        self.play = play = Play(folder, edits, **settings)
        self.folder = folder / "journal"
        self.archive = Archive(folder / "decided-by")
        agents = folder / "agents.yaml" if edits else HERE / "agents.yaml"
        self.archive.keep_roster(play.config.roster.version, agents.read_bytes())
        self.start("b")

    def start(self, boot: str) -> Recovered:
        """An engine that knows nobody yet; what the journal says of before."""
        play = self.play
        small = JournalSettings(max_segment_bytes=2_000, keep_s=None)
        self.journal = Journal.open(self.folder, Boot(boot, play.clock.at, play.clock.wall_s()), settings=small)
        play.ports = replace(play.ports, journal=self.journal)
        roster = play.config.roster
        distributor = Distributor(roster, PricedAssigner(None, roster.routing.weights), history=History(salt=b"s"))
        play.engine = Engine(play.config, distributor, ports=play.ports, settings=play.settings, boot=boot)
        return self.journal.recovered

    def restarts(self, *channels: Channel) -> None:
        """The engine is killed, and these callers are still in Asterisk when the next one looks."""
        self.journal.close_blocking()
        self.play.clock.at += 3.0
        recovered = self.start("c")
        adoption = Adoption(self.play.engine, recovered)
        adoption.restore_agents(recovered.agents.values())
        adoption.restore_callbacks(recovered.callbacks.values())
        self.play.engine.epoch += 1
        adoption.compare(channels)

    def busy(self, *numbers: str) -> None:
        for number in numbers:
            self.play.engine.post(AgentAsked(AgentNumber(number), AgentWish.NOT_READY, "1"))

    def free(self, number: str) -> None:
        self.play.engine.post(AgentAsked(AgentNumber(number), AgentWish.READY))

    def waits(self, keys: str, call: str, caller: str) -> None:
        """He asks for somebody, hears the notice, and waits."""
        self.calls(keys, call, caller)
        self.play.until("SET MUSIC ON", call)

    def passes_on(self, to: str, call: str = "1.1") -> None:
        """The agent who talks to this caller sends him on."""
        assert self.play.engine.transfers.ask(CallId(call), to, consult=False) == ""
        self.play.tell(AgiEnded(), call)
        self.play.arrive(call)
        self.play.until("EXEC Dial", call)

    def facts(self) -> list[object]:
        """Of the whole journal."""
        self.journal._wait_durable(10.0)
        lines = [line for path in segments_in(self.folder) for line in read_segment(path)]
        return [line.record.fact for line in lines if isinstance(line, Line)]

    def story(self, call: str = "1.1") -> CallStory:
        self.journal._wait_durable(10.0)
        story = story_of(self.folder, self.archive, CallId(call))
        assert story is not None
        return story

    def calls(self, keys: str, call: str = "1.1", caller: str = "13800138000") -> None:
        self.play.arrive(call, caller=caller)
        self.play.press(keys, call)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    one = Told(tmp_path)
    yield one
    one.journal.close_blocking()


def test_who_asked_about_repayment_before_reaches_its_specialist_and_why_says_so(told: Told) -> None:
    play = told.play
    play.sign_in("8001", "8003")
    told.calls("220")
    number = play.answer()
    play.agent_hangs_up(number)
    play.hang_up()
    play.wait(60.0)
    told.calls("0", "2.2")
    assert play.answer("2.2") == "8003"
    (ring,) = told.story("2.2").rings
    assert ring.note is not None
    assert (ring.note.likely, ring.note.topic, ring.note.wanted) == (True, "repayment.early", ("8003",))
    assert ring.ended == "answered"
    assert ring.explanation.exact
    by_number = {one.who: one for one in ring.explanation.agents}
    assert by_number["8001"].removed_by == "no_skill"
    assert by_number["8002"].removed_by == "signed_off"
    assert by_number["8003"].terms["own agent"] == 40.0
    assert ring.level == 5


def test_a_ring_that_failed_and_the_next_one(told: Told) -> None:
    play = told.play
    play.sign_in("8002", "8003", "8004")
    play.engine.post(AgentReachable(AgentNumber("8004"), reachable=False))
    told.calls("220")
    play.until("EXEC Dial")
    play.wait(30.0)
    play.finish()
    story = told.story()
    first, second = story.rings
    assert (first.ring.agent, second.ring.agent) == ("8003", "8002")
    assert first.ended
    assert second.ended == ""
    assert first.explanation.exact
    assert second.explanation.exact
    why = {one.who: one.removed_by for one in second.explanation.agents}
    assert why["8003"] == "resting"
    assert why["8004"] == "unreachable"


def test_a_phone_that_was_in_use_outside_the_hotline_is_a_reason_of_then(told: Told) -> None:
    play = told.play
    play.sign_in("8002", "8003")
    play.engine.phones_seen({AgentNumber("8003"): PhoneUse.IN_USE})
    told.calls("220")
    play.until("EXEC Dial")
    play.engine.phones_seen({AgentNumber("8003"): PhoneUse.IDLE})
    (ring,) = told.story().rings
    assert (ring.ring.agent, ring.explanation.exact) == ("8002", True)
    found = {one.who: (one.removed_by, one.detail) for one in ring.explanation.agents}
    assert found["8003"] == ("phone_in_use", "in_use")


def test_an_agent_who_becomes_free_chose_among_callers(told: Told) -> None:
    play = told.play
    play.sign_in("8003")
    play.engine.post(AgentAsked(AgentNumber("8003"), AgentWish.NOT_READY, "1"))
    told.calls("220", "1.1", "13800138001")
    for call in ("1.1", "2.2"):
        if call != "1.1":
            told.calls("220", call, "13800138002")
        for _ in range(6):
            play.finish(call)
        play.wait(5.0)
    play.engine.post(AgentAsked(AgentNumber("8003"), AgentWish.READY))
    (ring,) = told.story().rings
    assert ring.ring.choice is not None
    assert ring.ring.choice.by_agent
    assert ring.explanation.exact
    assert [one.who for one in ring.explanation.callers] == ["1.1", "2.2"]
    play.hang_up("2.2")
    assert told.story("2.2").outcomes == ["repayment: abandoned_queued"]
    assert told.story("2.2").ended


def test_without_what_it_was_decided_by_only_the_record_is_left(told: Told, tmp_path: Path) -> None:
    told.play.sign_in("8003")
    told.calls("220")
    told.play.until("EXEC Dial")
    told.journal._wait_durable(10.0)
    story = story_of(told.folder, Archive(tmp_path / "elsewhere"), CallId("1.1"))
    assert story is not None
    (ring,) = story.rings
    assert (ring.explanation.exact, ring.explanation.doubt) == (False, "no_roster")
    assert ring.ring.choice is not None


def test_a_call_nobody_knows_has_no_story_and_the_latest_are_found(told: Told) -> None:
    assert story_of(told.folder, told.archive, CallId("9.9")) is None
    told.play.sign_in("8002", "8003", "8004")
    for call in ("1.1", "2.2", "3.3"):
        told.calls("220", call)
        told.play.answer(call)
    told.journal._wait_durable(10.0)
    assert last_calls(told.folder, 2) == ["3.3", "2.2"]
    assert last_calls(told.folder, 9) == ["3.3", "2.2", "1.1"]


def test_files_that_end_before_the_call_began_are_not_read(told: Told, tmp_path: Path) -> None:
    call = "hotline-1700000000.7"
    told.play.sign_in("8003")
    told.calls("220", call)
    told.play.answer(call)
    assert len(told.story(call).rings) == 1
    for path in told.folder.glob("journal-*"):
        os.utime(path, (1_600_000_000.0, 1_600_000_000.0))
    assert story_of(told.folder, told.archive, CallId(call)) is None


def test_who_passed_the_caller_on_is_part_of_the_story(told: Told) -> None:
    play = told.play
    play.sign_in("8003")
    told.calls("220")
    play.answer()
    play.engine.post(CallTransferred(CallId("1.1"), AgentNumber("8003"), TransferKind.BLIND))
    play.hang_up()
    (transfer,) = told.story().transfers
    assert (transfer["kind"], transfer["agent"], transfer["outcome"]) == ("blind", "8003", "menu")
    assert transfer["from_queue"] == "repayment"


# ---- in whole sentences, and exactly ---------------------------------------------------------------


def says(ring: RingStory, chinese: str, english: str = "") -> None:
    """The sentence, after a list that is exact."""
    assert ring.explanation.exact, ring.explanation
    assert sentence(ring, ZH, str) == chinese
    if english:
        assert sentence(ring, EN, str) == english


@contextmanager
def hotline(folder: Path, edits: Mapping[str, str] | None = None, **settings: object) -> Iterator[Told]:
    one = Told(folder, edits, **settings)
    yield one
    one.journal.close_blocking()


def test_two_equal_idle_agents_are_each_others_runner_up(tmp_path: Path) -> None:
    alike = {"skills: {repayment: 3, account: 4, general: 2}": "skills: {loan: 4, repayment: 3, general: 3}"}
    with hotline(tmp_path, alike) as told:
        told.play.sign_in("8002", "8004")
        told.calls("220")
        told.play.until("EXEC Dial")
        (ring,) = told.story().rings
    assert ring.ring.choice is not None
    assert ring.ring.choice.rival is None, "one group, so the call path looks at its first alone"
    says(
        ring,
        "客户咨询repayment.early，等待0秒后振铃8002 李强：该坐席repayment.early3级，已空闲0秒，与8004 刘洋得分相同。",
        "The caller asked about repayment.early; after 0 s of waiting 8002 李强 was rung: the agent's level in "
        "repayment.early is 3, idle for 0 s, level with 8004 刘洋.",
    )


def test_of_two_callers_of_one_lane_the_second_is_the_runner_up(told: Told) -> None:
    told.play.sign_in("8003")
    told.busy("8003")
    told.waits("220", "1.1", "13800138001")
    told.play.wait(5.0)
    told.waits("220", "2.2", "13800138002")
    told.play.wait(5.0)
    told.free("8003")
    (ring,) = told.story().rings
    says(
        ring,
        "客户咨询repayment.early，等待10秒后8003 张敏空闲，随即振铃：该坐席repayment.early5级，"
        "比第二名来电2.2高5.0秒。",
        "The caller asked about repayment.early; after 10 s of waiting 8003 张敏 became free and was rung: the agent's "
        "level in repayment.early is 5, 5.0 s ahead of call 2.2, who comes second.",
    )


def test_in_a_peak_age_decides_and_the_next_eldest_is_the_runner_up(told: Told) -> None:
    told.play.sign_in("8003")
    told.busy("8003")
    told.waits("220", "1.1", "13800138001")
    told.play.wait(30.0)
    told.waits("220", "2.2", "13800138002")
    told.waits("221", "3.3", "13800138003")
    told.play.wait(120.0)
    told.free("8003")
    (ring,) = told.story().rings
    assert ring.explanation.runner_up is not None
    assert (ring.explanation.runner_up.who, ring.explanation.runner_up.margin_s) == ("2.2", 30.0)
    says(
        ring,
        "客户咨询repayment.early，等待150秒后8003 张敏空闲，随即振铃：该坐席repayment.early5级，客户等得最久，"
        "不得越过，"
        "比其后的来电2.2多等30.0秒。",
    )


MOVES_ON = {"name: 还款专席": "name: 还款专席\n    overflow: {to: general, after_s: 20, topic: general}"}


def test_a_first_time_caller_who_overflowed(tmp_path: Path) -> None:
    with hotline(tmp_path, MOVES_ON) as told:
        told.play.sign_in("8001", "8003")
        told.busy("8003")
        told.waits("220", "1.1", "13800138001")
        told.play.wait(20.0)
        told.play.until("EXEC Dial")
        (ring,) = told.story().rings
    assert ring.note is None
    says(
        ring,
        "客户咨询repayment.early，等待20秒后振铃8001 王芳：“还款专席”未能接待，转到“综合服务专席”，按general技能选人，"
        "该坐席general4级，已空闲20秒，没有其他坐席可选。",
        "The caller asked about repayment.early; after 20 s of waiting 8001 王芳 was rung: “还款专席” could not take "
        "the "
        "caller, “综合服务专席” did, agents are compared by their skill in general, the agent's level in general is 4, "
        "idle for 20 s, there was no other agent to choose.",
    )


def test_what_a_caller_named_today_goes_with_him_when_he_overflows(tmp_path: Path) -> None:
    """Two days ago he asked about a loan."""
    with hotline(tmp_path, MOVES_ON) as told:
        told.play.sign_in("8001", "8003")
        told.calls("110", "1.1")
        told.play.agent_hangs_up(told.play.answer("1.1"), "1.1")
        told.play.hang_up("1.1")
        told.play.wait(2 * 86_400.0)
        told.play.sign_in("8001", "8003")
        told.busy("8003")
        told.waits("220", "2.2", "13800138000")
        told.play.wait(20.0)
        told.play.until("EXEC Dial", "2.2")
        (ring,) = told.story("2.2").rings
    assert ring.ring.choice is not None
    assert ring.ring.choice.topic == "general"
    assert ring.named == "repayment.early"
    assert ring.note is None or not ring.note.likely
    assert ring.explanation.exact
    assert sentence(ring, ZH, str).startswith("客户咨询repayment.early，")


def test_a_ring_at_the_agent_a_caller_was_passed_on_to_is_listed_as_that(told: Told) -> None:
    play = told.play
    play.sign_in("8003")
    told.calls("220")
    play.answer()
    play.sign_in("8002", "8004")
    play.wait(60.0)
    told.passes_on("8002")
    first, second = told.story().rings
    assert first.explanation.exact
    assert [(one.who, one.removed_by) for one in second.explanation.agents] == [("8002", "")]
    assert second.explanation.decided == "named"
    assert second.ring.choice is not None
    assert second.ring.choice.version.startswith(f"{play.config.roster.version}/")
    says(
        second,
        "客户咨询repayment.early，由8003 张敏转给8002 李强，直接振铃，没有另选坐席。",
        "The caller asked about repayment.early; 8003 张敏 passed the call on to 8002 李强, who was rung at once, and "
        "nobody was chosen.",
    )


def test_a_caller_passed_on_to_a_queue(told: Told) -> None:
    play = told.play
    play.sign_in("8003")
    told.calls("220")
    play.answer()
    play.sign_in("8001")
    play.wait(60.0)
    told.passes_on("general")
    (_, ring) = told.story().rings
    assert ring.named == "repayment.early", "what he named goes with him, though skill is asked for in general"
    says(
        ring,
        "客户咨询repayment.early，等待0秒后振铃8001 王芳：由8003 张敏转来，按general技能选人，该坐席general4级，"
        "已空闲60秒，"
        "没有其他坐席可选。",
    )


def test_a_colleague_who_was_asked_is_no_ring_and_no_candidate_of_others(told: Told) -> None:
    play, call = told.play, CallId("1.1")
    play.sign_in("8003")
    told.calls("220")
    play.answer()
    play.sign_in("8002", "8004")
    asker, colleague = AgentNumber("8003"), AgentNumber("8002")
    play.engine.post(ConsultAsked(call, asker, colleague), ConsultAnswered(call, colleague))
    told.calls("220", "2.2", "13800138009")
    play.until("EXEC Dial", "2.2")
    play.engine.post(
        CallTransferred(call, asker, TransferKind.WARM, to_agent=colleague), AgentAnswered(call, colleague)
    )
    (ring,) = told.story().rings
    says(
        ring,
        "客户咨询repayment.early，等待0秒后振铃8003 张敏：该坐席repayment.early5级，已空闲0秒，没有其他坐席可选。",
    )
    (other,) = told.story("2.2").rings
    assert {one.who: one.removed_by for one in other.explanation.agents}["8002"] == "talking"
    says(
        other,
        "客户咨询repayment.early，等待0秒后振铃8004 刘洋：该坐席repayment.early3级，已空闲0秒，没有其他坐席可选。",
    )


CALLS_BACK = {"name: 还款专席": "name: 还款专席\n    callback: {tries: 2, gap_s: 30}"}


def answers(told: Told) -> str:
    """The customer who is being called answers, and his agent's phone rings."""
    call = told.play.actions("Originate")[-1]["ChannelId"]
    told.play.engine.report(Arrival(CallId(call), f"PJSIP/trunk-{call}", "hotline", "95001", "95001", ""))
    told.play.until("EXEC Dial", call)
    return call


def asks_to_be_called_back(told: Told, keys: str = "220", call: str = "1.1") -> None:
    """The only agent is busy; a caller asks for a call-back and hangs up."""
    play = told.play
    play.sign_in("8003")
    told.busy("8003")
    told.waits(keys, call, "13800138000")
    play.press("1", call)
    play.press("1", call)
    play.until('STREAM FILE "/p/已为您登记', call)
    play.hang_up(call)


def test_a_call_back_is_explained_as_of_when_the_agent_was_kept_free(tmp_path: Path) -> None:
    with hotline(tmp_path, CALLS_BACK, trunk_contact="sip:192.0.2.9:5060") as told:
        play = told.play
        asks_to_be_called_back(told)
        told.waits("220", "2.2", "13800138002")
        play.wait(60.0)
        told.free("8003")  # the customer's turn, before the caller who came later
        play.tell(ChannelGone(19), call=play.actions("Originate")[-1]["ChannelId"])
        (later,) = told.story("2.2").rings
        assert later.explanation.exact, "a call-back between two tries is nobody's rival"
        assert play.answer("2.2") == "8003"
        play.sign_in("8002")
        play.wait(30.0)  # the time between two tries
        call = answers(told)
        (ring,) = told.story(call).rings
    assert {one.who: one.removed_by for one in ring.explanation.agents}["8003"] == "talking"
    says(
        ring,
        "客户咨询repayment.early，预约了回电，90秒后轮到，先预留8002 李强再呼叫客户：该坐席repayment.early3级，"
        "已空闲30秒，"
        "没有其他坐席可选。",
    )


def test_a_customer_whose_turn_it_is_when_an_agent_becomes_free(tmp_path: Path) -> None:
    with hotline(tmp_path, CALLS_BACK, trunk_contact="sip:192.0.2.9:5060") as told:
        play = told.play
        asks_to_be_called_back(told)
        play.wait(30.0)
        told.waits("220", "2.2", "13800138002")
        play.wait(30.0)
        told.free("8003")
        call = answers(told)
        (ring,) = told.story(call).rings
    assert [(one.who, one.removed_by) for one in ring.explanation.callers] == [(call, ""), ("2.2", "")]
    says(
        ring,
        "客户咨询repayment.early，预约了回电，60秒后8003 张敏空闲，先预留该坐席再呼叫客户：该坐席repayment.early5级，"
        "比第二名来电2.2高30.0秒。",
        "The caller asked about repayment.early; a call-back was asked for, and after 60 s 8003 张敏 became free, was "
        "kept free and then the customer called: the agent's level in repayment.early is 5, 30.0 s ahead of call 2.2, "
        "who comes second.",
    )


def test_a_call_back_about_what_was_only_guessed_says_so(tmp_path: Path) -> None:
    """He asked about repayment before; today he asks for somebody, and is called back."""
    general = {"name: 综合服务专席": "name: 综合服务专席\n    callback: {tries: 2, gap_s: 30}"}
    with hotline(tmp_path, general, trunk_contact="sip:192.0.2.9:5060") as told:
        play = told.play
        play.sign_in("8003")
        told.calls("220")
        play.agent_hangs_up(play.answer())
        play.hang_up()
        play.wait(60.0)
        asks_to_be_called_back(told, "0", "2.2")
        play.wait(30.0)
        told.free("8003")
        call = answers(told)
        (ring,) = told.story(call).rings
        [queued] = [one for one in told.facts() if isinstance(one, CallQueued) and one.call == call]
        note = play.engine.lines[CallId(call)].note
    assert (queued.topic, queued.named, queued.asked) == ("repayment.early", False, None)
    assert note is not None
    assert note.likely
    assert (ring.named, ring.called_back) == (None, True)
    assert ring.explanation.exact
    chinese, english = sentence(ring, ZH, str), sentence(ring, EN, str)
    assert chinese.startswith(
        "客户没有说明业务（按其历史咨询推测为repayment.early），预约了回电，30秒后8003 张敏空闲，"
    )
    assert english.startswith(
        "The caller named no topic, from earlier calls repayment.early is likely; a call-back was asked for, "
        "and after 30 s"
    )


def test_a_call_back_is_about_what_was_named_whatever_queue_took_him(tmp_path: Path) -> None:
    """He asked for repayment, overflowed, and is called back by the queue that took him."""
    moves_on = MOVES_ON | {"name: 综合服务专席": "name: 综合服务专席\n    callback: {tries: 2, gap_s: 30}"}
    with hotline(tmp_path, moves_on, trunk_contact="sip:192.0.2.9:5060") as told:
        play = told.play
        play.sign_in("8001", "8003")
        told.busy("8001", "8003")
        told.waits("220", "1.1", "13800138000")
        play.wait(25.0)
        play.until("SET MUSIC ON")
        play.press("1")
        play.press("1")
        play.until('STREAM FILE "/p/已为您登记')
        play.hang_up()
        told.free("8001")
        call = answers(told)
        (ring,) = told.story(call).rings
    assert ring.ring.choice is not None
    assert (ring.named, ring.ring.choice.topic) == ("repayment.early", "general")
    assert "按general技能选人" in sentence(ring, ZH, str)


def test_another_agent_kept_free_while_the_customer_is_called_is_explained_as_well(tmp_path: Path) -> None:
    with hotline(tmp_path, CALLS_BACK, trunk_contact="sip:192.0.2.9:5060") as told:
        play = told.play
        asks_to_be_called_back(told)
        play.sign_in("8002")
        play.sign_in("8004")
        told.busy("8002")
        (ring,) = told.story(answers(told)).rings
    assert (ring.ring.agent, ring.called_back, ring.explanation.doubt) == ("8004", True, "")
    assert {one.who: one.removed_by for one in ring.explanation.agents}["8002"] == "not_ready"


def test_a_caller_who_waited_through_a_restart(told: Told) -> None:
    play = told.play
    play.sign_in("8003", "8002")
    told.busy("8003", "8002")
    play.engine.post(AgentReachable(AgentNumber("8004"), reachable=False))
    told.waits("220", "1.1", "13800138001")
    play.wait(10.0)
    told.waits("220", "2.2", "13800138002")
    play.wait(10.0)
    told.restarts(*(Channel(f"PJSIP/trunk-{call}", CallId(call), call, "hotline", "95001", "AGI", "", "138", "")
                    for call in ("1.1", "2.2")))  # fmt: skip
    told.free("8003")
    (ring,) = told.story().rings
    assert [one.who for one in ring.explanation.callers] == ["1.1", "2.2"]
    says(
        ring,
        "客户咨询repayment.early，等待23秒后8003 张敏空闲，随即振铃：该坐席repayment.early5级，"
        "比第二名来电2.2高10.0秒。",
    )


def test_without_the_prices_or_by_a_policy_without_records_only_the_ring_is_left(told: Told, tmp_path: Path) -> None:
    told.play.sign_in("8003")
    told.calls("220")
    told.play.until("EXEC Dial")
    (ring,) = told.story().rings
    assert ring.ring.choice is not None
    unpriced = replace(ring.ring, choice=replace(ring.ring.choice, version=f"{told.play.config.roster.version}/gone"))
    bare = replace(ring.ring, choice=None)
    for order in (unpriced, bare):
        told.journal.append(order, at=told.play.clock.at, wall=told.play.clock.wall_s())
    _, second, third = told.story().rings
    assert second.explanation.doubt == "no_prices"
    assert sentence(second, ZH, str).endswith("该坐席repayment.early5级，已空闲0秒。")
    assert (third.explanation.doubt, third.waited_s) == ("no_record", 0.0)


def test_a_journal_that_lost_the_callers_arrival_says_that_his_place_is_unknown(told: Told) -> None:
    told.play.sign_in("8003")
    told.calls("220")
    told.play.until("EXEC Dial")
    (ring,) = told.story().rings
    lost = replace(ring.ring, call=CallId("7.7"))
    told.journal.append(lost, at=told.play.clock.at, wall=told.play.clock.wall_s())
    (other,) = told.story("7.7").rings
    assert other.explanation.doubt == "no_caller"
    assert sentence(other, ZH, str) == "客户要求人工服务，等待0秒后振铃8003 张敏：该坐席repayment.early5级，已空闲0秒。"


def test_a_ring_while_the_call_back_is_still_on_the_list_is_no_reservation(told: Told) -> None:
    """As when the customer's call was taken up after a restart."""
    told.play.sign_in("8003")
    told.calls("220")
    told.play.until("EXEC Dial")
    (known,) = told.story().rings
    call, agent, queue = CallId("callback-b1.1"), AgentNumber("8003"), known.ring.queue
    ring = replace(known.ring, call=call)
    facts: list[Fact] = [
        CallbackAsked(CallbackId("callback-b1"), "138", queue, Topic("repayment.early"), 990.0),
        CallArrived(call, "95001", "", ""),
        CallQueued(call, queue, Topic("repayment.early"), "", 1000.0),
        ring,
        ShowAgent(agent, AgentState.RINGING, "", call),
        RingEnded(call, agent, RingOutcome.NO_ANSWER),
        ring,
    ]
    for fact in facts:
        told.journal.append(fact, at=told.play.clock.at, wall=told.play.clock.wall_s())
    assert [one.called_back for one in told.story(call).rings] == [False, False]


def test_an_agent_the_kept_roster_does_not_have_has_no_level(told: Told) -> None:
    told.play.sign_in("8003")
    told.calls("220")
    told.play.until("EXEC Dial")
    (known,) = told.story().rings
    told.journal.append(
        replace(known.ring, agent=AgentNumber("7000")), at=told.play.clock.at, wall=told.play.clock.wall_s()
    )
    strange = told.story().rings[1]
    assert (strange.level, strange.explanation.doubt) == (None, "removed")


def test_back_in_the_menu_nobody_has_passed_him_on_any_more(told: Told) -> None:
    play, call = told.play, CallId("1.1")
    play.sign_in("8003")
    told.calls("220")
    play.answer()
    at, wall = play.clock.at, play.clock.wall_s()
    told.journal.append(CallTransferred(call, AgentNumber("8003"), TransferKind.BLIND), at=at, wall=wall)
    (known,) = told.story().rings
    told.journal.append(known.ring, at=at, wall=wall)
    assert told.story().rings[1].passed_on_by is None
