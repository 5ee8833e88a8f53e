"""The sounds the model tells apart: initials and finals of Mandarin without tones, and how they are numbered. Pure."""

import re

from pypinyin.contrib.tone_convert import to_finals, to_initials

INITIALS = ("b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r", "z", "c", "s")

FINALS = (
    *("a", "ai", "an", "ang", "ao", "e", "ei", "en", "eng", "er", "o", "ong", "ou"),
    *("i", "ia", "ian", "iang", "iao", "ie", "in", "ing", "iong", "iou"),
    *("ii", "iii"),  # the buzz of zi ci si, and of zhi chi shi ri
    *("u", "ua", "uai", "uan", "uang", "uei", "uen", "ueng", "uo"),
    *("v", "van", "ve", "vn"),
)

PHONES = (*INITIALS, *FINALS)

SILENCE = 0
"""The network's class of silence; that of `PHONES[n]` is n + 1."""

CLASSES = 1 + len(PHONES)

POSITIONS = ("begin", "end", "internal", "singleton")
"""Where in a word a phone stands. Kaldi numbers each of these apart, so that word boundaries can be found again."""

SILENCE_PHONE = 1
"""Kaldi's number of silence; 0 is epsilon."""

KALDI_PHONES = 1 + len(POSITIONS) * len(PHONES)
"""The highest number of a phone."""

_CLASS = {phone: number for number, phone in enumerate(PHONES, 1)}

_AS_SYLLABLES = {"m": "mu", "hm": "heng", "hng": "heng", "n": "en", "ng": "eng", "ê": "ei"}
"""Interjections that are no syllables of the table."""

_AS_PHONES = {"yo": ("i", "o")}
"""The one syllable whose final no other has."""


def phones_of(syllable: str) -> tuple[str, ...]:
    """`huan2` → `h`, `uan`; a tone at the end does not matter. ValueError if it is no Mandarin syllable."""
    base = re.sub(r"[0-9]", "", syllable).replace("ü", "v")
    base = _AS_SYLLABLES.get(base, base)
    if base in _AS_PHONES:
        return _AS_PHONES[base]
    initial = to_initials(base, strict=True)
    final = to_finals(base, strict=True, v_to_u=False)
    if final == "i":
        final = "ii" if initial in ("z", "c", "s") else "iii" if initial in ("zh", "ch", "sh", "r") else "i"
    found = (initial, final) if initial else (final,)
    if any(phone not in _CLASS for phone in found):
        raise ValueError(f"{syllable!r} is no syllable of Mandarin")
    return found


def class_of(phone: str) -> int:
    """The network's output for it."""
    return _CLASS[phone]


def kaldi_phone(phone: str, place: int, length: int) -> int:
    """Kaldi's number of the phone at a place of a word of so many phones."""
    edge = "begin" if place == 0 else "end" if place == length - 1 else "internal"
    position = "singleton" if length == 1 else edge
    return SILENCE_PHONE + 1 + len(POSITIONS) * (_CLASS[phone] - 1) + POSITIONS.index(position)


def class_of_kaldi_phone(number: int) -> int:
    """The network's output for one of Kaldi's phones."""
    return SILENCE if number == SILENCE_PHONE else (number - SILENCE_PHONE - 1) // len(POSITIONS) + 1
