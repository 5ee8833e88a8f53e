"""What can be said at every node: a person, back, again, the main menu, and a choice by its number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from ivr.menu import UNIVERSAL_KEYS, Node
from ivr.units import DIGITS
from telephony.ids import NodeId


class Universal(Enum):
    """The wishes that work everywhere, named as in `UNIVERSAL_KEYS`; never equal to a node of the same name."""

    AGENT = "agent"
    REPEAT = "repeat"
    BACK = "back"
    MAIN = "main"


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice by its number: which node it is depends on where the caller is."""

    key: str = ""
    """The key it is as good as; empty for an ordinal."""
    place: int = 0
    """Among the choices in their order, from 0; -1 is the last."""

    def resolve(self, node: Node) -> "NodeId | Universal | None":
        """Return what it means at this node; None if there is no such choice."""
        if self.key in UNIVERSAL_KEYS:
            return Universal(UNIVERSAL_KEYS[self.key])
        if self.key:
            return node.choices.get(self.key)
        targets = list(node.choices.values())
        return targets[self.place] if -len(targets) <= self.place < len(targets) else None


UNIVERSALS: dict[str, dict[Universal, tuple[str, ...]]] = {
    "zh-CN": {
        Universal.AGENT: (
            "[转|转接|接|找]人工[服务|客服|坐席|台]",
            "[转|找|接](客服|真人|坐席|接线员|客服代表)",
            "找个人",
            "(跟|和|找)[真]人(说话|讲话|说|聊)",
            "有人吗",
        ),
        Universal.REPEAT: (
            "(重复|重听|重播)[一遍|一次]",
            "(再|重新|重)(说|讲|听|放|念|来|播)[一](遍|次)",
            "没[有]听(清|清楚|见|懂|到|明白)",
            "(你|您|刚才|你刚才)说什么",
        ),
        Universal.BACK: (
            "返回[上一级|上一层|上级|上一步][菜单]",
            "(上一级|上一层|上级|上一步)[菜单]",
            "(退回|后退|回)[去|上一级]",
        ),
        Universal.MAIN: (
            "[返回|回|回到|回到了|去]主菜单",
            "(返回|回|回到)(首页|开头|最开始|最上面)",
            "(从头|重新)(开始|来)",
        ),
    },
    "en": {
        Universal.AGENT: (
            "[speak to|talk to|connect me to|transfer me to] [a|an|the] (agent|operator|person|human|representative)",
            "(human being|real person|live person|customer service|speak to (somebody|someone))",
        ),
        Universal.REPEAT: (
            "repeat [that|it|please]",
            "say [that|it] again",
            "(pardon|come again|once more|one more time)",
            "(what did you say|i did not hear [that]|i didn't (hear|catch|understand) [that])",
        ),
        Universal.BACK: ("[go] back", "previous menu", "go up"),
        Universal.MAIN: ("[go to|back to] [the] main menu", "start (over|again)", "[from] the beginning"),
    },
}
"""Templates by the menu's language."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_SIGNS = {
    "zh-CN": {"*": "星(键|号键)", "#": "井(号|号键)"},
    "en": {"*": "star [key]", "#": "(pound|hash) [key]"},
}


def pick_templates(keys: Iterable[str], language: str) -> Iterator[tuple[Pick, str]]:
    """Yield every way to choose by number, carriers such as 选 left out: 三号, 第三个, 最后一个, the third one."""
    for key in keys:
        for said in spoken_key(key, language):
            yield Pick(key=key), said
    for place in range(len(_ORDINALS)):
        if language == "zh-CN":
            yield Pick(place=place), f"第{DIGITS[language][place + 1]}[个|项|条|种|号]"
        else:
            yield Pick(place=place), f"[the] {_ORDINALS[place]} [one|option|choice]"
    yield Pick(place=-1), "最后[一](个|项|条|种)" if language == "zh-CN" else "[the] last [one|option|choice]"


def spoken_key(key: str, language: str) -> list[str]:
    """Say a key or a row of keys, in templates: 12 is 一二 and 十二."""
    if key in _SIGNS[language]:
        return [_SIGNS[language][key]]
    digits = [DIGITS[language][int(digit)] for digit in key]
    if language == "en":
        return [" ".join(digits)]
    ways = ["".join(digits)]
    if len(key) == 2 and key[0] != "0":
        tens, ones = ("" if key[0] == "1" else digits[0]), ("" if key[1] == "0" else digits[1])
        ways.append(f"{tens}十{ones}")
    return [f"{way}[号|键|号键]" for way in ways]
