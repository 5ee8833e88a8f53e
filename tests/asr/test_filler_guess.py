"""What the filler would say, and where that does not matter."""

from random import Random

import pytest

from asr.filler_guess import FEWEST, MARGIN, FillerGuess, fit_filler_guess
from asr.recognizer import Evidence, Reading, Span, Transcript
from asr.rejection import PHRASE_CAP, PHRASE_FLOOR, Limits, Trust, beats_filler, trust, without_filler

CLEAR = Reading("early", match=1.0, is_clear=True, phrase="提前还款")
LINE = FillerGuess(2.0, 5.0, -4.0, 0.5, 3.0, highest_off=6.0, longest_s=4.0)


def heard(
    menu: float, filler: float | None = None, *, sound_s: float = 2.0, words_s: float = 1.0, text: str = "提前还款"
) -> Transcript:
    spans = (Span(0.4, 0.5), Span(0.5, 0.4 + words_s))
    return Transcript(text, (text[:2], text[2:]), Evidence(menu, filler), spans=spans, sound_s=sound_s)


def test_a_straight_line() -> None:
    assert LINE.guess(heard(40.0)) == 2.0 * 2.0 + 5.0 * 1.0 - 4.0 * 4 + 0.5 * 40.0 + 3.0


@pytest.mark.parametrize(
    "transcript",
    [
        Transcript("", (), None, sound_s=1.0),
        Transcript("好", ("好",), Evidence(9.0, None), sound_s=1.0),
        Transcript("好", ("好",), Evidence(9.0, None), spans=(Span(0.0, 0.2),)),
        heard(90.0, sound_s=4.1),
    ],
    ids=["nothing heard", "no times", "no sound", "longer than any before"],
)
def test_too_little_is_known(transcript: Transcript) -> None:
    assert LINE.guess(transcript) is None
    assert without_filler(transcript, CLEAR, Limits(filler=LINE)) is None


def some(count: int, *, off: float = 0.0, seed: int = 1) -> list[Transcript]:
    rng, made = Random(seed), []
    for number in range(count):
        text = "提前还款" * rng.randint(1, 3)
        one = heard(rng.uniform(30, 90), sound_s=rng.uniform(1, 4), words_s=rng.uniform(0.3, 1), text=text)
        likely = LINE.guess(one)
        assert likely is not None
        made.append(one.with_filler(likely + off * (-1) ** number))
    return made


def test_the_line_is_found_again_and_how_far_off_it_is() -> None:
    fitted = fit_filler_guess(some(400, off=2.0))
    assert fitted is not None
    assert fitted.per_second == pytest.approx(2.0, abs=0.5)
    assert fitted.per_word_second == pytest.approx(5.0, abs=1.5)
    assert fitted.per_character == pytest.approx(-4.0, abs=0.2)
    assert fitted.per_menu == pytest.approx(0.5, abs=0.05)
    assert 3.9 < fitted.longest_s <= 4.0
    assert fitted.highest_off == pytest.approx(2.0 * MARGIN, abs=0.6)


def test_only_what_the_filler_said_itself_is_fitted_to() -> None:
    others = [one.with_filler(0.0, is_guess=True) for one in some(FEWEST)] + [heard(9.0), Transcript("", (), None)]
    assert fit_filler_guess(some(FEWEST - 1)) is None
    assert fit_filler_guess(some(FEWEST - 1) + others) is None
    assert fit_filler_guess(some(FEWEST) + others) == fit_filler_guess(some(FEWEST))


def test_without_a_line_the_filler_is_asked() -> None:
    assert without_filler(heard(90.0), CLEAR, Limits()) is None


@pytest.mark.parametrize(("menu", "expected"), [(90.0, Trust.ACT), (30.0, None), (-40.0, None)])
def test_the_filler_is_asked_in_doubt_and_before_anything_is_rejected(menu: float, expected: Trust | None) -> None:
    limits = Limits(act=3.6, ask=3.6, filler=LINE)
    transcript = without_filler(heard(menu), CLEAR, limits)
    assert (None if transcript is None else trust(transcript, CLEAR, limits)) is expected


def test_whatever_the_filler_and_a_closer_look_would_say_no_other_thing_is_done() -> None:
    rng, skipped = Random(5), 0
    for _ in range(3000):
        text = rng.choice(("提前还款", "我想提前还款", "提前还款" * 3))
        one = heard(rng.uniform(-40, 120), sound_s=rng.uniform(0.5, 4), words_s=rng.uniform(0.2, 3), text=text)
        limits = Limits(act=(act := rng.uniform(1, 4)), ask=act - rng.choice((0.0, 0.4)), filler=LINE)
        instead, likely = without_filler(one, CLEAR, limits), LINE.guess(one)
        if instead is None or likely is None:
            continue
        skipped += 1
        asked = one.with_filler(likely + LINE.highest_off - rng.uniform(0.0, 90.0))
        closer = asked if text == "提前还款" else _closer(asked, rng.uniform(PHRASE_FLOOR - 1, PHRASE_CAP + 1))
        verdicts = {trust(each, CLEAR, limits) for each in (instead, asked, closer)}
        assert verdicts == {Trust.ACT}
        assert beats_filler(instead)
        assert beats_filler(asked)
    assert skipped > 500


def _closer(transcript: Transcript, ratio: float) -> Transcript:
    return Transcript(
        transcript.text, transcript.words, transcript.evidence, spans=transcript.spans, phrase_ratio=ratio
    )
