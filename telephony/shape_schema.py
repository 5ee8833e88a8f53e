"""The published JSON Schema of a shape, and which keys it knows at a place."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from telephony.located import Path

Schema = dict[str, Any]


def published_schema(shape: type[BaseModel], title: str) -> Schema:
    """Return the JSON Schema for editors: required keys listed, no nulls (an absent key is the way to say nothing)."""
    schema: Schema = _tidy(shape.model_json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}


def known_keys(shape: type[BaseModel], path: Path) -> tuple[str, ...]:
    """List the keys that may stand in the mapping at a path."""
    whole = _schema(shape)
    places = [whole]
    for part in path:
        places = [inner for place in places for inner in _step(whole, place, part)]
    return tuple(
        dict.fromkeys(key for place in places for form in _forms(whole, place) for key in form.get("properties", {}))
    )


@cache
def _schema(shape: type[BaseModel]) -> Schema:
    return shape.model_json_schema()


def _forms(whole: Schema, place: Schema) -> Iterator[Schema]:
    """Follow references and alternatives down to plain schemas."""
    if "$ref" in place:
        yield from _forms(whole, whole["$defs"][place["$ref"].rpartition("/")[2]])
    for inner in (*place.get("anyOf", ()), *place.get("oneOf", ())):
        yield from _forms(whole, inner)
    yield place


def _step(whole: Schema, place: Schema, part: str | int) -> Iterator[Schema]:
    for form in _forms(whole, place):
        if isinstance(part, int):
            inner = form.get("items")
        else:
            inner = form.get("properties", {}).get(part, form.get("additionalProperties"))
        if isinstance(inner, dict):
            yield inner


def _tidy(node: Any) -> Any:
    if isinstance(node, list):
        return [_tidy(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _tidy(inner) for key, inner in node.items() if not (key == "default" and _says_nothing(inner))}
    return _without_null(_with_required(tidy))


def _says_nothing(default: Any) -> bool:
    """Whether a default is only our stand-in for an absent key."""
    return default in (None, "") or isinstance(default, dict)


def _with_required(node: Schema) -> Schema:
    """Move the mark of required fields from the fields to their owner, where JSON Schema wants it."""
    fields = node.get("properties")
    if not isinstance(fields, dict):
        return node
    names = [name for name, inner in fields.items() if isinstance(inner, dict) and inner.pop("required", None) is True]
    return {**node, "required": names} if names else node


def _without_null(node: Schema) -> Schema:
    choices = node.get("anyOf")
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return node
    left = [choice for choice in choices if choice != {"type": "null"}]
    rest = {key: inner for key, inner in node.items() if key != "anyOf"}
    return {**left[0], **rest} if len(left) == 1 else {**rest, "anyOf": left}
