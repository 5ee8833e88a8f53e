"""Rows of prompts, their numbers and their ends."""

from ivr.speaker import SLACK_S, UNKNOWN_TEXT_S, Speaker, latest_only, longest_s
from telephony.commands import EnterNode, PlayPrompt
from telephony.events import TimeReached
from telephony.prompt import Prompt, Recording, Say
from tests.builders import CALL, STOP, at, ended, insist, play, say


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
