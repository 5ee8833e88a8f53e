from dataclasses import replace
from typing import Any

from acd.explain import AgentThen, Moment
from acd.pricing import Prices
from hotline.store.facts import Phase, RecoveredAgent, RecoveredCall, RecoveredCallback
from hotline.store.recovery import Recovered
from hotline.why_moment import Instant, callback_of, moment_of
from telephony.commands import AgentState, Choice, NoteCaller
from telephony.events import CallbackAsked
from telephony.ids import AgentNumber, CallbackId, CallId, QueueId, Topic
from tests.acd.floor_play import agent, queue, roster

LOAN, LOANS = Topic("loan"), QueueId("loans")
CHOICE = Choice(False, LOAN, 1, 0.0, {}, None, None, 30.0, 0.0, "r/p")
ROSTER = roster([agent("8001"), agent("8002")], [queue()])
WAITS = RecoveredCall(
    CallId("1.1"), "95001", "", "", 5_000.0, Phase.QUEUED, None, LOANS, LOAN,
    entered_wall=5_070.0, offerable=True, place_at=70.0, queued_seq=9,
)  # fmt: skip
ASKED = CallbackAsked(CallbackId("b-1"), "138", LOANS, LOAN, 10.0, "95001", vip=True)
KEPT = RecoveredCallback(ASKED, 5_020.0, 5_010.0)


def moment(
    *calls: RecoveredCall, callbacks: tuple[RecoveredCallback, ...] = (), of: str = "1.1", kept_free_for: str = ""
) -> Moment | None:
    known = {AgentNumber("8001"): RecoveredAgent(AgentNumber("8001"), AgentState.WRAP_UP, "", 5_000.0)}
    if kept_free_for:
        ringing = RecoveredAgent(AgentNumber("8002"), AgentState.RINGING, "", 5_000.0, CallId(kept_free_for))
        known[ringing.agent] = ringing
    then = Recovered(
        {call.call: call for call in calls}, known, callbacks={one.asked.callback: one for one in callbacks}
    )
    callback = callback_of(CallId(of)) if of.startswith("b-") else None
    instant = Instant(then, 100.0, 5_100.0, callback)
    return moment_of(instant, CallId(of), CHOICE, roster=ROSTER, prices=Prices())


def sure(found: Moment | None) -> Moment:
    assert found is not None
    return found


def place_at(**changes: Any) -> float:
    return sure(moment(replace(WAITS, **changes))).callers[CallId("1.1")].place_at


def test_a_place_is_what_was_noted_else_where_he_came_from_else_when_he_entered() -> None:
    assert place_at() == 70.0
    assert place_at(note=NoteCaller(CallId("1.1"), LOAN, 40.0)) == 40.0
    assert place_at(place_at=None) == 70.0, "a journal of before has instants since 1970 alone"
    assert place_at(place_at=None, place_wall=5_020.0) == 20.0
    assert sure(moment(WAITS)).now == 100.0, "his place and how long he waited, on the clock of the decision"


def test_who_is_in_no_line_is_no_caller() -> None:
    assert moment() is None
    for change in ({"queue": None}, {"queue": "gone"}, {"entered_wall": None}, {"topic": None}, {"adopted": False}):
        assert moment(replace(WAITS, **change)) is None


def test_a_caller_as_the_policy_saw_him() -> None:
    note = NoteCaller(CallId("1.1"), Topic("loan.quota"), 40.0, wish=1, wanted=(AgentNumber("8001"),))
    known = replace(WAITS, vip=True, note=note, level=2, phase=Phase.RINGING)
    one = sure(moment(known)).callers[CallId("1.1")]
    assert (one.topic, one.min_level, one.ticket, one.caller_class) == ("loan.quota", 2, 9, "vip")
    assert (one.wish, one.wanted, one.offerable, one.rings, one.transferred) == (1, ("8001",), True, True, False)
    passed_on = sure(moment(replace(known, note=replace(note, transferred=True)))).callers[CallId("1.1")]
    assert passed_on.transferred
    assert sure(moment(replace(WAITS, transferred=True))).callers[CallId("1.1")].transferred
    other = sure(moment(replace(known, note=replace(note, caller_class="fraud"), level=None))).callers[CallId("1.1")]
    assert (other.caller_class, other.min_level) == ("fraud", ROSTER.queues[LOANS].min_level)
    assert sure(moment(replace(WAITS, vip=True))).callers[CallId("1.1")].caller_class == "vip"


def test_agents_the_journal_never_saw_are_signed_off() -> None:
    agents = sure(moment(WAITS)).agents
    assert agents[AgentNumber("8001")].state is AgentState.WRAP_UP
    assert agents[AgentNumber("8002")] == AgentThen(ROSTER.agents[AgentNumber("8002")])


def test_customers_to_be_called_back_stand_in_line_and_the_one_whose_turn_it_is_is_his_call() -> None:
    found = sure(moment(WAITS, callbacks=(KEPT,)))
    assert set(found.callers) == {"1.1", "b-1"}
    chosen = sure(moment(WAITS, callbacks=(KEPT,), of="b-1.2"))
    assert set(chosen.callers) == {"1.1", "b-1.2"}
    one = chosen.callers[CallId("b-1.2")]
    assert (one.place_at, one.ticket, one.caller_class) == (10.0, 0, "vip")
    assert chosen.now == 40.0


def test_who_is_called_back_is_the_caller_he_was() -> None:
    wanted = (AgentNumber("8002"), AgentNumber("gone"))
    asked = replace(ASKED, wish=2, wanted=wanted, transferred=True)
    one = sure(moment(WAITS, callbacks=(replace(KEPT, asked=asked, level=2),))).callers[CallId("b-1")]
    assert (one.wish, one.wanted, one.transferred, one.min_level) == (2, ("8002",), True, 2)
    usual = sure(moment(WAITS, callbacks=(KEPT,))).callers[CallId("b-1")]
    assert usual.min_level == ROSTER.queues[LOANS].min_level


def test_who_is_being_called_waits_for_an_agent_again_once_none_is_kept_free_for_him() -> None:
    called = (replace(KEPT, calling=True, tries=1),)
    assert set(sure(moment(WAITS, callbacks=called, kept_free_for="b-1.1")).callers) == {"1.1"}
    assert set(sure(moment(WAITS, callbacks=called)).callers) == {"1.1", "b-1"}
    assert set(sure(moment(WAITS, callbacks=called, of="b-1.1")).callers) == {"1.1", "b-1.1"}


def test_who_is_called_later_or_for_a_queue_that_is_gone_is_not_in_line() -> None:
    for change in ({"next_at": 100.5}, {"asked": replace(ASKED, queue=QueueId("gone"))}):
        assert set(sure(moment(WAITS, callbacks=(replace(KEPT, **change),))).callers) == {"1.1"}
    assert "b-1" in sure(moment(WAITS, callbacks=(replace(KEPT, next_at=99.0),))).callers
