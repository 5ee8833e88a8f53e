"""The projector, a process of its own: journal to tables, in batches, each with its place in one transaction.

python -m hotline.store.projector --journal DIR --database URL [--rebuild] [--once]
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine, Table, bindparam, delete, insert, select, update

from hotline.logs import LogSettings, open_logs
from hotline.store.database import open_database, store_errors
from hotline.store.drafts import Changes, Values
from hotline.store.facts import Checkpoint, Record, UnknownFact
from hotline.store.follow import Follower, Place
from hotline.store.migrations import drop_tables, migrate
from hotline.store.rows import Rows
from hotline.store.tables import DATED_BY, OPEN_UNTIL, PROGRESS
from telephony.errors import StoreError

BATCH = 5_000
"""Records of one transaction: beyond a few thousand SQLite's speed no longer rises."""

POLL_S = 0.25
"""Pause when all is read: how late the tables may be, for one `stat` each time."""

FIRST_RETRY_S, LAST_RETRY_S = 0.5, 30.0
"""Pauses while the database is away, doubling."""

PRUNE_EVERY_S = 3_600.0
"""Old rows are deleted at the first checkpoint after this long."""

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


@dataclass(slots=True)
class Known:
    """What the projector remembers between batches; after any failure it is read again from the database."""

    follower: Follower
    rows: Rows
    damages: int
    unknown: int
    pruned_wall: float


class Projector:
    """Brings the tables up to the journal's end, batch by batch."""

    def __init__(self, journal: Path, engine: Engine, *, keep_s: float | None = None, batch: int = BATCH) -> None:
        self._journal = journal
        self._engine = engine
        self._keep_s = keep_s
        self._batch = batch
        self._known: Known | None = None

    def rebuild(self) -> None:
        """Drop everything derived; the next batches make it anew from the oldest segment kept."""
        with store_errors(), self._engine.begin() as connection:
            drop_tables(connection)
        self._known = None

    def project(self) -> int:
        """One batch in one transaction; returns the records read, 0 at the journal's end. StoreError if in vain."""
        try:
            with store_errors(), self._engine.begin() as connection:
                known = self._known = self._known or self._recall(connection)
                return self._project_batch(connection, known)
        except OSError as error:
            self._known = None
            raise StoreError(f"journal: {error.strerror}", retryable=True) from error
        except StoreError:
            self._known = None  # nothing was committed: what memory holds is ahead of the tables
            raise

    def _recall(self, connection: Connection) -> Known:
        migrate(connection)
        row = connection.execute(select(PROGRESS)).one()
        open_rows: list[tuple[Table, Values]] = []
        for table, column in OPEN_UNTIL.items():
            found = connection.execute(select(table).where(table.c[column].is_(None)).order_by(table.c.seq))
            open_rows.extend((table, dict(each)) for each in found.mappings())
        place = Place(row.seq, row.crc, row.segment, row.offset)
        return Known(Follower(self._journal, place), Rows(open_rows), row.damages, row.unknown, row.pruned_wall)

    def _project_batch(self, connection: Connection, known: Known) -> int:
        before = known.follower.place
        records = self._read(known)
        if not records:
            return 0
        for record in records:
            known.rows.apply(record)
        known.unknown += sum(isinstance(record.fact, UnknownFact) for record in records)
        _write(connection, known.rows.take_changes())
        self._prune(connection, known, records)
        _save_progress(connection, known, before)
        return len(records)

    def _read(self, known: Known) -> list[Record]:
        """The next records; empty only at the journal's end, however much damage lies between."""
        records: list[Record] = []
        while not records and (found := known.follower.read(self._batch)):
            for each in found:
                if isinstance(each, Record):
                    records.append(each)
                else:
                    known.damages += 1
                    log.error("journal_damaged", place=str(each))
        return records

    def _prune(self, connection: Connection, known: Known, records: Sequence[Record]) -> None:
        """Delete what is too old, by the journal's own clock, so that a rebuild comes to the same tables."""
        if self._keep_s is None:
            return
        for record in records:
            if isinstance(record.fact, Checkpoint) and record.wall >= known.pruned_wall + PRUNE_EVERY_S:
                known.pruned_wall = record.wall
                for table, column in DATED_BY.items():
                    connection.execute(delete(table).where(table.c[column] < record.wall - self._keep_s))

    def run(self, pause: Callable[[float], bool], *, once: bool = False) -> None:
        """Project until `pause(seconds)` says stop, or with `once` until all is read.

        A database or disk that is away is waited for; StoreError only for what waiting can not mend.
        """
        retry_s = FIRST_RETRY_S
        while True:
            wait_s = 0.0
            try:
                if not self.project():
                    if once:
                        return
                    wait_s = POLL_S
                retry_s = FIRST_RETRY_S
            except StoreError as error:
                if not error.retryable:
                    raise
                log.warning("projector_waits", reason=str(error), retry_s=retry_s)
                wait_s, retry_s = retry_s, min(2 * retry_s, LAST_RETRY_S)
            if pause(wait_s):
                return


def _write(connection: Connection, changes: Changes) -> None:
    for table, rows in changes.inserts.items():
        connection.execute(insert(table), rows)
    for table, rows in changes.updates.items():
        names = [column.name for column in table.columns if not column.primary_key]
        change = update(table).where(table.c.seq == bindparam("_seq")).values({name: bindparam(name) for name in names})
        connection.execute(change, [{**row, "_seq": row["seq"]} for row in rows])


def _save_progress(connection: Connection, known: Known, before: Place) -> None:
    place = known.follower.place
    change = update(PROGRESS).where(PROGRESS.c.id == 1, PROGRESS.c.seq == before.seq)
    saved = connection.execute(
        change.values(
            seq=place.seq,
            crc=place.crc,
            segment=place.segment,
            offset=place.offset,
            damages=known.damages,
            unknown=known.unknown,
            pruned_wall=known.pruned_wall,
        )
    )
    if saved.rowcount != 1:
        raise StoreError("another projector writes to the same tables; stop one of them", retryable=False)


# ---- the process -------------------------------------------------------------------------------


def _pause(seconds: float) -> bool:
    """Wait; True when asked to stop. The signals are blocked and only taken here, never in the middle of a batch."""
    return signal.sigtimedwait(STOP_SIGNALS, seconds) is not None


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hotline.store.projector", description="Brings the tables up to the journal.")
    parser.add_argument("--journal", type=Path, required=True, metavar="DIR", help="the journal's directory")
    parser.add_argument(
        "--database",
        default=os.environ.get("HOTLINE_DATABASE_URL"),
        metavar="URL",
        help="SQLAlchemy address; an address with a password belongs in HOTLINE_DATABASE_URL, where ps cannot see it",
    )
    parser.add_argument(
        "--keep-days", type=float, metavar="N", help="delete rows of this age; everything is kept if not given"
    )
    parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help=f"records of one transaction ({BATCH})")
    parser.add_argument("--rebuild", action="store_true", help="drop the tables first and make them anew")
    parser.add_argument("--once", action="store_true", help="stop at the journal's end")
    arguments = parser.parse_args(given)
    if not arguments.database:
        parser.error("--database is required")
    return arguments


def main(given: Sequence[str] | None = None) -> int:
    """Run until told to stop; 0 if stopped, 1 if something must be mended first."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    arguments = _arguments(given)
    open_logs(LogSettings())
    keep_s = arguments.keep_days and arguments.keep_days * 86_400.0
    try:
        engine = open_database(arguments.database)
        projector = Projector(arguments.journal, engine, keep_s=keep_s, batch=arguments.batch)
        if arguments.rebuild:
            projector.rebuild()
        projector.run(_pause, once=arguments.once)
    except StoreError as error:
        log.error("projector_stopped", reason=str(error))  # noqa: TRY400 - one clear line for the admin
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
