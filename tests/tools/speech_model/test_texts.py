import numpy as np

from tools.speech_model.lexicon import common_characters, everyday_phrases, pronunciations
from tools.speech_model.texts import CLOSINGS, OPENINGS, held_out_texts, sentence
from tools.speech_model.trials import CLOSINGS as TRIED_CLOSINGS
from tools.speech_model.trials import OPENINGS as TRIED_OPENINGS
from tools.speech_model.trials import foreign_sentences


def test_sentences_are_hanzi_and_commas_and_the_same_for_the_same_chance() -> None:
    first, again = (np.random.default_rng(3) for _ in range(2))
    said = [sentence(first) for _ in range(300)]
    assert said == [sentence(again) for _ in range(300)]
    assert set("".join(said)) <= {*common_characters(), "，"}
    assert all(len(text) < 60 for text in said)


def test_they_hold_nearly_every_sound() -> None:
    rng = np.random.default_rng(1)
    heard = {phone for _ in range(400) for c in sentence(rng) if c != "，" for phone in pronunciations(c)[0]}
    assert len(heard) >= 55


def test_no_carrier_of_the_evaluation_is_in_the_training() -> None:
    trained = {*OPENINGS, *CLOSINGS}
    for tried in (*TRIED_OPENINGS.values(), *TRIED_CLOSINGS.values()):
        assert not trained & set(tried)
    assert not set(TRIED_OPENINGS["tune"]) & set(TRIED_OPENINGS["report"])
    assert not set(TRIED_CLOSINGS["tune"]) & set(TRIED_CLOSINGS["report"])


def test_nothing_that_is_said_in_the_evaluation_around_a_phrase_is_said_in_the_training() -> None:
    rng = np.random.default_rng(5)
    said = [*everyday_phrases(), *(sentence(rng) for _ in range(1000))]
    assert not [text for text in said if any(held_out in text for held_out in held_out_texts())]
    assert {*TRIED_OPENINGS["report"], *TRIED_CLOSINGS["tune"], *foreign_sentences("report")} <= set(held_out_texts())


def test_people_say_other_things_than_wishes_too() -> None:
    rng = np.random.default_rng(6)
    said = {sentence(rng) for _ in range(400)}
    assert len(said & set(everyday_phrases())) > 10
