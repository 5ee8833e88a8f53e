"""What the hotline says by itself is complete in every language."""

from dataclasses import fields

import pytest

from ivr.menu import Phrases
from ivr.phrases import MUST_BE_HEARD, PHRASES, PLACEHOLDERS, SEPARATORS
from telephony.events import AgentWish
from telephony.prompt import BargeIn, Prompt


def texts(phrases: Phrases) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in fields(Phrases):
        value = getattr(phrases, field.name)
        rows = value if isinstance(value, tuple) else tuple(value.values()) if isinstance(value, dict) else (value,)
        for number, row in enumerate(rows):
            found[f"{field.name}{number}"] = row.text if isinstance(row, Prompt) else row
    return found


@pytest.mark.parametrize("language", PHRASES)
def test_every_phrase_says_something_in_its_own_language(language: str) -> None:
    for name, text in texts(PHRASES[language]).items():
        assert text.strip() == text != "", name
        has_hanzi = any("一" <= char <= "鿿" for char in text)
        assert has_hanzi is (language == "zh-CN"), name


@pytest.mark.parametrize("language", PHRASES)
def test_templates_hold_their_placeholders_and_others_none(language: str) -> None:
    for name, text in texts(PHRASES[language]).items():
        wanted = PLACEHOLDERS.get(name.rstrip("0123456789"), frozenset())
        assert text.count("{") == text.count("}") == len(wanted), name
        assert all(f"{{{placeholder}}}" in text for placeholder in wanted), name


@pytest.mark.parametrize("language", PHRASES)
def test_every_feature_code_is_answered(language: str) -> None:
    assert set(PHRASES[language].feature) == {*(wish.value for wish in AgentWish), "refused", "unknown_code"}


@pytest.mark.parametrize("language", PHRASES)
def test_no_key_cuts_short_what_must_be_heard(language: str) -> None:
    for name in MUST_BE_HEARD:
        assert getattr(PHRASES[language], name).barge_in is BargeIn.OFF


def test_languages_are_complete() -> None:
    assert set(PHRASES) == set(SEPARATORS)
