"""The board says what the hotline looks like, from facts and orders alone."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from acd.metrics import Metrics
from acd.shifts import Shift
from hotline.board import Board
from hotline.control.protocol import Reply, encode_reply
from hotline.snapshot import AgentView, QueueView
from telephony.commands import (
    AgentState,
    Availability,
    CallbackState,
    CloseSegment,
    ShowAgent,
    ShowCallback,
)
from telephony.events import (
    AgentReachable,
    CallEnded,
    CallTransferred,
    DigitPressed,
    Outcome,
    PhoneUse,
    TimeReached,
    TransferKind,
)
from telephony.ids import (
    CallbackId,
    CallId,
    Topic,
)
from tests.hotline.board_play import (
    BOOT,
    CALLER,
    LI,
    REPAYMENT,
    START,
    WANG,
    ZHANG,
    busy_board,
    connect,
    new_board,
    queue_call,
    sample_config,
)


def queue_view(board_queue: str, now: float = START + 100) -> QueueView:
    return next(queue for queue in busy_board().snapshot(now).queues if queue.id == board_queue)


def agent_view(number: str, now: float = START + 100) -> AgentView:
    return next(agent for agent in busy_board().snapshot(now).agents if agent.number == number)


def test_a_new_board_shows_the_roster_and_nobody_on_the_line() -> None:
    config = sample_config()
    seen = new_board().snapshot(START + 7)
    assert (seen.boot, seen.uptime_s, seen.config_version) == (BOOT, 7.0, config.version)
    assert [queue.id for queue in seen.queues] == list(config.roster.queues)
    assert [agent.number for agent in seen.agents] == list(config.roster.agents)
    assert {agent.state for agent in seen.agents} == {"signed_off"}
    assert seen.calls == ()
    assert (seen.admission_cap, seen.loop_lag_p99_ms, seen.link.round_trip_ms) == (None, None, None)
    assert not seen.link.connected
    assert seen.link.since_s == 7.0


def test_the_link_and_the_engines_own_figures() -> None:
    board = new_board()
    board.link_changed(connected=True, reconnects=0, now=START + 2)
    board.link_changed(connected=True, reconnects=0, now=START + 9)
    board.gauges(cap=320, round_trip_s=0.0015, loop_lag_p99_s=0.004)
    seen = board.snapshot(START + 10)
    assert (seen.link.connected, seen.link.since_s, seen.link.round_trip_ms) == (True, 8.0, 1.5)
    assert (seen.admission_cap, seen.loop_lag_p99_ms) == (320, 4.0)
    board.link_changed(connected=False, reconnects=0, now=START + 20)
    assert board.snapshot(START + 21).link.since_s == 1.0


def test_a_queues_figures_are_those_of_the_metrics() -> None:
    queue = queue_view("repayment")
    assert (queue.offered, queue.answered, queue.abandoned, queue.lost, queue.waiting) == (3, 2, 0, 1, 1)
    assert queue.longest_wait_s == 20.0
    assert queue.service_level == pytest.approx(2 / 3)
    assert queue.connect_ratio == pytest.approx(2 / 3)
    assert queue.asa_s == 8.0
    assert queue.talk_s == 27.0
    assert queue.service_level_s == sample_config().roster.queues[REPAYMENT].service_level_s


def test_a_queue_nobody_asked_for_has_no_ratios() -> None:
    queue = queue_view("account")
    assert (queue.offered, queue.waiting, queue.longest_wait_s) == (0, 0, 0.0)
    assert (queue.service_level, queue.answered_in_180, queue.asa_s) == (None, None, None)


def test_a_queue_counts_the_agents_who_can_serve_it() -> None:
    agents = sample_config().roster.agents
    able = [agent for agent in agents.values() if any(topic.split(".")[0] == "repayment" for topic in agent.skills)]
    queue = queue_view("repayment")
    assert set(queue.agents) == set(map(str, AgentState))
    assert sum(queue.agents.values()) == len(able)
    assert (queue.agents["talking"], queue.agents["not_ready"]) == (1, 1)


def test_who_does_not_meet_what_a_queue_demands_besides_can_not_serve_it() -> None:
    config = sample_config()
    one = replace(config.roster.queues[REPAYMENT], language="en", skills=((Topic("general"), 4),))
    speak = {number: replace(config.roster.agents[number], languages=("zh", "en")) for number in (LI, ZHANG)}
    roster = replace(config.roster, agents=config.roster.agents | speak, queues=config.roster.queues | {one.id: one})
    board = Board(config.menu, roster, boot=BOOT, started_at=START)
    [queue] = [queue for queue in board.snapshot(START).queues if queue.id == REPAYMENT]
    assert sum(queue.agents.values()) == 1, "of the two who speak English one knows enough besides"


def test_an_agents_state_reason_duration_and_phone() -> None:
    li = agent_view(LI)
    assert (li.state, li.since_s, li.reachable) == ("not_ready", 98.0, None)
    assert li.reason == sample_config().roster.not_ready_reasons["1"]
    zhang = agent_view(ZHANG)
    assert (zhang.state, zhang.call, zhang.since_s) == ("talking", "1763772471.2", 37.0)
    assert agent_view(WANG).reachable is False
    assert zhang.team == sample_config().roster.teams[sample_config().roster.agents[ZHANG].team]


def test_what_keeps_calls_from_a_ready_agent_is_seen() -> None:
    board = new_board()
    elsewhere = Availability(START, phone=PhoneUse.IN_USE)
    board.apply(ShowAgent(WANG, AgentState.READY, availability=elsewhere), START)
    assert board.snapshot(START).agents[0].phone == "in_use"
    board.apply(ShowAgent(WANG, AgentState.READY, availability=Availability(START)), START)
    assert board.snapshot(START).agents[0].phone == ""


def test_the_same_state_again_goes_on() -> None:
    board = new_board()
    board.apply(ShowAgent(WANG, AgentState.NOT_READY, "1"), START + 1)
    board.apply(ShowAgent(WANG, AgentState.NOT_READY, "1", late=True), START + 5)
    seen = next(agent for agent in board.snapshot(START + 10).agents if agent.number == WANG)
    assert (seen.since_s, seen.late) == (9.0, True)
    assert seen.reason == sample_config().roster.not_ready_reasons["1"]


def test_another_break_begins_anew_and_one_of_before_a_restart_goes_on() -> None:
    board = new_board()
    board.apply(ShowAgent(WANG, AgentState.NOT_READY, "1", since=START - 50), START + 1)
    seen = next(agent for agent in board.snapshot(START + 10).agents if agent.number == WANG)
    assert (seen.since_s, seen.late) == (60.0, False)
    board.apply(ShowAgent(WANG, AgentState.NOT_READY, "2"), START + 5)
    seen = next(agent for agent in board.snapshot(START + 10).agents if agent.number == WANG)
    assert seen.since_s == 5.0


def test_a_reload_keeps_states_and_forgets_who_left() -> None:
    board, config = busy_board(), sample_config()
    del config.roster.agents[LI]
    board.reload(config.menu, config.roster, "v2")
    seen = board.snapshot(START + 100)
    assert seen.config_version == "v2"
    states = {agent.number: agent.state for agent in seen.agents}
    assert LI not in states
    assert states[ZHANG] == "talking"


def test_a_fact_about_an_agent_who_left_harms_nothing() -> None:
    board, config = new_board(), sample_config()
    del config.roster.agents[LI]
    board.reload(config.menu, config.roster)
    board.apply(ShowAgent(LI, AgentState.SIGNED_OFF), START + 1)
    board.apply(AgentReachable(LI, reachable=True), START + 1)
    assert LI not in {agent.number for agent in board.snapshot(START + 2).agents}


def test_offered_is_always_outcomes_and_waiting_together() -> None:
    board = new_board()
    calls = [queue_call(board, f"1763772471.{number}", START + number) for number in range(1, 6)]
    connect(board, calls[0], ZHANG, START + 20, wait_s=10.0)
    board.apply(CloseSegment(calls[1], REPAYMENT, Outcome.ABANDONED_QUEUED, 12.0), START + 24)
    board.apply(CallEnded(calls[1], 16), START + 24)
    board.apply(CloseSegment(calls[2], REPAYMENT, Outcome.LEFT_BY_KEY, 15.0), START + 28)
    queue = next(queue for queue in board.snapshot(START + 30).queues if queue.id == REPAYMENT)
    assert (queue.offered, queue.answered, queue.abandoned, queue.waiting) == (5, 1, 1, 2)


def test_figures_reach_back_a_day() -> None:
    board = busy_board()
    seen = board.snapshot(START + 3 * 86_400)
    queue = next(queue for queue in seen.queues if queue.id == REPAYMENT)
    assert (queue.offered, queue.waiting) == (0, 0)
    assert queue.longest_wait_s > 86_400  # somebody who still waits is not forgotten
    assert seen.figures_window_s == 86_400.0


def test_what_changes_nothing_to_be_seen_changes_nothing() -> None:
    board = busy_board()
    before = board.snapshot(START + 100)
    board.apply(TimeReached(), START + 100)
    board.apply(DigitPressed(CallId("1763772471.4"), "1"), START + 100)
    assert board.snapshot(START + 100) == before


def test_nothing_of_the_caller_is_in_a_snapshot() -> None:
    text = encode_reply(Reply(1, busy_board().snapshot(START + 100))).decode()
    assert CALLER not in text
    assert "张三丰" not in text
    assert json.loads(text)["result"]["calls"][0]["caller"] == "139****5678"


def test_metrics_are_fed_every_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    fed: list[object] = []
    monkeypatch.setattr(Metrics, "apply", lambda _self, fact, _now: fed.append(fact))
    board = new_board()
    board.apply(TimeReached(), START)
    assert fed == [TimeReached()]


def test_a_call_of_before_a_restart_keeps_its_caller_and_its_age() -> None:
    board = new_board()
    board.call_recovered(CallId("1763772471.9"), dialled="95009", caller=CALLER, arrived_at=START - 60)
    (call,) = board.snapshot(START + 1).calls
    assert (call.caller, call.dialled, call.age_s) == ("139****5678", "95009", 61.0)
    assert board.snapshot(START + 1).counters.arrivals == 0


def test_transfers_and_call_backs_are_counted_by_queue() -> None:
    board = busy_board()
    second = CallId("1763772471.2")
    board.apply(CallTransferred(second, ZHANG, TransferKind.WARM, REPAYMENT, None, LI, REPAYMENT), START + 90)
    asked = ShowCallback(CallbackId("cb-1"), REPAYMENT, CallbackState.WAITING, 0)
    board.apply(asked, START + 90)
    view = next(queue for queue in board.snapshot(START + 100).queues if queue.id == REPAYMENT)
    assert (view.transferred_blind, view.transferred_warm, view.callbacks) == (0, 1, 1)
    board.apply(replace(asked, state=CallbackState.DONE), START + 95)
    assert sum(queue.callbacks for queue in board.snapshot(START + 100).queues) == 0


def test_what_shifts_say_of_agents_by_the_wall_clock() -> None:
    config = sample_config()
    agents = {number: replace(agent, shift="early") for number, agent in config.roster.agents.items()}
    roster = replace(config.roster, agents=agents, shifts={"early": Shift(8 * 60, 16 * 60)})
    board = Board(config.menu, roster, boot=BOOT, started_at=START)
    board.apply(ShowAgent(WANG, AgentState.READY), START)

    def duties() -> list[str]:
        return [agent.duty for agent in board.snapshot(START).agents[:2]]

    assert duties() == ["", ""], "nobody has told the time yet"
    board.local_on = datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert duties() == ["", "absent"]
    board.local_on = datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert duties() == ["outside", ""]
