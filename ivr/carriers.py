"""Words that carry a wish without being one: hesitation, politeness, “I would like to ask about”."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ivr.phrase_templates import expand
from ivr.units import Ways, split_units

LIGHT = 0.35
"""Weight of a carrier word inside a menu's own phrase, as 我要 in 我要投诉; a word with meaning weighs 1."""

LONGEST_OPENER = 8
"""Units of the longest opener, with some to spare."""

MANDARIN_HESITATIONS = "嗯呃啊哦噢喔哎诶欸唉呀嘛哈唔哟"

MANDARIN_CARRIERS = (
    "我(想|要|想要|需要|打算|准备)[问|问问|问一下|问下|咨询|了解|知道|看看|查|办|办理|找]",
    "我[们][的|有|有点|有一点|是|这个|这边|就是|现在]",
    "(你|您)[们][的|好|这|那|能|可以]",
    "(请|请问|麻烦|劳驾|拜托)[你|您|问|一下|帮我|给我]",
    "[能不能|可不可以|可以|能|请|你|麻烦]帮[我|忙][看|看看|看一下|查一下|办|办一下|问|问一下|处理一下|弄一下|把]",
    "(给|替|跟)(我|你们|您)[说|讲]",
    "(能不能|可不可以|可以|能否|能|是否|是不是|有没有)[告诉我]",
    "(问|问问|问一下|咨询|咨询一下|了解|了解一下|知道|打听|打听一下|关于|查一下|看一下|看看|说一下)",
    "(怎么|如何|怎样|应该怎么|应该如何|要怎么|该怎么)[办|办理|弄|操作|做|处理|申请|设置|样|回事|样了]",
    "(需要|想要|要|想|办理|办|找|去|来|再|在|有|是|把|把我)",
    "[的](问题|事|事情|业务|疑问|相关|服务|手续|流程)[怎么办]",
    "(什么|哪些|哪个|多少|时候|什么时候|是什么|是多少|哪天|有哪些|要求吗)",
    "(吧|呢|吗|了|的|呗|啦|么|咯|哪|一下|下|谢谢|谢谢你|好吗|行吗|可以吗|行不行|可不可以|对不对|都|也|就|还是)",
    "(就是|就是说|那个|这个|然后|那|这|其实|可能|现在|刚才|所以|因为|反正|实在|一笔|一个|一些|喂|你好|您好|不好意思)",
    "(选|选择|按|请按|数字|选项|按键)",
)
"""Templates, so that a carrier is written once with its forms."""

MANDARIN_SOLID = ("(第|最后)(一|二|三|四|五|六|七|八|九)[个|项|条|种|号]",)

MANDARIN_OPENERS = (
    "我(想|要|想要|需要|打算)[问|问问|问一下|咨询|咨询一下|了解|了解一下|查|查一下|办|办理]",
    "(请问|麻烦|关于|帮我|给我|有没有|能不能|怎么|如何|为什么|什么|哪个)[查|查一下|看|看一下|办]",
    "(那个|这个|就是|就是说|然后|因为|所以|还有|和|跟|或者|第|选|按|不要|不是)",
)

MANDARIN_QUESTIONS = ("(怎么|如何|怎样|什么时候|哪天|(在|去)哪)",)
"""Ask of what follows, and the sentence ends with it: 怎么还款."""

ENGLISH_HESITATIONS = "um uh er erm hmm mm ah oh"

ENGLISH_CARRIERS = (
    "(i|i'd|i'm|i've|we|you|me|it|it's|this|that|there|my|your|our|some|any|somebody)",
    "(want|wanted|need|would|wish|have|has|had|am|was|is|are|do|does|did|can|could|will|may|should)",
    "(know|ask|talk|hear|find out|check|get|give|tell|help|put|show|let|inquire|calling|got)",
    "(to|about|for|with|on|in|at|of|by|the|a|an|and|through|regarding|concerning|what|how|when|where|which|why)",
    "(please|hello|hi|hey|good morning|well|so|like|just|maybe|thanks|thank you|sorry|okay|now)",
    "(question|questions|problem|issue|something|information|press|choose|select|option|number)",
)

ENGLISH_SOLID = ("last one",)

ENGLISH_OPENERS = (
    "(to|about|with|for|of|and|or|a|an|the|my|like|is|not|number|option|press|how|what|when|where|please)",
    "(i|i'd) (want|need|would like|like)",
)


@dataclass(frozen=True)
class Lexicon:
    """The words of one language that mean nothing to a menu."""

    language: str
    hesitations: frozenset[str]
    """Left out wherever they are said, even inside a phrase."""
    templates: tuple[str, ...]
    """The carriers."""
    openers: tuple[str, ...]
    """Templates of what nobody ends with."""
    solid: tuple[str, ...]
    """Templates of what means something although a part of it is a carrier elsewhere, as 第一个."""
    questions: tuple[str, ...] = ()
    """Templates of carriers that ask of what follows, where the language ends a sentence with that."""

    @cached_property
    def carriers(self) -> Ways:
        """Every carrier in units."""
        return self._ways(self.templates)

    @cached_property
    def solids(self) -> Ways:
        """Every solid in units."""
        return self._ways(self.solid)

    @cached_property
    def left_open(self) -> Ways:
        """Every opener in units."""
        return self._ways(self.openers)

    @cached_property
    def asking(self) -> Ways:
        """Every question in units."""
        return self._ways(self.questions)

    def _ways(self, templates: Iterable[str]) -> Ways:
        return Ways(split_units(phrase, self.language) for template in templates for phrase in expand(template))

    def is_left_open(self, units: tuple[str, ...]) -> bool:
        """Whether somebody who ended like this will go on: 嗯, 那个, 我想问一下."""
        if not units or units[-1] in self.hesitations:
            return bool(units)
        ends = range(max(0, len(units) - LONGEST_OPENER), len(units))
        return any(self.left_open.longest(units, place) == len(units) - place for place in ends)

    def asks(self, units: tuple[str, ...]) -> bool:
        """Whether a question is among them."""
        return any(self.asking.longest(units, place) for place in range(len(units)))

    def without_hesitation(self, units: Iterable[str], kept: frozenset[str] = frozenset()) -> list[str]:
        """Leave hesitations out, but for words the menu itself uses."""
        silent = self.hesitations - kept
        return [unit for unit in units if unit not in silent]

    def meanings(self, units: Sequence[str]) -> list[float]:
        """Weigh each unit: 0 for one that belongs to a carrier, 1 for one that means something."""
        said = tuple(units)
        found = [1.0] * len(said)
        place = 0
        while place < len(said):
            length = self.solids.longest(said, place)
            if not length:
                length = self.carriers.longest(said, place)
                found[place : place + length] = [0.0] * length
            place += length or 1
        return found

    def weights(self, units: Sequence[str]) -> tuple[float, ...]:
        """Weigh the units of a menu's phrase; if all of them carry, they are what is meant."""
        meanings = self.meanings(units)
        if not any(meanings):
            return (1.0,) * len(units)
        return tuple(max(meaning, LIGHT) for meaning in meanings)


LEXICONS = {
    "zh-CN": Lexicon(
        "zh-CN",
        frozenset(MANDARIN_HESITATIONS),
        MANDARIN_CARRIERS,
        MANDARIN_OPENERS,
        MANDARIN_SOLID,
        MANDARIN_QUESTIONS,
    ),
    "en": Lexicon("en", frozenset(ENGLISH_HESITATIONS.split()), ENGLISH_CARRIERS, ENGLISH_OPENERS, ENGLISH_SOLID),
}
"""By the menu's language."""
