"""From phrases as people write them to a grammar in words that the model knows. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from asr.recognizer import Grammar

Knows = Callable[[str], bool]
"""Whether a word is in the model's vocabulary."""

LONGEST_WORD = 8
"""Characters of the longest Chinese word looked for; dictionaries have hardly any that is longer."""

LONGEST_PHRASE = 60
"""Characters: nobody says more without drawing breath, and a text that was pasted by mistake is no phrase."""

_CHINESE_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")

_ENGLISH_DIGITS = str.maketrans(
    {
        "0": " zero ",
        "1": " one ",
        "2": " two ",
        "3": " three ",
        "4": " four ",
        "5": " five ",
        "6": " six ",
        "7": " seven ",
        "8": " eight ",
        "9": " nine ",
    }
)

_CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿〇]+")

_PIECES = re.compile(rf"{_CHINESE.pattern}|[^\W_㐀-䶿一-鿿豈-﫿〇]+(?:['’][^\W_㐀-䶿一-鿿豈-﫿〇]+)*")


def fit(phrases: Iterable[str], knows: Knows, optional: Iterable[str] = ()) -> Grammar:
    """Write each phrase in words the model knows, as few as can be; list those it has no words for.

    Those that are optional are left out unless no word of theirs is a single Chinese character.
    """
    known = _Memory(knows)
    fitted: dict[str, None] = {}
    refused: dict[str, None] = {}
    for phrase in phrases:
        words = _words(phrase, known)
        if words:
            fitted.setdefault(" ".join(words))
        else:
            refused.setdefault(phrase)
    for phrase in optional:
        words = _words(phrase, known)
        if words and all(len(word) > 1 for word in words):
            fitted.setdefault(" ".join(words))
    return Grammar(tuple(fitted), tuple(refused))


class _Memory(dict[str, bool]):
    """Asks the model about each word once: ten thousand phrases share theirs."""

    def __init__(self, knows: Knows) -> None:
        super().__init__()
        self._knows = knows

    def __missing__(self, word: str) -> bool:
        self[word] = known = self._knows(word)
        return known


def _words(phrase: str, known: _Memory) -> list[str]:
    """Cut a phrase into known words; nothing if it cannot be done. Quotes, emoji and the like are not spoken."""
    if len(phrase) > LONGEST_PHRASE:
        return []
    words: list[str] = []
    for piece in _spoken_pieces(phrase):
        found = _cut(piece, known) if _CHINESE.fullmatch(piece) else [piece] if known[piece] else []
        if not found:
            return []
        words += found
    return words


def _spoken_pieces(phrase: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", phrase).lower().replace("’", "'")
    digits = _CHINESE_DIGITS if _CHINESE.search(plain) else _ENGLISH_DIGITS
    for match in _PIECES.finditer(plain.translate(digits)):
        yield match.group()


def _cut(text: str, known: _Memory) -> list[str]:
    """Find the fewest words; of as many, the one whose last word is longest (选 + 第二个 rather than 选第 + 二个)."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(text) + 1):
        found: list[str] | None = None
        for start in range(max(0, end - LONGEST_WORD), end):
            before, word = best[start], text[start:end]
            if before is not None and (found is None or len(before) + 1 < len(found)) and known[word]:
                found = [*before, word]
        best.append(found)
    return best[-1] or []
