"""What stands under a key that is given twice: read as well, so that its mistakes are named in the same run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from telephony.errors import Problem
from telephony.located import Document, Entry, Located, Mapping, Place, Sequence

MOST_TURNS = 20
"""Readings of one file: as many as one key is given again. A key given more often than that was pasted by accident."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The document with what stands under repeated keys in place of what was read before."""

    document: Document
    places: frozenset[Place]
    """Everything that was not read before."""

    def only_new(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Those of the problems that lie there: others have been named, or come from taking the first value away."""
        return (one for one in problems if Place(one.line, one.column) in self.places)


def turns(document: Document) -> Iterator[Turn]:
    """Put what stands under repeated keys in turn, until everything has been there."""
    for _ in range(MOST_TURNS):
        places: set[Place] = set()
        root = _turned(document.root, places)
        if not places or not isinstance(root, Mapping):
            return
        document = Document(document.file, root)
        yield Turn(document, frozenset(places))


def _turned(value: Located, places: set[Place]) -> Located:
    """Take the next of every repeated key; of nested ones the inner first, or they would go with the outer."""
    match value:
        case Mapping():
            inner = {key: Entry(entry.key_place, _turned(entry.value, places)) for key, entry in value.entries.items()}
            if any(inner[key].value is not entry.value for key, entry in value.entries.items()):
                return replace(value, entries=inner)
            return _next(value, places) if value.repeated else value
        case Sequence():
            items = tuple(_turned(item, places) for item in value.items)
            same = all(new is old for new, old in zip(items, value.items, strict=True))
            return value if same else replace(value, items=items)
        case _:
            return value


def _next(mapping: Mapping, places: set[Place]) -> Mapping:
    entries, later, taken = dict(mapping.entries), [], set()
    for key, entry in mapping.repeated:
        if key in taken:
            later.append((key, entry))
            continue
        taken.add(key)
        entries[key] = entry
        places.add(entry.key_place)
        places.update(_places(entry.value))
    return Mapping(entries, mapping.place, tuple(later))


def _places(value: Located) -> Iterator[Place]:
    yield value.place
    match value:
        case Mapping():
            for entry in value.entries.values():
                yield entry.key_place
                yield from _places(entry.value)
        case Sequence():
            for item in value.items:
                yield from _places(item)
        case _:
            return
