"""Text to the script the synthesiser speaks: numbered pinyin for Chinese, plain words for English. Pure."""

import re
from collections.abc import Callable
from functools import cache, partial

from hotline.prompts.numerals import write_out

PHRASES = {
    "还款": "huan2 kuan3",
    "还款日": "huan2 kuan3 ri4",
    "还贷": "huan2 dai4",
    "还钱": "huan2 qian2",
    "还清": "huan2 qing1",
    "应还": "ying1 huan2",
    "未还": "wei4 huan2",
    "已还": "yi3 huan2",
    "归还": "gui1 huan2",
    "偿还": "chang2 huan2",
    "重听": "chong2 ting1",
    "重置": "chong2 zhi4",
    "重拨": "chong2 bo1",
    "重复": "chong2 fu4",
    "重新": "chong2 xin1",
    "重试": "chong2 shi4",
    "转接": "zhuan3 jie1",
    "转人工": "zhuan3 ren2 gong1",
    "坐席": "zuo4 xi2",
    "座席": "zuo4 xi2",
    "一下": "yi2 xia4",
    "处理": "chu3 li3",
    "了解": "liao3 jie3",
    "调休": "tiao2 xiu1",
    "注销": "zhu4 xiao1",
    "为您": "wei4 nin2",
    "录音": "lu4 yin1",
    "长按": "chang2 an4",
    "还要": "hai2 yao4",
    "还有": "hai2 you3",
    "还需": "hai2 xu1",
    "还可": "hai2 ke3",
    "还是": "hai2 shi4",
    "都在": "dou1 zai4",
    "谢谢": "xie4 xie5",
    "早上好": "zao3 shang4 hao3",
    "行长": "hang2 zhang3",
    "行内": "hang2 nei4",
    "我行": "wo3 hang2",
    "当天": "dang4 tian1",
    "当日": "dang4 ri4",
    "井号键": "jing3 hao4 jian4",
    "星号键": "xing1 hao4 jian4",
}
"""Where the dictionary is wrong for a hotline: 还 in money matters is huán, 重 meaning again is chóng."""

_LETTERS = {"A": "ei1"}
"""Espeak reads a lone A as an unstressed article; its other letters are fine."""

_RESPELL = {"m": "mu", "hm": "heng", "hng": "heng", "n": "en", "ng": "eng", "ê": "ei"}
"""Interjections espeak does not know as syllables."""

_IONG = {"xiong": "S;", "qiong": "tS;h", "jiong": "tS;"}
"""Syllables missing in espeak 1.52, spoken by phonemes: it would spell them in English."""

_TONES = {"1": "55", "2": "35", "3": "214", "4": "51", "5": "11"}

_PAUSES = {
    **dict.fromkeys('，、；：,;:—…（）()“”"\n', ","),
    **dict.fromkeys("。！.!", "."),
    **dict.fromkeys("？?", "?"),
}
"""Punctuation to the pauses espeak knows."""

_NUMERALS = frozenset("零一二三四五六七八九十百千万亿幺两点")

_PLAIN_ONE_AFTER = frozenset("第按拨周期统唯专单之万逐") | _NUMERALS
"""After these 一 keeps its first tone: ordinals, keys, digits and compounds such as 统一."""

_PLAIN_ONE_BEFORE = frozenset("月日号楼键到") | _NUMERALS

_LONG_FIGURE = re.compile(r"\d{4,}")
"""In English read digit by digit."""

_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*|[\u3400-\u9fff]+|.", re.DOTALL)


def ends_sentence(text: str) -> bool:
    """Whether a pause belongs after this text."""
    return text.rstrip("”’\"') 　").endswith(tuple("。！？；.!?;"))


def write_script(text: str, language: str) -> str:
    """The line espeak is given: for Chinese pinyin with tone numbers, for English the words themselves."""
    return _chinese(text) if language.startswith("zh") else _english(text)


def _english(text: str) -> str:
    spaced = _LONG_FIGURE.sub(lambda found: " ".join(found[0]), text)
    return " ".join(re.sub(r"[\[\]<>]", " ", spaced.replace("*", " star ").replace("#", " pound ")).split())


def _chinese(text: str) -> str:
    words = [_speak(found[0]) for found in _WORD.finditer(write_out(text))]
    joined = re.sub(r"\s+", " ", " ".join(word for word in words if word))
    once = re.sub(r"(?: ?[,.?])+", lambda found: _strongest(found[0]), joined)
    return once.strip(" ,") if once.strip(" ,.?") else ""


def _strongest(pauses: str) -> str:
    return next(mark for mark in "?.," if mark in pauses)


def _speak(part: str) -> str:
    if part[0].isascii() and part[0].isalpha():
        return _spell(part) if part.isupper() or part.lower() == "app" else part
    if part in _PAUSES:
        return _PAUSES[part]
    if not "\u3400" <= part[0] <= "\u9fff":
        return ""
    return " ".join(respell(syllable) for syllable in syllables(part))


def _spell(letters: str) -> str:
    return " ".join(_LETTERS.get(letter, letter) for letter in letters.upper() if letter.isalpha())


def syllables(hanzi: str) -> list[str]:
    """One a character, with the tones of 一 and 不 as spoken; third tones in a row are espeak's own business."""
    found = _syllables()(hanzi.replace("幺", "腰"))
    for place, character in enumerate(hanzi[:-1]):
        if character == "不" and found[place + 1].endswith("4"):
            found[place] = "bu2"
        elif character == "一" and _changes(hanzi, place):
            found[place] = "yi2" if found[place + 1].endswith("4") else "yi4"
    return found


def _changes(hanzi: str, place: int) -> bool:
    before = hanzi[place - 1] if place else ""
    return before not in _PLAIN_ONE_AFTER and hanzi[place + 1] not in _PLAIN_ONE_BEFORE


def respell(syllable: str) -> str:
    """What espeak is given for it."""
    base, tone = syllable[:-1], syllable[-1]
    if base in _IONG:
        return f"[[{_IONG[base]}'iong{_TONES[tone]}]]"
    return _RESPELL.get(base, base) + tone


@cache
def _syllables() -> Callable[[str], list[str]]:
    """The dictionary, loaded when something must be spoken that is not rendered yet.

    That takes a second, which an engine that comes back to waiting callers does not have.
    """
    from pypinyin import Style, lazy_pinyin, load_phrases_dict  # noqa: PLC0415 - see above

    phrases = {phrase: [[syllable] for syllable in pinyin.split()] for phrase, pinyin in PHRASES.items()}
    load_phrases_dict(phrases, style="tone3")
    return partial(lazy_pinyin, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)
