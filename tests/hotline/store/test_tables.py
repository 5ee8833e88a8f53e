from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from hotline.store.tables import DATED_BY, METADATA, OPEN_UNTIL, PROGRESS

POSTGRESQL: Dialect = PGDialect()  # type: ignore[no-untyped-call]  # as SQLAlchemy has it


def test_every_table_can_be_made_in_postgresql() -> None:
    for table in METADATA.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=POSTGRESQL))
        for index in table.indexes:
            assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=POSTGRESQL))


def test_open_rows_have_an_index_of_their_own() -> None:
    for table, column in OPEN_UNTIL.items():
        index = next(index for index in table.indexes if index.name == f"ix_{table.name}_open")
        text = str(CreateIndex(index).compile(dialect=POSTGRESQL))
        assert f"WHERE {column} IS NULL" in text


def test_every_table_of_rows_can_be_pruned() -> None:
    assert set(DATED_BY) == set(METADATA.sorted_tables) - {PROGRESS}
