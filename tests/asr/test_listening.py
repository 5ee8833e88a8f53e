import pytest

from asr.endpointing import MOST_DRAFTS, Ending, Onset, Stop
from asr.engines.scripted import Script, ScriptedRecognizer
from asr.filler_guess import FillerGuess
from asr.listening import PRE_ROLL_S, STALLED_S, Began, Guess, Listening, Manner, Report, Sound, Spoken, Task
from asr.recognizer import NOTHING_READ, Evidence, Grammar, Reading, Span
from asr.rejection import Limits, Trust
from telephony.errors import RecognizerError
from telephony.events import TimeReached
from tests.asr.sounds import hush, tone

FRAME_BYTES = 320
GRAMMAR = Grammar(("提前 还款", "我 想"))

READINGS = {
    "提前还款": Reading("early", 1.0, is_clear=True, phrase="提前还款"),
    "我想": Reading("", is_left_open=True),
    "我想 提前还款": Reading("early", 1.0, is_clear=True, phrase="提前还款"),
    "嗯": Reading("", is_left_open=True),
    "注销": Reading("close", 0.7, phrase="注销"),
}


def read(text: str) -> Reading:
    return READINGS.get(text, NOTHING_READ)


class Call:
    """A caller, heard in pieces."""

    def __init__(self, *scripts: Script, rate: int = 8000, manner: Manner | None = None) -> None:
        self.recognizer = ScriptedRecognizer(scripts, rate=rate)
        self.listening = Listening(Task(self.recognizer, GRAMMAR, read), manner)
        self.now = 100.0
        self.reports: list[Report] = []

    def hear(self, pcm: bytes, piece: int = 640) -> "Call":
        for start in range(0, len(pcm), piece):
            self.now += piece / 16000
            self.reports += self.listening.handle(Sound(pcm[start : start + piece]), self.now)
        return self

    @property
    def spoken(self) -> Spoken:
        last = self.reports[-1]
        assert isinstance(last, Spoken)
        return last


EARLY = Script([(0.5, "提前"), (0.8, "提前还款")], evidence=Evidence(20.0, 8.0))


def test_from_the_onset_to_what_it_means() -> None:
    call = Call(EARLY).hear(hush(0.5) + tone(1.0) + hush(0.5))
    began, guess, spoken = call.reports
    assert began == Began(pytest.approx(0.5, abs=0.02))  # type: ignore[arg-type]
    assert guess == Guess("提前还款", READINGS["提前还款"])
    assert spoken is call.spoken
    assert call.spoken.transcript.text == "提前还款"
    assert call.spoken.reading.target == "early"
    assert call.spoken.trust is Trust.ACT
    assert call.spoken.score == pytest.approx(1.0 + (0.25 + 0.15) * 3.0 + 1.0)
    assert call.spoken.why is Ending.SETTLED
    assert call.spoken.voice_s == pytest.approx(1.0, abs=0.03)
    assert call.spoken.waited_s == pytest.approx(0.14, abs=0.021)
    assert call.listening.is_over


def test_the_moment_before_the_onset_is_recognised_too() -> None:
    call = Call(Script([(PRE_ROLL_S - 0.01, "提前还款")])).hear(hush(1.0) + tone(0.12))
    assert [type(report) for report in call.reports] == [Began, Guess]


@pytest.mark.parametrize("piece", [2, 37, 320, 1601, 32000])
def test_pieces_of_any_size_are_heard_alike(piece: int) -> None:
    call = Call(EARLY).hear(hush(0.5) + tone(1.0) + hush(0.5), piece)
    assert call.spoken.reading.target == "early"
    assert call.spoken.waited_s == pytest.approx(0.14, abs=0.021)


def test_what_comes_after_the_end_is_left_alone() -> None:
    call = Call(EARLY).hear(hush(0.5) + tone(1.0) + hush(0.5))
    before = list(call.reports)
    call.hear(tone(1.0))
    assert call.reports == before
    assert call.listening.deadline is None


def test_silence_is_nothing() -> None:
    call = Call(EARLY).hear(hush(30.0), 3200)
    assert call.reports == []
    assert call.listening.deadline is None
    assert call.recognizer.grammars == []


def test_the_caller_goes_on_after_all() -> None:
    """The partial was clear, but the last words were not: 提前还款 … 我想."""
    first = Script([(0.5, "提前还款")], final="我想")
    second = Script([(0.5, "我想"), (1.2, "提前还款")], evidence=Evidence(20.0, 8.0))
    call = Call(first, second).hear(tone(0.5) + hush(0.4))
    assert not call.listening.is_over
    call.hear(tone(0.5) + hush(0.5))
    assert call.spoken.transcript.text == "提前还款"
    assert len(call.recognizer.grammars) == 2


def test_after_many_pauses_the_words_are_weighed_when_the_silence_has_lasted() -> None:
    scripts = [
        *[Script([])] * MOST_DRAFTS,
        Script([(1.3, "提前还款")], final="我想"),
        Script([(0.5, "我想"), (2.3, "提前还款")], evidence=Evidence(20.0, 8.0)),
    ]
    call = Call(*scripts)
    for _ in range(MOST_DRAFTS):
        call.hear(tone(0.3) + hush(0.1))
    call.hear(tone(0.5) + hush(0.4))
    assert len(call.recognizer.utterances) == MOST_DRAFTS + 2
    assert not call.listening.is_over
    call.hear(tone(0.5) + hush(0.5))
    assert call.spoken.transcript.text == "提前还款"
    assert len(call.recognizer.utterances) == MOST_DRAFTS + 2


def test_words_that_the_sound_does_not_bear_out_may_be_the_beginning_of_more() -> None:
    """贷款 … 申请: the first word alone explains the sound badly, so that the pause after it is not yet the end."""
    first = Script([(0.5, "提前还款")], evidence=Evidence(1.0, 5.0))
    second = Script([(0.5, "提前还款"), (1.2, "注销")], evidence=Evidence(15.0, 5.0))
    call = Call(first, second).hear(tone(0.5) + hush(0.5))
    assert not call.listening.is_over
    call.hear(tone(0.5) + hush(0.5))
    assert call.spoken.transcript.text == "注销"


def test_the_words_are_weighed_before_it_is_certain_that_they_are_all() -> None:
    """What may be the end after 0.08 s is the end after 0.14 s: by then no work is left."""
    call = Call(EARLY).hear(tone(1.0) + hush(0.1))
    utterance = call.recognizer.utterances[0]
    assert utterance.is_over
    assert not call.listening.is_over
    heard = utterance.heard_s
    call.hear(hush(0.04))
    assert call.spoken.why is Ending.SETTLED
    assert call.spoken.transcript.text == "提前还款"
    assert (len(call.recognizer.utterances), utterance.heard_s) == (1, heard)


def test_a_short_pause_was_not_the_end() -> None:
    first = Script([(0.2, "提前")])
    second = Script([(0.2, "提前"), (0.8, "提前还款")], evidence=Evidence(20.0, 8.0))
    call = Call(first, second).hear(tone(0.5) + hush(0.1) + tone(0.5) + hush(0.3))
    assert call.spoken.transcript.text == "提前还款"
    assert len(call.recognizer.utterances) == 2


CARRIED = Script([(0.1, "我想 提前还款")], evidence=Evidence(18.0, 6.0), spans=(Span(0.0, 0.2), Span(0.2, 0.5)))
CERTAIN = Script([(0.1, "我想 提前还款")], evidence=Evidence(60.0, 8.0), spans=(Span(0.0, 0.2), Span(0.2, 0.5)))
ALONE = Script([(0.0, "提前还款")], evidence=Evidence(1.0, 9.0))


@pytest.mark.parametrize(
    ("script", "weighs_all", "trusted", "grammars"),
    [(CARRIED, False, Trust.ASK, 2), (CERTAIN, False, Trust.ACT, 1), (CERTAIN, True, Trust.ACT, 2)],
)
def test_the_phrase_is_looked_at_only_where_that_changes_what_is_done(
    script: Script, trusted: Trust, grammars: int, *, weighs_all: bool
) -> None:
    manner = Manner(limits=Limits(act=2.3, ask=1.7), weighs_all=weighs_all)
    call = Call(script, ALONE, manner=manner).hear(tone(0.5) + hush(1.0))
    assert call.spoken.trust is trusted
    assert len(call.recognizer.grammars) == grammars


def test_a_cough_has_no_words() -> None:
    call = Call(Script([])).hear(tone(0.3) + hush(0.5))
    assert call.spoken.transcript.text == ""
    assert call.spoken.trust is Trust.REJECT
    assert call.spoken.why is Ending.SILENCE
    assert call.spoken.reading == NOTHING_READ


def test_words_that_the_sound_does_not_bear_out_are_not_trusted() -> None:
    manner = Manner(limits=Limits(act=2.0, ask=1.5))
    call = Call(Script([(0.2, "注销")], evidence=Evidence(1.0, 5.0)), manner=manner).hear(tone(0.5) + hush(1.0))
    assert call.spoken.trust is Trust.REJECT


def test_a_line_that_falls_silent_for_good() -> None:
    call = Call(EARLY).hear(hush(0.2) + tone(1.0))
    assert call.listening.deadline == pytest.approx(call.now + STALLED_S)
    call.reports += call.listening.handle(TimeReached(), call.now + 0.1)
    assert not call.listening.is_over
    call.reports += call.listening.handle(TimeReached(), call.now + STALLED_S)
    assert call.spoken.why is Ending.STALLED
    assert call.spoken.transcript.text == "提前还款"


def test_an_onset_without_any_sound() -> None:
    call = Call(EARLY)
    assert call.listening.handle(TimeReached(), call.now) == []
    assert call.listening.handle(Onset(), call.now) == []
    assert call.listening.deadline == pytest.approx(call.now + STALLED_S)
    call.hear(hush(0.1))
    assert call.listening.deadline == pytest.approx(call.now + STALLED_S)
    call.reports += call.listening.handle(TimeReached(), call.now + STALLED_S)
    assert call.spoken.why is Ending.STALLED
    assert call.spoken.transcript.text == ""


def test_an_onset_that_was_none() -> None:
    call = Call(EARLY)
    call.listening.handle(Onset(), call.now)
    call.hear(hush(1.1))
    assert call.spoken.why is Ending.NO_SPEECH
    assert call.spoken.trust is Trust.REJECT


def test_a_key_ends_it_without_any_work() -> None:
    call = Call(EARLY).hear(tone(1.0))
    call.reports += call.listening.handle(Stop(), call.now)
    assert call.spoken.why is Ending.STOPPED
    assert call.spoken.transcript.text == ""


def test_a_model_of_another_rate() -> None:
    call = Call(EARLY, rate=16000).hear(hush(0.5) + tone(1.0) + hush(0.5))
    assert call.spoken.reading.target == "early"


def test_the_engines_failure_is_for_whoever_called() -> None:
    call = Call(Script([], fails_at_s=0.5))
    with pytest.raises(RecognizerError):
        call.hear(tone(1.0))


def test_new_words_that_mean_the_same_are_no_news() -> None:
    call = Call(Script([(0.1, "呃"), (0.2, "呃那"), (0.8, "提前还款")])).hear(tone(1.0) + hush(0.3))
    assert [type(report) for report in call.reports] == [Began, Guess, Spoken]


@pytest.mark.parametrize("gap", [0.06, 0.1, 0.3])
def test_frames_that_come_together_as_wanted_make_nothing_later(gap: float) -> None:
    """A voice is noticed later, by as many frames; what is told in the end is the same, and as soon."""
    sound = hush(0.3) + tone(0.4) + hush(gap) + tone(0.5) + hush(1.2)
    alone, together = Call(EARLY, EARLY, EARLY), Call(EARLY, EARLY, EARLY)
    alone.hear(sound, FRAME_BYTES)
    place, pieces = 0, 0
    while not together.listening.is_over:
        size = together.listening.frames_wanted * FRAME_BYTES
        together.hear(sound[place : place + size], size)
        place, pieces = place + size, pieces + 1
    assert together.reports == alone.reports
    assert together.now == pytest.approx(100.0 + place / 16000)
    assert pieces < place / FRAME_BYTES / 2


def test_silence_is_known_as_such() -> None:
    call = Call(EARLY)
    assert call.listening.is_silence(hush(0.08))
    assert not call.listening.is_silence(hush(0.04) + tone(0.04))
    call.hear(tone(0.3))
    assert not call.listening.is_silence(hush(0.08))


def test_half_a_frame_is_left_to_who_hears_it() -> None:
    call = Call(EARLY).hear(hush(0.2) + bytes(10), 3210)
    assert not call.listening.is_silence(hush(0.08))


NEVER_FAR_OFF = FillerGuess(0.0, 0.0, 0.0, 0.0, 8.0, highest_off=1.0, longest_s=9.0)


@pytest.mark.parametrize(("act", "asked"), [(2.3, 0), (3.2, 1)])
def test_the_filler_is_asked_only_where_its_word_can_matter(act: float, asked: int) -> None:
    script = Script([(0.5, "提前还款")], evidence=Evidence(20.0, 8.2), spans=(Span(0.0, 0.4),))
    manner = Manner(limits=Limits(act=act, ask=act, filler=NEVER_FAR_OFF))
    call = Call(script, manner=manner).hear(hush(0.3) + tone(1.0) + hush(1.0))
    assert call.recognizer.filled == asked
    assert call.spoken.transcript.evidence == Evidence(20.0, 8.2 if asked else 8.0, is_guess=not asked)


def test_who_is_only_said_to_speak_has_not_spoken() -> None:
    call = Call(EARLY).hear(hush(0.3))
    call.listening.handle(Onset(), call.now)
    call.hear(hush(1.2))
    assert (call.spoken.why, call.spoken.voice_s) == (Ending.NO_SPEECH, 0.0)
