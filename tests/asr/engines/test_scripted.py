import pytest

from asr.engines.scripted import Script, ScriptedRecognizer
from asr.recognizer import Evidence, Grammar
from telephony.errors import RecognizerError
from tests.asr.sounds import tone

GRAMMAR = Grammar(("还款",))


def test_words_come_with_the_sound() -> None:
    utterance = ScriptedRecognizer([Script([(0.1, "提前"), (0.2, "提前还款")])]).begin(GRAMMAR)
    assert [utterance.feed(tone(0.1)) for _ in range(3)] == ["提前", "提前还款", "提前还款"]
    assert utterance.finish().text == "提前还款"


def test_the_final_may_be_another_and_have_evidence() -> None:
    recognizer = ScriptedRecognizer([Script([], final="注销", evidence=Evidence(-1.0, -2.0))])
    assert recognizer.begin(GRAMMAR).finish().evidence == Evidence(-1.0, None)
    assert recognizer.fill(tone(0.1)) == -2.0


def test_without_evidence_it_has_no_filler() -> None:
    recognizer = ScriptedRecognizer([Script([], final="注销")])
    recognizer.begin(GRAMMAR)
    assert recognizer.fill(b"") is None


def test_nothing_said_has_no_evidence() -> None:
    utterance = ScriptedRecognizer([Script([], evidence=Evidence(-1.0, -2.0))]).begin(GRAMMAR)
    assert utterance.finish().evidence is None


def test_what_the_grammar_has_not_is_counted() -> None:
    utterance = ScriptedRecognizer([Script([], final="还款", unknown=3)]).begin(GRAMMAR)
    assert utterance.finish().unknown == 3


def test_scripts_follow_one_another_and_the_last_one_stays() -> None:
    recognizer = ScriptedRecognizer([Script([], final="一"), Script([], final="二")])
    assert [recognizer.begin(GRAMMAR).finish().text for _ in range(3)] == ["一", "二", "二"]
    assert recognizer.grammars == [GRAMMAR] * 3


def test_it_knows_what_the_test_wants() -> None:
    assert ScriptedRecognizer([Script([])]).knows("还款")
    assert not ScriptedRecognizer([Script([])], vocabulary=set().__contains__).knows("还款")


def test_it_fails_when_told_to() -> None:
    utterance = ScriptedRecognizer([Script([(0.1, "提前")], fails_at_s=0.2)]).begin(GRAMMAR)
    assert utterance.feed(tone(0.1)) == "提前"
    with pytest.raises(RecognizerError):
        utterance.feed(tone(0.1))


def test_what_is_over_is_over() -> None:
    utterance = ScriptedRecognizer([Script([])]).begin(GRAMMAR)
    utterance.finish()
    with pytest.raises(RuntimeError):
        utterance.feed(b"")
