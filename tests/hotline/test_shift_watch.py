from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from acd.queue import Roster
from acd.shifts import Shift
from hotline.shift_watch import ShiftWatch
from telephony.commands import AgentState, ShowAgent
from telephony.events import AgentAsked, AgentWish
from telephony.ids import AgentNumber
from tests.acd.floor_play import agent, roster
from tests.hotline.engine_play import Play


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 25, hour, minute, second, tzinfo=UTC)


def test_whose_overtime_has_ended_is_named_once() -> None:
    watch = ShiftWatch()
    assert watch.overdue(people(), at(16, 29)) == [], "nobody knows what was before"
    assert watch.overdue(people(), at(16, 29, 30)) == []
    assert watch.overdue(people(), at(16, 30)) == ["1"]
    assert watch.overdue(people(), at(16, 30, 1)) == []
    assert watch.overdue(people(), at(16, 31)) == []


def people() -> Roster:
    found = roster([replace(agent("1"), shift="early"), replace(agent("2"), shift="late"), agent("3")])
    return replace(found, shifts={"early": Shift(480, 960), "late": Shift(960, 1380)})


def test_a_shift_that_ended_while_the_hotline_was_down_is_over_too() -> None:
    assert ShiftWatch(at(16, 0)).overdue(people(), at(17, 0)) == ["1"]
    assert ShiftWatch(at(17, 0)).overdue(people(), at(18, 0)) == [], "who signed in later is left alone"
    assert ShiftWatch(at(17, 0) - timedelta(days=2)).overdue(people(), at(17, 1)) == ["1", "2"]


def test_a_clock_set_back_signs_nobody_off() -> None:
    watch = ShiftWatch(at(16, 35))
    assert watch.overdue(people(), at(16, 34)) == []
    assert watch.overdue(people(), at(16, 36)) == []


def test_signing_off_for_an_agent_says_why(tmp_path: Path) -> None:
    play = Play(tmp_path)
    play.sign_in("8001")
    play.engine.post(AgentAsked(AgentNumber("8001"), AgentWish.SIGN_OFF, "shift_over"))
    shown = [fact for fact in play.journal.facts if isinstance(fact, ShowAgent)]
    assert shown[-1] == ShowAgent(AgentNumber("8001"), AgentState.SIGNED_OFF, "shift_over")
