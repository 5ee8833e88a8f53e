"""The embedded model, and every trap of the engine below it."""

import json
import shutil
import threading
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from asr.engines import vosk_engine
from asr.engines.vosk_engine import UNKNOWN, VoskRecognizer, join_words
from asr.recognizer import Grammar
from asr.vocabulary import fit
from telephony.errors import RecognizerError
from tests.asr.sounds import tone

EMBEDDED = Path(vosk_engine.__file__).parents[1] / "models" / "embedded"


@cache
def model() -> VoskRecognizer:
    return VoskRecognizer(EMBEDDED)


@pytest.fixture(autouse=True)
def _shared_model() -> None:
    """Load it before a test changes anything that it would be loaded with, in whatever order they run."""
    model()


def grammar(*phrases: str) -> Grammar:
    return fit(phrases or ("提前还款", "还款方式", "转人工"), model().knows)


def noise(seconds: float) -> bytes:
    sound = np.random.default_rng(1).normal(size=round(seconds * 8000)) * 2000
    return bytes(sound.astype("<i2").tobytes())


def babble() -> bytes:
    """Five syllables that nobody would understand: a buzz through two resonances, between breaths."""
    rng = np.random.default_rng(3)
    sounds = [np.zeros(2000)]
    times = np.arange(2000) / 8000
    for first, second in ((700, 1200), (300, 2300), (500, 900), (750, 1300), (350, 800)):
        sounds.append(rng.normal(size=600) * 500)
        buzz = np.zeros(2000)
        for hertz in range(130, 3600, 130):
            loud = np.exp(-(((hertz - first) / 150) ** 2)) + 0.6 * np.exp(-(((hertz - second) / 200) ** 2))
            buzz += loud * np.sin(2 * np.pi * hertz * times)
        sounds.append(buzz * np.sqrt(np.sin(np.pi * times / 0.25)) * 4000)
    return bytes(np.concatenate([*sounds, np.zeros(3000)]).astype("<i2").tobytes())


def test_it_takes_the_telephones_own_rate() -> None:
    assert model().rate == 8000
    assert model().has_filler
    assert model().takes_grammar
    assert model().name == EMBEDDED.resolve().name


def test_it_knows_its_words() -> None:
    assert model().knows("还")
    assert not model().knows("还款还款还款")
    assert not model().knows("")


def test_what_it_hears_are_words_of_the_grammar() -> None:
    wanted = grammar()
    utterance = model().begin(wanted)
    utterance.feed(noise(1.0))
    transcript = utterance.finish()
    known = {word for phrase in wanted.phrases for word in phrase.split(" ")}
    assert set(transcript.words) <= known
    assert transcript.text == "".join(transcript.words)
    assert (transcript.evidence is None) is (not transcript.words)


def test_the_same_sound_is_heard_the_same_in_any_pieces() -> None:
    sound = noise(1.5)
    heard = set()
    for size in (320, 1600, len(sound)):
        utterance = model().begin(grammar())
        for start in range(0, len(sound), size):
            utterance.feed(sound[start : start + size])
        heard.add(utterance.finish().text)
    assert len(heard) == 1


def test_utterances_of_one_model_may_be_heard_in_threads() -> None:
    heard: list[str] = []

    def hear() -> None:
        utterance = model().begin(grammar())
        utterance.feed(noise(1.0))
        heard.append(utterance.finish().text)

    threads = [threading.Thread(target=hear) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heard) == 4
    assert len(set(heard)) == 1


def test_one_utterance_in_two_threads_is_refused_rather_than_fatal() -> None:
    utterance = model().begin(grammar())
    refused: list[str] = []

    def hear() -> None:
        try:
            utterance.feed(noise(0.1))
        except RuntimeError as error:
            refused.append(str(error))

    with utterance._alone():
        thread = threading.Thread(target=hear)
        thread.start()
        thread.join()
    assert refused == ["one utterance is used by two threads at once"]
    utterance.feed(noise(0.1))


@pytest.mark.parametrize("pcm", [bytearray(noise(0.1)), memoryview(noise(0.1)), b""])
def test_any_kind_of_bytes(pcm: bytes) -> None:
    model().begin(grammar()).feed(pcm)


def test_half_a_sample_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="half a sample"):
        model().begin(grammar()).feed(b"\0" * 321)


def test_what_is_over_is_over() -> None:
    utterance = model().begin(grammar())
    utterance.finish()
    with pytest.raises(RuntimeError):
        utterance.feed(noise(0.1))
    with pytest.raises(RuntimeError):
        utterance.finish()


@pytest.mark.parametrize("phrases", [(), ("还款还款还款 哈哈哈哈哈",), ('还"]',), ("[none]",), ("",)])
def test_a_grammar_that_does_not_fit_never_reaches_the_engine(phrases: tuple[str, ...]) -> None:
    with pytest.raises(RecognizerError, match="does not fit"):
        model().begin(Grammar(phrases))


def test_quotes_and_emoji_in_phrases() -> None:
    wanted = grammar('"提前"还款\\', "还款😀方式", "转人工\n]", "😀", '"')
    assert wanted.refused == ("😀", '"')
    assert len(wanted.phrases) == 3
    model().begin(wanted).finish()


def test_chinese_is_written_out_not_escaped() -> None:
    """Vosk does not decode escapes: an escaped grammar is an empty one, in which nothing is ever heard."""
    written = model()._check(grammar())
    assert "还款" in written.replace(" ", "")
    assert json.loads(written) == [*grammar().phrases, UNKNOWN]


def test_what_the_grammar_has_not_is_counted_but_not_told() -> None:
    utterance = model().begin(grammar())
    sound = babble()
    partials = [utterance.feed(sound[start : start + 1600]) for start in range(0, len(sound), 1600)]
    transcript = utterance.finish()
    assert transcript.unknown > 0
    assert not any("unk" in text for text in [*partials, transcript.text, *transcript.words])


def test_a_model_that_has_no_word_for_the_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vosk_engine, "UNKNOWN", "[none]")
    plain = VoskRecognizer(EMBEDDED)
    assert json.loads(plain._check(grammar())) == list(grammar().phrases)
    utterance = plain.begin(grammar())
    utterance.feed(babble())
    assert utterance.finish().unknown == 0


def test_a_closed_grammar_has_room_for_nothing_else() -> None:
    closed = Grammar(grammar("提前还款").phrases, is_closed=True)
    utterance = model().begin(closed)
    utterance.feed(babble())
    assert utterance.finish().unknown == 0
    assert closed not in model()._checked


def test_words_have_their_times() -> None:
    utterance = model().begin(Grammar(grammar("提前还款").phrases, is_closed=True))
    utterance.feed(babble())
    transcript = utterance.finish()
    assert len(transcript.spans) == len(transcript.words) > 0
    ends = [0.0, *(span.end_s for span in transcript.spans)]
    assert all(before <= span.start_s < span.end_s for before, span in zip(ends, transcript.spans, strict=False))


def test_the_next_utterance_is_heard_by_the_same_recognisers_as_if_they_were_new() -> None:
    own = VoskRecognizer(EMBEDDED)
    wanted = grammar()

    def hear() -> tuple[object, ...]:
        utterance = own.begin(wanted)
        utterance.feed(babble())
        heard = utterance.finish()
        return (
            heard.text,
            heard.evidence,
            own.fill(babble()),
            [(round(one.start_s, 3), round(one.end_s, 3)) for one in heard.spans],
        )

    first = hear()
    waiting = list(own._idle._waiting)
    assert len(waiting) == 2
    assert hear() == hear() == first
    assert own._idle._waiting[0] in waiting
    assert len(own._idle._waiting) == 2


def test_recognisers_that_wait_are_bounded_and_a_closed_grammar_leaves_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vosk_engine, "IDLE_KEPT", 3)
    own = VoskRecognizer(EMBEDDED)
    for phrases in (("提前还款",), ("还款方式",), ("转人工",), ("额度评估",)):
        own.begin(grammar(*phrases)).finish()
    own.begin(Grammar(("还 款",), is_closed=True)).finish()
    assert len(own._idle._waiting) == 3
    assert json.dumps(["还 款"], ensure_ascii=False) not in [one.grammar for one in own._idle._waiting]


def test_ten_thousand_phrases() -> None:
    syllables = json.loads(model()._filler)
    phrases = [syllables[n % 100] + syllables[n // 100] + syllables[n % 37] for n in range(10_000)]
    utterance = model().begin(grammar(*phrases))
    utterance.feed(noise(0.5))
    utterance.finish()


def test_so_many_menus_that_not_all_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vosk_engine, "GRAMMARS_KEPT", 2)
    for phrase in ("提前还款", "还款方式", "转人工", "还款"):
        model().begin(grammar(phrase)).finish()
    assert len(model()._checked) <= 2


def test_a_pause_that_the_engine_takes_for_the_end_loses_nothing() -> None:
    """Vosk ends utterances by itself and begins new ones; ours goes on until we say so."""
    utterance = model().begin(grammar())
    sound = noise(0.8)
    utterance.feed(sound)
    first = utterance.finish().words
    longer = model().begin(grammar())
    longer.feed(sound)
    for _ in range(40):
        longer.feed(tone(0.1, -75.0))
    longer.feed(sound)
    assert len(longer.finish().words) >= len(first)


def test_the_filler_explains_what_no_menu_does_and_a_silence_as_well_as_any() -> None:
    def heard(phrases: tuple[str, ...], sound: bytes) -> float:
        utterance = model().begin(Grammar(grammar(*phrases).phrases, is_closed=True))
        utterance.feed(sound)
        evidence = utterance.finish().evidence
        assert evidence is not None
        assert evidence.filler is None
        return evidence.menu

    filler = model().fill(babble())
    assert filler is not None
    assert filler > heard(("提前还款",), babble())
    assert filler == model().fill(babble())


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vosk_engine, "vosk", None)
    monkeypatch.setattr(vosk_engine, "_missing", "it is not there")
    with pytest.raises(RecognizerError, match="not there"):
        VoskRecognizer(EMBEDDED)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(EMBEDDED, folder)
    return folder


def test_a_model_of_16_khz(copied: Path) -> None:
    settings = (copied / "conf" / "mfcc.conf").read_text("ascii").splitlines()
    kept = [line for line in settings if not line.startswith(("--sample-frequency", "--allow-"))]
    (copied / "conf" / "mfcc.conf").write_text("\n".join([*kept, "--sample-frequency=16000", ""]), "ascii")
    other = VoskRecognizer(copied)
    assert other.rate == 16000
    utterance = other.begin(grammar())
    utterance.feed(noise(0.5))
    utterance.finish()


def test_a_model_that_takes_no_rate_of_ours(copied: Path) -> None:
    with (copied / "conf" / "mfcc.conf").open("a", encoding="ascii") as file:
        file.write("--num-ceps=13\n")
    with pytest.raises(RecognizerError, match="damaged"):
        VoskRecognizer(copied)


def test_no_model_at_all(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="not a speech model"):
        VoskRecognizer(tmp_path)


def test_a_model_without_chinese_has_no_filler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vosk_engine, "FEWEST_SYLLABLES", 10_000)
    plain = VoskRecognizer(EMBEDDED)
    assert not plain.has_filler
    utterance = plain.begin(grammar())
    utterance.feed(noise(1.0))
    assert utterance.finish().likelihood_ratio is None
    assert plain.fill(noise(1.0)) is None


def test_the_engine_failing_in_an_utterance(monkeypatch: pytest.MonkeyPatch) -> None:
    utterance = model().begin(grammar())

    class Broken:
        def AcceptWaveform(self, _: bytes) -> bool:  # noqa: N802 - as vosk calls it
            raise Exception("Failed to process waveform")  # noqa: TRY002 - as vosk does

    monkeypatch.setattr(utterance._decoder._kaldi, "handle", Broken())
    with pytest.raises(RecognizerError) as caught:
        utterance.feed(noise(0.1))
    assert caught.value.retryable


def test_the_engine_failing_at_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise Exception("Failed to create")  # noqa: TRY002 - as vosk does

    nothing_idle = VoskRecognizer(EMBEDDED)
    monkeypatch.setattr("vosk.KaldiRecognizer", fail)
    with pytest.raises(RecognizerError, match="cannot begin"):
        nothing_idle.begin(grammar())


def test_words_are_written_as_one_reads_them() -> None:
    assert join_words(["提前", "还款"]) == "提前还款"
    assert join_words(["early", "repayment"]) == "early repayment"
    assert join_words(["用", "app", "还款"]) == "用app还款"
    assert join_words([]) == ""
