"""What was going on when the journal ended: a pure fold over its records."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from hotline.store.facts import (
    Booted,
    Checkpoint,
    Counters,
    Phase,
    Record,
    RecordsLost,
    RecoveredAgent,
    RecoveredCall,
    RecoveredCallback,
    UnknownFact,
)
from telephony.commands import (
    AgentState,
    CallbackState,
    Carried,
    CloseSegment,
    EnterNode,
    HangUp,
    NoteCaller,
    OfferCall,
    RefuseCall,
    RingAgent,
    ShowAgent,
    ShowCallback,
    WidenCall,
)
from telephony.events import (
    AgentAnswered,
    AgentAsked,
    AgentReachable,
    AgentRinging,
    AgentWish,
    CallArrived,
    CallbackAsked,
    CallEnded,
    CallLeftQueue,
    CallOfferable,
    CallQueued,
    CallResumed,
    CallTransferred,
    ConsultAsked,
    ConsultEnded,
    Outcome,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TransferKind,
)
from telephony.ids import AgentNumber, CallbackId, CallId


@dataclass(frozen=True, slots=True)
class Recovered:
    """The state after the last record."""

    calls: dict[CallId, RecoveredCall] = field(default_factory=dict)
    """Calls in progress, in the order they arrived."""
    agents: dict[AgentNumber, RecoveredAgent] = field(default_factory=dict)
    last_seq: int = 0
    counters: Counters = field(default_factory=Counters)
    callbacks: dict[CallbackId, RecoveredCallback] = field(default_factory=dict)
    """Call-backs still to be made."""
    last_wall: float = field(default=0.0, compare=False)
    """When the last record was written, in seconds since 1970; 0 without any."""

    def checkpoint(self) -> Checkpoint:
        """The same as a fact."""
        calls, agents = tuple(self.calls.values()), tuple(self.agents.values())
        return Checkpoint(calls, agents, self.counters, tuple(self.callbacks.values()))


def fold(records: Iterable[Record]) -> Recovered:
    """The state that these records leave behind; they may begin with any checkpoint."""
    folded = Fold()
    for record in records:
        folded.apply(record)
    return folded.recovered()


class Fold:
    """The state so far. Takes every record, whatever it says: the journal's reader decides nothing."""

    def __init__(self, start: Recovered | None = None) -> None:
        start = start or Recovered()
        self._calls = dict(start.calls)
        self._agents = dict(start.agents)
        self._callbacks = dict(start.callbacks)
        self._last_seq, self._last_wall = start.last_seq, start.last_wall
        self._counters = start.counters
        self._outcomes = dict(start.counters.outcomes)
        self._rules: dict[type, Callable[[Any, Record], None]] = {
            Booted: self._booted,
            Checkpoint: self._restored,
            RecordsLost: self._lost,
            UnknownFact: self._unknown,
            CallArrived: self._arrived,
            CallResumed: self._resumed,
            EnterNode: self._entered_node,
            CallQueued: self._queued,
            CallOfferable: self._offerable,
            OfferCall: self._offerable,
            CallLeftQueue: self._left_queue,
            RefuseCall: self._refused,
            RingAgent: self._ringing,
            AgentRinging: self._ringing,
            RingEnded: self._ring_ended,
            AgentAnswered: self._answered,
            TalkEnded: self._closing,
            CallTransferred: self._transferred,
            ConsultAsked: self._held,
            ConsultEnded: self._taken_back,
            HangUp: self._closing,
            CallEnded: self._ended,
            CloseSegment: self._segment_closed,
            ShowAgent: self._agent_shown,
            NoteCaller: self._caller_noted,
            WidenCall: self._widened,
            AgentReachable: self._phone_seen,
            AgentAsked: self._asked,
            CallbackAsked: self._callback_asked,
            ShowCallback: self._callback_shown,
        }

    def apply(self, record: Record) -> None:
        """Take the next record."""
        self._last_seq, self._last_wall = record.seq, record.wall
        rule = self._rules.get(type(record.fact))
        if rule is not None:
            rule(record.fact, record)

    def recovered(self) -> Recovered:
        """The state now; later records do not change it."""
        counters = replace(self._counters, outcomes=dict(self._outcomes))
        calls, agents, callbacks = dict(self._calls), dict(self._agents), dict(self._callbacks)
        return Recovered(calls, agents, self._last_seq, counters, callbacks, self._last_wall)

    # ---- the journal itself --------------------------------------------------------------------

    def _restored(self, fact: Checkpoint, _record: Record) -> None:
        self._calls = {call.call: call for call in fact.calls}
        self._agents = {agent.agent: agent for agent in fact.agents}
        self._callbacks = {one.asked.callback: one for one in fact.callbacks}
        self._counters = fact.counters
        self._outcomes = dict(fact.counters.outcomes)

    def _booted(self, _fact: Booted, _record: Record) -> None:
        """Stays whose end the run before did not live to tell: their callers no longer wait, so they gave up.

        The new run knows of no caller and of no missing phone yet; agents and call-backs it shows at once.
        """
        self._calls = {call: replace(known, adopted=False) for call, known in self._calls.items()}
        self._agents = {number: replace(agent, reachable=True) for number, agent in self._agents.items()}
        self._callbacks = {callback: replace(one, level=None) for callback, one in self._callbacks.items()}
        waiting = sum(call.entered_wall is not None for call in self._calls.values())
        untold = self._counters.offered - sum(self._outcomes.values()) - waiting
        if untold > 0:
            self._outcomes[Outcome.ABANDONED_QUEUED] = self._outcomes.get(Outcome.ABANDONED_QUEUED, 0) + untold

    def _lost(self, fact: RecordsLost, _record: Record) -> None:
        self._counters = replace(self._counters, lost=self._counters.lost + fact.count)

    def _unknown(self, _fact: UnknownFact, _record: Record) -> None:
        self._counters = replace(self._counters, unknown=self._counters.unknown + 1)

    # ---- calls ---------------------------------------------------------------------------------

    def _change(self, call: CallId, **changes: Any) -> None:
        """Change a call in progress; one whose arrival we never saw is not invented here."""
        if (known := self._calls.get(call)) is not None:
            self._calls[call] = replace(known, **changes)

    def _arrived(self, fact: CallArrived, record: Record) -> None:
        if fact.call not in self._calls:
            self._counters = replace(self._counters, arrived=self._counters.arrived + 1)
            self._calls[fact.call] = RecoveredCall(
                fact.call, fact.dialled, fact.caller, fact.caller_name, arrived_wall=record.wall
            )

    def _resumed(self, fact: CallResumed, record: Record) -> None:
        """Found in Asterisk: true even if the journal had lost it."""
        known = self._calls.get(fact.call) or RecoveredCall(fact.call, "", "", "", arrived_wall=record.wall)
        waiting = fact.queue is not None
        self._calls[fact.call] = replace(
            known,
            node=fact.node,
            phase=Phase.QUEUED if waiting else Phase.MENU,
            queue=fact.queue or known.queue,
            topic=fact.topic or known.topic,
            entered_wall=_wall_of(fact.entered_at, record) if waiting else None,
            agent=None,
        )

    def _entered_node(self, fact: EnterNode, _record: Record) -> None:
        known = self._calls.get(fact.call)
        if known is not None:  # after a talk, the menu may follow again
            phase = Phase.MENU if known.phase is Phase.CLOSING else known.phase
            self._calls[fact.call] = replace(known, node=fact.node, phase=phase)

    def _queued(self, fact: CallQueued, record: Record) -> None:
        """A new stay, or one that goes on after a restart of the controller."""
        known = self._calls.get(fact.call)
        if known is None or known.entered_wall is None or known.queue != fact.queue:
            self._counters = replace(self._counters, offered=self._counters.offered + 1)
        self._change(
            fact.call,
            phase=Phase.QUEUED,
            queue=fact.queue,
            topic=fact.topic,
            entered_wall=_wall_of(fact.entered_at, record),
            place_wall=None if fact.place_at is None else _wall_of(fact.place_at, record),
            vip=fact.vip,
            offerable=False,
            agent=None,
            note=None,
            level=None,
            place_at=fact.entered_at if fact.place_at is None else fact.place_at,
            queued_seq=record.seq,
            named=fact.named,
            asked=fact.asked,
            passed_on=fact.passed_on,
            adopted=True,
            transferred=fact.transferred,
        )

    def _caller_noted(self, fact: NoteCaller, record: Record) -> None:
        self._change(fact.call, note=fact, place_wall=_wall_of(fact.place_at, record))

    def _widened(self, fact: WidenCall, _record: Record) -> None:
        callback = CallbackId(fact.call)
        if (kept := self._callbacks.get(callback)) is not None:
            self._callbacks[callback] = replace(kept, level=fact.min_level)
        self._change(fact.call, level=fact.min_level)

    def _offerable(self, fact: CallOfferable | OfferCall, _record: Record) -> None:
        self._change(fact.call, offerable=True)

    def _left_queue(self, fact: CallLeftQueue, _record: Record) -> None:
        self._change(fact.call, phase=Phase.MENU, entered_wall=None, offerable=False, agent=None)

    def _refused(self, fact: RefuseCall, _record: Record) -> None:
        self._change(fact.call, phase=Phase.CLOSING, entered_wall=None, offerable=False, agent=None)

    def _ringing(self, fact: RingAgent | AgentRinging, _record: Record) -> None:
        known = self._calls.get(fact.call)
        if known is not None and known.phase is not Phase.TALKING:
            self._calls[fact.call] = replace(known, phase=Phase.RINGING, agent=fact.agent)

    def _ring_ended(self, fact: RingEnded, _record: Record) -> None:
        """The call keeps its place, unless it left the queue while the phone still rang."""
        known = self._calls.get(fact.call)
        if known is not None and known.phase is Phase.RINGING and known.agent == fact.agent:
            self._calls[fact.call] = replace(known, phase=Phase.QUEUED, agent=None)

    def _ring_given_up(self, call: CallId, agent: AgentNumber) -> None:
        """Nobody told of the ring's end, and its time is long over."""
        known = self._calls.get(call)
        if known is not None and known.phase is Phase.RINGING and known.agent == agent:
            self._calls[call] = replace(known, phase=Phase.QUEUED, agent=None)

    def _answered(self, fact: AgentAnswered, record: Record) -> None:
        known = self._calls.get(fact.call)
        if known is not None and known.entered_wall is not None:
            place_wall = known.entered_wall if known.place_wall is None else known.place_wall
            self._calls[fact.call] = replace(known, waited_s=max(0.0, record.wall - place_wall))
        self._change(fact.call, phase=Phase.TALKING, agent=fact.agent, entered_wall=None, offerable=False, held=False)

    def _closing(self, fact: TalkEnded | HangUp, _record: Record) -> None:
        self._change(fact.call, phase=Phase.CLOSING, agent=None, entered_wall=None, offerable=False)

    def _held(self, fact: ConsultAsked, _record: Record) -> None:
        self._change(fact.call, held=True)

    def _taken_back(self, fact: ConsultEnded, _record: Record) -> None:
        self._change(fact.call, held=False)

    def _transferred(self, fact: CallTransferred, _record: Record) -> None:
        """A queue or a colleague is told by the fact that follows; the menu is not."""
        if fact.kind is TransferKind.BLIND and fact.queue is None:
            self._change(fact.call, phase=Phase.MENU, agent=None, entered_wall=None, offerable=False)

    def _ended(self, fact: CallEnded, _record: Record) -> None:
        if self._calls.pop(fact.call, None) is not None:
            self._counters = replace(self._counters, ended=self._counters.ended + 1)

    def _segment_closed(self, fact: CloseSegment, _record: Record) -> None:
        self._outcomes[fact.outcome] = self._outcomes.get(fact.outcome, 0) + 1

    # ---- call-backs -----------------------------------------------------------------------------

    def _callback_asked(self, fact: CallbackAsked, record: Record) -> None:
        self._callbacks[fact.callback] = RecoveredCallback(fact, record.wall, _wall_of(fact.place_at, record))

    def _callback_shown(self, fact: ShowCallback, _record: Record) -> None:
        """One that was being made when the hotline died is still to be made."""
        if fact.state not in {CallbackState.WAITING, CallbackState.CALLING}:
            self._callbacks.pop(fact.callback, None)
        elif (known := self._callbacks.get(fact.callback)) is not None:
            calling = fact.state is CallbackState.CALLING
            self._callbacks[fact.callback] = replace(known, tries=fact.tries, calling=calling, next_at=fact.next_at)

    # ---- agents --------------------------------------------------------------------------------

    def _agent_shown(self, fact: ShowAgent, record: Record) -> None:
        known = self._agents.get(fact.agent)
        if known is not None and known.call is not None and fact.state is not AgentState.RINGING:
            self._ring_given_up(known.call, fact.agent)
        reachable = known is None or known.reachable
        eased = known is not None and known.state is fact.state is AgentState.READY  # shown again, ready since before
        shown_wall = known.since_wall if known is not None and eased else record.wall
        since_wall = shown_wall if fact.since is None else _wall_of(fact.since, record)
        self._agents[fact.agent] = RecoveredAgent(
            *(fact.agent, fact.state, fact.reason, since_wall, fact.call),
            fact.availability,
            reachable,
            None if fact.carried is None else on_clock(fact.carried, lambda at: _wall_of(at, record)),
        )

    def _phone_seen(self, fact: AgentReachable, record: Record) -> None:
        """A phone that comes back ends the rest of an agent who could not be reached."""
        known = self._agents.get(fact.agent) or RecoveredAgent(fact.agent, AgentState.SIGNED_OFF, "", record.wall)
        self._agents[fact.agent] = replace(known, reachable=fact.reachable)
        carried = known.carried
        if fact.reachable and carried is not None and carried.rests_after is RingOutcome.UNREACHABLE:
            self._rested(fact.agent)

    def _asked(self, fact: AgentAsked, _record: Record) -> None:
        """Who says that he is there rests no longer."""
        if fact.agent in self._agents and fact.wish in {AgentWish.READY, AgentWish.SIGN_IN}:
            self._rested(fact.agent)

    def _rested(self, agent: AgentNumber) -> None:
        known = self._agents[agent]
        for name in ("availability", "carried"):
            if (part := getattr(known, name)) is not None:
                known = replace(known, **{name: replace(part, rests_until=None, rests_after=None)})
        self._agents[agent] = known


def on_clock(carried: Carried, at: Callable[[float], float]) -> Carried:
    """The same with its instants on another clock."""

    def moved(instant: float | None) -> float | None:
        return None if instant is None else at(instant)

    return replace(
        carried,
        ends_at=moved(carried.ends_at),
        idle_since=moved(carried.idle_since),
        seen_at=moved(carried.seen_at),
        rests_until=moved(carried.rests_until),
    )


def _wall_of(at: float, record: Record) -> float:
    """An instant on the engine's clock in seconds since 1970: that clock begins anew with the machine."""
    return record.wall - (record.at - at)
