"""A session: one command in flight, the latest wish wins, and every ring and talk ends in exactly one event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.asterisk.activity import STOP_RETRY_S, SYNC_RETRY_S, End, Output, Play, Ring
from hotline.asterisk.orders import (
    AgiEnded,
    AgiStarted,
    ChannelGone,
    CommandDone,
    CommandRefused,
    DialEnded,
    HangUpChannel,
    LegBridged,
    LegCreated,
    LegEnded,
    MarkDone,
    Resynchronise,
    RunAgi,
    StopPlayback,
)
from hotline.asterisk.session import Session
from telephony.events import (
    AgentAnswered,
    AgentRinging,
    CallEnded,
    PromptEnded,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
)
from telephony.ids import AgentNumber, CallId

CALL, CHANNEL, LEG = CallId("1.1"), "PJSIP/trunk-1", "PJSIP/8001-2"
AGENT = AgentNumber("8001")


def started() -> Session:
    session = Session(CALL, CHANNEL, "boot")
    assert session.handle(AgiStarted(CHANNEL), 0.0) == []
    return session


def command(outputs: Output) -> RunAgi:
    runs = [output for output in outputs if isinstance(output, RunAgi)]
    assert len(runs) == 1, outputs
    return runs[0]


def done(session: Session, run: RunAgi, now: float = 1.0) -> Output:
    return session.handle(CommandDone(run.command_id, failed=False), now)


def test_files_of_a_prompt_play_one_after_the_other_and_end_once() -> None:
    session = started()
    first = command(session.want(Play(7, ("a", "b")), 0.0))
    assert first.command == 'STREAM FILE "a" ""'
    second = command(done(session, first))
    assert second.command == 'STREAM FILE "b" ""'
    assert done(session, second) == [PromptEnded(CALL, 7, completed=True)]


def test_a_prompt_without_files_ends_at_once() -> None:
    session = started()
    assert session.want(Play(1, ()), 0.0) == [PromptEnded(CALL, 1, completed=True)]


def test_a_new_prompt_stops_the_old_and_waits_for_its_end() -> None:
    session = started()
    old = command(session.want(Play(1, ("a", "b")), 0.0))
    assert session.want(Play(2, ("c",)), 0.5) == [StopPlayback(CHANNEL)]
    outputs = done(session, old)
    assert outputs[0] == PromptEnded(CALL, 1, completed=False)
    assert command(outputs).command == 'STREAM FILE "c" ""'


def test_a_stop_that_was_lost_is_asked_again() -> None:
    session = started()
    run = command(session.want(Play(1, ("a",)), 0.0))
    assert session.stop(0.1) == [StopPlayback(CHANNEL)]
    assert session.stop(0.1) == []
    assert session.deadline is not None
    assert session.time_reached(session.deadline) == [StopPlayback(CHANNEL)]
    assert done(session, run) == [PromptEnded(CALL, 1, completed=False)]
    assert session.deadline is None
    assert session.time_reached(9.0) == []


def cut(session: Session, run: RunAgi, at: int) -> Output:
    return session.handle(CommandDone(run.command_id, failed=False, cut_at=at), 1.0)


def test_a_prompt_is_cut_by_the_stop_that_was_meant_for_it() -> None:
    session = started()
    run = command(session.want(Play(1, ("a", "b")), 0.0))
    assert session.stop(0.1) == [StopPlayback(CHANNEL)]
    assert cut(session, run, 800) == [PromptEnded(CALL, 1, completed=False)]


@pytest.mark.parametrize(("at", "place"), [(160, ""), (7999, ""), (8000, " 8000"), (24_000, " 24000")])
def test_a_late_stop_of_the_prompt_before_does_not_take_the_next_from_the_caller(at: int, place: str) -> None:
    session = started()
    old = command(session.want(Play(1, ("a",)), 0.0))
    session.want(Play(2, ("b", "c")), 0.1)
    new = command(cut(session, old, 4000))
    again = command(cut(session, new, at))
    assert again.command == 'STREAM FILE "b" ""' + place
    assert again.command_id != new.command_id
    assert command(done(session, again)).command == 'STREAM FILE "c" ""'


def test_a_cut_of_a_command_no_longer_in_flight_means_nothing() -> None:
    session = started()
    run = command(session.want(Play(1, ("a",)), 0.0))
    done(session, run)
    assert cut(session, run, 160) == []


def test_stopping_a_prompt_that_has_not_begun_drops_it() -> None:
    session = Session(CALL, CHANNEL, "boot")
    session.present = False
    assert session.want(Play(1, ("a",)), 0.0) == []
    assert session.stop(0.0) == [PromptEnded(CALL, 1, completed=False)]
    assert session.stop(0.0) == []


def test_music_pauses_for_a_prompt_and_comes_back_once() -> None:
    session = started()
    music = command(session.music("default", 0.0))
    assert music.command == "SET MUSIC ON default"
    assert done(session, music) == []
    prompt = command(session.want(Play(1, ("a",)), 1.0))
    outputs = done(session, prompt)
    again = command(outputs)
    assert again.command == "SET MUSIC ON default"
    assert done(session, again) == []
    session.quiet()
    prompt = command(session.want(Play(2, ("b",)), 2.0))
    assert done(session, prompt) == [PromptEnded(CALL, 2, completed=True)]


def ring(session: Session, announcement: str = "") -> RunAgi:
    return command(session.want(Ring(AGENT, 20.0, announcement), 0.0))


def test_a_ring_that_is_answered_becomes_a_talk_the_agent_ends() -> None:
    session = started()
    run = ring(session, "/p/8001")
    assert run.command == 'EXEC Dial "PJSIP/8001,20,gmA(:/p/8001)"'
    assert session.handle(LegCreated(LEG, AGENT), 0.1) == [AgentRinging(CALL, AGENT)]
    assert session.leg == LEG
    assert session.handle(DialEnded("ANSWER"), 3.0) == []
    assert session.handle(LegBridged(LEG), 5.0) == [AgentAnswered(CALL, AGENT)]
    assert session.handle(LegBridged(LEG), 5.0) == []
    assert session.handle(LegEnded(LEG, 16), 9.0) == []
    assert done(session, run) == [TalkEnded(CALL, AGENT, TalkEndedBy.AGENT)]
    assert session.leg is None


@pytest.mark.parametrize(
    ("status", "cause", "outcome"),
    [
        ("NOANSWER", 0, RingOutcome.NO_ANSWER),
        ("BUSY", 17, RingOutcome.BUSY),
        ("NOANSWER", 17, RingOutcome.BUSY),
        ("CHANUNAVAIL", 21, RingOutcome.REJECTED),
        ("CONGESTION", 34, RingOutcome.UNREACHABLE),
        ("CHANUNAVAIL", 20, RingOutcome.UNREACHABLE),
    ],
)
def test_a_ring_without_answer_is_classified_by_the_legs_cause(status: str, cause: int, outcome: RingOutcome) -> None:
    session = started()
    run = ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    session.handle(LegEnded(LEG, cause), 0.2)
    session.handle(LegEnded("PJSIP/9-9", 17), 0.2)
    session.handle(DialEnded(status), 0.2)
    assert done(session, run) == [RingEnded(CALL, AGENT, outcome)]


def test_a_phone_that_is_not_registered_never_gets_a_leg() -> None:
    session = started()
    assert done(session, ring(session)) == [RingEnded(CALL, AGENT, RingOutcome.UNREACHABLE)]


def test_taking_a_ring_back() -> None:
    session = started()
    run = ring(session)
    assert session.cancel_ring() == []  # no leg yet: remembered
    assert session.handle(LegCreated(LEG, AGENT), 0.1) == [HangUpChannel(LEG)]
    assert done(session, run) == [RingEnded(CALL, AGENT, RingOutcome.CANCELLED)]
    assert session.cancel_ring() == []


def test_taking_back_a_ring_that_still_waits_for_a_prompt() -> None:
    session = started()
    session.want(Play(1, ("a",)), 0.0)
    session.want(Ring(AGENT, 20.0), 0.1)
    assert session.cancel_ring() == [RingEnded(CALL, AGENT, RingOutcome.CANCELLED)]


def test_a_talk_cannot_be_taken_back() -> None:
    session = started()
    ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    session.handle(LegBridged(LEG), 1.0)
    assert session.cancel_ring() == []


def test_a_ring_asterisk_never_ends_is_ended_by_us() -> None:
    session = started()
    ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    assert session.deadline is not None
    assert session.time_reached(session.deadline) == [HangUpChannel(LEG)]


def test_the_caller_hangs_up_while_the_agent_rings() -> None:
    session = started()
    ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    assert session.handle(AgiEnded(), 1.0) == []
    assert session.handle(ChannelGone(16), 1.0) == [HangUpChannel(LEG), CallEnded(CALL, 16)]
    assert session.handle(ChannelGone(16), 1.0) == []
    assert session.want(Play(1, ("a",)), 2.0) == []


@pytest.mark.parametrize("status", ["CANCEL", "ANSWER"])
def test_a_caller_who_hangs_up_while_it_rings_is_told_before_the_ring_could_count_as_missed(status: str) -> None:
    """As TELEPHONY has it: DialEnd CANCEL (ANSWER during the announcement), EXEC -1, AsyncAGIEnd, Hangup."""
    session = started()
    run = ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    session.handle(DialEnded(status), 1.0)
    assert session.handle(CommandDone(run.command_id, failed=True), 1.0) == []
    assert session.handle(AgiEnded(), 1.0) == []
    assert session.handle(ChannelGone(16), 1.0) == [HangUpChannel(LEG), CallEnded(CALL, 16)]


def test_a_ring_that_failed_without_a_hang_up_ends_after_all() -> None:
    session = started()
    run = ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    session.handle(DialEnded("CANCEL"), 1.0)
    assert session.handle(CommandDone(run.command_id, failed=True), 1.0) == []
    assert session.deadline is not None
    assert session.time_reached(session.deadline) == [RingEnded(CALL, AGENT, RingOutcome.CANCELLED)]


def test_the_caller_ends_the_talk() -> None:
    session = started()
    ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    session.handle(LegBridged(LEG), 1.0)
    session.handle(AgiEnded(), 2.0)
    assert session.handle(ChannelGone(16), 2.0) == [
        TalkEnded(CALL, AGENT, TalkEndedBy.CALLER),
        CallEnded(CALL, 16),
    ]


def test_hanging_up_tells_the_dialplan_first() -> None:
    assert started().want(End(), 0.0) == [MarkDone(CHANNEL), HangUpChannel(CHANNEL)]


def test_moved_to_the_emergency_branch_and_back() -> None:
    session = started()
    session.want(Play(1, ("a",)), 0.0)
    assert session.handle(AgiEnded(), 1.0) == []
    assert not session.present
    assert session.want(Play(2, ("b",)), 1.0) == []
    assert command(session.handle(AgiStarted(CHANNEL), 9.0)).command == 'STREAM FILE "b" ""'


def test_a_ring_cut_by_the_emergency_branch_ends_when_the_caller_is_back() -> None:
    session = started()
    ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    session.handle(AgiEnded(), 1.0)
    assert session.handle(AgiStarted(CHANNEL), 9.0) == [RingEnded(CALL, AGENT, RingOutcome.NO_ANSWER)]


def test_a_prompt_cut_by_a_hang_up_has_not_ended() -> None:
    session = started()
    run = command(session.want(Play(1, ("a",)), 0.0))
    assert session.handle(CommandDone(run.command_id, failed=True), 1.0) == []
    assert session.handle(AgiEnded(), 1.0) == []
    assert session.handle(ChannelGone(16), 1.0) == [CallEnded(CALL, 16)]


def test_a_prompt_that_failed_without_a_hang_up_ends_after_all() -> None:
    session = started()
    run = command(session.want(Play(1, ("a",)), 0.0))
    session.handle(CommandDone(run.command_id, failed=True), 1.0)
    assert session.deadline is not None
    assert session.time_reached(session.deadline) == [PromptEnded(CALL, 1, completed=False)]


def test_a_refused_command_counts_as_ended() -> None:
    session = started()
    run = command(session.want(Play(1, ("a",)), 0.0))
    assert session.handle(CommandRefused("other"), 0.1) == []
    assert session.handle(CommandRefused(run.command_id), 0.1) == [PromptEnded(CALL, 1, completed=False)]


def test_after_a_lost_link_a_probe_finds_out_and_the_wish_is_kept() -> None:
    session = started()
    session.want(Play(1, ("a",)), 0.0)
    outputs = session.handle(Resynchronise(CHANNEL), 5.0)
    probe = command(outputs)
    assert (outputs, probe.command) == ([probe], "NOOP")
    assert session.want(Play(2, ("b",)), 5.1) == [StopPlayback(CHANNEL)]
    assert session.time_reached(5.1 + STOP_RETRY_S) == [StopPlayback(CHANNEL)]
    ended, run = done(session, probe)
    assert ended == PromptEnded(CALL, 1, completed=False)
    assert isinstance(run, RunAgi)
    assert run.command == 'STREAM FILE "b" ""'


def test_a_prompt_goes_on_through_a_short_loss_and_even_a_second_one() -> None:
    session = started()
    run = command(session.want(Play(1, ("a", "b")), 0.0))
    session.handle(Resynchronise(CHANNEL), 5.0)
    probe = command(session.handle(Resynchronise(CHANNEL), 5.5))
    assert session.deadline == 5.5 + SYNC_RETRY_S
    assert session.time_reached(6.5) == []  # it may be long
    assert done(session, run) == []  # the file is over; the probe waited behind it
    second = command(done(session, probe))
    assert second.command == 'STREAM FILE "b" ""'
    assert done(session, second) == [PromptEnded(CALL, 1, completed=True)]


def test_a_prompt_whose_end_was_missed_counts_as_cut() -> None:
    session = started()
    session.want(Play(1, ("a", "b")), 0.0)
    probe = command(session.handle(Resynchronise(CHANNEL), 5.0))
    assert done(session, probe) == [PromptEnded(CALL, 1, completed=False)]


def test_a_key_stops_a_prompt_that_went_on_through_a_loss() -> None:
    session = started()
    run = command(session.want(Play(1, ("a", "b")), 0.0))
    probe = command(session.handle(Resynchronise(CHANNEL), 5.0))
    assert session.stop(5.2) == [StopPlayback(CHANNEL)]
    assert session.stop(5.3) == []
    assert done(session, run) == []
    assert done(session, probe) == [PromptEnded(CALL, 1, completed=False)]


def test_a_caller_who_hangs_up_during_a_prompt_after_a_loss_did_not_hear_it_out() -> None:
    session = started()
    session.want(Play(1, ("a",)), 0.0)
    probe = command(session.handle(Resynchronise(CHANNEL), 5.0))
    assert session.handle(CommandDone(probe.command_id, failed=True), 6.0) == []
    assert session.handle(ChannelGone(16), 6.1) == [CallEnded(CALL, 16)]


def test_a_hang_up_lost_with_the_link_is_ordered_again() -> None:
    session = started()
    orders = session.want(End(), 0.0)
    assert session.handle(Resynchronise(CHANNEL), 5.0) == orders
    assert session.handle(AgiStarted(CHANNEL), 6.0) == orders
    assert session.handle(ChannelGone(16), 6.1) == [CallEnded(CALL, 16)]


def test_a_command_nobody_knows_about_is_probed_once() -> None:
    session = started()
    run = command(session.want(Play(1, ("a",)), 0.0))
    assert session.probe("another", 5.0) == []
    probe = command(session.probe(run.command_id, 5.0))
    assert probe.command == "NOOP"
    assert session.probe(run.command_id, 5.0) == []
    assert done(session, probe) == [PromptEnded(CALL, 1, completed=False)]


def test_a_ring_nobody_knows_about_is_left_alone_while_the_phone_rings() -> None:
    session = started()
    run = ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    assert session.probe(run.command_id, 5.0) == []


def test_a_new_controller_finds_a_talk_and_hears_of_its_end() -> None:
    session = Session(CALL, CHANNEL, "boot2")
    found = Resynchronise(CHANNEL, LEG, AGENT, bridged=True)
    assert session.handle(found, 0.0) == [AgentAnswered(CALL, AGENT)]
    assert session.handle(found, 0.5) == []
    assert session.handle(CommandDone("boot1-1.1-4-play", failed=False), 1.0) == []
    assert session.handle(CommandDone("boot1-1.1-5-dial", failed=False), 9.0) == [
        TalkEnded(CALL, AGENT, TalkEndedBy.AGENT)
    ]


def test_a_new_controller_ends_a_ring_its_predecessor_began() -> None:
    session = Session(CALL, CHANNEL, "boot2")
    probe = command(session.handle(Resynchronise(CHANNEL, LEG, AGENT), 0.0))
    assert session.time_reached(1.0) == [StopPlayback(CHANNEL), HangUpChannel(LEG)]
    assert session.handle(CommandDone("boot1-1.1-5-dial", failed=False), 1.1) == [
        RingEnded(CALL, AGENT, RingOutcome.NO_ANSWER)
    ]
    assert done(session, probe) == []


def test_a_ring_that_went_on_through_a_short_loss_is_left_alone() -> None:
    session = started()
    run = ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    assert session.handle(Resynchronise(CHANNEL, LEG, AGENT), 2.0) == []
    session.handle(LegBridged(LEG), 3.0)
    assert done(session, run) == [TalkEnded(CALL, AGENT, TalkEndedBy.AGENT)]


def test_an_answer_during_the_loss_is_told_afterwards() -> None:
    session = started()
    ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    assert session.handle(Resynchronise(CHANNEL, LEG, AGENT, bridged=True), 2.0) == [AgentAnswered(CALL, AGENT)]


def test_a_talk_that_ended_during_the_loss_ends_after_the_probe() -> None:
    session = started()
    ring(session)
    session.handle(LegCreated(LEG, AGENT), 0.1)
    session.handle(LegBridged(LEG), 1.0)
    probe = command(session.handle(Resynchronise(CHANNEL), 5.0))
    assert done(session, probe) == [TalkEnded(CALL, AGENT, TalkEndedBy.UNKNOWN)]


FACTS = st.sampled_from(
    [
        AgiStarted(CHANNEL),
        AgiEnded(),
        LegCreated(LEG, AGENT),
        LegEnded(LEG, 16),
        DialEnded("ANSWER"),
        LegBridged(LEG),
        Resynchronise(CHANNEL),
        Resynchronise(CHANNEL, LEG, AGENT),
        Resynchronise(CHANNEL, LEG, AGENT, bridged=True),
        "done",
        "cut",
        "refused",
        Play(1, ("a", "b")),
        Ring(AGENT, 20.0),
        "music",
        "stop",
        "cancel",
        "time",
    ]
)


@given(st.lists(FACTS, max_size=40))
def test_never_two_commands_in_flight_and_every_ring_ends_once(steps: list[object]) -> None:
    session = started()
    flight: list[RunAgi] = []
    open_rings = 0
    for step, what in enumerate([*steps, ChannelGone(16)]):
        now = float(step)
        outputs = _apply(session, what, flight, now)
        if what in {"done", "cut", "refused"} or isinstance(what, AgiEnded | AgiStarted | Resynchronise | ChannelGone):
            flight.clear()
        for output in outputs:
            if isinstance(output, RunAgi):
                flight.append(output)
                open_rings += output.command_id.endswith("dial")
                assert len(flight) == 1
    assert not session.busy


def _apply(session: Session, what: object, flight: list[RunAgi], now: float) -> Output:
    match what:
        case "done" | "cut" | "refused" if not flight:
            return []
        case "done":
            return session.handle(CommandDone(flight[0].command_id, failed=False), now)
        case "cut":
            return session.handle(CommandDone(flight[0].command_id, failed=False, cut_at=160), now)
        case "refused":
            return session.handle(CommandRefused(flight[0].command_id), now)
        case "music":
            return session.music("default", now)
        case "stop":
            return session.stop(now)
        case "cancel":
            return session.cancel_ring()
        case "time":
            return session.time_reached(now)
        case Play() | Ring():
            return session.want(what, now)
        case _:
            return session.handle(what, now)  # type: ignore[arg-type]


# ---- prompts that go on --------------------------------------------------------------------------


def paused(session: Session, files: tuple[str, ...] = ("a", "b"), *, at: int = 12_000) -> None:
    run = command(session.want(Play(1, files), 0.0))
    session.stop(0.5)
    assert cut(session, run, at) == [PromptEnded(CALL, 1, completed=False)]


def test_a_prompt_goes_on_a_little_before_where_it_was_stopped_and_then_with_the_rest() -> None:
    session = started()
    paused(session)
    again = command(session.want(Play(2, ("a", "b"), resumes=1), 2.0))
    assert again.command == 'STREAM FILE "a" "" 9600'
    rest = command(done(session, again))
    assert rest.command == 'STREAM FILE "b" ""'
    assert done(session, rest) == [PromptEnded(CALL, 2, completed=True)]


def test_a_prompt_stopped_again_goes_on_from_there_and_never_further_back_than_it_began() -> None:
    session = started()
    paused(session)
    again = command(session.want(Play(2, ("a", "b"), resumes=1), 2.0))
    session.stop(2.1)
    cut(session, again, 9_700)
    assert command(session.want(Play(3, ("a", "b"), resumes=2), 3.0)).command == 'STREAM FILE "a" "" 9600'


def test_a_prompt_stopped_at_the_very_beginning_begins_anew() -> None:
    session = started()
    paused(session, at=900)
    assert command(session.want(Play(2, ("a", "b"), resumes=1), 2.0)).command == 'STREAM FILE "a" ""'


def test_a_prompt_whose_file_ended_before_the_stop_goes_on_with_the_next() -> None:
    session = started()
    run = command(session.want(Play(1, ("a", "b")), 0.0))
    session.stop(0.5)
    assert done(session, run) == [PromptEnded(CALL, 1, completed=False)]
    assert command(session.want(Play(2, ("a", "b"), resumes=1), 2.0)).command == 'STREAM FILE "b" ""'
    other = started()
    run = command(other.want(Play(1, ("a",)), 0.0))
    other.stop(0.5)
    done(other, run)
    assert other.want(Play(2, ("a",), resumes=1), 2.0) == [PromptEnded(CALL, 2, completed=True)]


def test_a_resumption_dropped_before_it_began_is_not_lost() -> None:
    session = started()
    paused(session)
    session.present = False
    assert session.want(Play(2, ("a", "b"), resumes=1), 2.0) == []
    assert session.stop(2.1) == [PromptEnded(CALL, 2, completed=False)]
    session.present = True
    assert command(session.want(Play(3, ("a", "b"), resumes=2), 3.0)).command == 'STREAM FILE "a" "" 9600'


def test_the_end_of_the_stop_may_come_after_the_order_to_go_on() -> None:
    session = started()
    run = command(session.want(Play(1, ("a",)), 0.0))
    session.stop(0.5)
    session.want(Play(2, ("a",), resumes=1), 0.6)
    outputs = cut(session, run, 12_000)
    assert outputs[0] == PromptEnded(CALL, 1, completed=False)
    assert command(outputs).command == 'STREAM FILE "a" "" 9600'


def test_a_prompt_that_was_not_stopped_last_begins_anew() -> None:
    session = started()
    paused(session)
    assert command(session.want(Play(3, ("x",), resumes=7), 2.0)).command == 'STREAM FILE "x" ""'


def test_a_stray_stop_after_a_resumption_goes_on_from_there() -> None:
    session = started()
    paused(session)
    again = command(session.want(Play(2, ("a", "b"), resumes=1), 2.0))
    assert command(cut(session, again, 9_700)).command == 'STREAM FILE "a" "" 9600'


def test_a_talk_we_put_together_ends_when_the_caller_comes_back() -> None:
    session = started()
    session.joined("PJSIP/8001-7", AgentNumber("8001"))
    assert session.leg == "PJSIP/8001-7"
    assert session.want(Play(1, ("x",)), 1.0) == []
    session.handle(LegEnded("PJSIP/8001-7", 16), 2.0)
    told = session.handle(AgiStarted("PJSIP/trunk-1"), 3.0)
    assert TalkEnded(CALL, AgentNumber("8001"), TalkEndedBy.AGENT) in told


def test_a_talk_let_go_has_no_end() -> None:
    session = started()
    session.joined("PJSIP/8001-7", AgentNumber("8001"))
    session.let_talk_go()
    assert session.handle(AgiStarted("PJSIP/trunk-1"), 3.0) == []
