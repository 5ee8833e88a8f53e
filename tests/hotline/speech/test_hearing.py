"""One caller's sound: what is listened for, what came of it, and what is kept between two listenings."""

from asr.listening import STALLED_S
from hotline.speech.hearing import Chunk, Hearing, Utterance, seconds
from hotline.speech.protocol import Heard, ListenTo, Pause, SoundBegan
from telephony.events import TimeReached
from telephony.ids import NodeId
from telephony.wish import NotUnderstood, Understood, Unheard, Wish
from tests.hotline.speech.speech_play import FRAME, MANNER, silence, speech, understanding

EARLY = Understood(Wish(NodeId("repayment.early")))
NOTHING = NotUnderstood(Unheard.NOTHING)


class Line:
    """A caller; every chunk is two frames, as the audio server hands them on."""

    def __init__(self, *texts: str) -> None:
        self.understanding = understanding(texts)
        self.hearing = Hearing(self.understanding, MANNER)
        self.now = 0.0

    def orders(self, number: int = 1, *, fresh: bool = False) -> None:
        assert self.hearing.handle(ListenTo("t", number, "main", asks=False, fresh=fresh), self.now) == []

    def hears(self, sound: bytes) -> list[Heard]:
        heard = []
        for start in range(0, len(sound), 2 * FRAME):
            self.now += 0.04
            heard += self.hearing.handle(Chunk(sound[start : start + 2 * FRAME], self.now), self.now)
        return heard

    @property
    def voice_s(self) -> float:
        """Of the utterance begun last."""
        return seconds(len(self.understanding.recognizer.utterances[-1].heard))  # type: ignore[attr-defined]


def test_words_are_understood_soon_after_their_end() -> None:
    line = Line("提前还款")
    line.orders(7)
    assert line.hearing.is_listening
    assert line.hears(silence(0.5) + speech(1.2)) == []
    (heard,) = line.hears(silence(1.0))
    assert (heard.tap, heard.listening, heard.meaning, heard.why) == ("t", 7, EARLY, "settled")
    assert 0.1 < heard.waited_s < 0.3
    assert not line.hearing.is_listening


def test_nobody_listens_before_the_next_order() -> None:
    line = Line("提前还款", "提前还款")
    assert line.hears(speech(1.0) + silence(1.0)) == []
    line.orders()
    assert len(line.hears(silence(0.4) + speech(1.0) + silence(1.0) + speech(1.0) + silence(1.0))) == 1


def test_a_cough_is_nothing() -> None:
    line = Line("")
    line.orders()
    (heard,) = line.hears(silence(0.2) + speech(0.15) + silence(1.0))
    assert heard.meaning == NOTHING


def test_sound_that_only_asterisk_noticed_is_nothing_after_a_second() -> None:
    line = Line()
    line.orders()
    assert line.hears(silence(0.2)) == []
    assert line.hearing.handle(SoundBegan("t"), line.now) == []
    (heard,) = line.hears(silence(1.2))
    assert (heard.meaning, heard.why) == (NOTHING, "no_speech")


def test_a_line_that_falls_silent_altogether_ends_the_utterance() -> None:
    line = Line("提前还款")
    line.orders()
    assert line.hears(silence(0.2) + speech(1.2)) == []
    assert line.hearing.handle(TimeReached(), line.now) == []
    (heard,) = line.hearing.handle(TimeReached(), line.now + 1.0)
    assert (heard.meaning, heard.why) == (EARLY, "stalled")
    assert line.hearing.handle(TimeReached(), line.now + 9.0) == []
    assert line.hearing.handle(SoundBegan("t"), line.now) == []


def test_the_first_syllable_said_before_the_order_is_not_lost() -> None:
    line = Line("提前还款")
    assert line.hears(silence(1.0) + speech(0.2)) == []
    line.orders()
    (heard,) = line.hears(speech(1.0) + silence(1.0))
    assert heard.meaning == EARLY
    assert line.voice_s >= 1.2


def test_what_was_begun_before_a_key_is_left_out() -> None:
    line = Line("还款", "提前还款")
    line.orders(1)
    assert line.hears(silence(0.2) + speech(0.5)) == []
    line.orders(2, fresh=True)
    assert line.hears(speech(0.7) + silence(0.1) + speech(0.3) + silence(0.9)) == []
    assert line.hearing.is_listening
    (heard,) = line.hears(speech(1.2) + silence(1.0))
    assert (heard.listening, heard.meaning) == (2, EARLY)


def test_while_nobody_acts_frames_are_thrown_away() -> None:
    line = Line("提前还款")
    line.orders()
    assert line.hearing.handle(Pause("t"), 0.0) == []
    assert not line.hearing.is_listening
    assert line.hears(speech(1.0) + silence(1.0)) == []
    assert line.hearing.handle(TimeReached(), 99.0) == []


def test_nothing_is_kept_unless_somebody_keeps_it_and_then_the_voice_with_a_little_before_it() -> None:
    line = Line("提前还款", "提前还款")
    line.orders()
    line.hears(silence(0.5) + speech(1.2) + silence(1.0))
    assert line.hearing._heard.take() == b""
    kept: list[Utterance] = []
    line.hearing = Hearing(line.understanding, MANNER, kept.append)
    line.orders(2)
    line.hears(silence(3.0))
    line.orders(3)
    line.hears(silence(2.5) + speech(1.2) + silence(1.0))
    (utterance,) = kept
    assert (utterance.text, utterance.node, utterance.meaning) == ("提前还款", "main", EARLY)
    assert 1.5 < seconds(len(utterance.pcm)) < 2.0
    assert line.hearing._heard.take() == b""


def test_since_when_he_speaks_is_known_while_he_does() -> None:
    line = Line("提前还款")

    def stands() -> tuple[float, float | None]:
        return line.hearing.speaking_since, line.hearing.deadline

    assert stands() == (0.0, None)
    line.orders()
    line.hears(silence(0.4))
    assert stands() == (0.0, None)
    line.hears(speech(0.8))
    since, deadline = stands()
    assert 0.4 < since <= 0.52
    assert deadline == line.now + STALLED_S
    line.hears(silence(1.0))
    assert stands() == (0.0, None)
