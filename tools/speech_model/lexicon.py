"""The words the model knows, and how each sounds. Pure, given the lists beside it."""

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.phrases_dict import phrases_dict

from hotline.prompts.pronunciation import syllables
from ivr.phrase_templates import expand
from ivr.pinyin import READINGS
from tools.speech_model.phones import phones_of

Pronunciation = tuple[str, ...]

UNKNOWN = "[unk]"
"""Vosk's word for whatever the grammar does not have. Here it sounds like any one syllable."""

RARE_READING = 0.08
"""Share of a character's occurrences in pypinyin's phrases below which a reading is left out (还 has a third, xuán)."""

MOST_READINGS = 3

_LETTERS = (
    "a=ei b=bi c=xi d=di e=yi f=ai,fu g=ji h=ei,qi i=ai j=jie k=kei l=ai,lou m=ai,mu n=en o=ou p=pi q=kou r=a "
    "s=ai,si t=ti u=you v=wei w=da,bu,liu x=ai,ke,si y=wai z=zei app=ai,pu"
)

LETTERS = {letter: sound.replace(",", " ") for letter, _, sound in (pair.partition("=") for pair in _LETTERS.split())}
"""Latin letters in Mandarin mouths, toneless."""

_HERE = Path(__file__).parent


@cache
def common_characters() -> tuple[str, ...]:
    """GB 2312-80: its 3,755 common characters (rows 16 to 55), then the 3,008 less common ones (rows 56 to 87)."""
    cells = (bytes((row + 0xA0, cell + 0xA0)) for row in range(16, 88) for cell in range(1, 95))
    return tuple(character for cell in cells if (character := cell.decode("gb2312", errors="ignore")))


@cache
def level_one() -> tuple[str, ...]:
    """The 3,755 common characters of GB 2312-80, which cover 99.7 % of running text."""
    return common_characters()[:3755]


@cache
def all_syllables() -> tuple[str, ...]:
    """Every syllable that some character has, without tones, sorted."""
    return tuple(sorted({reading for character in common_characters() for reading in readings(character)}))


def readings(character: str) -> tuple[str, ...]:
    """Toneless readings of one character, the commonest first."""
    counted = _readings_in_phrases().get(character, Counter())
    total = counted.total()
    common = [reading for reading, count in counted.most_common(MOST_READINGS) if count >= RARE_READING * total]
    known = [reading[:-1] for reading in READINGS.get(character, "").split()]
    (usual,) = lazy_pinyin(character, style=Style.NORMAL, v_to_u=False)
    found = dict.fromkeys(_plain(reading) for reading in [*known, *common, *([] if known or common else [usual])])
    return tuple(found)


def _plain(reading: str) -> str:
    return {"m": "mu", "n": "en", "ng": "eng", "hm": "heng", "hng": "heng", "ê": "ei"}.get(reading, reading)


@cache
def _readings_in_phrases() -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, sounds in phrases_dict.items():
        for character, alternatives in zip(phrase, sounds, strict=False):
            found[character][to_normal(alternatives[0]).replace("ü", "v")] += 1
    return found


def pronunciations(word: str) -> tuple[Pronunciation, ...]:
    """Every way the model takes a word to sound; a word of several characters has the one reading of its context."""
    if word == UNKNOWN:
        return tuple(phones_of(syllable) for syllable in all_syllables())
    if word in LETTERS:
        return (_join(LETTERS[word].split()),)
    if len(word) == 1:
        return tuple(phones_of(reading) for reading in readings(word))
    return (_join(syllables(word)),)


def _join(sounds: list[str]) -> Pronunciation:
    return tuple(phone for sound in sounds for phone in phones_of(sound))


@cache
def vocabulary() -> tuple[str, ...]:
    """Every word, each once: what is heard in hotlines as whole words, all characters, letters and the unknown."""
    return tuple(dict.fromkeys((*hotline_words(), *common_characters(), *LETTERS, UNKNOWN)))


@cache
def hotline_words() -> tuple[str, ...]:
    """The words of `words.txt`, longer than one character."""
    lines = (_HERE / "words.txt").read_text("utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return tuple(dict.fromkeys(word for word in words if len(word) > 1))


@cache
def hotline_phrases() -> tuple[str, ...]:
    """What callers of a finance hotline say, from the templates of `phrases.txt`."""
    return _expanded("phrases.txt")


@cache
def everyday_phrases() -> tuple[str, ...]:
    """What people say about anything else, from the templates of `everyday.txt`."""
    return _expanded("everyday.txt")


def _expanded(file: str) -> tuple[str, ...]:
    lines = (_HERE / file).read_text("utf-8").splitlines()
    templates = [line for line in lines if line and not line.startswith("#")]
    return tuple(dict.fromkeys(phrase for template in templates for phrase in expand(template)))
