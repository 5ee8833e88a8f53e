"""What each record means for the tables: a pure machine from records to rows.

All it knows between records are the open rows, and those are in the database: it can stop anywhere and go on.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Table

from hotline.store.drafts import Changes, Drafts, Row, Values, storable
from hotline.store.facts import Booted, Checkpoint, Record
from hotline.store.tables import AGENT_STATES, CALLS, RINGS, SEGMENTS, TALKS, TRANSFERS, VISITS
from hotline.store.transfer_rows import TransferRows
from telephony.commands import CloseSegment, CloseTalk, EnterNode, OfferCall, RingAgent, ShowAgent
from telephony.events import (
    AgentAnswered,
    AgentRinging,
    CallArrived,
    CallEnded,
    CallOfferable,
    CallQueued,
    CallResumed,
    Outcome,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
)
from telephony.ids import AgentNumber, CallId

ANSWERED = "answered"
"""A ring's outcome beside those of RingOutcome."""


class Rows:
    """The open rows, changed record by record."""

    def __init__(self, open_rows: Iterable[tuple[Table, Values]] = ()) -> None:
        self._calls: dict[CallId, Row] = {}
        self._segments: dict[CallId, Row] = {}
        self._rings: dict[CallId, Row] = {}
        self._talks: dict[CallId, Row] = {}
        self._states: dict[AgentNumber, Row] = {}
        self._drafts = Drafts()
        self._transfers = TransferRows(self._drafts, self._queue_of_talk)
        self._rules: dict[type, Callable[[Any, Record], None]] = {
            Booted: self._booted,
            Checkpoint: self._checked,
            CallArrived: self._arrived,
            CallResumed: self._resumed,
            EnterNode: self._entered_node,
            CallQueued: self._queued,
            CallOfferable: self._offerable,
            OfferCall: self._offerable,
            RingAgent: self._ring_ordered,
            AgentRinging: self._rung,
            RingEnded: self._ring_ended,
            AgentAnswered: self._answered,
            TalkEnded: self._talk_ended,
            CloseTalk: self._talk_closed,
            CloseSegment: self._segment_closed,
            CallEnded: self._ended,
            ShowAgent: self._agent_shown,
        }
        homes: dict[Table, dict[Any, Row]] = {
            CALLS: self._calls,
            SEGMENTS: self._segments,
            RINGS: self._rings,
            TALKS: self._talks,
            AGENT_STATES: self._states,
        }
        for table, values in open_rows:
            if table is TRANSFERS:
                self._transfers.take_up(values)
                continue
            key = values["agent" if table is AGENT_STATES else "call"]
            homes[table][key] = Row(table, values, is_new=False)

    def apply(self, record: Record) -> None:
        """Take the next record; one that means nothing for the tables changes nothing."""
        self._transfers.apply(record)  # first: who talked, before the talk is over
        rule = self._rules.get(type(record.fact))
        if rule is not None:
            rule(record.fact, record)

    def _queue_of_talk(self, call: CallId) -> str | None:
        talk = self._talks.get(call)
        return None if talk is None else talk.values["queue"]

    def take_changes(self) -> Changes:
        """The rows changed since the last time."""
        return self._drafts.take_changes()

    # ---- the journal itself --------------------------------------------------------------------

    def _booted(self, _fact: Booted, record: Record) -> None:
        """The run before may have died between an end and the order that closes its row: close it by what is known."""
        for call, segment in list(self._segments.items()):
            if segment.values["ended_wall"] is not None:
                self._settle_segment(call)
        for call, talk in list(self._talks.items()):
            if talk.values["ended_wall"] is not None:
                self._settle_talk(call, record.wall)

    def _checked(self, fact: Checkpoint, record: Record) -> None:
        """A call whose end was in a damaged place is over all the same."""
        alive = {call.call for call in fact.calls}
        for call in [call for call in self._calls if call not in alive]:
            self._end_call(call, record, cause=None)

    # ---- calls ---------------------------------------------------------------------------------

    def _arrived(self, fact: CallArrived, record: Record) -> None:
        if fact.call not in self._calls:
            self._begin_call(fact, record)

    def _begin_call(self, fact: CallArrived, record: Record) -> Row:
        row = self._drafts.open(
            CALLS,
            record,
            call=fact.call,
            dialled=fact.dialled,
            caller=fact.caller,
            caller_name=fact.caller_name,
            arrived_wall=record.wall,
            vip=False,
            resumed=0,
        )
        self._calls[fact.call] = row
        return row

    def _resumed(self, fact: CallResumed, record: Record) -> None:
        row = self._calls.get(fact.call) or self._begin_call(CallArrived(fact.call, "", ""), record)
        self._drafts.change(row, resumed=row.values["resumed"] + 1, node=fact.node)
        segment = self._segments.get(fact.call)
        if fact.queue is None and segment is not None and segment.values["boot"] != record.boot:
            self._drafts.change(segment, ended_wall=record.wall)  # its queue is no longer in the roster
            self._close_segment(fact.call, Outcome.WITHDRAWN)

    def _entered_node(self, fact: EnterNode, record: Record) -> None:
        self._drafts.open(VISITS, record, call=fact.call, node=fact.node, entered_wall=record.wall)
        if (row := self._calls.get(fact.call)) is not None:
            self._drafts.change(row, node=fact.node)

    def _ended(self, fact: CallEnded, record: Record) -> None:
        self._end_call(fact.call, record, cause=fact.cause)

    def _end_call(self, call: CallId, record: Record, *, cause: int | None) -> None:
        """Orders that follow close what this run began; what an earlier one began, nobody else will close."""
        wall = record.wall
        if (row := self._calls.pop(call, None)) is not None:
            self._drafts.change(row, ended_wall=wall, cause=cause)
        if (segment := self._segments.get(call)) is not None:
            self._drafts.change(segment, ended_wall=wall)
            if segment.values["boot"] != record.boot:
                self._settle_segment(call)
        if (talk := self._talks.get(call)) is not None and talk.values["ended_wall"] is None:
            self._end_talk(talk, record, TalkEndedBy.UNKNOWN)
        self._close_ring(call, wall, RingOutcome.CANCELLED)

    # ---- queues --------------------------------------------------------------------------------

    def _queued(self, fact: CallQueued, record: Record) -> None:
        """A new stay, or one that goes on after a restart of the controller."""
        known = self._segments.get(fact.call)
        if known is not None and known.values["queue"] != fact.queue:
            self._drafts.change(known, ended_wall=record.wall)
            self._close_segment(fact.call, Outcome.WITHDRAWN)
        if fact.call not in self._segments:
            self._segments[fact.call] = self._drafts.open(
                SEGMENTS,
                record,
                call=fact.call,
                queue=fact.queue,
                topic=fact.topic,
                vip=fact.vip,
                entered_wall=record.wall - (record.at - fact.entered_at),
                boot=record.boot,
            )
        else:
            self._drafts.change(self._segments[fact.call], boot=record.boot)
        if (row := self._calls.get(fact.call)) is not None:
            self._drafts.change(row, queue=fact.queue, topic=fact.topic, vip=fact.vip)

    def _offerable(self, fact: CallOfferable | OfferCall, record: Record) -> None:
        segment = self._segments.get(fact.call)
        if segment is not None and segment.values["offerable_wall"] is None:
            self._drafts.change(segment, offerable_wall=record.wall)

    def _segment_closed(self, fact: CloseSegment, record: Record) -> None:
        if (segment := self._segments.get(fact.call)) is None:
            return
        ended_wall = segment.values["ended_wall"]
        self._drafts.change(segment, ended_wall=record.wall if ended_wall is None else ended_wall, agent=fact.agent)
        self._close_segment(fact.call, fact.outcome, wait_s=fact.wait_s)

    def _settle_segment(self, call: CallId) -> None:
        """The call is over and nobody told how the stay ended: it was answered, or else given up."""
        given_up = self._segments[call].values["answered_wall"] is None
        self._close_segment(call, Outcome.ABANDONED_QUEUED if given_up else Outcome.ANSWERED)

    def _close_segment(self, call: CallId, outcome: Outcome, wait_s: float | None = None) -> None:
        segment = self._segments.pop(call)
        if wait_s is None:
            until = segment.values["answered_wall"] or segment.values["ended_wall"]
            wait_s = max(0.0, until - segment.values["entered_wall"])
        self._drafts.change(segment, outcome=outcome, wait_s=wait_s)

    # ---- rings and talks -----------------------------------------------------------------------

    def _ring_ordered(self, fact: RingAgent, record: Record) -> None:
        self._close_ring(fact.call, record.wall, RingOutcome.CANCELLED)
        self._rings[fact.call] = self._drafts.open(
            RINGS,
            record,
            call=fact.call,
            agent=fact.agent,
            queue=fact.queue,
            reason=fact.reason,
            ordered_wall=record.wall,
        )

    def _rung(self, fact: AgentRinging, record: Record) -> None:
        ring = self._rings.get(fact.call)
        if ring is not None and ring.values["agent"] == fact.agent:
            self._drafts.change(ring, rung_wall=record.wall)

    def _ring_ended(self, fact: RingEnded, record: Record) -> None:
        ring = self._rings.get(fact.call)
        if ring is not None and ring.values["agent"] == fact.agent:
            self._close_ring(fact.call, record.wall, fact.outcome)

    def _close_ring(self, call: CallId, wall: float, outcome: str) -> None:
        if (ring := self._rings.pop(call, None)) is not None:
            self._drafts.change(ring, ended_wall=wall, outcome=outcome)

    def _answered(self, fact: AgentAnswered, record: Record) -> None:
        self._close_ring(fact.call, record.wall, ANSWERED)
        call, segment = self._calls.get(fact.call), self._segments.get(fact.call)
        queue = None
        if segment is not None:
            queue = segment.values["queue"]
            self._drafts.change(segment, answered_wall=record.wall, agent=fact.agent)
        if call is not None:
            queue = queue or call.values["queue"]
            self._drafts.change(call, agent=fact.agent)
        talk = self._talks.get(fact.call)
        if talk is not None and (talk.values["agent"] != fact.agent or talk.values["ended_wall"] is not None):
            self._settle_talk(fact.call, record.wall)
        if fact.call not in self._talks:
            self._talks[fact.call] = self._drafts.open(
                TALKS, record, call=fact.call, agent=fact.agent, queue=queue, began_wall=record.wall, boot=record.boot
            )

    def _talk_ended(self, fact: TalkEnded, record: Record) -> None:
        talk = self._talks.get(fact.call)
        if talk is not None and talk.values["ended_wall"] is None:
            self._end_talk(talk, record, fact.by)

    def _end_talk(self, talk: Row, record: Record, by: TalkEndedBy) -> None:
        """The order that follows tells how long it took, unless it began before this run."""
        self._drafts.change(talk, ended_wall=record.wall, ended_by=by)
        if talk.values["boot"] != record.boot:
            self._settle_talk(talk.values["call"], record.wall)

    def _talk_closed(self, fact: CloseTalk, record: Record) -> None:
        talk = self._talks.get(fact.call)
        if talk is not None and talk.values["ended_wall"] is None:
            self._end_talk(talk, record, fact.by)
        if (talk := self._talks.pop(fact.call, None)) is not None:
            self._drafts.change(talk, ended_by=fact.by, talk_s=fact.talk_s)

    def _settle_talk(self, call: CallId, wall: float) -> None:
        """Nobody told how long it took: as long as the wall clock says."""
        talk = self._talks.pop(call)
        ended_wall = talk.values["ended_wall"]
        until = wall if ended_wall is None else ended_wall
        self._drafts.change(talk, ended_wall=until, talk_s=max(0.0, until - talk.values["began_wall"]))

    # ---- agents --------------------------------------------------------------------------------

    def _agent_shown(self, fact: ShowAgent, record: Record) -> None:
        shown = {"state": fact.state, "reason": storable(fact.reason), "call": fact.call}
        known = self._states.get(fact.agent)
        if known is not None:
            if all(known.values[name] == value for name, value in shown.items()):
                return
            if fact.late and known.values["state"] == fact.state:
                self._drafts.change(known, reason=shown["reason"])  # the same stay, named for its length
                return
            self._drafts.change(known, until_wall=record.wall)
        self._states[fact.agent] = self._drafts.open(
            AGENT_STATES, record, agent=fact.agent, since_wall=record.wall, **shown
        )
