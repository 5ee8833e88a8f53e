import pytest

from tools.speech_model.phones import (
    CLASSES,
    KALDI_PHONES,
    PHONES,
    SILENCE,
    SILENCE_PHONE,
    class_of,
    class_of_kaldi_phone,
    kaldi_phone,
    phones_of,
)


@pytest.mark.parametrize(
    ("syllable", "phones"),
    [
        ("huan2", ("h", "uan")),
        ("si4", ("s", "ii")),
        ("shi4", ("sh", "iii")),
        ("yi1", ("i",)),
        ("lv4", ("l", "v")),
        ("nüe4", ("n", "ve")),
        ("yuan", ("van",)),
        ("wei", ("uei",)),
        ("weng1", ("ueng",)),
        ("er2", ("er",)),
        ("yo1", ("i", "o")),
        ("ng", ("eng",)),
    ],
)
def test_a_syllable_is_its_initial_and_its_final(syllable: str, phones: tuple[str, ...]) -> None:
    assert phones_of(syllable) == phones


@pytest.mark.parametrize("no_syllable", ["", "xyz", "bx3", "app"])
def test_what_is_no_syllable_says_so(no_syllable: str) -> None:
    with pytest.raises(ValueError, match="no syllable"):
        phones_of(no_syllable)


def test_kaldi_has_a_phone_for_every_place_in_a_word_and_all_of_them_one_class() -> None:
    seen = {SILENCE_PHONE}
    for phone in PHONES:
        numbers = [kaldi_phone(phone, place, length) for place, length in ((0, 3), (1, 3), (2, 3), (0, 1))]
        assert {class_of_kaldi_phone(number) for number in numbers} == {class_of(phone)}
        seen.update(numbers)
    assert seen == set(range(1, KALDI_PHONES + 1))
    assert class_of_kaldi_phone(SILENCE_PHONE) == SILENCE
    assert len(PHONES) + 1 == CLASSES
