"""Rows of prompts, their numbers and their ends."""

from ivr.speaker import SLACK_S, UNKNOWN_TEXT_S, Speaker, latest_only, longest_s
from telephony.commands import EnterNode, PlayPrompt
from telephony.events import TimeReached
from telephony.prompt import BargeIn, Prompt, Recording, Say
from tests.builders import CALL, STOP, at, ended, go_on, heard, insist, play, say


def test_prompts_follow_one_another_and_none_is_skipped_over() -> None:
    speaker = Speaker(CALL, first_prompt=7)
    assert speaker.say((None, say("一"), None, insist("二")), 0.0) == [play(7, "一")]
    assert (speaker.insists, speaker.will_insist) == (False, True)
    assert not speaker.is_over(ended(6), 0.0)
    assert speaker.is_over(ended(7), 0.0)
    assert speaker.after(ended(7), 1.0) == [play(8, insist("二"))]
    assert (speaker.insists, speaker.will_insist) == (True, False)
    assert speaker.after(ended(8), 1.0) == []
    assert speaker.next_prompt == 9
    assert not speaker.is_over(ended(8), 0.0)


def test_a_new_row_replaces_the_old_one_and_nothing_at_all_silences_it() -> None:
    speaker = Speaker(CALL)
    assert speaker.say((say("一"), say("二")), 0.0) == [play(1, "一")]
    assert speaker.say((say("三"),), 0.0) == [play(2, "三")]
    assert speaker.say((None,), 0.0) == [STOP]
    assert speaker.say((None,), 0.0) == []
    assert speaker.hush() == []


def test_an_end_nobody_reports_is_waited_for_generously_and_then_made_sure_of() -> None:
    speaker = Speaker(CALL)
    speaker.say((say("四个汉字"),), 100.0)
    assert speaker.deadline == 100.0 + longest_s(say("四个汉字"))
    assert not speaker.is_over(TimeReached(), 110.0)
    assert speaker.is_over(TimeReached(), 112.0)
    assert speaker.after(TimeReached(), 112.0) == [STOP]


def test_a_recording_may_be_long_if_nobody_wrote_down_what_it_says() -> None:
    assert longest_s(Prompt((Recording("a.wav"), Say("三个字")))) == SLACK_S + UNKNOWN_TEXT_S + 1.5
    assert longest_s(Prompt((Recording("a.wav", "三个字"),))) == SLACK_S + 1.5


def test_of_one_breath_only_the_last_word_is_spoken() -> None:
    first, second = PlayPrompt(CALL, 1, say("一")), PlayPrompt(CALL, 2, say("二"))
    assert latest_only([STOP, at("main"), first, at("loan"), second]) == [at("main"), at("loan"), second]
    assert latest_only([STOP, first, STOP]) == [STOP]
    assert latest_only([EnterNode(CALL, at("main").node)]) == [at("main")]


def test_after_a_pause_a_prompt_goes_on_under_a_new_number_and_the_rest_follows() -> None:
    speaker = Speaker(CALL)
    speaker.say((heard("一"), heard("二")), 0.0)
    assert (speaker.yields_to, speaker.is_paused) == (BargeIn.SPEECH, False)
    assert speaker.pause() == [STOP]
    assert (speaker.current, speaker.deadline, speaker.is_paused, speaker.yields_to) == (None, None, True, BargeIn.KEY)
    speaker.note_end(ended(1, completed=False))
    assert speaker.resume(5.0) == [go_on(2, heard("一"), after=1)]
    assert speaker.deadline == 5.0 + longest_s(heard("一"))
    assert speaker.pause() == [STOP]
    assert speaker.resume(6.0) == [go_on(3, heard("一"), after=2)]
    assert speaker.go_on(7.0) == [play(4, heard("二"))]


def test_a_prompt_that_ended_in_the_pause_is_over_and_a_new_word_ends_every_pause() -> None:
    speaker = Speaker(CALL)
    speaker.say((heard("一"), heard("二")), 0.0)
    speaker.pause()
    speaker.note_end(ended(9))
    assert speaker.is_paused
    speaker.note_end(ended(1))
    assert speaker.resume(1.0) == [play(2, heard("二"))]
    speaker.pause()
    assert speaker.say((heard("三"),), 2.0) == [play(3, heard("三"))]
    assert not speaker.is_paused
    speaker.pause()
    assert speaker.hush() == []
    assert speaker.resume(3.0) == []
