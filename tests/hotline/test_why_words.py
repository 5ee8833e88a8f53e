from dataclasses import fields

from acd.verdict import Doubt
from hotline.why_words import EN, WHY_WORDS, ZH
from telephony.commands import AgentState
from telephony.events import RingOutcome


def test_both_languages_have_a_word_for_everything() -> None:
    states = {state.value for state in AgentState} - {"ready"}
    for words in WHY_WORDS.values():
        assert set(words.removed) >= states
        assert set(words.ended) == {"", "answered", *(outcome.value for outcome in RingOutcome)}
        assert set(words.doubts) == set(Doubt) - {Doubt.NONE}
        for each in fields(words):
            mine, chinese = getattr(words, each.name), getattr(ZH, each.name)
            assert isinstance(mine, str) or set(mine) == set(chinese), each.name
    assert WHY_WORDS == {"zh-CN": ZH, "en": EN}
