"""Did-you-mean: the nearest known word to a mistaken one."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_WORD = 60
"""Longer words are not compared: a paste accident must not cost seconds."""

LONGEST_LIST = 12
"""Known words listed where none is near."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean "…"?`, or the known words where they are few, or nothing."""
    words = list(known)
    if len(word) <= LONGEST_WORD and (near := get_close_matches(word, words, n=1)):
        return f'; did you mean "{near[0]}"?'
    return f"; known: {', '.join(words)}" if 0 < len(words) <= LONGEST_LIST else ""


def quoted(text: str) -> str:
    """Quote what the author wrote, shortened and on one line."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return f'"{line if len(line) <= LONGEST_WORD else line[: LONGEST_WORD - 1] + "…"}"'
