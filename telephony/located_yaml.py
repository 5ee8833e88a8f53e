"""YAML whose every key and value knows its line and column, and whose scalars stay text.

Built from `yaml`'s events, one level below `yaml.compose`, so that depth is bounded, every duplicate key is named and
nothing is guessed: `8:30`, `0123`, `no`, and the keys `1` and `01` stay what the author wrote.
"""

import codecs
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import yaml

from telephony.errors import Problem
from telephony.located import Document, Entry, Located, Mapping, Place, Scalar, Sequence, problem_at
from telephony.suggest import quoted
from telephony.yaml_mistakes import explain_yaml_error

MAX_CHARACTERS = 4_000_000
"""Longest file read; a roster of 10,000 agents has about 1,000,000."""

MAX_DEPTH = 40
"""Deepest nesting; a menu of ten levels needs about 22."""

NOTHING = ("", "~", "null", "Null", "NULL")
"""Unquoted, these mean that no value was given."""


def decode_yaml(raw: bytes, file: str) -> tuple[str, list[Problem]]:
    """Decode a file's bytes, a byte-order mark allowed; what is not UTF-8 is a problem at its place."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode(), []
    except UnicodeDecodeError as wrong:
        before = raw[: wrong.start].decode()
        place = _Lines(before + "?").place(len(before))
        return "", [
            problem_at(file, place, "this is not UTF-8; save the file as UTF-8 (in Windows editors not as GBK)")
        ]


def parse_yaml(text: str, file: str) -> tuple[Document | None, list[Problem]]:
    """Read one mapping. None means that nothing could be read; problems may also come with a document."""
    if len(text) > MAX_CHARACTERS:
        return None, [Problem(file, 1, 1, f"longer than {MAX_CHARACTERS:,} characters; is this the right file?")]
    builder = _Builder(text, file)
    root = builder.build()
    if isinstance(root, Scalar) and root.text is None:
        root = Mapping({}, root.place)
    if isinstance(root, Mapping):
        return Document(file, root), builder.problems
    if root is not None:
        builder.problems.append(problem_at(file, root.place, "the file must consist of `key: value` lines"))
    return None, builder.problems


@dataclass(frozen=True)
class _Lines:
    """Turns a character's index into its place; only LF, CR and CRLF end a line, as in every editor."""

    text: str

    @cached_property
    def starts(self) -> list[int]:
        return [0, *(end for end, char in enumerate(self.text, 1) if self._ends_line(end - 1, char))]

    def _ends_line(self, index: int, char: str) -> bool:
        return char == "\n" or (char == "\r" and self.text[index + 1 : index + 2] != "\n")

    @cached_property
    def end(self) -> int:
        """The last place that an editor shows: after the text, before the final line end."""
        return len(self.text.rstrip("\r\n"))

    def place(self, index: int) -> Place:
        index = min(index, self.end)
        line = bisect_right(self.starts, index)
        return Place(line, index - self.starts[line - 1] + 1)


class _StoppedError(Exception):
    """Reading cannot go on."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


@dataclass
class _Builder:
    """Builds the tree; every level asks the parser for its own events only."""

    text: str
    file: str
    problems: list[Problem] = field(default_factory=list)

    def build(self) -> Located | None:
        self.lines = _Lines(self.text)
        try:
            self.events = self._events()
            return self._document()
        except _StoppedError as stopped:
            self._report(stopped.index, str(stopped))
            return None

    def _events(self) -> Iterator[yaml.Event]:
        """Drive the parser; whatever it raises becomes one stop with a place and a helpful sentence."""
        loader = None
        try:
            loader = yaml.SafeLoader(self.text)
            while True:  # until the reader has seen the stream's end and asks no more
                yield loader.get_event()  # type: ignore[no-untyped-call]
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            reached = loader.index if loader is not None else 0
            raise _StoppedError(*explain_yaml_error(error, self.text, reached)) from None

    def _document(self) -> Located | None:
        next(self.events)  # the stream's start
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return Mapping({}, Place(1, 1))
        root = self._value(next(self.events), 1)
        next(self.events)  # the document's end
        if not isinstance(after := next(self.events), yaml.StreamEndEvent):
            raise _StoppedError(_index(after), "a second document begins here; keep everything in one")
        return root

    def _value(self, event: yaml.Event, depth: int) -> Located | None:
        """Build one value; None if it had to be refused (then it is already reported)."""
        if depth > MAX_DEPTH:
            raise _StoppedError(_index(event), f"nested deeper than {MAX_DEPTH} levels")
        self._refuse_extras(event)
        place = self.lines.place(_index(event))
        match event:
            case yaml.ScalarEvent():
                return self._scalar(event, place)
            case yaml.SequenceStartEvent():
                return Sequence(tuple(self._items(depth)), place)
            case yaml.MappingStartEvent():
                return self._mapping(place, depth)
            case _:
                self._report(_index(event), "references (*name) are not supported here; write the value out")
                return None

    def _refuse_extras(self, event: yaml.Event) -> None:
        if (tag := getattr(event, "tag", None)) is not None:
            self._report(_index(event), f"YAML tags ({quoted(tag)}) are not supported; put the text in quotes")
        if getattr(event, "anchor", None) is not None and not isinstance(event, yaml.AliasEvent):
            self._report(_index(event), "anchors (&name) are not supported; put the text in quotes")

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> Scalar:
        if event.style is None and event.value in NOTHING:
            return Scalar(None, place)
        if any((char < " " and char not in "\n\t") or "\ud800" <= char <= "\udfff" for char in event.value):
            self._report(_index(event), "contains a control character (an escape such as \\0 or \\ud800)")
            return Scalar("?", place)
        return Scalar(event.value, place)

    def _items(self, depth: int) -> Iterator[Located]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            if (item := self._value(event, depth + 1)) is not None:
                yield item

    def _mapping(self, place: Place, depth: int) -> Mapping:
        """Build a mapping; a key given a second time is reported, and what stands under it kept apart."""
        entries: dict[str, Entry] = {}
        repeated: list[tuple[str, Entry]] = []
        seen: dict[str, Place] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            value = self._value(next(self.events), depth + 1)
            text = self._key_text(key, event)
            if text is None or key is None:
                continue
            if text in seen:
                self._report(_index(event), f'"{text}" is already given in line {seen[text].line}')
            seen.setdefault(text, key.place)
            if value is None:
                continue
            if text in entries:
                repeated.append((text, Entry(key.place, value)))
            else:
                entries[text] = Entry(key.place, value)
        return Mapping(entries, place, tuple(repeated))

    def _key_text(self, key: Located | None, event: yaml.Event) -> str | None:
        """Return the key, or None after reporting what cannot be one; a refused reference was reported before."""
        if isinstance(key, Scalar) and key.text is not None:
            return key.text
        if key is not None:
            self._report(_index(event), "a key must be one word or text, not empty and not a list or mapping")
        return None

    def _report(self, index: int, message: str) -> None:
        self.problems.append(problem_at(self.file, self.lines.place(index), message))


def _index(event: yaml.Event) -> int:
    """Return where an event begins; the parser always marks it."""
    mark = event.start_mark
    assert mark is not None
    return mark.index
