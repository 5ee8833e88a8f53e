"""The board's view of the callers on the line: who is where, since when, with whom. Pure."""

from dataclasses import dataclass, replace

from hotline.masking import mask_number
from hotline.snapshot import CallPhase, CallView, Counters
from ivr.menu import Menu
from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallId, NodeId, QueueId

OUT_OF_QUEUE = frozenset({CallPhase.MENU, CallPhase.CLOSING})


@dataclass(slots=True)
class _Call:
    id: CallId
    arrived_at: float
    since_at: float
    """When the phase began."""
    phase: CallPhase = CallPhase.MENU
    dialled: str = ""
    caller: str = ""
    """Masked: the board never holds a number."""
    node: NodeId | None = None
    queue: QueueId | None = None
    entered_at: float = 0.0
    """The stay in the queue is counted from here, whatever rang in between."""
    agent: AgentNumber | None = None
    queued_once: bool = False
    let_go: bool = False
    """We ended it, so the caller did not abandon it."""


class CallsSeen:
    """Follows the calls by facts and orders."""

    def __init__(self) -> None:
        self.counters = Counters()
        self._calls: dict[CallId, _Call] = {}

    def take_up(self, call: CallId, arrived_at: float, *, dialled: str = "", caller: str = "") -> None:
        """Somebody is on the line; if that is known, what is known of where he is stays."""
        seen = self._calls.setdefault(call, _Call(call, arrived_at, arrived_at))
        seen.arrived_at, seen.dialled, seen.caller = arrived_at, dialled, mask_number(caller)

    def apply(self, happened: object, now: float) -> None:
        """Take one fact or order."""
        match happened:
            case e.CallArrived(call, dialled, caller):
                self.take_up(call, now, dialled=dialled, caller=caller)
                self._count(arrivals=1)
            case e.CallResumed(call, node, queue):
                self._known(call, now).node = node
                self._move(call, CallPhase.QUEUED if queue else CallPhase.MENU, now, queue=queue)
            case e.CallQueued(call, queue, entered_at=entered_at):
                seen = self._known(call, now)
                seen.queued_once, seen.entered_at = True, entered_at
                self._move(call, CallPhase.QUEUED, entered_at, queue=queue)
            case c.ShowAgent(agent, c.AgentState.TALKING, call=call) if call is not None:
                self._known(call, now)  # it may have gone on while we were away
                self._move(call, CallPhase.TALKING, now, agent=agent)
            case e.CallEnded(call):
                self._end(call)
            case _:
                known = self._calls.get(getattr(happened, "call", CallId("")))
                if known is not None:
                    self._go_on(known, happened, now)

    def views(self, menu: Menu, now: float) -> tuple[CallView, ...]:
        """Everybody on the line, the oldest first."""
        return tuple(_view(call, menu, now) for call in self._calls.values())

    def _go_on(self, seen: _Call, happened: object, now: float) -> None:  # noqa: C901 - one case per fact
        """What can only happen to a call we know."""
        match happened:
            case c.EnterNode(call, node):
                seen.node = node
                if seen.phase is CallPhase.CLOSING:  # after a talk, the menu again
                    self._move(call, CallPhase.MENU, now)
            case c.HangUp():
                seen.let_go = True
            case c.RingAgent(call, agent) | e.AgentRinging(call, agent):
                self._move(call, CallPhase.RINGING, now, agent=agent)
            case e.RingEnded(call) if seen.phase is CallPhase.RINGING:
                self._move(call, CallPhase.QUEUED, seen.entered_at)
            case e.AgentAnswered(call, agent):
                self._move(call, CallPhase.TALKING, now, agent=agent)
                self._count(talks=1)
            case c.CloseSegment(call, outcome=outcome) if outcome is not e.Outcome.ANSWERED:
                back = outcome is e.Outcome.LEFT_BY_KEY
                self._move(call, CallPhase.MENU if back else CallPhase.CLOSING, now)
            case e.CallTransferred(call, kind=e.TransferKind.BLIND, queue=None):
                self._move(call, CallPhase.MENU, now)
            case e.TalkEnded(call):
                self._move(call, CallPhase.CLOSING, now)
            case _:
                pass  # nothing to be seen

    def _known(self, call: CallId, now: float) -> _Call:
        """The call; one that began before our time is taken up here."""
        if call not in self._calls:
            self.take_up(call, now)
        return self._calls[call]

    def _move(
        self,
        call: CallId,
        phase: CallPhase,
        at: float,
        *,
        queue: QueueId | None = None,
        agent: AgentNumber | None = None,
    ) -> None:
        """Put a call into a phase; a phase it is in already goes on."""
        seen = self._calls[call]
        if seen.phase is not phase:
            seen.phase, seen.since_at = phase, at
        seen.agent = agent
        seen.queue = None if phase in OUT_OF_QUEUE else queue or seen.queue

    def _end(self, call: CallId) -> None:
        seen = self._calls.pop(call, None)
        if seen is not None:
            self._count(ended=1, ivr_abandoned=int(not seen.queued_once and not seen.let_go))

    def _count(self, **more: int) -> None:
        counters = self.counters
        self.counters = replace(counters, **{name: getattr(counters, name) + count for name, count in more.items()})


def _view(call: _Call, menu: Menu, now: float) -> CallView:
    node = menu.nodes.get(call.node) if call.node is not None else None
    return CallView(
        id=call.id,
        phase=call.phase,
        since_s=now - call.since_at,
        age_s=now - call.arrived_at,
        caller=call.caller,
        dialled=call.dialled,
        channel=menu.entry(call.dialled).channel if call.dialled else "",
        node=node.name if node else str(call.node or ""),
        queue=call.queue,
        agent=call.agent,
    )
