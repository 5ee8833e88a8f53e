"""Yes or no, after a question such as 您是要办理提前还款吗. Pure."""

from collections.abc import Iterator

from ivr.carriers import LEXICONS
from ivr.intent_phrases import speakable
from ivr.phrase_templates import expand
from ivr.pinyin import SAME_SOUND
from ivr.units import unit_cost

YES = {
    "zh-CN": (
        "(是|对|好|行|要|嗯嗯|没错|可以|需要|确认|正确|一)",
        "(是|对|好|行|可以)(是|对|好|的|啊|了|呀)[的]",
        "(我|就)(要|是|是的|想)",
    ),
    "en": ("(yes|yeah|yep|right|correct|sure|okay|ok|one)", "(yes|that is|that's) (please|right|correct)"),
}
"""Templates, by language. 嗯 alone is too like a cough to act on."""

NO = {
    "zh-CN": (
        "(否|不|错|二)[了|的]",
        "不(是|对|要|用|行|想|需要|可以)[的|了|啊|这个]",
        "(没有|没说|取消|错了|不不|搞错了|弄错了|说错了)",
    ),
    "en": ("(no|nope|wrong|two)", "(no thanks|no thank you|not that|that's (wrong|not right))"),
}

_WAYS = {
    answer: {
        language: tuple(speakable(phrase, language) for template in templates for phrase in expand(template))
        for language, templates in by_language.items()
    }
    for answer, by_language in ((True, YES), (False, NO))
}


def hear_answer(text: str, language: str) -> bool | None:
    """Return yes, no, or None if the words are no answer by themselves: then they may be another wish."""
    units = speakable(text, language)
    fluent = tuple(LEXICONS[language].without_hesitation(units))
    answers = (units, fluent, *_without_opening(fluent, language))
    for said in answers:
        for answer, ways in _WAYS.items():
            if any(_is_said(said, way) for way in ways[language]):
                return answer
    return None


def _without_opening(units: tuple[str, ...], language: str) -> Iterator[tuple[str, ...]]:
    """Yield what is left without the first carrier, the first two …: 那个不对."""
    start = 0
    while start < len(units) and (length := LEXICONS[language].carriers.longest(units, start)):
        start += length
        yield units[start:]


def _is_said(said: tuple[str, ...], way: tuple[str, ...]) -> bool:
    return len(said) == len(way) and all(
        unit_cost(heard, meant) <= SAME_SOUND for heard, meant in zip(said, way, strict=True)
    )
