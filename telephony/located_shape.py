"""From a located tree to a pydantic shape: every deviation named at its place, the rest still usable.

One wrong key must not hide the mistakes behind it, so a wrong value is taken out and the remainder read again:
the cross-checks then see everything that was right.
"""

from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from telephony.errors import Problem
from telephony.located import Document, Path, Plain, to_plain
from telephony.shape_mistakes import explain_shape_error
from telephony.shape_schema import known_keys

REQUIRED = "required"
"""Marks a field that the author must give, in the field's schema; it has a stand-in as its default all the same."""


class Shape(BaseModel):
    """Base of everything an author writes: unknown keys are mistakes, text is trimmed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, validate_default=False)


def required(stand_in: Any, **constraints: Any) -> Any:
    """Declare a field the author must give; the stand-in keeps later checks going without it."""
    return Field(default=stand_in, json_schema_extra={REQUIRED: True}, **constraints)


TEXT, LIST, MAPPING = "\0text", "\0list", "\0mapping"
"""Tags of a union's alternatives; no text in a located tree contains a NUL, so they are never taken for keys."""


def shape_tag(value: Any) -> str:
    """Tell the alternatives of a union apart by their YAML form."""
    match value:
        case str():
            return TEXT
        case list():
            return LIST
        case dict():
            return MAPPING
        case _:
            return "\0nothing"


Key = Annotated[str, StringConstraints(strip_whitespace=False)]
"""A key of a mapping, exactly as the author wrote it: the way back to its place."""

S = TypeVar("S", bound=Shape)


def read_shape(document: Document, shape: type[S]) -> tuple[S, list[Problem]]:
    """Read a document as a shape; what was wrong is named and stands at its default."""
    plain, problems = to_plain(document)
    read, errors = _validate(plain, shape)
    problems += [_problem(document, shape, path, error) for path, error in errors]
    while read is None:
        for path in sorted({path for path, _ in errors}, key=_order, reverse=True):
            _take_out(plain, path)
        read, errors = _validate(plain, shape)  # what was taken out may leave something empty behind
    return read, problems + list(_missing(document, read, ()))


def _validate(plain: dict[str, Plain], shape: type[S]) -> tuple[S | None, list[tuple[Path, ErrorDetails]]]:
    """Read once; without success, return every error with its path."""
    try:
        return shape.model_validate(plain), []
    except ValidationError as invalid:
        return None, [(_path(error["loc"]), error) for error in invalid.errors()]


def _path(location: tuple[int | str, ...]) -> Path:
    """Turn pydantic's location into a path of the file: without the tags of unions."""
    return tuple(part for part in location if not (isinstance(part, str) and part.startswith("\0")))


def _order(path: Path) -> list[tuple[str, int]]:
    """Sort so that, reversed, a later or deeper place comes first and list positions stay valid."""
    return [("", part) if isinstance(part, int) else (part, 0) for part in path]


def _take_out(plain: Plain, path: Path) -> None:
    *owners, last = path
    owner: Any = plain
    for part in owners:
        owner = owner[part]
    del owner[last]


def _problem(document: Document, shape: type[Shape], path: Path, error: ErrorDetails) -> Problem:
    message = explain_shape_error(error, _label(path), known_keys(shape, path[:-1]))
    if error["type"] == "extra_forbidden":
        return document.key_problem(path, message)
    return document.problem(path, message)


def _label(path: Path) -> str:
    """Name what the path leads to, a list's item by its position as people count."""
    last = path[-1]
    return f"item {last + 1} of {path[-2]}" if isinstance(last, int) else last


def _missing(document: Document, value: Any, path: Path) -> Iterator[Problem]:
    """Name the required keys that are not there; one that is there but wrong has been named already."""
    match value:
        case Shape():
            there = document.keys(path)
            for name, about in type(value).model_fields.items():
                if is_required(about.json_schema_extra) and name not in there:
                    yield document.key_problem(path, f'"{name}" is missing here')
                yield from _missing(document, getattr(value, name), (*path, name))
        case dict():
            for key, inner in value.items():
                yield from _missing(document, inner, (*path, key))
        case _:
            return


def is_required(extra: Any) -> bool:
    """Whether a field's schema carries the mark."""
    return isinstance(extra, dict) and bool(extra.get(REQUIRED))
