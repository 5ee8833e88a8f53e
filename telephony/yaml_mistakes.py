"""What YAML's own parser complains about, said so that an admin knows what to change."""

from typing import NamedTuple

import yaml


class _Advice(NamedTuple):
    """A complaint of the parser and what to tell the author instead."""

    complaint: str
    """Part of the parser's words."""
    message: str
    at_context: bool = False
    """Whether the mistake is where the construct began rather than where the parser gave up."""


_ADVICE = (
    _Advice("found character '\\t'", "a tab; indent with spaces only"),
    _Advice("while scanning an alias", 'a key or value that begins with * must be quoted, as "*"'),
    _Advice("while scanning an anchor", "a key or value that begins with & must be quoted"),
    _Advice("that cannot start any token", "a value cannot begin with this character; put it in quotes"),
    _Advice(
        "while scanning a quoted scalar found unexpected end", "a quote opens here and is never closed", at_context=True
    ),
    _Advice("mapping values are not allowed", 'a second ": " in one line, or a line indented too far; quote such text'),
    _Advice("could not find expected ':'", 'this line needs ": " (colon and space) after its key', at_context=True),
    _Advice("found duplicate anchor", "anchors (&name) are not supported"),
    _Advice("expected <block end>", "the indentation does not match the lines above"),
    _Advice("while parsing a flow", "a bracket [ or { opens here and is not closed properly", at_context=True),
)


def explain_yaml_error(error: Exception, text: str, reached: int) -> tuple[int, str]:
    """Return the index of the mistake and one sentence; `reached` is how far the parser had come."""
    match error:
        case yaml.MarkedYAMLError():
            return _explain_marked(error, text, reached)
        case yaml.reader.ReaderError():
            return error.position, f"the character U+{_code(error.character):04X} is not allowed in YAML"
        case _:
            return reached, "not valid YAML: an escape or a directive with an impossible number"


def _explain_marked(error: yaml.MarkedYAMLError, text: str, reached: int) -> tuple[int, str]:
    complaint = f"{error.context or ''} {error.problem or ''}".strip()
    gave_up = error.problem_mark.index if error.problem_mark else reached
    began = error.context_mark.index if error.context_mark else gave_up
    for advice in _ADVICE:
        if advice.complaint in complaint:
            index = began if advice.at_context else gave_up
            return index, advice.message + _full_width_hint(text, index)
    return gave_up, f"not valid YAML: {complaint}"


def _full_width_hint(text: str, index: int) -> str:
    """Notice the commonest slip of a Chinese keyboard, in the line or the one above: ：instead of a colon and space."""
    lines = [*text[:index].split("\n")[-2:], text[index:].split("\n", 1)[0]]
    return '; there is a full-width "：" here, write ": " instead' if any("：" in line for line in lines) else ""


def _code(character: int | str | bytes) -> int:
    return character if isinstance(character, int) else ord(character)
