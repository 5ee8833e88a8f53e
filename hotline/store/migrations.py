"""The schema's version: a new database gets the tables as they are now, an older one the steps it lacks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, inspect, select, text, update

from hotline.store.tables import METADATA, PROGRESS
from telephony.errors import StoreError

BASE_VERSION = 1
"""The first published schema."""

_VERSIONS = Table("schema_version", MetaData(), Column("version", Integer, nullable=False))


@dataclass(frozen=True, slots=True)
class Step:
    """From the version before to the next one, in SQL that SQLite and PostgreSQL both know.

    A step that cannot be told so (a column whose past values must be worked out anew) is no step: rebuild.
    """

    statements: tuple[str, ...]


STEPS: tuple[Step, ...] = (
    Step(
        (
            """
            CREATE TABLE transfers (
                seq BIGINT NOT NULL PRIMARY KEY, call TEXT NOT NULL, kind TEXT NOT NULL, agent TEXT NOT NULL,
                from_queue TEXT, to_queue TEXT, to_agent TEXT, topic TEXT, began_wall DOUBLE PRECISION NOT NULL,
                talked_wall DOUBLE PRECISION, ended_wall DOUBLE PRECISION, outcome TEXT, answered_by TEXT
            )
            """,
            "CREATE INDEX ix_transfers_call ON transfers (call)",
            "CREATE INDEX ix_transfers_open ON transfers (seq) WHERE outcome IS NULL",
        )
    ),
)
"""In order; version n is reached by the (n - 1)th. Tables only ever change together with a step."""


def migrate(connection: Connection, steps: Sequence[Step] = STEPS) -> int:
    """Bring the tables up to date inside the caller's transaction; returns the version they had, 0 for none."""
    newest = BASE_VERSION + len(steps)
    if not inspect(connection).has_table(_VERSIONS.name):
        METADATA.create_all(connection)
        _VERSIONS.create(connection)
        connection.execute(insert(_VERSIONS).values(version=newest))
        connection.execute(
            insert(PROGRESS).values(id=1, seq=0, crc=0, segment="", offset=0, damages=0, unknown=0, pruned_wall=0.0)
        )
        return 0
    found = connection.execute(select(_VERSIONS.c.version)).scalar_one()
    if found > newest:
        message = f"database: made by a newer version (schema {found}, this program knows {newest})"
        raise StoreError(message, retryable=False)
    for step in steps[found - BASE_VERSION :]:
        for statement in step.statements:
            connection.execute(text(statement))
    if found < newest:
        connection.execute(update(_VERSIONS).values(version=newest))
    return int(found)


def drop_tables(connection: Connection) -> None:
    """Forget everything that can be derived anew."""
    METADATA.drop_all(connection)
    _VERSIONS.drop(connection, checkfirst=True)
