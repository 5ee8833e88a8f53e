from asr.decoding import Decoding
from asr.engines.scripted import Script, ScriptedRecognizer
from asr.recognizer import Grammar
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
