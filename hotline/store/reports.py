"""Reading the tables: frozen dataclasses with aware datetimes, nothing of the database in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Table, select

from hotline.store.database import store_errors
from hotline.store.migrations import migrate
from hotline.store.tables import CALLS, PROGRESS, RINGS, SEGMENTS, TALKS, TRANSFERS, VISITS
from telephony.events import Outcome, TalkEndedBy, TransferKind
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic


@dataclass(frozen=True, slots=True)
class CallReport:
    """One call."""

    call: CallId
    dialled: str
    caller: str
    """Personal data."""
    caller_name: str
    """Personal data."""
    arrived_on: datetime
    ended_on: datetime | None
    """None while it lasts."""
    cause: int | None
    """Q.850; None while it lasts or if its end was not seen."""
    node: NodeId | None
    """Menu node entered last."""
    queue: QueueId | None
    """Queue entered last."""
    topic: Topic | None
    agent: AgentNumber | None
    """Who talked last."""
    vip: bool
    resumed: int
    """Times it was taken up again after a restart of the controller."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay at a menu node."""

    node: NodeId
    entered_on: datetime


@dataclass(frozen=True, slots=True)
class Segment:
    """A stay in a queue."""

    queue: QueueId
    topic: Topic
    entered_on: datetime
    answered_on: datetime | None
    ended_on: datetime | None
    outcome: Outcome | None
    """None while waiting."""
    wait_s: float | None
    agent: AgentNumber | None


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring to one agent."""

    agent: AgentNumber
    queue: QueueId
    reason: str
    """Why this agent, in the distributor's terms."""
    ordered_on: datetime
    rung_on: datetime | None
    ended_on: datetime | None
    outcome: str | None
    """`answered`, a RingOutcome, or None while it rings."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk with one agent."""

    agent: AgentNumber
    queue: QueueId | None
    began_on: datetime
    ended_on: datetime | None
    ended_by: TalkEndedBy | None
    talk_s: float | None


@dataclass(frozen=True, slots=True)
class Transfer:
    """An agent passed the caller on, or asked a colleague to take him."""

    kind: TransferKind
    agent: AgentNumber
    """Who passed the caller on."""
    from_queue: QueueId | None
    to_queue: QueueId | None
    to_agent: AgentNumber | None
    """Wanted first, or asked."""
    topic: Topic | None
    began_on: datetime
    talked_on: datetime | None
    """When the colleague who was asked picked up."""
    ended_on: datetime | None
    outcome: str | None
    """A word of `transfer_rows`, `answered` or another Outcome of the stay that followed; None while it goes on."""
    answered_by: AgentNumber | None
    """Who talked to the caller in the end."""


@dataclass(frozen=True, slots=True)
class CallLife:
    """Everything about one call, each row in order of time."""

    call: CallReport
    visits: tuple[Visit, ...]
    segments: tuple[Segment, ...]
    rings: tuple[Ring, ...]
    talks: tuple[Talk, ...]
    transfers: tuple[Transfer, ...] = ()


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the tables are."""

    seq: int
    """Number of the last record they know; compare with the journal's `durable_seq`."""
    damages: int
    """Damaged places of the journal they had to pass over."""
    unknown: int
    """Records of another version."""


class Reports:
    """Queries on one database."""

    def __init__(self, engine: Engine) -> None:
        """StoreError if the database can not be reached; an empty one gets its tables."""
        self._engine = engine
        with store_errors(), engine.begin() as connection:
            migrate(connection)

    def last_calls(self, limit: int = 20) -> list[CallReport]:
        """The calls that arrived last, newest first."""
        with store_errors(), self._engine.connect() as connection:
            newest = select(CALLS).order_by(CALLS.c.arrived_wall.desc(), CALLS.c.seq.desc()).limit(limit)
            return [_call(row) for row in connection.execute(newest).mappings()]

    def call_life(self, call: CallId) -> CallLife | None:
        """One call's life; None if the tables do not know it. The latest, should an id ever come twice."""
        with store_errors(), self._engine.connect() as connection:
            latest = select(CALLS).where(CALLS.c.call == call).order_by(CALLS.c.seq.desc()).limit(1)
            row = connection.execute(latest).mappings().one_or_none()
            if row is None:
                return None
            since = row["seq"]
            return CallLife(
                call=_call(row),
                visits=tuple(map(_visit, _rows(connection, VISITS, call, since))),
                segments=tuple(map(_segment, _rows(connection, SEGMENTS, call, since))),
                rings=tuple(map(_ring, _rows(connection, RINGS, call, since))),
                talks=tuple(map(_talk, _rows(connection, TALKS, call, since))),
                transfers=tuple(map(_transfer, _rows(connection, TRANSFERS, call, since))),
            )

    def freshness(self) -> Freshness:
        """How far the tables are."""
        with store_errors(), self._engine.connect() as connection:
            row = connection.execute(select(PROGRESS)).one()
            return Freshness(row.seq, row.damages, row.unknown)


def _rows(connection: Connection, table: Table, call: CallId, since: int) -> Sequence[RowMapping]:
    found = select(table).where(table.c.call == call, table.c.seq >= since).order_by(table.c.seq)
    return connection.execute(found).mappings().all()


def _on(wall: Any) -> datetime:
    return datetime.fromtimestamp(wall, UTC)


def _on_or_none(wall: Any) -> datetime | None:
    return None if wall is None else _on(wall)


def _call(row: RowMapping) -> CallReport:
    return CallReport(
        call=row["call"],
        dialled=row["dialled"],
        caller=row["caller"],
        caller_name=row["caller_name"],
        arrived_on=_on(row["arrived_wall"]),
        ended_on=_on_or_none(row["ended_wall"]),
        cause=row["cause"],
        node=row["node"],
        queue=row["queue"],
        topic=row["topic"],
        agent=row["agent"],
        vip=row["vip"],
        resumed=row["resumed"],
    )


def _visit(row: RowMapping) -> Visit:
    return Visit(node=row["node"], entered_on=_on(row["entered_wall"]))


def _segment(row: RowMapping) -> Segment:
    return Segment(
        queue=row["queue"],
        topic=row["topic"],
        entered_on=_on(row["entered_wall"]),
        answered_on=_on_or_none(row["answered_wall"]),
        ended_on=_on_or_none(row["ended_wall"]),
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
        wait_s=row["wait_s"],
        agent=row["agent"],
    )


def _ring(row: RowMapping) -> Ring:
    return Ring(
        agent=row["agent"],
        queue=row["queue"],
        reason=row["reason"],
        ordered_on=_on(row["ordered_wall"]),
        rung_on=_on_or_none(row["rung_wall"]),
        ended_on=_on_or_none(row["ended_wall"]),
        outcome=row["outcome"],
    )


def _talk(row: RowMapping) -> Talk:
    return Talk(
        agent=row["agent"],
        queue=row["queue"],
        began_on=_on(row["began_wall"]),
        ended_on=_on_or_none(row["ended_wall"]),
        ended_by=None if row["ended_by"] is None else TalkEndedBy(row["ended_by"]),
        talk_s=row["talk_s"],
    )


def _transfer(row: RowMapping) -> Transfer:
    return Transfer(
        kind=TransferKind(row["kind"]),
        agent=row["agent"],
        from_queue=row["from_queue"],
        to_queue=row["to_queue"],
        to_agent=row["to_agent"],
        topic=row["topic"],
        began_on=_on(row["began_wall"]),
        talked_on=_on_or_none(row["talked_wall"]),
        ended_on=_on_or_none(row["ended_wall"]),
        outcome=row["outcome"],
        answered_by=row["answered_by"],
    )
