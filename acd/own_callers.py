"""Callers who have an agent of their own, as `agents.yaml` names them. Personal data: no problem repeats a number."""

import re
from collections.abc import Iterator, Mapping

from telephony.ids import AgentNumber
from telephony.located import Document, Findings, Path, Place, Scalar, Sequence
from telephony.numbers import normalise_number

KEY = "vip_callers"

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
"""With its end, as places count lines."""


def own_callers(findings: Findings, by_agent: Mapping[str, list[str]]) -> dict[str, AgentNumber]:
    """Caller → whose client he is; whoever is given to two agents is named at the second."""
    found: dict[str, AgentNumber] = {}
    for number, callers in by_agent.items():
        for place, written in enumerate(callers):
            path: Path = ("agents", number, KEY, place)
            owner = found.setdefault(normalise_number(written), AgentNumber(number))
            if owner != number:
                findings.at_value(path, f"this caller is agent {owner}'s already")
    return found


def check_number(written: object) -> str:
    """One caller's number; ValueError, without the number, for what is none."""
    if not isinstance(written, str) or not normalise_number(written) or not written.isprintable():
        raise ValueError("not a telephone number; give one number for each item, on one line")
    return written


def check_list(written: object) -> object:
    """Anything else must not be repeated in a problem: it may be a number."""
    if not isinstance(written, list):
        raise ValueError("must be a list of telephone numbers")  # noqa: TRY004 - pydantic wants ValueError
    return written


def without_callers(text: str, document: Document) -> str:
    """The file with every caller's digits as 0, so that it can be kept beside decisions."""
    lines = LINE.findall(text)
    for place, written in _written(document):
        line, start = lines[place.line - 1], place.column - 1
        begin = line.find(written, start)
        if begin < 0:  # written with escapes: rather too much hidden than too little
            return "".join(
                [*lines[: place.line - 1], line[:start], *map(_hidden, [line[start:], *lines[place.line :]])]
            )
        end = begin + len(written)
        lines[place.line - 1] = line[:begin] + _hidden(written) + line[end:]
    return "".join(lines)


def _hidden(text: str) -> str:
    return "".join("0" if char.isdecimal() else char for char in text)


def _written(document: Document) -> Iterator[tuple[Place, str]]:
    for number in document.keys(("agents",)):
        listed = document.find(("agents", number, KEY))
        for item in listed.items if isinstance(listed, Sequence) else ():
            if isinstance(item, Scalar) and item.text is not None:
                yield item.place, item.text
