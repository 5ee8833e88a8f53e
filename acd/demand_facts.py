"""The hotline's facts as `DemandSeen` wants to be told of them: who asked for what, and how long it kept an agent.

A call is an arrival where it first asks for an agent, and again whenever somebody else gets it after a talk.
"""

from collections.abc import Callable
from dataclasses import dataclass

from acd.demand import DemandSeen
from acd.queue import CallKind
from telephony.commands import AgentState, CloseSegment, MoveCall, NoteCaller, ShowAgent
from telephony.events import CallEnded, CallQueued, Outcome
from telephony.ids import AgentNumber, CallId, QueueId, Topic

Factor = Callable[[AgentNumber, Topic], float]
"""How much longer than usual an agent takes for a topic, as `Outlook.handle_s(level, 1.0)` says; 1 for unknown ones."""

Kinds = Callable[[QueueId, Topic, CallKind | None], CallKind]
"""What a call in a queue is learned as, after what it was counted for so far: `CallKinds.learned_as`."""

NOT_ASKED_FOR = frozenset({Outcome.REJECTED_CLOSED, Outcome.CALLBACK_REQUESTED})
"""Out of hours nobody could answer; who is called back is counted when he stands in the queue again."""

AT_IT = frozenset({AgentState.TALKING, AgentState.ON_HOLD, AgentState.WRAP_UP})


@dataclass(slots=True)
class _Call:
    queue: QueueId
    topic: Topic
    """What skill is reckoned for."""
    kind: CallKind
    """What its handle time is learned for."""
    counted: CallKind | None
    """What it was counted for; None: for nothing any more."""
    talked: bool = False
    moved: bool = False
    """The queue passes it on: what follows is not asked for by the caller."""


@dataclass(slots=True)
class _Work:
    """An agent from the ring on."""

    since: float
    call: CallId | None = None
    about: tuple[CallKind, Topic] | None = None
    """None: no talk yet."""


class DemandFacts:
    """Follows calls and agents as far as it takes."""

    def __init__(self, demand: DemandSeen, factor: Factor, kind: Kinds) -> None:
        self._demand = demand
        self._factor = factor
        self._kind = kind
        self._calls: dict[CallId, _Call] = {}
        self._work: dict[AgentNumber, _Work] = {}

    def apply(self, fact: object, now: float) -> None:
        """Take one fact; most mean nothing here."""
        match fact:
            case CallQueued():
                self._queued(fact, now)
            case NoteCaller(call, topic) if (known := self._calls.get(call)) is not None:
                self._meant(known, known.queue, topic, now)
            case MoveCall(call) if (known := self._calls.get(call)) is not None:
                known.moved = True
            case CloseSegment(call, _, outcome) if outcome in NOT_ASKED_FOR and (known := self._calls.get(call)):
                self._count(known, None, now)
            case ShowAgent():
                self._agent(fact, now)
            case CallEnded(call):
                self._calls.pop(call, None)
            case _:
                pass

    # ---- calls --------------------------------------------------------------------------------------

    def _queued(self, event: CallQueued, now: float) -> None:
        known, queue, topic = self._calls.get(event.call), event.queue, event.topic
        if known is None or known.talked:
            kind = self._kind(queue, topic, None)
            self._demand.called(kind, now)
            self._calls[event.call] = _Call(queue, topic, kind, kind)
        elif known.moved:  # another queue's skill; what he asked for stays counted
            known.queue, known.topic, known.moved = queue, topic, False
            known.kind = self._kind(queue, topic, known.counted)
        else:
            self._meant(known, queue, topic, now)

    def _meant(self, known: _Call, queue: QueueId, topic: Topic, now: float) -> None:
        """It is about this instead: he changed his mind, or what he asked about before says so."""
        kind = self._kind(queue, topic, known.counted)
        if known.counted == known.kind:
            self._count(known, kind, now)
        known.queue, known.topic, known.kind = queue, topic, kind

    def _count(self, known: _Call, kind: CallKind | None, now: float) -> None:
        if known.counted is not None and known.counted != kind:
            self._demand.called(known.counted, now, calls=-1.0)
        if kind is not None and known.counted != kind:
            self._demand.called(kind, now)
        known.counted = kind

    # ---- agents -------------------------------------------------------------------------------------

    def _agent(self, shown: ShowAgent, now: float) -> None:
        began = now if shown.since is None else shown.since
        work = self._work.get(shown.agent)
        if shown.state not in AT_IT:
            if work is not None:
                self._done(shown.agent, work, began)
            if shown.state is AgentState.RINGING:
                self._work[shown.agent] = _Work(began)
        elif shown.call is not None and (work is None or work.call != shown.call):
            self._talks(shown.agent, work, shown.call, began)

    def _talks(self, agent: AgentNumber, work: _Work | None, call: CallId, began: float) -> None:
        """He has this caller from now on; since he was rung, if it was for a call he had not had yet."""
        if work is not None and work.call is not None:
            self._done(agent, work, began)
            work = None
        known = self._calls.get(call)
        if known is None:  # of before a restart
            self._work.pop(agent, None)
            return
        if known.talked:  # a colleague handed him over
            self._demand.called(known.kind, began)
        known.talked = True
        self._work[agent] = _Work(began if work is None else work.since, call, (known.kind, known.topic))

    def _done(self, agent: AgentNumber, work: _Work, ended: float) -> None:
        """He is through with the call, if it was one and not a ring without an answer."""
        del self._work[agent]
        if work.about is not None:
            kind, topic = work.about
            self._demand.handled(kind, max(0.0, ended - work.since) / self._factor(agent, topic))
