from dataclasses import replace

import pytest

from acd.agent_state import (
    CANCEL_GRACE_S,
    EXTENSION_S,
    LATER,
    NO_SIGN,
    NOT_READY_TOO_LONG,
    PHONE_GONE,
    RING_GRACE_S,
    AgentMachine,
    Reply,
)
from acd.agent_table import TABLE, ImpossibleStep
from acd.limits import Limits
from telephony.commands import AgentState
from telephony.events import AgentWish, RingOutcome
from telephony.ids import CallId
from tests.acd.floor_play import agent, queue

CALL = CallId("c1")
LIMITS = Limits(not_ready_by_reason={"2": 7200.0, "3": 0.0})
MAX_TALK_S, MAX_HOLD_S, MAX_WRAP_UP_S = LIMITS.talk_s, LIMITS.hold_s, LIMITS.wrap_up_s
LOANS = queue(wrap_up_s=15.0, ring_s=20.0)


def ready(now: float = 0.0) -> AgentMachine:
    machine = AgentMachine(agent("8001"))
    machine.wish(AgentWish.SIGN_IN, now)
    return machine


def ringing(now: float = 0.0) -> AgentMachine:
    machine = ready(now)
    machine.reserve(CALL, LOANS, now)
    return machine


def talking(now: float = 0.0) -> AgentMachine:
    machine = ringing(now)
    machine.connect(CALL, LOANS, now)
    return machine


def wrapping_up(now: float = 0.0) -> AgentMachine:
    machine = talking(now)
    machine.end_talk(now)
    return machine


def test_every_state_has_its_row_and_every_state_that_must_end_its_deadline() -> None:
    assert set(TABLE) == set(AgentState)
    assert ringing(10.0).deadline == 10.0 + 20.0 + RING_GRACE_S
    assert talking(10.0).deadline == 10.0 + MAX_TALK_S
    assert wrapping_up(10.0).deadline == 25.0
    assert ready(10.0).deadline == 10.0 + LIMITS.ready_s


def test_a_call_from_ring_to_ready() -> None:
    machine = ringing(1.0)
    assert (machine.state, machine.call) == (AgentState.RINGING, CALL)
    machine.connect(CALL, LOANS, 5.0)
    assert (machine.state, machine.since) == (AgentState.TALKING, 5.0)
    machine.end_talk(65.0)
    assert (machine.state, machine.call) == (AgentState.WRAP_UP, None)
    machine.sweep(80.0)
    assert (machine.state, machine.reason, machine.idle_since) == (AgentState.READY, "wrap_up_over", 80.0)


def test_no_wrap_up_where_it_is_set_to_nothing() -> None:
    machine = talking()
    machine.queue = queue(wrap_up_s=0)
    machine.end_talk(9.0)
    assert machine.state is AgentState.READY


def test_the_agents_own_wrap_up_time_wins() -> None:
    machine = talking()
    machine.agent = replace(machine.agent, wrap_up_s=40.0)
    machine.end_talk(0.0)
    assert machine.deadline == 40.0


@pytest.mark.parametrize(
    ("wish", "state"), [(AgentWish.SIGN_OFF, AgentState.SIGNED_OFF), (AgentWish.NOT_READY, AgentState.NOT_READY)]
)
def test_a_wish_to_be_away_during_a_talk_takes_effect_after_it(wish: AgentWish, state: AgentState) -> None:
    machine = talking()
    assert machine.wish(wish, 5.0, "1") == Reply(granted=True, explanation="later")
    assert machine.state is AgentState.TALKING
    machine.end_talk(9.0)
    assert (machine.state, machine.reason, machine.pending) == (state, "1", None)


def test_saying_ready_during_a_talk_takes_the_wish_back() -> None:
    machine = talking()
    machine.wish(AgentWish.NOT_READY, 5.0, "1")
    assert machine.wish(AgentWish.READY, 6.0) == Reply(granted=True)
    machine.end_talk(9.0)
    assert machine.state is AgentState.WRAP_UP


def test_a_wish_during_a_ring_takes_effect_when_it_ends() -> None:
    machine = ringing()
    machine.wish(AgentWish.NOT_READY, 5.0, "2")
    machine.free(6.0)
    assert (machine.state, machine.reason) == (AgentState.NOT_READY, "2")


@pytest.mark.parametrize(
    ("machine", "wish", "explanation"),
    [
        (AgentMachine(agent("8001")), AgentWish.READY, "signed_off"),
        (AgentMachine(agent("8001")), AgentWish.NOT_READY, "signed_off"),
        (ready(), AgentWish.EXTEND_WRAP_UP, "ready"),
        (talking(), AgentWish.EXTEND_WRAP_UP, "talking"),
    ],
)
def test_refused_wishes_name_the_state(machine: AgentMachine, wish: AgentWish, explanation: str) -> None:
    assert machine.wish(wish, 1.0) == Reply(granted=False, explanation=explanation)


def test_saying_it_again_changes_nothing() -> None:
    machine = ready(1.0)
    machine.wish(AgentWish.READY, 5.0)
    machine.wish(AgentWish.SIGN_IN, 6.0)
    assert (machine.since, machine.idle_since) == (1.0, 1.0)


def test_another_reason_for_the_break_is_taken() -> None:
    machine = ready()
    machine.wish(AgentWish.NOT_READY, 1.0, "1")
    machine.wish(AgentWish.NOT_READY, 2.0, "2")
    assert (machine.reason, machine.since) == ("2", 2.0)
    assert machine.wish(AgentWish.SIGN_IN, 3.0) == Reply(granted=True)
    assert machine.state is AgentState.NOT_READY


def test_a_wrap_up_can_be_cut_short_and_extended_within_a_limit() -> None:
    machine = wrapping_up()
    assert machine.wish(AgentWish.EXTEND_WRAP_UP, 10.0).granted
    assert machine.deadline == 15.0 + EXTENSION_S
    while machine.wish(AgentWish.EXTEND_WRAP_UP, 10.0).granted:
        pass
    assert machine.deadline == MAX_WRAP_UP_S
    assert machine.wish(AgentWish.EXTEND_WRAP_UP, 10.0) == Reply(granted=False, explanation="wrap_up_limit")
    machine.wish(AgentWish.READY, 20.0)
    assert machine.state is AgentState.READY
    assert machine.deadline == 20.0 + LIMITS.ready_s


def test_a_ring_taken_back_costs_the_agent_nothing() -> None:
    machine = ready(1.0)
    machine.missed = 1
    machine.reserve(CALL, LOANS, 10.0)
    machine.take_back(12.0)
    assert machine.deadline == 12.0 + CANCEL_GRACE_S
    machine.free(13.0)
    assert (machine.state, machine.idle_since, machine.missed) == (AgentState.READY, 1.0, 1)


def test_missed_rings_in_a_row_end_in_a_break() -> None:
    machine = ready()
    for at in (10.0, 20.0):
        machine.reserve(CALL, LOANS, at)
        machine.miss(RingOutcome.NO_ANSWER, at + 5)
        assert (machine.state, machine.idle_since) == (AgentState.READY, at + 5)
    machine.reserve(CALL, LOANS, 30.0)
    machine.miss(RingOutcome.REJECTED, 31.0)
    assert (machine.state, machine.reason) == (AgentState.NOT_READY, "missed_rings")
    machine.wish(AgentWish.READY, 40.0)
    assert machine.missed == 0


def test_a_phone_that_is_busy_or_off_is_not_a_missed_ring_and_an_answer_ends_the_row() -> None:
    machine = ready()
    for outcome in (RingOutcome.BUSY, RingOutcome.UNREACHABLE, RingOutcome.NO_ANSWER):
        machine.reserve(CALL, LOANS, 1.0)
        machine.miss(outcome, 2.0)
    assert machine.missed == 1
    machine.reserve(CALL, LOANS, 3.0)
    machine.connect(CALL, LOANS, 4.0)
    assert machine.missed == 0


def test_the_sweeper_names_whom_it_released_and_why() -> None:
    machine = ringing(10.0)
    machine.sweep(50.0)
    assert machine.state is AgentState.READY
    assert machine.reason == "8001 released: ringing for 40 s and no end reported"
    machine = ringing(10.0)
    machine.wish(AgentWish.SIGN_OFF, 11.0)
    machine.sweep(50.0)
    assert machine.state is AgentState.SIGNED_OFF
    assert "released" in machine.reason


def test_a_long_talk_is_flagged_and_goes_on() -> None:
    machine = talking(0.0)
    machine.sweep(MAX_TALK_S)
    assert (machine.state, machine.call) == (AgentState.TALKING, CALL)
    assert "flagged" in machine.reason
    assert machine.deadline == 2 * MAX_TALK_S


def test_a_missing_pair_is_our_bug_and_is_named() -> None:
    with pytest.raises(ImpossibleStep, match="agent: no way from ready by wrap_up"):
        ready().end_talk(1.0)


@pytest.mark.parametrize(
    ("state", "call", "resumed", "deadline"),
    [
        (AgentState.READY, None, AgentState.READY, 7.0 + LIMITS.ready_s),
        (AgentState.NOT_READY, None, AgentState.NOT_READY, 7.0 + LIMITS.not_ready_s),
        (AgentState.SIGNED_OFF, None, AgentState.SIGNED_OFF, None),
        (AgentState.RINGING, CALL, AgentState.READY, 7.0 + LIMITS.ready_s),
        (AgentState.TALKING, CALL, AgentState.TALKING, 7.0 + MAX_TALK_S),
        (AgentState.TALKING, None, AgentState.READY, 7.0 + LIMITS.ready_s),
        (AgentState.ON_HOLD, CALL, AgentState.TALKING, 7.0 + MAX_TALK_S),
        (AgentState.WRAP_UP, None, AgentState.WRAP_UP, 22.0),
    ],
)
def test_after_a_restart(state: AgentState, call: CallId | None, resumed: AgentState, deadline: float | None) -> None:
    machine = AgentMachine(agent("8001"))
    machine.resume(state, "1", 7.0, call)
    assert (machine.state, machine.since, machine.deadline, machine.idle_since) == (resumed, 7.0, deadline, 7.0)
    assert machine.call == (CALL if resumed is AgentState.TALKING else None)


def test_a_caller_on_hold_is_still_the_agents_and_a_long_hold_is_flagged() -> None:
    machine = talking(0.0)
    machine.hold(5.0, on_hold=True)
    assert (machine.state, machine.call, machine.deadline) == (AgentState.ON_HOLD, CALL, 5.0 + MAX_HOLD_S)
    assert machine.wish(AgentWish.NOT_READY, 6.0, "1").explanation == LATER
    machine.sweep(5.0 + MAX_HOLD_S)
    assert (machine.state, machine.deadline) == (AgentState.ON_HOLD, 5.0 + 2 * MAX_HOLD_S)
    assert "on hold for 900 s" in machine.reason
    machine.hold(1000.0, on_hold=False)
    assert (machine.state, machine.deadline) == (AgentState.TALKING, 1000.0 + MAX_TALK_S)
    machine.hold(1001.0, on_hold=True)
    machine.end_talk(1002.0)
    assert machine.state is AgentState.NOT_READY, "the break he asked for"


def on_break(reason: str = "1", now: float = 0.0, limits: Limits = LIMITS) -> AgentMachine:
    machine = AgentMachine(agent("8001"), limits=limits)
    machine.wish(AgentWish.SIGN_IN, now)
    machine.wish(AgentWish.NOT_READY, now, reason)
    return machine


def test_a_break_is_late_after_its_reasons_limit_and_ends_hours_later() -> None:
    machine = on_break("1", 10.0)
    assert machine.deadline == 10.0 + LIMITS.not_ready_s
    machine.sweep(1810.0)
    assert (machine.state, machine.reason, machine.since, machine.late) == (AgentState.NOT_READY, "1", 10.0, True)
    assert machine.deadline == 10.0 + LIMITS.sign_off_s
    machine.sweep(10.0 + LIMITS.sign_off_s)
    assert (machine.state, machine.reason, machine.late) == (AgentState.SIGNED_OFF, NOT_READY_TOO_LONG, False)
    assert machine.deadline is None, "signed off lasts until somebody signs in"


@pytest.mark.parametrize(
    ("reason", "limits", "deadline"),
    [
        ("2", LIMITS, 7200.0),
        ("3", LIMITS, LIMITS.sign_off_s),
        ("1", Limits(not_ready_s=0.0), LIMITS.sign_off_s),
        ("1", Limits(sign_off_s=0.0), LIMITS.not_ready_s),
        ("1", Limits(not_ready_s=0.0, sign_off_s=0.0), None),
    ],
)
def test_a_break_may_last_as_long_as_the_roster_says(reason: str, limits: Limits, deadline: float | None) -> None:
    assert on_break(reason, 0.0, limits).deadline == deadline


def test_a_late_break_without_a_last_bound_goes_on() -> None:
    machine = on_break("1", 0.0, Limits(sign_off_s=0.0))
    machine.sweep(1800.0)
    assert (machine.state, machine.late, machine.deadline) == (AgentState.NOT_READY, True, None)


def test_another_break_is_another_stay_and_coming_back_ends_the_lateness() -> None:
    machine = on_break("1")
    machine.sweep(1800.0)
    machine.wish(AgentWish.NOT_READY, 1900.0, "2")
    assert (machine.late, machine.deadline) == (False, 1900.0 + 7200.0)
    machine.sweep(9100.0)
    machine.wish(AgentWish.READY, 9200.0)
    assert (machine.late, machine.deadline) == (False, 9200.0 + LIMITS.ready_s)


def test_a_break_of_before_a_restart_counts_from_its_beginning() -> None:
    machine = AgentMachine(agent("8001"))
    machine.resume(AgentState.NOT_READY, "1", -20_000.0)
    assert machine.deadline is not None
    assert machine.deadline < 0.0
    machine.sweep(1.0)
    assert (machine.state, machine.reason) == (AgentState.SIGNED_OFF, NOT_READY_TOO_LONG)


def test_ready_without_a_phone_ends_signed_off() -> None:
    machine = ready(10.0)
    machine.phone_seen(50.0, there=False)
    machine.phone_seen(80.0, there=False)
    assert machine.deadline == 50.0 + LIMITS.phone_gone_s, "told twice, gone once"
    machine.sweep(650.0)
    assert (machine.state, machine.reason) == (AgentState.SIGNED_OFF, PHONE_GONE)


def test_ready_without_any_sign_ends_signed_off() -> None:
    machine = ready(10.0)
    machine.use(Limits(ready_s=600.0), 11.0)
    assert machine.deadline == 610.0
    machine.wish(AgentWish.READY, 500.0)
    assert (machine.since, machine.deadline) == (10.0, 1100.0), "who says ready is there"
    machine.phone_seen(600.0, there=True)
    assert machine.deadline == 1100.0, "a phone that was there says nothing new"
    machine.phone_seen(800.0, there=False)
    machine.phone_seen(900.0, there=True)
    assert machine.deadline == 1500.0, "one that comes back does"
    machine.phone_seen(1400.0, there=False)
    machine.sweep(1500.0)
    assert (machine.state, machine.reason) == (AgentState.SIGNED_OFF, NO_SIGN)


def test_a_phone_that_comes_back_in_time_changes_nothing() -> None:
    machine = ready(10.0)
    machine.phone_seen(50.0, there=False)
    machine.phone_seen(60.0, there=True)
    assert (machine.state, machine.since, machine.deadline) == (AgentState.READY, 10.0, 60.0 + LIMITS.ready_s)


def test_whoever_says_ready_while_his_phone_is_gone_has_the_whole_time_to_find_it() -> None:
    machine = on_break("1")
    machine.phone_seen(10.0, there=False)
    assert machine.deadline == LIMITS.not_ready_s, "a break needs no phone"
    machine.wish(AgentWish.READY, 5000.0)
    assert machine.deadline == 5000.0 + LIMITS.phone_gone_s
    machine.use(Limits(phone_gone_s=0.0), 5001.0)
    assert machine.deadline == 5000.0 + LIMITS.ready_s


def test_new_limits_hold_for_the_break_that_is_going_on() -> None:
    machine = on_break("1")
    machine.sweep(1800.0)
    machine.use(Limits(not_ready_s=1000.0), 2000.0)
    assert machine.late
    machine.use(Limits(not_ready_s=0.0), 2000.0)
    assert not machine.late
    machine.use(Limits(not_ready_s=3600.0), 2000.0)
    assert (machine.late, machine.deadline) == (False, 3600.0)


def test_new_limits_leave_a_talks_next_deadline_alone() -> None:
    machine = talking(0.0)
    machine.use(Limits(talk_s=60.0), 10.0)
    assert machine.deadline == MAX_TALK_S
    machine.sweep(MAX_TALK_S)
    assert (machine.late, machine.deadline) == (True, MAX_TALK_S + 60.0)


def test_an_agent_with_no_bound_of_missed_rings_is_never_set_not_ready_for_them() -> None:
    machine = ready()
    machine.agent = replace(machine.agent, max_missed_rings=0)
    for _ in range(9):
        machine.reserve(CALL, LOANS, 0.0)
        machine.miss(RingOutcome.NO_ANSWER, 20.0)
    assert (machine.state, machine.missed) == (AgentState.READY, 9)
