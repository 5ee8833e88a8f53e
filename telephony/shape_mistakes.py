"""What pydantic complains about, said so that an admin knows what to change."""

from collections.abc import Callable
from typing import Any

from pydantic_core import ErrorDetails

from telephony.suggest import did_you_mean, quoted

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "int_parsing_size": "a smaller number",
    "bool_type": "yes or no",
    "bool_parsing": "yes or no",
    "list_type": "a list",
    "dict_type": "a mapping (lines of `key: value`)",
    "model_type": "a mapping (lines of `key: value`)",
    "model_attributes_type": "a mapping (lines of `key: value`)",
}
"""pydantic's error types about the wrong kind of value → the kind wanted."""

_LIMITS: dict[str, Callable[[dict[str, Any]], str]] = {
    "greater_than_equal": lambda limit: f"at least {limit['ge']:g}",
    "greater_than": lambda limit: f"more than {limit['gt']:g}",
    "less_than_equal": lambda limit: f"at most {limit['le']:g}",
    "string_too_long": lambda limit: f"at most {limit['max_length']} characters long",
    "enum": lambda limit: f"one of {limit['expected']}",
    "literal_error": lambda limit: f"one of {limit['expected']}",
    "union_tag_invalid": lambda limit: "one of these forms: " + _forms(limit["expected_tags"]),
}
"""pydantic's error types about the wrong value → the limit kept."""


def explain_shape_error(error: ErrorDetails, name: str, known: tuple[str, ...]) -> str:
    """Say in one sentence what is wrong with a field and what would be right."""
    kind, given = error["type"], describe(error["input"])
    if kind == "extra_forbidden":
        return f'unknown key "{name}"{did_you_mean(name, known)}'
    if kind in ("string_too_short", "too_short"):
        return f'"{name}" is empty'
    if kind in _WANTED:
        return f'"{name}" must be {_WANTED[kind]}, not {given}'
    if kind in _LIMITS:
        return f'"{name}" must be {_LIMITS[kind](error.get("ctx", {}))}, not {given}'
    return f'"{name}": {error["msg"].removeprefix("Value error, ")}'


def describe(value: Any) -> str:
    """Name what the author gave: short text as it stands, anything else by its kind."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case None:
            return "nothing"
        case _:
            return quoted(str(value))


def _forms(tags: str) -> str:
    """Spell the tags of a union's alternatives, which begin with a NUL."""
    return ", ".join(tag.strip(" '").replace("\0", "").replace("\\x00", "") for tag in tags.split(","))
