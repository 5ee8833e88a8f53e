"""What each record means for the table of transfers: who passed a caller on, to whom, and what became of it."""

from collections.abc import Callable

from hotline.store.drafts import Drafts, Row, Values
from hotline.store.facts import Booted, Checkpoint, Record
from hotline.store.tables import TRANSFERS
from telephony.commands import CloseSegment, RefuseConsult, RingColleague
from telephony.events import (
    AgentAnswered,
    CallEnded,
    CallTransferred,
    ConsultAnswered,
    ConsultAsked,
    ConsultEnded,
    Outcome,
    TransferKind,
)
from telephony.ids import AgentNumber, CallId, QueueId

COMPLETED = "completed"
"""After asking: the colleague has the caller."""
RETURNED = "returned"
"""The colleague was asked and did not take the caller: the agent has him again."""
NOT_REACHED = "not_reached"
"""The colleague did not answer, or declined, or the agent did not wait for him."""
NOBODY_FREE = "nobody_free"
CALLER_LEFT = "caller_left"
"""The caller hung up before anybody else had him."""
TO_MENU = "menu"
"""Blindly, back to the menu: nobody else was to have him."""
INTERRUPTED = "interrupted"
"""The hotline was restarted while the colleague was asked, or something else came first."""

GOES_ON = frozenset({Outcome.ANSWERED, Outcome.OVERFLOWED, Outcome.WITHDRAWN})
"""Ends of a stay in a queue that are not the end of a transfer there."""


class TransferRows:
    """The transfers that have no outcome yet, at most one per call."""

    def __init__(self, drafts: Drafts, queue_of: Callable[[CallId], str | None] = lambda _call: None) -> None:
        self._drafts = drafts
        self._queue_of = queue_of
        """The queue a call's talk came from."""
        self._open: dict[CallId, Row] = {}

    def take_up(self, values: Values) -> None:
        """An open row from the database."""
        self._open[values["call"]] = Row(TRANSFERS, values, is_new=False)

    def apply(self, record: Record) -> None:
        """Take the next record; one that means nothing for transfers changes nothing."""
        fact = record.fact
        match fact:
            case ConsultAsked() | RingColleague() | ConsultAnswered() | ConsultEnded() | RefuseConsult():
                self._asked_a_colleague(fact, record)
            case CallTransferred():
                (self._completed if fact.kind is TransferKind.WARM else self._sent_on)(fact, record)
            case AgentAnswered() | CloseSegment():
                self._went_on(fact, record)
            case CallEnded(call):
                self._close(call, record, CALLER_LEFT)
            case Booted() | Checkpoint():
                self._interrupted(fact, record)
            case _:
                pass

    def _went_on(self, fact: AgentAnswered | CloseSegment, record: Record) -> None:
        """What became of a caller who was sent on without asking; while somebody is asked he is still the agent's."""
        if not self._is_open(fact.call, TransferKind.BLIND):
            return
        if isinstance(fact, AgentAnswered):
            self._close(fact.call, record, Outcome.ANSWERED, fact.agent)
        elif fact.outcome not in GOES_ON:
            self._close(fact.call, record, fact.outcome)

    def _interrupted(self, fact: Booted | Checkpoint, record: Record) -> None:
        """A restart ends every consultation; a checkpoint names the calls that are alive."""
        if isinstance(fact, Booted):
            over = {call for call in self._open if self._is_open(call, TransferKind.WARM)}
        else:
            over = self._open.keys() - {call.call for call in fact.calls}
        for call in over:
            self._close(call, record, INTERRUPTED)

    # ---- after asking -----------------------------------------------------------------------------

    def _asked_a_colleague(
        self, fact: ConsultAsked | RingColleague | ConsultAnswered | ConsultEnded | RefuseConsult, record: Record
    ) -> None:
        call = fact.call
        if isinstance(fact, ConsultAsked):
            self._close(call, record, INTERRUPTED)
            self._begin(record, fact, TransferKind.WARM, to_agent=fact.colleague, to_queue=fact.queue)
            return
        row = self._open.get(call)
        if row is None or row.values["kind"] != TransferKind.WARM:
            return
        match fact:
            case RingColleague(_, agent):
                self._drafts.change(row, to_agent=agent)
            case ConsultAnswered(_, colleague):
                self._drafts.change(row, to_agent=colleague, talked_wall=record.wall)
            case ConsultEnded():
                talked = row.values["talked_wall"] is not None
                self._close(call, record, RETURNED if talked else NOT_REACHED)
            case RefuseConsult():
                self._close(call, record, NOBODY_FREE)

    def _completed(self, fact: CallTransferred, record: Record) -> None:
        """The colleague has the caller; who asked him by his own telephone is known only now."""
        if not self._is_open(fact.call, TransferKind.WARM):
            self._close(fact.call, record, INTERRUPTED)
            self._begin(record, fact, TransferKind.WARM, to_agent=fact.to_agent, to_queue=None)
        self._close(fact.call, record, COMPLETED, fact.to_agent)

    # ---- without asking ---------------------------------------------------------------------------

    def _sent_on(self, fact: CallTransferred, record: Record) -> None:
        self._close(fact.call, record, INTERRUPTED)
        self._begin(record, fact, TransferKind.BLIND, to_agent=fact.to_agent, to_queue=fact.queue)
        if fact.queue is None:
            self._close(fact.call, record, TO_MENU)

    # ---- rows -------------------------------------------------------------------------------------

    def _begin(
        self,
        record: Record,
        fact: ConsultAsked | CallTransferred,
        kind: TransferKind,
        *,
        to_agent: AgentNumber | None,
        to_queue: QueueId | None,
    ) -> None:
        known = fact.from_queue if isinstance(fact, CallTransferred) else None
        self._open[fact.call] = self._drafts.open(
            TRANSFERS,
            record,
            call=fact.call,
            kind=kind,
            agent=fact.agent,
            from_queue=known or self._queue_of(fact.call),
            to_queue=to_queue,
            to_agent=to_agent,
            topic=fact.topic,
            began_wall=record.wall,
        )

    def _is_open(self, call: CallId, kind: TransferKind) -> bool:
        row = self._open.get(call)
        return row is not None and row.values["kind"] == kind

    def _close(self, call: CallId, record: Record, outcome: str, agent: AgentNumber | None = None) -> None:
        if (row := self._open.pop(call, None)) is not None:
            self._drafts.change(row, outcome=outcome, ended_wall=record.wall, answered_by=agent)
