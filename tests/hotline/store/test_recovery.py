from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.store.facts import (
    Booted,
    Checkpoint,
    Counters,
    Fact,
    Phase,
    Record,
    RecordsLost,
    RecoveredAgent,
    RecoveredCall,
    UnknownFact,
)
from hotline.store.recovery import Fold, Recovered, fold
from telephony.commands import (
    AgentState,
    Availability,
    CallbackState,
    Carried,
    CloseSegment,
    EnterNode,
    HangUp,
    NoteCaller,
    OfferCall,
    RefuseCall,
    RingAgent,
    ShowAgent,
    ShowCallback,
    WidenCall,
)
from telephony.events import (
    AgentAnswered,
    AgentAsked,
    AgentReachable,
    AgentRinging,
    AgentWish,
    CallArrived,
    CallbackAsked,
    CallEnded,
    CallLeftQueue,
    CallOfferable,
    CallQueued,
    CallResumed,
    CallTransferred,
    ConsultAsked,
    ConsultEnded,
    Outcome,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
    TimeReached,
    TransferKind,
)
from telephony.ids import (
    AgentNumber,
    CallbackId,
    CallId,
    NodeId,
    QueueId,
    Topic,
)
from tests.hotline.store.journal_stories import ANY_FACT, WALL, busy_day, numbered

C, A, B = CallId("c1"), AgentNumber("8001"), AgentNumber("8002")
Q, T = QueueId("loan"), Topic("loan.limit")
ARRIVED = CallArrived(C, "4001", "138", "张")
QUEUED = CallQueued(C, Q, T, "138", entered_at=95.0, vip=True)
RING = RingAgent(C, A, Q, 20.0, "waits 5")


def after(*facts: Fact | UnknownFact) -> RecoveredCall:
    return fold(numbered(facts)).calls[C]


def test_nothing_has_happened() -> None:
    assert fold([]) == Recovered()


def test_a_call_in_the_menu() -> None:
    assert after(ARRIVED, EnterNode(C, NodeId("main"))) == RecoveredCall(
        C, "4001", "138", "张", arrived_wall=WALL, phase=Phase.MENU, node=NodeId("main")
    )


def test_a_call_in_the_queue_keeps_its_place_by_wall_time() -> None:
    call = after(ARRIVED, QUEUED)
    assert (call.phase, call.queue, call.topic, call.vip, call.offerable) == (Phase.QUEUED, Q, T, True, False)
    assert call.entered_wall == WALL + 1 - (101.0 - 95.0)


@pytest.mark.parametrize("heard", [CallOfferable(C), OfferCall(C)])
def test_a_call_that_may_be_offered(heard: Fact) -> None:
    assert after(ARRIVED, QUEUED, heard).offerable


@pytest.mark.parametrize("ring", [RING, AgentRinging(C, A)])
def test_a_call_that_rings_keeps_its_place(ring: Fact) -> None:
    call = after(ARRIVED, QUEUED, ring)
    assert (call.phase, call.agent, call.entered_wall) == (Phase.RINGING, A, WALL - 5.0)


def test_a_ring_that_ended_leads_back_to_the_queue() -> None:
    call = after(ARRIVED, QUEUED, RING, RingEnded(C, A, RingOutcome.BUSY))
    assert (call.phase, call.agent, call.queue) == (Phase.QUEUED, None, Q)


def test_the_end_of_an_older_ring_changes_nothing() -> None:
    assert after(ARRIVED, QUEUED, RING, RingEnded(C, B, RingOutcome.BUSY)).agent == A
    assert after(ARRIVED, QUEUED, RingEnded(C, A, RingOutcome.BUSY)).phase is Phase.QUEUED


def test_a_talk() -> None:
    call = after(ARRIVED, QUEUED, RING, AgentAnswered(C, A), AgentRinging(C, A))
    assert (call.phase, call.agent, call.entered_wall) == (Phase.TALKING, A, None)


@pytest.mark.parametrize("last", [TalkEnded(C, A, TalkEndedBy.AGENT), HangUp(C), RefuseCall(C, Outcome.TIMED_OUT)])
def test_only_the_goodbye_is_left(last: Fact) -> None:
    call = after(ARRIVED, QUEUED, AgentAnswered(C, A), last)
    assert (call.phase, call.agent, call.entered_wall, call.offerable) == (Phase.CLOSING, None, None, False)


def test_leaving_the_queue_leads_back_to_the_menu() -> None:
    call = after(ARRIVED, QUEUED, CallLeftQueue(C, Outcome.LEFT_BY_KEY))
    assert (call.phase, call.entered_wall) == (Phase.MENU, None)


def test_a_call_that_ended_is_gone() -> None:
    state = fold(numbered([ARRIVED, CallEnded(C, 16), CallEnded(C, 16), EnterNode(C, NodeId("main"))]))
    assert state.calls == {}
    assert (state.counters.arrived, state.counters.ended) == (1, 1)


def test_a_resumed_call_goes_on_where_it_was() -> None:
    waiting = after(ARRIVED, QUEUED, CallResumed(C, NodeId("main"), Q, T, entered_at=95.0))
    assert (waiting.phase, waiting.caller, waiting.entered_wall) == (Phase.QUEUED, "138", WALL - 5.0)
    in_menu = after(ARRIVED, CallResumed(C, NodeId("main.x")))
    assert (in_menu.phase, in_menu.node, in_menu.entered_wall) == (Phase.MENU, "main.x", None)


def test_a_resumed_call_the_journal_had_lost_is_known_again() -> None:
    assert after(CallResumed(C, NodeId("main"))) == RecoveredCall(C, "", "", "", arrived_wall=WALL, node=NodeId("main"))


def test_a_stay_that_goes_on_after_a_restart_is_offered_once() -> None:
    resumed = CallResumed(C, NodeId("main"), Q, T, entered_at=95.0)
    closed = CloseSegment(C, Q, Outcome.ANSWERED, 9.0, A)
    counters = fold(numbered([ARRIVED, QUEUED, resumed, QUEUED, closed])).counters
    assert counters == Counters(arrived=1, offered=1, outcomes={Outcome.ANSWERED: 1})
    assert counters.waiting == 0


def test_stays_whose_end_was_not_told_are_settled_by_the_next_boot() -> None:
    other = CallQueued(CallId("c2"), Q, T, "139", entered_at=95.0)
    facts: list[Fact] = [ARRIVED, QUEUED, CallEnded(C, 16), CallArrived(CallId("c2"), "4001", "139"), other, Booted()]
    counters = fold(numbered(facts)).counters
    assert (counters.offered, counters.outcomes, counters.waiting) == (2, {Outcome.ABANDONED_QUEUED: 1}, 1)


def test_a_second_stay_is_offered_again() -> None:
    left: list[Fact] = [CallLeftQueue(C, Outcome.LEFT_BY_KEY), CloseSegment(C, Q, Outcome.LEFT_BY_KEY, 3.0)]
    counters = fold(numbered([ARRIVED, QUEUED, *left, QUEUED])).counters
    assert (counters.offered, counters.waiting) == (2, 1)


def test_agents() -> None:
    state = fold(numbered([ShowAgent(A, AgentState.READY), ShowAgent(A, AgentState.NOT_READY, "1")]))
    assert state.agents == {A: RecoveredAgent(A, AgentState.NOT_READY, "1", since_wall=WALL + 1)}


def test_a_state_shown_again_after_a_restart_keeps_its_beginning() -> None:
    state = fold(numbered([ShowAgent(A, AgentState.NOT_READY, "1", since=-100.0)]))
    assert state.agents[A].since_wall < WALL - 99.0


def test_what_an_agent_carries_is_kept_on_the_wall_clock() -> None:
    carried = Carried(Q, ends_at=60.0, missed=2, busy_ratio=0.5, idle_since=-5.0, rests_until=9.0)
    (record,) = numbered([ShowAgent(A, AgentState.WRAP_UP, carried=carried)])
    zero = record.wall - record.at
    expected = replace(carried, ends_at=zero + 60.0, idle_since=zero - 5.0, rests_until=zero + 9.0)
    assert fold([record]).agents[A].carried == expected


@pytest.mark.parametrize(
    ("fact", "after", "rests"),
    [
        (AgentReachable(A, reachable=True), RingOutcome.UNREACHABLE, False),
        (AgentReachable(A, reachable=True), RingOutcome.BUSY, True),
        (AgentReachable(A, reachable=False), RingOutcome.UNREACHABLE, True),
        (AgentAsked(A, AgentWish.READY), RingOutcome.BUSY, False),
        (AgentAsked(A, AgentWish.NOT_READY, "1"), RingOutcome.BUSY, True),
    ],
)
def test_what_ends_the_rest_after_a_ring_that_failed(fact: Fact, after: RingOutcome, rests: bool) -> None:
    rest = Carried(rests_until=9.0, rests_after=after)
    available = Availability(0.0, rests_until=9.0, rests_after=after)
    shown = ShowAgent(A, AgentState.READY, availability=available, carried=rest)
    known = fold(numbered([shown, fact])).agents[A]
    assert known.carried is not None
    assert known.availability is not None
    assert (known.carried.rests_until is not None, known.availability.rests_until is not None) == (rests, rests)
    assert fold(numbered([ShowAgent(A, AgentState.READY), fact])).agents[A].carried is None, "an older journal"


def test_the_last_sign_of_a_run_is_known() -> None:
    assert fold([]).last_wall == 0.0
    records = numbered([ShowAgent(A, AgentState.READY), ShowAgent(A, AgentState.READY)])
    assert fold(records).last_wall == records[-1].wall
    assert Fold(fold(records)).recovered().last_wall == records[-1].wall


def test_an_agent_shown_again_is_in_his_state_since_the_first_time() -> None:
    rested = Availability(5.0, 0)
    state = fold(numbered([ShowAgent(A, AgentState.READY), ShowAgent(A, AgentState.READY, availability=rested)]))
    assert state.agents == {A: RecoveredAgent(A, AgentState.READY, "", since_wall=WALL, availability=rested)}


def test_what_was_lost_or_is_unknown_is_counted() -> None:
    records = [*numbered([RecordsLost(3), TimeReached(), RecordsLost(2)]), Record(4, "b", 0.0, 0.0, UnknownFact("X"))]
    state = fold(records)
    assert (state.counters.lost, state.counters.unknown, state.last_seq) == (5, 1, 4)


def test_a_state_handed_out_does_not_change_any_more() -> None:
    folded = Fold()
    for record in numbered([ARRIVED, CloseSegment(C, Q, Outcome.ANSWERED, 1.0)]):
        folded.apply(record)
    state = folded.recovered()
    folded.apply(Record(3, "b", 0.0, 0.0, CloseSegment(C, Q, Outcome.ANSWERED, 1.0)))
    folded.apply(Record(4, "b", 0.0, 0.0, CallEnded(C, 16)))
    assert state.counters.outcomes == {Outcome.ANSWERED: 1}
    assert list(state.calls) == [C]


@given(st.lists(ANY_FACT, max_size=40), st.integers(0, 40))
def test_a_checkpoint_stands_for_everything_before_it(facts: list[Fact], cut: int) -> None:
    records = numbered(facts)
    state = fold(records[:cut])
    checkpoint = Record(state.last_seq, "b1", WALL, 0.0, state.checkpoint())
    assert fold([checkpoint, *records[cut:]]) == fold(records)


@given(st.integers(0, 50), st.integers(0, 10**6))
def test_after_a_whole_day_everything_adds_up(calls: int, cut: int) -> None:
    records = numbered([said.fact for said in busy_day(calls, restarts=0)])
    at_some_time = fold(records[: cut % (len(records) + 1)])
    assert at_some_time.counters.arrived - at_some_time.counters.ended == len(at_some_time.calls)
    assert at_some_time.counters.waiting >= 0
    evening = fold(records)
    assert evening.calls == {}
    assert evening.counters.arrived == evening.counters.ended == calls
    assert evening.counters.waiting == 0


def test_a_checkpoint_is_a_copy() -> None:
    counters = Counters(outcomes={Outcome.ANSWERED: 1})
    folded = Fold()
    folded.apply(Record(1, "b", 0.0, 0.0, Checkpoint(counters=counters)))
    folded.apply(Record(2, "b", 0.0, 0.0, CloseSegment(C, Q, Outcome.ANSWERED, 1.0)))
    assert counters.outcomes == {Outcome.ANSWERED: 1}


def test_passed_on_to_the_menu_or_back_in_it_after_the_talk() -> None:
    talking = (ARRIVED, QUEUED, AgentAnswered(C, A))
    assert after(*talking, CallTransferred(C, A, TransferKind.BLIND)).phase is Phase.MENU
    assert after(*talking, CallTransferred(C, A, TransferKind.BLIND, Q)).phase is Phase.TALKING
    assert after(*talking, TalkEnded(C, A, TalkEndedBy.AGENT), EnterNode(C, NodeId("main"))).phase is Phase.MENU


def test_a_kept_place_is_remembered_by_wall_time() -> None:
    call = after(ARRIVED, CallQueued(C, Q, T, "138", entered_at=95.0, place_at=40.0))
    assert call.place_wall is not None
    assert call.entered_wall is not None
    assert call.entered_wall - call.place_wall == 55.0


def test_what_a_caller_waited_before_his_talk_is_remembered_and_that_he_was_passed_on() -> None:
    answered, noted = AgentAnswered(C, A), NoteCaller(C, T, place_at=30.0)
    plain_s = after(ARRIVED, QUEUED, answered).waited_s
    kept = after(ARRIVED, CallQueued(C, Q, T, "138", entered_at=95.0, place_at=40.0), answered)
    assert kept.waited_s == pytest.approx(plain_s + 55.0)
    assert after(ARRIVED, QUEUED, noted, answered).waited_s > kept.waited_s
    assert after(ARRIVED, QUEUED, answered, answered).waited_s == plain_s, "whoever takes over, he has waited before"
    assert after(ARRIVED, CallQueued(C, Q, T, "138", 95.0, transferred=True)).transferred
    assert not after(ARRIVED, CallQueued(C, Q, T, "138", 95.0, transferred=True), QUEUED).transferred


def test_call_backs_are_kept_until_they_are_made_or_given_up() -> None:
    asked = CallbackAsked(CallbackId("cb"), "138", Q, T, 40.0)
    shown = ShowCallback(asked.callback, Q, CallbackState.CALLING, 1)
    assert fold(numbered([asked, shown])).callbacks[asked.callback].tries == 1
    assert not fold(numbered([asked, shown, replace(shown, state=CallbackState.FAILED)])).callbacks
    assert not fold(numbered([shown])).callbacks


def test_a_caller_whose_agent_asks_a_colleague_is_held() -> None:
    talking = (ARRIVED, QUEUED, AgentAnswered(C, A))
    assert after(*talking, ConsultAsked(C, A, B)).held
    assert not after(*talking, ConsultAsked(C, A, B), ConsultEnded(C, B)).held
    assert not after(*talking, ConsultAsked(C, A, B), AgentAnswered(C, B)).held


def test_a_new_run_knows_no_caller_before_it_finds_him_and_no_missing_phone() -> None:
    known = fold(numbered([ARRIVED, QUEUED, AgentReachable(A, reachable=False), Booted()]))
    assert not known.calls[C].adopted
    assert known.agents[A].reachable
    assert fold(numbered([ARRIVED, QUEUED, Booted(), QUEUED])).calls[C].adopted


def test_a_caller_whose_ring_nobody_told_the_end_of_waits_again() -> None:
    rings = (ARRIVED, QUEUED, RingAgent(C, A, Q, 20.0, ""), ShowAgent(A, AgentState.RINGING, "", C))
    assert after(*rings).phase is Phase.RINGING
    given_up = after(*rings, ShowAgent(A, AgentState.READY))
    assert (given_up.phase, given_up.agent) == (Phase.QUEUED, None)
    talks = after(*rings, AgentAnswered(C, A), ShowAgent(A, AgentState.TALKING, "", C))
    assert talks.phase is Phase.TALKING
    elsewhere = after(*rings, RingAgent(C, B, Q, 20.0, ""), ShowAgent(A, AgentState.READY))
    assert (elsewhere.phase, elsewhere.agent) == (Phase.RINGING, B)
    gone = fold(numbered([*rings, CallEnded(C, 16), ShowAgent(A, AgentState.READY)]))
    assert not gone.calls


def test_how_a_caller_came_to_his_queue_and_by_which_record_is_kept() -> None:
    moved = replace(QUEUED, named=False, asked=Topic("complaint"), passed_on=True, place_at=40.0)
    call = after(ARRIVED, QUEUED, moved)
    assert (call.named, call.asked, call.passed_on, call.place_at, call.queued_seq) == (
        False,
        "complaint",
        True,
        40.0,
        3,
    )
    assert after(ARRIVED, QUEUED).place_at == QUEUED.entered_at


def test_whether_a_call_back_stands_in_line_is_kept() -> None:
    asked = CallbackAsked(CallbackId("cb"), "138", Q, T, 40.0)
    calling = ShowCallback(asked.callback, Q, CallbackState.CALLING, 1)
    assert fold(numbered([asked, calling])).callbacks[asked.callback].calling
    later = fold(numbered([asked, calling, replace(calling, state=CallbackState.WAITING, next_at=70.0)]))
    assert (later.callbacks[asked.callback].calling, later.callbacks[asked.callback].next_at) == (False, 70.0)
    widened = fold(numbered([asked, WidenCall(CallId(asked.callback), 2), calling]))
    assert widened.callbacks[asked.callback].level == 2
    assert not widened.calls, "he is not on the line"
    again = fold(numbered([asked, WidenCall(CallId(asked.callback), 2), Booted()]))
    assert again.callbacks[asked.callback].level is None, "the new run says it anew"
