"""Which phrase fits: at a node, after a failure, at a place in the queue, at a refusal."""

from collections.abc import Set as AbstractSet
from math import ceil, floor, isfinite

from ivr.menu import Menu, Node, Phrases
from telephony.events import Outcome
from telephony.ids import NodeId
from telephony.prompt import BargeIn, Prompt, Say
from telephony.wish import Everywhere, Wish

EVERYWHERE = {
    "zh-CN": {
        Everywhere.AGENT: "转人工服务",
        Everywhere.REPEAT: "再听一遍",
        Everywhere.BACK: "返回上一级",
        Everywhere.MAIN: "回到主菜单",
    },
    "en": {
        Everywhere.AGENT: "a person",
        Everywhere.REPEAT: "to hear that again",
        Everywhere.BACK: "to go back",
        Everywhere.MAIN: "the main menu",
    },
}
"""How `confirm_everywhere` names what works at every node."""


def introduction(node: Node, heard: AbstractSet[NodeId]) -> tuple[Prompt | None, ...]:
    """On entering: all of it the first time, later what there is to choose; a leaf's answer every time."""
    if node.is_leaf or node.id not in heard:
        return (node.say, node.options)
    return (choices(node),)


def choices(node: Node) -> Prompt | None:
    """What there is to choose or, at a leaf, its answer."""
    return node.options or node.say


def question(menu: Menu, wish: Wish) -> Prompt:
    """“您是要办理提前还款吗？”."""
    if wish.everywhere is not None:
        template, name = menu.phrases.confirm_everywhere, EVERYWHERE[menu.language][wish.everywhere]
    else:
        template, name = menu.phrases.confirm, menu.nearest(wish.node or menu.root.id).name
    return Prompt((Say(template.replace("{name}", name)),), BargeIn.SPEECH)


def questions(menu: Menu) -> tuple[Prompt, ...]:
    """Every question there may be: rendered beforehand."""
    wishes = [*(Wish(node) for node in menu.nodes), *(Wish(everywhere=one) for one in Everywhere)]
    return tuple(question(menu, wish) for wish in wishes)


def nth(phrases: tuple[Prompt, ...], failure: int) -> Prompt | None:
    """Tapering: the n-th failure takes the n-th phrase, further ones the last."""
    return phrases[min(failure, len(phrases)) - 1] if phrases else None


def place(phrases: Phrases, position: int, expected_wait_s: tuple[float, float] | None) -> Prompt:
    """“您前面还有3位”: position 4 has three callers ahead; the first of all is next in line."""
    ahead = position - 1
    first = phrases.next_in_line.segments if ahead < 1 else (Say(phrases.position.replace("{n}", str(ahead))),)
    return Prompt((*first, *_wait(phrases, expected_wait_s)))


def _wait(phrases: Phrases, expected_wait_s: tuple[float, float] | None) -> tuple[Say, ...]:
    """An expected wait in whole minutes, always a range: one number would be taken for a promise."""
    if expected_wait_s is None or not all(isfinite(bound) for bound in expected_wait_s):
        return ()
    low = max(1, floor(expected_wait_s[0] / 60))
    high = max(low + 1, ceil(expected_wait_s[1] / 60))
    return (Say(phrases.expected_wait.replace("{low}", str(low)).replace("{high}", str(high))),)


DIGITS = {"zh-CN": "零幺二三四五六七八九"}
"""As they are read out in a telephone number, where that is not as written."""


def digits(language: str, number: str) -> tuple[Say, ...]:
    """Read a number digit by digit; each is rendered once, and no file holds a caller's number."""
    words = DIGITS.get(language, "0123456789")
    return tuple(Say(words[int(digit)]) for digit in number)


def refusal(phrases: Phrases, outcome: Outcome) -> Prompt:
    """Why the queue lets a caller go."""
    return {
        Outcome.REJECTED_NO_AGENTS: phrases.no_agents,
        Outcome.REJECTED_FULL: phrases.queue_full,
        Outcome.REJECTED_CLOSED: phrases.closed,
        Outcome.TIMED_OUT: phrases.timed_out,
    }.get(outcome, phrases.goodbye)
