"""Facts to plain JSON values and back, by their type hints alone: no list of types to keep up to date."""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hotline.store.facts import Fact, UnknownFact

Coder = Callable[[Any], Any]

TAG = "is"
"""Names the type of a nested dataclass where several are possible."""


class FormatError(ValueError):
    """A value does not fit the type it is read as."""


def _facts_by_name() -> dict[str, type]:
    named: dict[str, type] = {}
    for cls in get_args(Fact):
        if named.setdefault(cls.__name__, cls) is not cls:
            raise TypeError(f"two facts are called {cls.__name__}")
    return named


def encode_fact(fact: object) -> tuple[str, dict[str, Any]]:
    """Type and fields of a fact; TypeError for what is no fact."""
    encode = ENCODERS.get(type(fact))
    if encode is None:
        raise TypeError(f"{type(fact).__name__} is not a fact: add it to a union of telephony.events or .commands")
    return type(fact).__name__, encode(fact)


def decode_fact(name: str, values: object) -> Fact | UnknownFact:
    """The fact, or `UnknownFact` where this version has no such type or cannot fill its fields."""
    decode = DECODERS.get(name)
    if decode is None:
        return UnknownFact(name)
    try:
        return decode(values)  # type: ignore[no-any-return]  # built from the union's own members
    except FormatError:
        return UnknownFact(name)


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and is_dataclass(kind)


# ---- writing -----------------------------------------------------------------------------------


def _same(value: Any) -> Any:
    return value


@cache
def _encoder(kind: Any) -> Coder:
    """How a value of this type is written; `_same` where JSON can take it as it is."""
    origin = get_origin(kind)
    if _is_record(kind):
        return _dataclass_encoder(kind)
    if origin is tuple:
        item = _encoder(get_args(kind)[0])
        return list if item is _same else lambda values: [item(value) for value in values]
    if origin is dict:
        return _same
    if origin in {Union, UnionType}:
        return _union_encoder(kind)
    _check_simple(kind)
    return _same


def _dataclass_encoder(cls: type) -> Coder:
    hints = get_type_hints(cls)
    names = tuple(each.name for each in fields(cls))
    special = [(name, coder) for name in names if (coder := _encoder(hints[name])) is not _same]
    if not names:
        return lambda _fact: {}
    read = attrgetter(*names) if len(names) > 1 else (lambda fact: (getattr(fact, names[0]),))

    def encode(fact: Any) -> dict[str, Any]:
        values = dict(zip(names, read(fact), strict=True))
        for name, coder in special:
            values[name] = coder(values[name])
        return values

    return encode


def _union_encoder(kind: Any) -> Coder:
    members: list[Any] = [member for member in get_args(kind) if member is not NoneType]
    by_type = {member: _encoder(member) for member in members if _is_record(member)}
    if not by_type and len(members) == 1:
        inner = _encoder(members[0])
        return _same if inner is _same else lambda value: None if value is None else inner(value)
    if not by_type:
        return _same

    def encode(value: Any) -> Any:
        if value is None:
            return None
        return {TAG: type(value).__name__, **by_type[type(value)](value)}

    return encode


# ---- reading -----------------------------------------------------------------------------------


@cache
def _decoder(kind: Any) -> Coder:
    """How a value of this type is read; raises FormatError on anything else."""
    origin = get_origin(kind)
    if _is_record(kind):
        return _dataclass_decoder(kind)
    if origin is tuple:
        return _tuple_decoder(get_args(kind))
    if origin is dict:
        return _dict_decoder(*get_args(kind))
    if origin in {Union, UnionType}:
        return _union_decoder(kind)
    return _simple_decoder(_check_simple(kind))


def _dataclass_decoder(cls: type) -> Coder:
    hints = get_type_hints(cls)
    required: list[tuple[str, Coder]] = []
    optional: list[tuple[str, Coder]] = []
    for each in fields(cls):
        has_default = each.default is not MISSING or each.default_factory is not MISSING
        (optional if has_default else required).append((each.name, _decoder(hints[each.name])))

    def decode(values: Any) -> Any:
        if type(values) is not dict:
            raise FormatError(cls.__name__)
        try:
            given = {name: coder(values[name]) for name, coder in required}
        except KeyError as missing:
            raise FormatError(cls.__name__) from missing
        for name, coder in optional:
            if name in values:
                given[name] = coder(values[name])
        return cls(**given)

    return decode


def _tuple_decoder(items: tuple[Any, ...]) -> Coder:
    """`tuple[X, ...]`, or a tuple of fixed length."""
    if items[-1] is Ellipsis:
        every = _decoder(items[0])
        return lambda values: tuple(every(value) for value in _sequence(values))
    coders = [_decoder(item) for item in items]

    def decode(values: Any) -> tuple[Any, ...]:
        if len(_sequence(values)) != len(coders):
            raise FormatError("length")
        return tuple(coder(value) for coder, value in zip(coders, values, strict=True))

    return decode


def _sequence(values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise FormatError("not a list")
    return values


def _dict_decoder(key: Any, value: Any) -> Coder:
    of_key, of_value = _decoder(key), _decoder(value)

    def decode(values: Any) -> dict[Any, Any]:
        if not isinstance(values, dict):
            raise FormatError("not an object")
        return {of_key(name): of_value(each) for name, each in values.items()}

    return decode


def _union_decoder(kind: Any) -> Coder:
    members: list[Any] = [member for member in get_args(kind) if member is not NoneType]
    optional = len(members) < len(get_args(kind))
    tagged = {member.__name__: _decoder(member) for member in members if _is_record(member)}
    plain = [_decoder(member) for member in members if not _is_record(member)]

    def decode(value: Any) -> Any:
        if value is None and optional:
            return None
        if isinstance(value, dict) and (chosen := tagged.get(value.get(TAG, ""))) is not None:
            return chosen(value)
        for coder in plain:
            try:
                return coder(value)
            except FormatError:
                continue
        raise FormatError("fits no member of the union")

    return decode


def _check_simple(kind: Any) -> type:
    """Unwrap a NewType; TypeError, at import, for a type the journal cannot hold."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    if isinstance(kind, type) and (kind in {str, int, float, bool} or issubclass(kind, StrEnum)):
        return kind
    raise TypeError(f"the journal cannot hold a field of type {kind}")


def _simple_decoder(kind: type) -> Coder:
    if issubclass(kind, StrEnum):
        members = {member.value: member for member in kind}

        def decode_enum(value: Any) -> Any:
            if not isinstance(value, str) or value not in members:
                raise FormatError(kind.__name__)
            return members[value]

        return decode_enum
    allowed = (int, float) if kind is float else (kind,)

    def decode(value: Any) -> Any:
        if type(value) not in allowed:
            raise FormatError(kind.__name__)
        return float(value) if kind is float else value

    return decode


FACTS = _facts_by_name()
"""Every type of fact by its name in the journal."""

ENCODERS: dict[type, Coder] = {cls: _dataclass_encoder(cls) for cls in FACTS.values()}
DECODERS: dict[str, Coder] = {name: _dataclass_decoder(cls) for name, cls in FACTS.items()}
