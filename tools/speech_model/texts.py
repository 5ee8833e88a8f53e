"""What the synthetic speakers of the training say: callers' wishes, figures, and words of every kind. Pure."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from pypinyin.phrases_dict import phrases_dict

from tools.speech_model import trials
from tools.speech_model.lexicon import everyday_phrases, hotline_phrases, hotline_words, level_one
from tools.speech_model.voices import Role

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
    *("我来问一下", "不好意思我想", "师傅你好", "我这个", "我有个", "劳驾", "请您帮我", "想咨询", "关于", "我刚才说的"),
    *(
        "啊，我要",
        "可不可以",
        "你帮我看下",
        "打扰一下",
        "我今天想",
        "先帮我",
        "还是",
        "对，我想",
        "我就问问",
        "嗯，就是",
    ),
)
"""Ways to begin a wish. Those of `tools.speech_model.trials` are others."""

CLOSINGS = (
    *("", "", "", "怎么办理", "怎么办", "怎么弄", "怎么操作", "的问题", "的事情", "业务", "吧", "啊", "可以吗", "行吗"),
    *("一下", "，谢谢", "呢", "，好吗", "的流程", "吗", "在哪里弄", "要什么", "有没有", "麻烦了", "找哪个", "快一点"),
    *("怎么回事啊", "是多少", "的方法", "多久", "可不可以", "要不要钱", "给我讲讲", "谁来管"),
)

_DIGITS = "零一二三四五六七八九幺"
_UNITS = ("十", "百", "千", "万")
_COUNTED = ("月", "号", "块", "元", "期", "天", "年", "个月")


def sentence(rng: np.random.Generator) -> str:
    """One utterance; a comma is a short pause. Nothing that is said in the evaluation around a phrase is in it."""
    while True:
        said = _any_sentence(rng)
        if not any(held_out in said for held_out in held_out_texts()):
            return said


@cache
def held_out_texts() -> tuple[str, ...]:
    """Carriers and foreign sentences of both halves of the evaluation."""
    halves: tuple[Role, Role] = ("tune", "report")
    return tuple(
        text
        for role in halves
        for text in (*trials.OPENINGS[role], *trials.CLOSINGS[role], *trials.foreign_sentences(role))
    )


def _any_sentence(rng: np.random.Generator) -> str:
    kind = rng.random()
    return next(speak for until, speak in _KINDS if kind < until)(rng)


def _pick(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _words(choices: Sequence[str], rng: np.random.Generator, most: int) -> str:
    words = [_pick(choices, rng) for _ in range(rng.integers(1, most + 1))]
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


def _carried_wish(rng: np.random.Generator) -> str:
    return _pick(OPENINGS, rng) + _pick(hotline_phrases(), rng) + _pick(CLOSINGS, rng)


def _everyday(rng: np.random.Generator) -> str:
    is_carried = rng.random() < 0.5
    everyday = _pick(everyday_phrases(), rng)
    return _pick(OPENINGS, rng) + everyday + _pick(CLOSINGS, rng) if is_carried else everyday


def _carried_words(rng: np.random.Generator) -> str:
    return _pick(OPENINGS, rng) + _words(_dictionary(), rng, 3) + _pick(CLOSINGS, rng)


_KINDS: tuple[tuple[float, Callable[[np.random.Generator], str]], ...] = (
    (0.26, _carried_wish),
    (0.34, lambda rng: _pick(hotline_phrases(), rng)),
    (0.40, _figure),
    (0.55, _everyday),
    (0.65, _carried_words),
    (0.77, lambda rng: _words(hotline_words(), rng, 6)),
    (0.95, lambda rng: _words(_dictionary(), rng, 4)),
    (1.00, lambda rng: "".join(_pick(level_one(), rng) for _ in range(rng.integers(1, 9)))),
)
"""What is said, each up to its share of all that is said."""
