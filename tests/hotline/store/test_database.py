import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, Text, insert, text

from hotline.store.database import open_database, store_errors
from telephony.errors import StoreError


def test_a_sqlite_file_is_private_from_the_first_moment(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'sub' / 'x.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "sub").iterdir()}
    engine.dispose()
    assert modes == {"x.sqlite": 0o600, "x.sqlite-wal": 0o600, "x.sqlite-shm": 0o600}


def test_changes_of_the_schema_are_undone_with_the_rest(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
        connection.rollback()
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0
    engine.dispose()


@pytest.mark.parametrize("address", ["", "not an address", "oracle9000://x"])
def test_an_address_that_makes_no_sense(address: str) -> None:
    with pytest.raises(StoreError, match="address") as caught:
        open_database(address)
    assert not caught.value.retryable


def test_a_driver_that_is_not_installed() -> None:
    with pytest.raises(StoreError, match=r"driver .* is not installed") as caught:
        open_database("postgresql+pg8000://somebody:secret@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)


def test_a_place_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")


def test_a_locked_database_can_be_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    engine = open_database(f"sqlite:///{path}", busy_s=0.01)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="database is locked") as caught, store_errors(), engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
    assert caught.value.retryable
    other.close()
    engine.dispose()


def test_errors_never_quote_values(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    table = Table("t", MetaData(), Column("x", Text, primary_key=True))
    table.create(engine)
    twice = [{"x": "13800138000"}, {"x": "13800138000"}]
    with pytest.raises(StoreError) as caught, store_errors(), engine.begin() as connection:
        connection.execute(insert(table), twice)
    engine.dispose()
    assert str(caught.value) == "database: IntegrityError"
    assert not caught.value.retryable
    assert caught.value.__cause__ is None


def test_a_wrong_use_of_the_library_is_told_too(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with pytest.raises(StoreError, match="database: NoResultFound"), store_errors(), engine.begin() as connection:
        connection.execute(text("SELECT 1 WHERE 0")).one()
    engine.dispose()
