"""Phrase templates: `[请][帮我](查|查询)审批进度` stands for every way through it.

`[…]` may be left out, `(a|b)` is one of them, `[a|b]` one of them or none; they may be nested.
"""

from dataclasses import dataclass
from itertools import product

MAX_PHRASES = 500
"""Phrases of one template: more is a slip, since every one of them is compared with what a caller says."""

CLOSERS = {"[": "]", "(": ")"}

_FULL_WIDTH = dict(zip("［］（）【】｜", "[]()[]|", strict=True))
"""What a Chinese keyboard writes instead, with what is meant."""

_RESERVED = frozenset("{}<>")
"""Lists and rules in Hassil's templates, which these do not have."""


class TemplateError(ValueError):
    """A template that means nothing; the message is one for its author."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several rows; an empty row is a choice that may be left out."""

    rows: tuple["Row", ...]


Row = tuple["str | Choice", ...]
"""Texts and choices one after the other."""


def expand(template: str) -> tuple[str, ...]:
    """Return every phrase of a template, each once, the longest forms first; raise `TemplateError`."""
    row = parse_template(template)
    if (count := _count(row)) > MAX_PHRASES:
        raise TemplateError(f"stands for {count} phrases; {MAX_PHRASES} are enough for one template")
    phrases = dict.fromkeys(" ".join(phrase.split()) for phrase in _phrases(row))
    if "" in phrases:
        raise TemplateError("everything in it may be left out, so that silence would match; take some [ ] away")
    return tuple(phrases)


def parse_template(template: str) -> Row:
    """Read a template; raise `TemplateError` with the character where it goes wrong."""
    row, end = _parse_row(template, 0, within="")
    if end < len(template):
        raise _error(template, end, "closes nothing" if template[end] in CLOSERS.values() else "stands outside ( )")
    return row


def _parse_row(text: str, start: int, *, within: str) -> tuple[Row, int]:
    """Read up to `|`, a closing bracket or the end; return the row and where it ended."""
    parts: list[str | Choice] = []
    place = start
    while place < len(text) and text[place] not in "|])":
        if text[place] in CLOSERS:
            choice, place = _parse_choice(text, place)
            parts.append(choice)
        else:
            parts.append(_plain(text, place))
            place += 1
    if within and place == start:
        raise _error(text, place - 1, "has nothing after it; to make something optional write [it]")
    return tuple(parts), place


def _parse_choice(text: str, start: int) -> tuple[Choice, int]:
    """Read a bracket from its opening to behind its closing."""
    opener = text[start]
    rows: list[Row] = []
    place = start
    while not rows or text[place : place + 1] == "|":
        row, place = _parse_row(text, place + 1, within=opener)
        rows.append(row)
    if text[place : place + 1] != CLOSERS[opener]:
        raise _error(text, start, f"is never closed; a {CLOSERS[opener]} is missing")
    if opener == "[":
        rows.append(())
    return Choice(tuple(rows)), place + 1


def _plain(text: str, place: int) -> str:
    character = text[place]
    if character in _FULL_WIDTH:
        raise _error(text, place, f"is full-width; write {_FULL_WIDTH[character]}")
    if character in _RESERVED:
        raise _error(text, place, "means nothing here; there are [optional] and (one|other)")
    return character


def _error(text: str, place: int, what: str) -> TemplateError:
    return TemplateError(f'character {place + 1}, "{text[place]}", {what}')


def _count(row: Row) -> int:
    count = 1
    for part in row:
        if isinstance(part, Choice):
            count *= sum(_count(inner) for inner in part.rows)
    return count


def _phrases(row: Row) -> list[str]:
    ways = [[part] if isinstance(part, str) else _ways(part) for part in row]
    return ["".join(parts) for parts in product(*ways)]


def _ways(choice: Choice) -> list[str]:
    return [phrase for row in choice.rows for phrase in _phrases(row)]
