from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from hotline.store.database import open_database
from hotline.store.migrations import BASE_VERSION, STEPS, Step, drop_tables, migrate
from hotline.store.tables import METADATA
from telephony.errors import StoreError

NEWEST = BASE_VERSION + len(STEPS)
LATER = (*STEPS, Step(("ALTER TABLE calls ADD COLUMN mood TEXT", "UPDATE calls SET mood = 'unknown'")))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    yield opened
    opened.dispose()


def columns(engine: Engine, table: str) -> set[str]:
    with engine.connect() as connection:
        return {column["name"] for column in inspect(connection).get_columns(table)}


def test_a_new_database_gets_every_table_and_the_beginning_of_progress(engine: Engine) -> None:
    with engine.begin() as connection:
        assert migrate(connection) == 0
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, "schema_version"}
        assert connection.execute(text("SELECT id, seq FROM progress")).all() == [(1, 0)]


def test_a_second_time_changes_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        migrate(connection)
        connection.execute(text("UPDATE progress SET seq = 7"))
    with engine.begin() as connection:
        assert migrate(connection) == NEWEST
        assert connection.execute(text("SELECT seq FROM progress")).scalar() == 7


def test_an_older_database_gets_the_steps_it_lacks_once(engine: Engine) -> None:
    with engine.begin() as connection:
        migrate(connection)
        connection.execute(
            text("INSERT INTO calls VALUES (1, 'c', '', '', '', 0.0, NULL, NULL, NULL, 0, NULL, 0, NULL, NULL)")
        )
    assert "mood" not in columns(engine, "calls")
    for version in (NEWEST, NEWEST + 1):
        with engine.begin() as connection:
            assert migrate(connection, LATER) == version
            assert connection.execute(text("SELECT mood FROM calls")).scalar() == "unknown"


def test_the_steps_lead_to_the_tables_a_new_database_gets(engine: Engine, tmp_path: Path) -> None:
    """The first published schema had no transfers; what it held stays."""
    new = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    for each in (engine, new):
        with each.begin() as connection:
            migrate(connection)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE transfers"))
        connection.execute(text("UPDATE schema_version SET version = 1"))
        connection.execute(text("UPDATE progress SET seq = 7"))
    with engine.begin() as connection:
        assert migrate(connection) == 1
        assert connection.execute(text("SELECT seq FROM progress")).scalar() == 7
    for table in METADATA.tables:
        assert columns(engine, table) == columns(new, table)
    found = [{index["name"] for index in inspect(each).get_indexes("transfers")} for each in (engine, new)]
    assert found[0] == found[1]
    assert found[0]
    new.dispose()


def test_a_newer_database_is_refused_and_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        migrate(connection, LATER)
    with pytest.raises(StoreError, match="newer version") as caught, engine.begin() as connection:
        migrate(connection)
    assert not caught.value.retryable


def test_dropping_leaves_nothing_and_can_be_repeated(engine: Engine) -> None:
    for _ in range(2):
        with engine.begin() as connection:
            drop_tables(connection)
    with engine.begin() as connection:
        migrate(connection)
        drop_tables(connection)
        assert inspect(connection).get_table_names() == []
