"""The wait in a queue, as scripts."""

import pytest

from ivr.callback_dialogue import CallbackDialogue
from ivr.speaker import longest_s
from ivr.waiting import Waiting
from ivr.waiting_state import (
    ANSWER_S,
    CANCEL_S,
    COMFORT_S,
    LONGEST_RING_S,
    LONGEST_WAIT_S,
    PLACE_GAP_S,
    RING_SLACK_S,
    SETTLE_S,
    WaitingState,
)
from telephony.commands import AskCallback, PlayMusic, PlayPrompt
from telephony.events import AgentRinging, CallResumed, Outcome, RingEnded, RingOutcome, TimeReached
from telephony.ids import NodeId, QueueId
from telephony.machine import MachineError
from telephony.prompt import Prompt, Say
from telephony.way_out import LeadsTo, WayOut
from tests.builders import (
    AGENT,
    ANSWERED,
    CALL,
    GONE,
    HANG_UP,
    KEY_DOWN,
    MENU,
    MUSIC,
    OFFER,
    OTHER_AGENT,
    PHRASES,
    RINGS,
    STOP,
    TAKEN_BACK,
    UNANSWERED,
    ended,
    key,
    leave,
    play,
    queue_up,
    refuse,
    ring,
    tell_place,
)
from tests.play import Ended, Playbook, Wait

ENTER = queue_up("general", "main")
BACK = CallResumed(CALL, NodeId("main"), QueueId("general"), entered_at=-40.0)


def wait(*, recorded: bool = False) -> Playbook:
    return Playbook(Waiting(MENU, CALL, recorded=recorded))


def offered() -> Playbook:
    return wait() >> ENTER << play(1, "正在转接人工") << OFFER


def on_music() -> Playbook:
    """A caller hearing music, after prompt 1."""
    return offered() >> Ended() << MUSIC


# ---- coming in -------------------------------------------------------------------------------------


def test_agents_may_have_the_call_at_once_where_nothing_is_recorded() -> None:
    script = on_music()
    assert script
    assert isinstance(script.machine, Waiting)
    assert script.machine.next_prompt == 2


def test_the_recording_notice_is_heard_before_any_agent_may_have_the_call() -> None:
    assert (
        wait(recorded=True)
        >> ENTER
        << play(1, "正在转接人工")
        >> ended(0)
        >> Ended()
        << play(2, PHRASES.recording_notice)
        >> KEY_DOWN
        >> key("1")
        >> tell_place(3)
        >> Ended()
        << OFFER
        << play(3, "您前面还有2位。")
        >> Ended()
        << MUSIC
    )


def test_a_notice_whose_end_nobody_reports_does_not_keep_agents_away() -> None:
    script = wait(recorded=True) >> ENTER << play(1, "正在转接人工") >> Wait(longest_s(PHRASES.to_agent))
    script = script << play(2, PHRASES.recording_notice) >> Wait(longest_s(PHRASES.recording_notice))
    assert script << STOP << OFFER << MUSIC


def test_whoever_was_told_already_hears_music_or_the_notice_at_once() -> None:
    for recorded in (False, True):
        waiting = Waiting(MENU, CALL, recorded=recorded, music="jazz")
        waiting.opening = ()
        script = Playbook(waiting) >> ENTER
        if recorded:
            assert script << play(1, PHRASES.recording_notice) >> Ended() << OFFER << PlayMusic(CALL, "jazz")
        else:
            assert script << OFFER << PlayMusic(CALL, "jazz")


def test_after_a_restart_nothing_is_heard_twice() -> None:
    assert wait() >> BACK << OFFER << MUSIC
    assert wait(recorded=True) >> BACK << OFFER << MUSIC


def test_a_notice_cut_off_by_a_restart_is_heard_after_it() -> None:
    unheard = CallResumed(CALL, NodeId("main"), QueueId("general"), notice_heard=False)
    assert wait(recorded=True) >> unheard << play(1, PHRASES.recording_notice) >> Ended() << OFFER << MUSIC
    assert wait() >> unheard << OFFER << MUSIC


def test_a_caller_who_was_away_hears_music_again_and_the_notice_only_if_it_was_cut_off() -> None:
    assert on_music() >> BACK << MUSIC
    assert on_music() >> RINGS >> BACK << MUSIC
    script = wait(recorded=True) >> ENTER << play(1, "正在转接人工") >> BACK << play(2, PHRASES.recording_notice)
    assert script >> Ended() << OFFER << MUSIC


# ---- places and comfort ----------------------------------------------------------------------------


def test_a_place_is_told_between_the_music_with_the_expected_wait() -> None:
    words = Prompt((Say("您前面还有3位。"), Say("预计2到5分钟。")))
    script = on_music() >> tell_place(4, (130.0, 290.0)) << play(2, words)
    assert script >> ended(1) >> Ended() << MUSIC


def test_places_are_not_told_more_often_than_sensible_and_the_newest_counts() -> None:
    assert (
        on_music()
        >> tell_place(4)
        << play(2, "您前面还有3位。")
        >> tell_place(3)
        >> Wait(2.0)
        >> Ended()
        << MUSIC
        >> Wait(3.0)
        >> tell_place(2)
        >> Wait(PLACE_GAP_S - 5.1)
        >> Wait(0.1)
        << play(3, "您前面还有1位。")
    )


def test_a_place_that_comes_during_the_first_phrase_follows_it() -> None:
    assert offered() >> tell_place(1) >> Ended() << play(2, "下一位就是您。") >> Ended() << MUSIC


def test_a_long_silence_is_broken_by_a_word_of_comfort_again_and_again() -> None:
    script = on_music() >> Wait(COMFORT_S - 0.1) >> Wait(0.1) << play(2, "请继续稍候") >> Ended() << MUSIC
    assert script >> Wait(COMFORT_S) << play(3, "请继续稍候")


def test_an_announcement_whose_end_nobody_reports_gives_way_to_music() -> None:
    assert (
        on_music()
        >> tell_place(1)
        << play(2, "下一位就是您。")
        >> Wait(longest_s(PHRASES.next_in_line))
        << STOP
        << MUSIC
    )


def test_too_early_a_wake_up_does_nothing() -> None:
    assert on_music() >> TimeReached() >> RINGS >> TimeReached() >> key("*") << leave() >> TimeReached()


# ---- rings -----------------------------------------------------------------------------------------


def test_while_an_agent_rings_nothing_is_said_and_afterwards_there_is_music_first() -> None:
    assert (
        on_music()
        >> RINGS
        >> tell_place(2)
        >> Wait(20)
        >> KEY_DOWN
        >> key("1")
        >> UNANSWERED
        << MUSIC
        >> Wait(SETTLE_S)
        << play(2, "您前面还有1位。")
    )


def test_the_next_ring_may_follow_at_once_and_is_not_talked_into() -> None:
    script = on_music() >> RINGS >> tell_place(2) >> UNANSWERED << MUSIC >> Wait(0.5) >> AgentRinging(CALL, OTHER_AGENT)
    assert script >> Wait(20)


def test_a_ring_ordered_silences_what_is_being_said() -> None:
    script = on_music() >> tell_place(2) << play(2, "您前面还有1位。") >> ring() << STOP >> ended(2, completed=False)
    assert script >> RINGS >> ANSWERED


def test_a_ring_heard_of_late_silences_what_might_wait_to_be_said() -> None:
    assert on_music() >> tell_place(2) << play(2, "您前面还有1位。") >> RINGS << STOP


def test_a_prompt_somebody_cut_is_not_followed_by_another_at_once() -> None:
    script = offered() >> tell_place(2) >> Ended(completed=False) << MUSIC >> Wait(SETTLE_S - 0.1) >> ring() >> RINGS
    assert script
    assert offered() >> tell_place(2) >> Ended(completed=False) << MUSIC >> Wait(SETTLE_S) << play(2, "您前面还有1位。")


def test_the_end_of_an_earlier_ring_does_not_end_this_one() -> None:
    script = on_music() >> RINGS >> ring(OTHER_AGENT) >> UNANSWERED >> AgentRinging(CALL, OTHER_AGENT)
    assert script >> RingEnded(CALL, OTHER_AGENT, RingOutcome.BUSY) << MUSIC


def test_a_ring_that_failed_before_it_was_heard_of_brings_the_music_back() -> None:
    assert on_music() >> RingEnded(CALL, AGENT, RingOutcome.UNREACHABLE) << MUSIC


def test_a_ring_whose_end_nobody_reports_does_not_last_for_ever() -> None:
    assert on_music() >> ring(timeout_s=20) >> RINGS >> Wait(20 + RING_SLACK_S - 0.1) >> Wait(0.1) << MUSIC
    assert on_music() >> RINGS >> Wait(LONGEST_RING_S) << MUSIC


def test_a_ring_of_an_earlier_stay_is_nothing_to_somebody_still_hearing_the_notice() -> None:
    script = wait(recorded=True) >> ENTER << play(1, "正在转接人工") >> ring() >> RINGS >> UNANSWERED >> Ended()
    assert script << play(2, PHRASES.recording_notice)
    assert offered() >> UNANSWERED >> Ended() << MUSIC


@pytest.mark.parametrize("script", [offered, on_music, lambda: on_music() >> RINGS])
def test_an_agent_who_answers_has_the_word(script) -> None:  # type: ignore[no-untyped-def]
    playbook = script() >> ANSWERED >> key("*") >> Wait(10_000) >> tell_place(1) >> RINGS >> GONE
    assert playbook
    assert playbook.machine.agent == AGENT


# ---- going out -------------------------------------------------------------------------------------


def test_the_exit_key_leads_out_at_once_and_no_other_does() -> None:
    assert on_music() >> KEY_DOWN >> key("0") >> key("#") >> KEY_DOWN >> key("*") << leave() >> Wait(1000)
    assert offered() >> key("*") << leave() << STOP >> GONE
    assert wait(recorded=True) >> ENTER << play(1, "正在转接人工") >> key("*") << leave() << STOP


def test_the_exit_key_during_a_ring_waits_for_the_ring_to_be_taken_back() -> None:
    script = (
        on_music()
        >> RINGS
        >> key("*")
        << leave()
        >> key("*")
        >> tell_place(1)
        >> RingEnded(CALL, OTHER_AGENT, RingOutcome.BUSY)
    )
    assert script
    assert script.machine.deadline == CANCEL_S
    assert script >> TAKEN_BACK
    assert script.machine.deadline is None


def test_a_ring_nobody_takes_back_does_not_hold_the_caller() -> None:
    script = on_music() >> RINGS >> key("*") << leave() >> Wait(CANCEL_S)
    assert script
    assert script.machine.deadline is None


def test_an_agent_quicker_than_the_exit_key_has_the_word() -> None:
    assert on_music() >> RINGS >> key("*") << leave() >> ANSWERED >> Wait(1000)


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Outcome.REJECTED_NO_AGENTS, "没有坐席"),
        (Outcome.REJECTED_FULL, "排队已满"),
        (Outcome.TIMED_OUT, "让您久等了"),
        (Outcome.REJECTED_CLOSED, "现在是休息时间"),
    ],
)
def test_whoever_is_refused_hears_why_and_is_let_go(outcome: Outcome, text: str) -> None:
    script = offered() >> refuse(outcome) << play(2, text) >> key("*") >> RINGS >> ended(1) >> Ended() << HANG_UP
    assert script >> Wait(1000) >> key("*") >> GONE


def test_last_words_end_even_if_nobody_reports_it() -> None:
    script = on_music() >> refuse(Outcome.TIMED_OUT) << play(2, "让您久等了")
    assert script >> Wait(longest_s(PHRASES.timed_out)) << HANG_UP


def test_a_refusal_during_a_ring_is_told_after_it() -> None:
    assert on_music() >> RINGS >> refuse(Outcome.TIMED_OUT) >> TAKEN_BACK << play(2, "让您久等了") >> Ended() << HANG_UP


def test_a_caller_the_distributor_forgot_is_let_go_in_the_end() -> None:
    script = offered() >> Ended() << MUSIC
    for number in range(2, 2 + int(LONGEST_WAIT_S / COMFORT_S) - 1):
        script = script >> Wait(COMFORT_S) << play(number, "请继续稍候") >> Ended() << MUSIC
    script = script >> Wait(COMFORT_S) << leave(Outcome.TIMED_OUT) << play(number + 1, "让您久等了") >> Ended()
    assert script << HANG_UP


def test_a_hang_up_ends_the_wait_whenever_it_comes() -> None:
    for script in (wait(), offered(), on_music(), on_music() >> RINGS):
        assert script >> GONE >> RINGS >> key("*") >> Wait(1000)
        assert script.machine.deadline is None


def test_a_wait_that_has_not_begun_knows_no_rings() -> None:
    with pytest.raises(MachineError, match="Waiting in state new does not know what to do with AgentRinging"):
        Waiting(MENU, CALL, recorded=False).handle(RINGS, 0.0)


# ---- call-back -----------------------------------------------------------------------------------

WILL_CALL = "将拨打幺三八零零幺三八零零零确认按1"


def with_callback(number: str | None = "13800138000") -> Playbook:
    waiting = Waiting(MENU, CALL, recorded=False)
    waiting.callback = number
    waiting.opening = ()
    return Playbook(waiting) >> ENTER << OFFER << MUSIC


def read_out(number: int) -> PlayPrompt:
    what = CallbackDialogue(MENU, "13800138000").question()
    assert what.text == WILL_CALL
    return play(number, what)


THANKS = PHRASES.callback_registered
REQUESTED = leave(Outcome.CALLBACK_REQUESTED)
AT_OWN_NUMBER = AskCallback(CALL, "13800138000")


def test_the_offer_follows_the_place() -> None:
    what = Prompt((*PHRASES.next_in_line.segments, *PHRASES.callback_offer.segments))
    assert with_callback() >> tell_place(1) << play(1, what)


def test_a_caller_asks_to_be_called_back_and_is_let_go() -> None:
    assert (
        with_callback()
        >> key("1")
        << read_out(1)
        >> key("1")
        << REQUESTED
        << AT_OWN_NUMBER
        << play(2, THANKS)
        >> Ended()
        << HANG_UP
    )


def test_keys_before_the_question_is_over_silence_it_and_silence_leads_back_to_the_music() -> None:
    script = with_callback() >> key("1") << read_out(1) >> KEY_DOWN >> key("7") << STOP >> Wait(ANSWER_S - 0.1)
    assert script >> TimeReached() >> ended(1) >> Wait(0.1) << MUSIC


def test_a_question_that_has_ended_leaves_time_to_answer() -> None:
    script = with_callback() >> key("1") << read_out(1) >> ended(9) >> TimeReached() >> Ended()
    assert script >> Wait(ANSWER_S - 1) >> key("*") << MUSIC


def test_where_it_is_not_offered_the_key_means_nothing() -> None:
    assert with_callback(None) >> key("1") >> tell_place(1) << play(1, PHRASES.next_in_line)


def test_an_agent_who_becomes_free_meanwhile_gets_the_caller() -> None:
    script = with_callback() >> key("1") << read_out(1) >> tell_place(2) >> UNANSWERED >> ring() << STOP
    assert script >> ANSWERED
    assert with_callback() >> key("1") << read_out(1) >> ANSWERED


def test_a_lost_connection_asks_again() -> None:
    assert with_callback() >> key("1") << read_out(1) >> CallResumed(CALL, NodeId("main")) << read_out(2) >> GONE


def test_whom_nobody_can_serve_is_offered_a_call_instead() -> None:
    script = with_callback() >> refuse(Outcome.REJECTED_NO_AGENTS) << play(1, PHRASES.callback_nobody)
    script >> KEY_DOWN >> key("5") >> Ended() >> key("1") << read_out(2) >> ring() >> key("1")
    assert script << AT_OWN_NUMBER << play(3, THANKS) >> Ended() << HANG_UP


def test_who_does_not_want_it_hears_why_he_is_let_go() -> None:
    script = with_callback() >> refuse(Outcome.REJECTED_FULL) << play(1, PHRASES.callback_nobody) >> Ended()
    assert script >> Wait(ANSWER_S) << play(2, PHRASES.queue_full) >> Ended() << HANG_UP
    script = with_callback() >> refuse(Outcome.REJECTED_FULL) << play(1, PHRASES.callback_nobody) >> key("1")
    assert script << read_out(2) >> key("*") << play(3, PHRASES.queue_full)


def test_refused_while_being_asked_the_number_counts_all_the_same() -> None:
    script = with_callback() >> key("1") << read_out(1) >> refuse(Outcome.REJECTED_NO_AGENTS) >> key("1")
    assert script << AT_OWN_NUMBER << play(2, THANKS)


def test_refused_while_a_phone_rings_the_offer_comes_after_it() -> None:
    script = with_callback() >> ring() >> refuse(Outcome.REJECTED_NO_AGENTS) >> TAKEN_BACK
    assert script << play(1, PHRASES.callback_nobody)


def test_rather_not_is_heard_at_once() -> None:
    assert with_callback() >> key("1") << read_out(1) >> key("*") << STOP << MUSIC
    script = with_callback() >> key("1") << read_out(1) >> key("2") << play(2, PHRASES.callback_number)
    assert script >> key("3") << STOP >> key("4")


# ---- another way out -------------------------------------------------------------------------------


def leaving(script: Playbook, way: WayOut, *, callback: str | None = None) -> Playbook:
    assert isinstance(script.machine, Waiting)
    script.machine.way_out, script.machine.callback = way, callback
    return script


def test_another_key_leads_back_to_the_menu_and_the_star_no_longer_does() -> None:
    script = leaving(on_music(), WayOut("9"))
    assert script >> key("*") >> key("9") << leave()
    assert isinstance(script.machine, Waiting)
    assert script.machine.state is WaitingState.LEFT


def test_a_key_that_says_goodbye() -> None:
    way = WayOut("#", LeadsTo.GOODBYE)
    script = leaving(on_music(), way) >> key("#") << leave() << play(2, PHRASES.goodbye)
    assert script >> key("#") >> Ended() << HANG_UP
    assert leaving(offered(), way) >> key("#") << leave() << play(2, PHRASES.goodbye)
    notice = wait(recorded=True) >> ENTER << play(1, "正在转接人工")
    assert leaving(notice, way) >> key("#") << leave() << play(2, PHRASES.goodbye)


def test_goodbye_while_a_phone_rings_waits_for_the_rings_end_and_offers_nothing_else() -> None:
    script = leaving(on_music() >> RINGS, WayOut("#", LeadsTo.GOODBYE), callback="13800138000")
    assert script >> key("#") << leave() >> TAKEN_BACK << play(2, PHRASES.goodbye) >> Ended() << HANG_UP


def test_no_key_at_all() -> None:
    assert leaving(on_music(), WayOut("*", LeadsTo.NOWHERE)) >> key("*") >> key("9")


def test_a_key_that_asks_to_be_called_back() -> None:
    way = WayOut("5", LeadsTo.CALLBACK)
    script = leaving(on_music(), way, callback="") >> key("5") << play(2, PHRASES.callback_number)
    assert script
    assert isinstance(script.machine, Waiting)
    assert script.machine.state is WaitingState.ASKING
    assert leaving(on_music() >> RINGS, way, callback="") >> key("5")
    assert leaving(on_music(), way, callback="") >> key("1") << play(2, PHRASES.callback_number)


def test_a_call_back_nobody_can_make_leads_to_the_menu_instead() -> None:
    assert leaving(on_music(), WayOut("5", LeadsTo.CALLBACK)) >> key("1") >> key("5") << leave()
