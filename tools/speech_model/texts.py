"""What the synthetic speakers of the training say: callers' wishes, figures, and words of every kind. Pure."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from pypinyin.phrases_dict import phrases_dict

from tools.speech_model.lexicon import hotline_phrases, level_one

OPENINGS = (
    *(
        "",
        "",
        "",
        "我想问一下",
        "我想",
        "我要",
        "请问",
        "请问一下",
        "我想咨询一下",
        "我想了解一下",
        "帮我",
        "帮我查一下",
    ),
    *("麻烦帮我", "那个", "嗯", "嗯那个", "你好", "你好，我想", "您好，我要", "我需要", "我想要", "能不能", "可以帮我"),
    *("给我", "就是", "我就是想", "喂，你好", "请帮我", "我想知道", "我要办", "请给我", "我现在想", "我这边想"),
)
"""Ways to begin a wish. Those of `tools.speech_model.evaluation` are others."""

CLOSINGS = (
    *("", "", "", "怎么办理", "怎么办", "怎么弄", "怎么操作", "的问题", "的事情", "业务", "吧", "啊", "可以吗", "行吗"),
    *("一下", "，谢谢", "呢", "，好吗", "的流程", "吗"),
)

_DIGITS = "零一二三四五六七八九幺"
_UNITS = ("十", "百", "千", "万")
_COUNTED = ("月", "号", "块", "元", "期", "天", "年", "个月")


def sentence(rng: np.random.Generator) -> str:
    """One utterance; a comma is a short pause."""
    kind = rng.random()
    if kind < 0.30:
        return _pick(OPENINGS, rng) + _pick(hotline_phrases(), rng) + _pick(CLOSINGS, rng)
    if kind < 0.40:
        return _pick(hotline_phrases(), rng)
    if kind < 0.47:
        return _figure(rng)
    if kind < 0.60:
        return _pick(OPENINGS, rng) + _words(rng, 3) + _pick(CLOSINGS, rng)
    if kind < 0.90:
        return _words(rng, 4)
    return "".join(_pick(level_one(), rng) for _ in range(rng.integers(1, 9)))


def _pick(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _words(rng: np.random.Generator, most: int) -> str:
    words = [_pick(_dictionary(), rng) for _ in range(rng.integers(1, most + 1))]
    comma = "，" if rng.random() < 0.15 else ""
    return comma.join(words) if len(words) == 2 else "".join(words)


def _figure(rng: np.random.Generator) -> str:
    kind = rng.random()
    if kind < 0.5:
        return "".join(_pick(_DIGITS, rng) for _ in range(rng.integers(1, 12)))
    number = _pick(_DIGITS[1:10], rng) + _pick(_UNITS, rng)
    if rng.random() < 0.5:
        number += _pick(_DIGITS[1:10], rng)
    return number + _pick(_COUNTED, rng)


@cache
def _dictionary() -> tuple[str, ...]:
    """Pypinyin's phrases of two to four common characters: every syllable beside every other, much as in speech."""
    common = frozenset(level_one())
    return tuple(sorted(phrase for phrase in phrases_dict if 2 <= len(phrase) <= 4 and common.issuperset(phrase)))
