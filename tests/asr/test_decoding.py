import pytest

from asr.decoding import AROUND_S, Decoding
from asr.engines.scripted import Script, ScriptedRecognizer
from asr.recognizer import Evidence, Grammar, Reading, Span, Transcript
from tests.asr.sounds import tone

GRAMMAR = Grammar(("提前 还款",))


def decoding(rate: int = 8000, of: int = 8000) -> tuple[Decoding, ScriptedRecognizer]:
    recognizer = ScriptedRecognizer([Script([(0.1, "提前"), (0.2, "提前还款")])], rate=of)
    return Decoding(recognizer, GRAMMAR, rate), recognizer


def test_sound_waits_until_the_recogniser_is_to_hear_it() -> None:
    work, _ = decoding()
    work.add(tone(0.1))
    assert work.waiting_bytes == 1600
    assert work.text == ""
    assert work.catch_up() == "提前"
    assert work.waiting_bytes == 0
    assert work.catch_up() == work.text == "提前"


def test_the_end_takes_what_still_waits() -> None:
    work, _ = decoding()
    work.add(tone(0.3))
    assert work.finish().text == "提前还款"


def test_it_can_go_on_after_its_end() -> None:
    work, recognizer = decoding()
    work.add(tone(0.1))
    assert work.finish().text == "提前"
    work.go_on()
    assert work.text == "提前"
    work.add(tone(0.1))
    assert work.catch_up() == "提前还款"
    assert recognizer.grammars == [GRAMMAR, GRAMMAR]


def test_sound_of_another_rate_is_made_fit() -> None:
    work, _ = decoding(rate=8000, of=16000)
    work.add(tone(0.21))
    assert work.catch_up() == "提前还款"
    assert work.finish().text == "提前还款"


def test_the_filler_is_asked_only_on_demand_and_about_all_of_the_sound() -> None:
    recognizer = ScriptedRecognizer([Script([(0.1, "提前还款")], evidence=Evidence(20.0, 8.0))])
    work = Decoding(recognizer, GRAMMAR, 8000)
    work.add(tone(0.3))
    transcript = work.finish()
    assert (transcript.likelihood_ratio, recognizer.filled) == (None, 0)
    assert transcript.sound_s == pytest.approx(0.3)
    assert work.compare(transcript).likelihood_ratio == pytest.approx(3.0)
    nothing = Transcript("", (), None)
    assert work.compare(nothing) is nothing
    assert recognizer.filled == 1


EARLY = Reading("early", 1.0, is_clear=True, phrase="提前还款")

CARRIED = Script(
    [],
    final="想 提前 还款",
    evidence=Evidence(9.0, 5.0),
    unknown=2,
    spans=(Span(0.1, 0.3), Span(0.5, 0.8), Span(0.8, 1.0)),
)


def looked_at(*scripts: Script, reading: Reading = EARLY, sound_s: float = 1.5) -> tuple[Transcript, list[Grammar]]:
    recognizer = ScriptedRecognizer(scripts)
    work = Decoding(recognizer, GRAMMAR, 8000)
    work.add(tone(sound_s))
    return work.look_closer(work.compare(work.finish()), reading), recognizer.grammars


def test_the_phrase_is_weighed_by_its_own_piece_of_the_sound() -> None:
    piece_s = 1.0 - 0.5 + 2 * AROUND_S
    second = Script([(piece_s - 0.01, "提前 还款"), (piece_s + 0.01, "")], evidence=Evidence(20.0, 4.0))
    transcript, grammars = looked_at(CARRIED, second)
    assert transcript.phrase_ratio == pytest.approx(4.0)
    assert transcript.likelihood_ratio == pytest.approx(4.0 / 5)
    assert grammars[1:] == [Grammar(("提前 还款",), is_closed=True)]


def test_a_piece_in_which_nothing_is_heard_is_no_better_than_any_syllables() -> None:
    assert looked_at(CARRIED, Script([]))[0].phrase_ratio == 0.0


def test_a_piece_may_begin_with_the_sound() -> None:
    spans = (Span(0.02, 0.1), Span(0.1, 0.3), Span(0.3, 0.5))
    first = Script([], final="提前 还款 吧", evidence=Evidence(9.0, 5.0), spans=spans)
    second = Script([(0.41, "提前 还款"), (0.43, "")], evidence=Evidence(20.0, 4.0))
    assert looked_at(first, second)[0].phrase_ratio == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("script", "reading"),
    [
        (Script([], final="提前 还款", evidence=Evidence(9.0, 5.0), spans=(Span(0, 1), Span(1, 2))), EARLY),
        (Script([], final="想 提前 还款", evidence=Evidence(9.0, 5.0)), EARLY),
        (Script([], final="想 提前 还款", evidence=Evidence(9.0, None), spans=CARRIED.spans), EARLY),
        (Script([], final="想 提前 还款", spans=CARRIED.spans), EARLY),
        (CARRIED, Reading("")),
        (Script([], spans=CARRIED.spans), EARLY),
    ],
    ids=["nothing else was said", "no times", "no filler", "no evidence", "no phrase", "no words"],
)
def test_there_may_be_nothing_to_look_at(script: Script, reading: Reading) -> None:
    transcript, grammars = looked_at(script, reading=reading)
    assert transcript.phrase_ratio is None
    assert len(grammars) == 1
