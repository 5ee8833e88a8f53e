from pathlib import Path

from ivr.intent_phrases import PhraseBook
from ivr.intents import IntentIndex
from ivr.menu_file import parse_menus
from tools.speech_model.trials import CLOSINGS, OPENINGS, draw_trials, foreign_sentences, phrases_of

ROOT = Path(__file__).parents[3]


def book() -> PhraseBook:
    menu, _ = parse_menus((ROOT / "menus.yaml").read_text("utf-8"), "menus.yaml")
    assert menu
    return IntentIndex.build(menu).book


def test_the_halves_share_no_phrase_no_carrier_and_no_sentence() -> None:
    tuned, reported = (draw_trials(book(), role, 150, 1) for role in ("tune", "report"))
    assert not {trial.text for trial in tuned} & {trial.text for trial in reported}
    assert not set(foreign_sentences("tune")) & set(foreign_sentences("report"))
    assert min(len(foreign_sentences("tune")), len(foreign_sentences("report"))) >= 50


def test_every_kind_is_there_as_often_as_asked_and_leads_where_its_phrase_does() -> None:
    trials = draw_trials(book(), "report", 60, 1)
    assert [sum(trial.kind == kind for trial in trials) for kind in ("phrase", "carrier", "foreign")] == [60, 60, 60]
    targets = dict(phrases_of(book(), "report"))
    for trial in trials:
        if trial.kind == "phrase":
            assert targets[trial.text] == trial.target
        elif trial.kind == "carrier":
            assert any(trial.text.startswith(opening) for opening in OPENINGS["report"]) or any(
                trial.text.endswith(closing) for closing in CLOSINGS["report"]
            )
        else:
            assert trial.target == ""


def test_the_same_seed_draws_the_same() -> None:
    assert draw_trials(book(), "tune", 20, 3) == draw_trials(book(), "tune", 20, 3)
