"""Rows in the making, gathered over a batch so that each is written once."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from hotline.store.facts import Record

Values = dict[str, Any]


@dataclass(slots=True)
class Row:
    """A row in the making."""

    table: Table
    values: Values
    is_new: bool
    """Not in the database yet."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What to write, complete rows, by table."""

    inserts: dict[Table, list[Values]] = field(default_factory=dict)
    updates: dict[Table, list[Values]] = field(default_factory=dict)


class Drafts:
    """The rows opened or changed since they were last written."""

    def __init__(self) -> None:
        self._changed: dict[tuple[str, int], Row] = {}

    def open(self, table: Table, record: Record, **values: Any) -> Row:
        """Begin a row, named by the record that opens it."""
        empty = {column.name: None for column in table.columns}
        return self.change(Row(table, {**empty, "seq": record.seq, **values}, is_new=True))

    def change(self, row: Row, **values: Any) -> Row:
        """Set some of its values."""
        row.values.update(values)
        self._changed[row.table.name, row.values["seq"]] = row
        return row

    def take_changes(self) -> Changes:
        """What to write now; the rows count as written from here on."""
        changes = Changes()
        for row in self._changed.values():
            kind = changes.inserts if row.is_new else changes.updates
            kind.setdefault(row.table, []).append({name: storable(value) for name, value in row.values.items()})
            row.is_new = False
        self._changed.clear()
        return changes


def storable(value: Any) -> Any:
    """Text that every database takes: a network may send half a character or a NUL in a caller's name."""
    if not isinstance(value, str):
        return value
    return str(value).encode("utf-8", "replace").decode().replace("\0", "")
