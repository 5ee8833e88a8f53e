"""How a Chinese character sounds, and how easily one syllable is taken for another, dialects included."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

SAME_SOUND = 0.03
"""Another character of the same sound and tone: a recogniser's free choice, yet the right character is better."""

TONE = 0.12
"""A wrong tone alone. This and the next two are the spike's costs, as fractions of a wrong syllable."""

DIALECT_INITIAL = 0.25
"""As n for l in the south-west, z for zh in the south and north-east, f for h in the south."""

DIALECT_FINAL = 0.2
"""As in for ing, en for eng, an for ang, nearly everywhere south of the Yangtze."""

NEAR_INITIAL = 0.4
"""One feature apart, as b and p: lost in a telephone's band rather than said otherwise."""

NEAR_FINAL = 0.35

OTHER = 0.65
"""Another initial or another final; both together are another syllable."""

READINGS = {
    "还": "huan2 hai2",
    "重": "chong2 zhong4",
    "行": "xing2 hang2",
    "长": "chang2 zhang3",
    "得": "de5 dei3",
    "了": "le5 liao3",
    "调": "diao4 tiao2",
    "都": "dou1 du1",
    "数": "shu4 shu3",
    "处": "chu4 chu3",
    "应": "ying1 ying4",
    "转": "zhuan3 zhuan4",
    "结": "jie2 jie1",
    "差": "cha4 cha1 chai1",
    "便": "bian4 pian2",
    "单": "dan1 shan4",
    "查": "cha2 zha1",
    "更": "geng1 geng4",
    "号": "hao4 hao2",
    "降": "jiang4 xiang2",
    "量": "liang4 liang2",
    "率": "lv4 shuai4",
    "约": "yue1 yao1",
    "种": "zhong3 zhong4",
    "传": "chuan2 zhuan4",
    "给": "gei3 ji3",
    "看": "kan4 kan1",
    "好": "hao3 hao4",
    "没": "mei2 mo4",
    "相": "xiang1 xiang4",
    "为": "wei4 wei2",
    "一": "yi1 yao1",
}
"""Characters with several common readings; both are tried, so that 还款 is huán kuǎn and no context can spoil it."""

_DIALECT_INITIALS = ("n l", "z zh", "c ch", "s sh", "f h")
_NEAR_INITIALS = ("b p", "d t", "g k", "j q", "z c", "zh ch", "r l", "m n", "j zh", "q ch", "x sh", "x s", "j z", "q c")
_DIALECT_FINALS = ("in ing", "en eng", "an ang", "ian iang", "uan uang")
_NEAR_FINALS = ("i v", "o uo", "e uo", "ai ei", "ao ou", "uei ei", "uen en", "en in", "eng ing", "eng ong", "ie ve")

_SIBILANTS = frozenset(("z", "c", "s", "zh", "ch", "sh", "r"))
"""After these an i is a buzz, not the vowel of xi: si is nearer to shi than to xi."""


class Sound(NamedTuple):
    """One syllable."""

    initial: str
    """Empty for a syllable that begins with its vowel."""
    final: str
    tone: str
    """1 to 4, 5 for the neutral tone."""


def _pairs(groups: Iterable[str], cost: float) -> dict[frozenset[str], float]:
    return {frozenset(group.split()): cost for group in groups}


_INITIAL_COSTS = _pairs(_NEAR_INITIALS, NEAR_INITIAL) | _pairs(_DIALECT_INITIALS, DIALECT_INITIAL)
_FINAL_COSTS = _pairs(_NEAR_FINALS, NEAR_FINAL) | _pairs(_DIALECT_FINALS, DIALECT_FINAL)
_ONE_INITIAL = {"l": "n", "zh": "z", "ch": "c", "sh": "s", "h": "f"}
_ONE_FINAL = {"ing": "in", "eng": "en", "ang": "an", "iang": "ian", "uang": "uan"}


@lru_cache(maxsize=30_000)  # every character of the common standard fits
def sounds(character: str) -> tuple[Sound, ...]:
    """Return the common readings of a character; none for what is not Chinese."""
    readings = READINGS.get(character)
    if readings is None:
        readings = "".join(lazy_pinyin(character, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore"))
    return tuple(_sound(reading) for reading in readings.split())


def _sound(reading: str) -> Sound:
    base, tone = reading[:-1], reading[-1]
    initial, final = to_initials(base, strict=True), to_finals(base, strict=True, v_to_u=False)
    return Sound(initial, "buzz" if final == "i" and initial in _SIBILANTS else final, tone)


@lru_cache(maxsize=200_000)
def sound_cost(heard: Sound, meant: Sound) -> float:
    """How unlikely it is, from 0 to 1, that who meant the one was heard as the other."""
    initial = _cost(_INITIAL_COSTS, heard.initial, meant.initial)
    finals = heard.final, meant.final
    if {heard.initial, meant.initial} == {"f", "h"}:
        finals = _without_glide(heard.final), _without_glide(meant.final)
    final = _cost(_FINAL_COSTS, *finals)
    tone = 0.0 if heard.tone == meant.tone else TONE
    return min(1.0, initial + final + tone)


def character_cost(heard: str, meant: str) -> float:
    """Compare two characters by whichever of their readings are nearest; 1 if one of them has none."""
    if heard == meant:
        return 0.0
    nearest = min((sound_cost(*pair) for pair in product(sounds(heard), sounds(meant))), default=1.0)
    return max(nearest, SAME_SOUND)


def rough_sounds(character: str) -> tuple[str, ...]:
    """Return what remains of the readings without tone and dialect: the key under which a phrase is found again."""
    return tuple(dict.fromkeys(_rough(sound) for sound in sounds(character)))


def _rough(sound: Sound) -> str:
    initial = _ONE_INITIAL.get(sound.initial, sound.initial)
    final = _without_glide(sound.final) if initial == _ONE_INITIAL["h"] else sound.final
    return f"{initial}-{_ONE_FINAL.get(final, final)}"


def _without_glide(final: str) -> str:
    """What is left of huan, hui or hua when said with f, which takes no glide: fan, fei, fa."""
    return final[1:] if len(final) > 1 and final[0] == "u" else final


def _cost(costs: dict[frozenset[str], float], one: str, other: str) -> float:
    return 0.0 if one == other else costs.get(frozenset((one, other)), OTHER)
