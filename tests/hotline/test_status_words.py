import pytest

from acd.agent_state import MISSED_RINGS, NOT_READY_TOO_LONG, PHONE_GONE
from hotline.shift_watch import SHIFT_OVER
from hotline.snapshot import CallPhase
from hotline.status_words import WORDS
from telephony.commands import AgentState


@pytest.mark.parametrize("language", list(WORDS))
def test_every_state_phase_and_reason_of_ours_has_a_word(language: str) -> None:
    words = WORDS[language]
    assert set(words.states) == set(map(str, AgentState))
    assert set(words.phases) == set(map(str, CallPhase))
    assert set(words.reasons) >= {MISSED_RINGS, NOT_READY_TOO_LONG, PHONE_GONE, SHIFT_OVER}


def test_both_languages_fill_in_the_same() -> None:
    chinese, english = WORDS["zh-CN"], WORDS["en"]
    for name in ("header", "link_up", "engine", "counters", "late_agents"):
        fields = [{part.split("}")[0] for part in getattr(words, name).split("{")[1:]} for words in (chinese, english)]
        assert fields[0] == fields[1]
