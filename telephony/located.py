"""A tree of keys and values that each know their line and column; scalars stay the author's text."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from telephony.errors import Problem

LONGEST_MESSAGE = 400
"""Characters of one problem: four lines of a terminal."""

Path = tuple[str | int, ...]
"""The keys and list positions that lead to a value."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: both 1-based, the column in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value, still the author's text."""

    text: str | None
    """None if nothing was given: `key:` and no more."""
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Located", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value."""

    key_place: Place
    value: "Located"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order of the file."""

    entries: dict[str, Entry]
    place: Place
    repeated: tuple[tuple[str, Entry], ...] = ()
    """Keys given once more, which is a mistake, with what was written under them."""


Located = Scalar | Sequence | Mapping
Plain = str | list["Plain"] | dict[str, "Plain"] | None
"""The same tree without places, as a validator wants it."""


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file; the way back from a path to its place."""

    file: str
    """Path as the author gave it."""
    root: Mapping

    def find(self, path: Path) -> Located | None:
        """Find the value at a path."""
        found: Located | None = self.root
        for part in path:
            found = child(found, part)
        return found

    def keys(self, path: Path) -> tuple[str, ...]:
        """List the keys of the mapping at a path; none if it is no mapping."""
        found = self.find(path)
        return tuple(found.entries) if isinstance(found, Mapping) else ()

    def texts(self, name: str) -> Iterator[tuple[Path, str]]:
        """Yield every text that stands under a key of this name, wherever in the file."""
        for path, value in _walk(self.root, ()):
            if path and path[-1] == name and isinstance(value, Scalar) and value.text is not None:
                yield path, value.text

    def place(self, path: Path) -> Place:
        """Locate the value at a path, or the key of its nearest ancestor that exists."""
        found = self.find(path)
        return self.key_place(path) if found is None else found.place

    def key_place(self, path: Path) -> Place:
        """Locate the last key of a path, or of its nearest ancestor that exists; a list item is its own key."""
        for length in range(len(path), 0, -1):
            owner, last = self.find(path[: length - 1]), path[length - 1]
            if isinstance(owner, Mapping) and last in owner.entries:
                return owner.entries[str(last)].key_place
            if (item := child(owner, last)) is not None:
                return item.place
        return self.root.place

    def problem(self, path: Path, message: str) -> Problem:
        """Name a mistake at a value."""
        return problem_at(self.file, self.place(path), message)

    def key_problem(self, path: Path, message: str) -> Problem:
        """Name a mistake at a key."""
        return problem_at(self.file, self.key_place(path), message)


def _walk(value: Located, path: Path) -> Iterator[tuple[Path, Located]]:
    yield path, value
    match value:
        case Mapping():
            for key, entry in value.entries.items():
                yield from _walk(entry.value, (*path, key))
        case Sequence():
            for index, item in enumerate(value.items):
                yield from _walk(item, (*path, index))
        case _:
            return


def child(owner: Located | None, part: str | int) -> Located | None:
    """Step down by one key or list position."""
    match owner:
        case Mapping() if part in owner.entries:
            return owner.entries[str(part)].value
        case Sequence() if isinstance(part, int) and part < len(owner.items):
            return owner.items[part]
        case _:
            return None


def to_plain(document: Document) -> tuple[dict[str, Plain], list[Problem]]:
    """Strip the places; a key without a value is named and left out."""
    problems: list[Problem] = []
    return _plain_mapping(document.file, document.root, problems), problems


def _plain_mapping(file: str, mapping: Mapping, problems: list[Problem]) -> dict[str, Plain]:
    plain: dict[str, Plain] = {}
    for key, entry in mapping.entries.items():
        if isinstance(entry.value, Scalar) and entry.value.text is None:
            problems.append(problem_at(file, entry.key_place, f'"{key}" has no value; give one or delete the line'))
        else:
            plain[key] = _plain(file, entry.value, problems)
    return plain


def _plain(file: str, value: Located, problems: list[Problem]) -> Plain:
    match value:
        case Scalar():
            return value.text
        case Sequence():
            return [_plain(file, item, problems) for item in value.items]
        case _:
            return _plain_mapping(file, value, problems)


def problem_at(file: str, place: Place, message: str) -> Problem:
    """Name a mistake at a place, on one line: what the author wrote may hold anything, terminal codes included."""
    line = "".join(char if char.isprintable() else "�" for char in message)
    return Problem(
        file, place.line, place.column, line if len(line) <= LONGEST_MESSAGE else line[:LONGEST_MESSAGE] + "…"
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """Collects the mistakes of one document while something is built from it."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def at_value(self, path: Path, message: str) -> None:
        """Note a mistake at a value."""
        self.problems.append(self.document.problem(path, message))

    def at_key(self, path: Path, message: str) -> None:
        """Note a mistake at a key."""
        self.problems.append(self.document.key_problem(path, message))
