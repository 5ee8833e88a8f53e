"""A menu with far more to say than any hotline has, and with what is not spoken in it."""

import random

SIGNS = (
    '查"额度"',
    "'额度'呢",
    "额度😀吧",
    '额"b\\c',
    "额\u200b度吧",
    "Ünïcödé额度",
    "额度&评估",
    "额度%s",
    "额度，多少？",
    "#额度: *",
)
"""Quotes, emoji and the like."""


def with_phrases(menus: str, count: int, chance: random.Random) -> str:
    """The menu file with so many synonyms more for its first leaf, and signs among them."""
    characters = sorted({sign for sign in menus if "\u4e00" <= sign <= "\u9fff"})
    made_up: dict[str, None] = dict.fromkeys(SIGNS)
    while len(made_up) < count:
        made_up.setdefault("".join(chance.choice(characters) for _ in range(chance.randint(4, 8))))
    mark = "name: 额度评估\n"
    place = menus.index(mark) + len(mark)
    indent = " " * (menus.index(mark) - menus.rindex("\n", 0, menus.index(mark)) - 1)
    written = "".join(f"{indent}  - {quoted(phrase)}\n" for phrase in made_up)
    return f"{menus[:place]}{indent}synonyms:\n{written}{without_synonyms(menus[place:], indent)}"


def quoted(phrase: str) -> str:
    """A scalar of YAML."""
    return '"' + phrase.replace("\\", "\\\\").replace('"', '\\"') + '"'


def without_synonyms(rest: str, indent: str) -> str:
    """What follows the leaf's name, less the synonyms it had."""
    lines = rest.splitlines(keepends=True)
    if lines and lines[0].startswith(f"{indent}synonyms:"):
        del lines[0]
        while lines and lines[0].startswith(f"{indent}  "):
            del lines[0]
    return "".join(lines)
