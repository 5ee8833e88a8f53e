"""What a recogniser is told to listen for: the menu's phrases, what works everywhere, what is said around them. Pure.

Fewer forms than `ivr.intents` understands: each that is added makes the others harder to hear. With every carrier and
every form of 人工 and 重听 in the grammar, a seventh less of spoken phrases was understood (docs/decisions/0009).
"""

from collections.abc import Iterator

from ivr.answers import NO, YES
from ivr.intent_phrases import PhraseBook, Target
from ivr.menu import Node
from ivr.phrase_templates import expand
from ivr.universals import Pick

EVERYWHERE = {
    "zh-CN": (
        "[转|找]人工",
        "人工(服务|客服)",
        "[转|找]客服",
        "(重听|重复)",
        "(重复|再说|再听)一遍",
        "没[有]听清[楚]",
        "返回[上一级]",
        "上一级",
        "[返回]主菜单",
    ),
    "en": (
        "[speak to] [an] (agent|operator|person)",
        "(repeat|say again|pardon)",
        "[go] back",
        "main menu",
    ),
}
"""The forms of 人工, 重听, 返回 and 主菜单 that callers use most."""

AROUND = {
    "zh-CN": (
        "我[想|要|需要]",
        "[我想]问一下",
        "[我想]咨询[一下]",
        "(请问|请|麻烦|帮我|给我|你好)",
        "(查一下|办理|一下|那个|就是|嗯)",
        "怎么[办|办理|操作]",
        "[的]问题",
        "(可以吗|谢谢|吗|吧|了|的)",
        "(不要|不是|不对|别|不想)",
    ),
    "en": (
        "(i want to|i would like to|i need|i|to|about|my|the|a)",
        "(please|hello|help|with|question|how|can you|thanks)",
        "(not|no|don't)",
    ),
}
"""Carriers, hesitation and denials that must not be heard as the menu's own words."""

LONG_ORDINALS: dict[str, tuple[str, ...]] = {"zh-CN": ("个",), "en": ("one", "option")}
"""How the ordinals end that are listened for: 第二个, the second one."""


def sayable(book: PhraseBook, targets: frozenset[Target] | None = None) -> tuple[str, ...]:
    """Return what may be said, each phrase once; `targets` leaves out what leads elsewhere in the tree."""
    own = (
        phrase.text
        for phrase in book.phrases
        if isinstance(phrase.target, str) and (targets is None or phrase.target in targets)
    )
    return tuple(dict.fromkeys((*own, *_expanded(EVERYWHERE[book.language] + AROUND[book.language]))))


def choosable(book: PhraseBook, node: Node | None = None) -> tuple[str, ...]:
    """Return choices by their number, at a node those it has: worth listening for only where the model has the words.

    Made of single syllables they are heard in everything: of 150 spoken phrases 7 more were misunderstood.
    """
    return tuple(
        phrase.text
        for phrase in book.phrases
        if isinstance(phrase.target, Pick)
        and phrase.text.endswith(LONG_ORDINALS[book.language])
        and (node is None or phrase.target.resolve(node) in node.choices.values())
    )


def sayable_answers(language: str) -> tuple[str, ...]:
    """Return the ways to say yes and no, with what is said around them."""
    return tuple(dict.fromkeys(_expanded(YES[language] + NO[language] + AROUND[language])))


def _expanded(templates: tuple[str, ...]) -> Iterator[str]:
    return (phrase for template in templates for phrase in expand(template))
