from math import ceil, inf
from random import Random

import pytest

from asr.endpointing import (
    MOST_DRAFTS,
    Ending,
    Endpointer,
    FinalRead,
    Frame,
    Hearing,
    Onset,
    Partial,
    Patience,
    SpeechBegan,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    Stop,
    Told,
)
from asr.recognizer import Reading
from telephony.events import TimeReached
from tests.asr.sounds import FRAME_S, frames

PATIENCE = Patience()
CLEAR = Reading("early", 1.0, is_clear=True)
GROWS = Reading("repayment", 1.0, is_clear=True, may_grow=True)
LIKELY = Reading("early", 0.7)
OPEN = Reading("", is_left_open=True)
NOTHING = Reading("")
BEGINNING = Reading("", may_grow=True)


class Play:
    """Sound, at its own pace."""

    def __init__(self) -> None:
        self.machine = Endpointer()
        self.now = 0.0
        self.told: list[Told] = []

    def hear(self, seconds: float, level_db: float) -> "Play":
        for _ in range(frames(seconds)):
            self.now += FRAME_S
            self.told += self.machine.handle(Frame(level_db), self.now)
        return self

    def voice(self, seconds: float = 0.5) -> "Play":
        return self.hear(seconds, -20.0)

    def hush(self, seconds: float = 3.0) -> "Play":
        return self.hear(seconds, -70.0)

    def give(self, event: object) -> "Play":
        self.told += self.machine.handle(event, self.now)
        return self

    @property
    def ended(self) -> tuple[Ending, float]:
        """Why, and when the voice fell silent."""
        last = self.told[-1]
        assert isinstance(last, SpeechEnded)
        return last.why, round(last.last_voice_at, 6)


def waits(*readings: Reading) -> tuple[Ending, float]:
    play = Play().hush(0.2).voice(0.3)
    for reading in readings:
        play.give(Partial(reading))
    play.voice(0.2)
    fell_silent_at = play.now
    while play.machine.state is not Hearing.ENDED:
        play.hush(FRAME_S)
    assert play.ended[1] == pytest.approx(fell_silent_at)
    return play.ended[0], round(play.now - fell_silent_at, 6)


def frames_up(seconds: float) -> float:
    """So long it takes in whole frames."""
    return round(ceil(seconds / FRAME_S - 1e-6) * FRAME_S, 6)


@pytest.mark.parametrize(
    ("reading", "why", "seconds"),
    [
        (CLEAR, Ending.SETTLED, PATIENCE.settled_s),
        (GROWS, Ending.SILENCE, PATIENCE.growing_s),
        (LIKELY, Ending.SILENCE, PATIENCE.usual_s),
        (NOTHING, Ending.SILENCE, PATIENCE.incomplete_s),
        (BEGINNING, Ending.SILENCE, PATIENCE.incomplete_s),
        (OPEN, Ending.SILENCE, PATIENCE.left_open_s),
    ],
)
def test_the_words_say_how_long_to_wait(reading: Reading, why: Ending, seconds: float) -> None:
    assert waits(reading) == (why, frames_up(seconds))


def test_without_any_words_it_waits_as_usual() -> None:
    assert waits() == (Ending.SILENCE, frames_up(PATIENCE.usual_s))


def test_words_that_became_clear_only_now_wait_until_they_have_been_so_for_a_moment() -> None:
    play = Play().voice().hush(0.12).give(Partial(CLEAR))
    play.hush(0.06)
    assert play.machine.state is Hearing.PAUSED
    play.hush(0.04)
    assert play.ended[0] is Ending.SETTLED


def test_words_that_keep_their_meaning_are_as_old_as_it() -> None:
    play = Play().voice().give(Partial(CLEAR)).hush(0.1).give(Partial(Reading("early", 0.9, is_clear=True)))
    play.hush(0.04)
    assert play.ended[0] is Ending.SETTLED


def test_a_click_is_no_voice() -> None:
    play = Play().hush(0.1).hear(FRAME_S, -10.0).hush(0.5)
    assert play.told == []


def test_the_voice_began_with_its_first_frame() -> None:
    assert Play().hush(0.1).voice(0.1).told == [SpeechBegan(pytest.approx(0.1))]  # type: ignore[arg-type]


def test_a_click_in_a_pause_is_not_the_caller_going_on() -> None:
    play = Play().voice().hush(0.2).hear(FRAME_S, -20.0).hush(0.08)
    assert play.ended[0] is Ending.SILENCE


def test_a_caller_who_goes_on_is_not_cut_short() -> None:
    play = Play().voice().hush(0.2).voice(0.3).hush(0.2)
    assert play.machine.state is Hearing.PAUSED
    play.hush(0.12)
    assert play.ended == (Ending.SILENCE, 1.0)


def test_nobody_may_speak_for_ever() -> None:
    play = Play()
    for _ in range(12):
        play.voice(0.9).hush(0.1)
    assert play.ended[0] is Ending.TOO_LONG
    assert play.ended[1] == pytest.approx(PATIENCE.longest_s - 0.1, abs=FRAME_S)


def test_the_limit_holds_in_a_pause_too() -> None:
    play = Play().give(Partial(OPEN))
    for _ in range(9):
        play.voice(0.9).hush(0.1)
    play.voice(0.9).give(Partial(OPEN)).hush(0.2)
    assert play.ended[0] is Ending.TOO_LONG


def test_an_onset_that_was_none() -> None:
    play = Play().hush(0.5)
    assert play.machine.deadline is None
    play.give(Onset())
    assert play.machine.deadline == pytest.approx(0.5 + PATIENCE.no_speech_s)
    play.hush(1.0)
    assert play.ended[0] is Ending.NO_SPEECH


def test_time_can_be_told_without_sound() -> None:
    play = Play().voice().hush(0.1)
    assert play.machine.deadline is not None
    play.now = play.machine.deadline - 0.01
    assert play.give(TimeReached()).machine.state is Hearing.PAUSED
    play.now = play.machine.deadline
    assert play.give(TimeReached()).ended[0] is Ending.SILENCE


def test_while_somebody_speaks_only_the_limit_counts() -> None:
    play = Play().voice()
    assert play.machine.deadline == pytest.approx(PATIENCE.longest_s)
    assert play.give(TimeReached()).machine.state is Hearing.SPEAKING


def test_before_anybody_speaks_words_mean_nothing() -> None:
    assert Play().give(Partial(CLEAR)).give(TimeReached()).told == []


def test_it_can_be_stopped_at_any_time() -> None:
    assert Play().give(Stop()).ended[0] is Ending.STOPPED
    assert Play().voice().give(Stop(Ending.STALLED)).ended[0] is Ending.STALLED
    assert Play().voice().hush(0.1).give(Stop()).ended == (Ending.STOPPED, 0.5)


def test_what_comes_too_late_is_nothing() -> None:
    play = Play().voice().give(Stop())
    before = list(play.told)
    play.voice().give(Partial(CLEAR)).give(Onset()).give(Stop()).give(TimeReached())
    assert play.told == before
    assert play.machine.deadline is None


def settled() -> Play:
    play = Play().voice().give(Partial(CLEAR)).hush(0.14)
    assert play.ended[0] is Ending.SETTLED
    return play


def test_the_last_words_may_show_that_the_caller_is_not_done() -> None:
    play = settled().give(FinalRead(OPEN))
    assert play.machine.state is Hearing.PAUSED
    play.voice(0.3).give(Partial(CLEAR)).hush(0.2)
    assert play.ended == (Ending.SETTLED, 0.94)


def test_the_last_words_may_be_as_clear_as_those_before() -> None:
    assert settled().give(FinalRead(CLEAR)).machine.state is Hearing.ENDED


def test_the_last_words_may_ask_for_less_patience_than_there_was() -> None:
    play = Play().voice().hush(0.32)
    assert play.give(FinalRead(NOTHING)).machine.state is Hearing.PAUSED
    play = Play().voice().give(Partial(NOTHING)).hush(0.8)
    assert play.give(FinalRead(NOTHING)).machine.state is Hearing.ENDED


def test_an_onset_while_somebody_speaks_is_no_news() -> None:
    assert Play().voice().give(Onset()).hush(0.1).give(Onset()).machine.state is Hearing.PAUSED


def test_a_pause_is_told_once_before_it_is_certainly_the_end() -> None:
    play = Play().voice().give(Partial(OPEN)).hush(0.06)
    assert SpeechPaused() not in play.told
    play.hush(0.8)
    assert play.told.count(SpeechPaused()) == 1
    assert play.machine.state is Hearing.PAUSED


def test_all_the_words_need_not_settle() -> None:
    play = Play().voice().hush(0.12).give(FinalRead(CLEAR)).hush(FRAME_S)
    assert play.ended[0] is Ending.SETTLED


def test_all_the_words_may_ask_for_more_patience() -> None:
    play = Play().voice().give(Partial(CLEAR)).hush(0.08).give(FinalRead(OPEN)).hush(0.8)
    assert play.machine.state is Hearing.PAUSED
    assert play.hush(0.2).ended[0] is Ending.SILENCE


def test_a_caller_who_goes_on_after_a_pause_is_told_of() -> None:
    play = Play().voice().hush(0.1).voice(0.1).voice()
    assert [type(one) for one in play.told] == [SpeechBegan, SpeechPaused, SpeechResumed]
    assert Play().voice().hush(0.06).voice().told == [SpeechBegan(0.0)]


def test_only_some_pauses_are_told() -> None:
    play = Play()
    for _ in range(MOST_DRAFTS + 2):
        play.voice(0.3).hush(0.1)
    assert play.told.count(SpeechPaused()) == play.told.count(SpeechResumed()) == MOST_DRAFTS
    assert play.hush().ended[0] is Ending.SILENCE


def test_until_it_is_due_nothing_can_be_told_but_of_a_voice() -> None:
    """Frames may come together until then."""
    rng = Random(7)
    for _ in range(60):
        play, due_at = Play(), inf
        while play.machine.state is not Hearing.ENDED and play.now < 4.0:
            told = len(play.told)
            play.hear(FRAME_S, rng.choice((-20.0, -70.0, -70.0)))
            news = [one for one in play.told[told:] if isinstance(one, SpeechPaused | SpeechEnded)]
            assert not news or play.now >= due_at - 1e-6
            if rng.random() < 0.1 and play.machine.state in {Hearing.SPEAKING, Hearing.PAUSED}:
                play.give(Partial(rng.choice((CLEAR, GROWS, NOTHING, OPEN))))
            due_at = play.machine.due_at
        assert play.machine.state is not Hearing.ENDED or play.machine.due_at == inf


def test_nobody_speaks_and_nothing_is_due_unless_the_line_reports_a_voice() -> None:
    play = Play().hush(0.5)
    assert play.machine.due_at == inf
    assert play.give(Onset()).machine.due_at == pytest.approx(play.now + PATIENCE.no_speech_s)
