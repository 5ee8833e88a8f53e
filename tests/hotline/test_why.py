"""Rings explained from a real journal, after a real engine has written it."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from acd.distributor import Distributor
from acd.history import History
from acd.priced_assigner import PricedAssigner
from hotline.engine import Engine
from hotline.store.archive import Archive
from hotline.store.journal import Boot, Journal, JournalSettings
from hotline.why import CallStory, last_calls, story_of
from telephony.events import AgentAsked, AgentReachable, AgentWish, CallTransferred, TransferKind
from telephony.ids import AgentNumber, CallId
from tests.hotline.engine_play import HERE, Play


class Told:
    """An engine under the priced policy that writes a journal, and the explanations read back from it."""

    def __init__(self, folder: Path) -> None:
        self.play = play = Play(folder)
        self.folder = folder / "journal"
        self.archive = Archive(folder / "decided-by")
        self.archive.keep_roster(play.config.roster.version, (HERE / "agents.yaml").read_bytes())
        small = JournalSettings(max_segment_bytes=2_000, keep_s=None)
        self.journal = Journal.open(self.folder, Boot("b", play.clock.at, play.clock.wall_s()), settings=small)
        play.ports = replace(play.ports, journal=self.journal)
        roster = play.config.roster
        distributor = Distributor(roster, PricedAssigner(None, roster.routing.weights), history=History(salt=b"s"))
        play.engine = Engine(play.config, distributor, ports=play.ports, settings=play.settings, boot="b")

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
    assert ring.explanation is not None
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
    assert first.explanation is not None
    assert second.explanation is not None
    assert first.explanation.exact
    assert second.explanation.exact
    why = {one.who: one.removed_by for one in second.explanation.agents}
    assert why["8003"] == "resting"
    assert why["8004"] == "unreachable"


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
    assert ring.explanation is not None
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
    assert ring.explanation is None
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
