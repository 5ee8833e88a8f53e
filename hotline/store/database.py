"""Opening the database, and its errors in our words."""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from telephony.errors import StoreError

BUSY_S = 5.0
"""How long SQLite waits for another writer, and PostgreSQL for a connection."""


def open_database(address: str, *, busy_s: float = BUSY_S) -> Engine:
    """An engine for this address, connecting later. A SQLite file is created with mode 0600; StoreError if in vain."""
    try:
        url = make_url(address)
        if url.get_backend_name() != "sqlite":
            return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=_time_out(url, busy_s))
        _create_private(url)
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": busy_s})
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError("database: the address is not one of SQLAlchemy's", retryable=False) from error
    except ModuleNotFoundError as error:
        raise StoreError(f"database: the driver {error.name} is not installed", retryable=False) from error
    except OSError as error:
        raise StoreError(f"database: {error.strerror}", retryable=True) from error
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _time_out(url: URL, busy_s: float) -> dict[str, Any]:
    return {"connect_timeout": math.ceil(busy_s)} if url.get_backend_name() == "postgresql" else {}


def _create_private(url: URL) -> None:
    """SQLite gives its side files (-wal, -shm) the mode of the database."""
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _tune_sqlite(connection: Any, _record: object) -> None:
    """Readers and the one writer do not wait for each other; a power cut may undo commits but never half of one."""
    connection.isolation_level = None  # Python's own BEGIN comes too late: it leaves schema changes outside
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


@contextmanager
def store_errors() -> Iterator[None]:
    """Errors of the database as StoreError. No statement and no value gets into the text: they are personal data."""
    try:
        yield
    except OperationalError as error:
        raise StoreError(f"database: {_reason(error)}", retryable=True) from None
    except DBAPIError as error:
        retryable = error.connection_invalidated
        raise StoreError(f"database: {type(error.orig).__name__}", retryable=retryable) from None
    except SQLAlchemyError as error:
        raise StoreError(f"database: {type(error).__name__}", retryable=False) from None


def _reason(error: OperationalError) -> str:
    """The driver's own words: `disk I/O error`, `connection refused`. Only its first line, without any detail."""
    text = type(error.orig).__name__
    with suppress(IndexError):
        text = str(error.orig).strip().splitlines()[0]
    return text
