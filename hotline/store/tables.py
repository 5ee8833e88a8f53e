"""The tables, all derived from the journal: each row is named by the number of the record that opened it.

`_wall` is an instant in seconds since 1970. A column that is still empty in an open row says so below.
"""

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, MetaData, Table, Text

METADATA = MetaData()

_SEQ = BigInteger().with_variant(Integer(), "sqlite")  # SQLite's own row number, without a second index


def _named_by_record() -> Column[int]:
    return Column("seq", _SEQ, primary_key=True, autoincrement=False)


CALLS = Table(
    "calls",
    METADATA,
    _named_by_record(),
    Column("call", Text, nullable=False, index=True),
    Column("dialled", Text, nullable=False),
    Column("caller", Text, nullable=False),  # personal data
    Column("caller_name", Text, nullable=False),  # personal data
    Column("arrived_wall", Double, nullable=False, index=True),
    Column("node", Text),  # last one entered
    Column("queue", Text),  # last one entered
    Column("topic", Text),
    Column("vip", Boolean, nullable=False),
    Column("agent", Text),  # who talked last
    Column("resumed", Integer, nullable=False),  # times found in Asterisk after a restart of the controller
    Column("ended_wall", Double),  # open until set
    Column("cause", Integer),  # Q.850; empty if the end was not seen
)

VISITS = Table(
    "visits",
    METADATA,
    _named_by_record(),
    Column("call", Text, nullable=False, index=True),
    Column("node", Text, nullable=False),
    Column("entered_wall", Double, nullable=False),
)

SEGMENTS = Table(
    "segments",
    METADATA,
    _named_by_record(),
    Column("call", Text, nullable=False, index=True),
    Column("queue", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("vip", Boolean, nullable=False),
    Column("entered_wall", Double, nullable=False, index=True),
    Column("offerable_wall", Double),
    Column("answered_wall", Double),
    Column("agent", Text),
    Column("ended_wall", Double),
    Column("wait_s", Double),
    Column("outcome", Text),  # open until set
    Column("boot", Text, nullable=False),  # the run that queued it last: only that one will order its end
)

RINGS = Table(
    "rings",
    METADATA,
    _named_by_record(),
    Column("call", Text, nullable=False, index=True),
    Column("agent", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ordered_wall", Double, nullable=False),
    Column("rung_wall", Double),
    Column("ended_wall", Double),
    Column("outcome", Text),  # open until set; `answered`, or a RingOutcome
)

TALKS = Table(
    "talks",
    METADATA,
    _named_by_record(),
    Column("call", Text, nullable=False, index=True),
    Column("agent", Text, nullable=False),
    Column("queue", Text),
    Column("began_wall", Double, nullable=False, index=True),
    Column("ended_wall", Double),
    Column("ended_by", Text),
    Column("talk_s", Double),  # open until set
    Column("boot", Text, nullable=False),  # the run in which it began: only that one knows how long it took
)

TRANSFERS = Table(
    "transfers",
    METADATA,
    _named_by_record(),
    Column("call", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),  # blind, or warm: after asking
    Column("agent", Text, nullable=False),  # who passed the caller on
    Column("from_queue", Text),
    Column("to_queue", Text),  # empty: a colleague was asked, or the menu
    Column("to_agent", Text),  # wanted first, or asked
    Column("topic", Text),
    Column("began_wall", Double, nullable=False),
    Column("talked_wall", Double),  # when the colleague who was asked picked up
    Column("ended_wall", Double),
    Column("outcome", Text),  # open until set
    Column("answered_by", Text),  # who talked to the caller in the end
)

AGENT_STATES = Table(
    "agent_states",
    METADATA,
    _named_by_record(),
    Column("agent", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("call", Text),
    Column("since_wall", Double, nullable=False),
    Column("until_wall", Double),  # open until set
    Index("ix_agent_states_agent_since", "agent", "since_wall"),
)

PROGRESS = Table(
    "progress",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("seq", BigInteger, nullable=False),  # last record these tables know
    Column("crc", BigInteger, nullable=False),  # its checksum: is it still the same journal?
    Column("segment", Text, nullable=False),  # its file
    Column("offset", BigInteger, nullable=False),  # where its line begins
    Column("damages", Integer, nullable=False),  # damaged places passed
    Column("unknown", Integer, nullable=False),  # records of a type not known here
    Column("pruned_wall", Double, nullable=False),  # when old rows were last deleted
)

OPEN_UNTIL = {
    CALLS: "ended_wall",
    SEGMENTS: "outcome",
    RINGS: "outcome",
    TALKS: "talk_s",
    TRANSFERS: "outcome",
    AGENT_STATES: "until_wall",
}
"""The column that closes a row. Open rows are all the projector has to know when it starts."""

DATED_BY = {
    CALLS: "ended_wall",
    VISITS: "entered_wall",
    SEGMENTS: "ended_wall",
    RINGS: "ended_wall",
    TALKS: "ended_wall",
    TRANSFERS: "ended_wall",
    AGENT_STATES: "until_wall",
}
"""The column that tells when a row is old enough to be deleted."""

for _table, _column in OPEN_UNTIL.items():
    _open = _table.c[_column].is_(None)
    Index(f"ix_{_table.name}_open", _table.c.seq, sqlite_where=_open, postgresql_where=_open)
