"""An agent asks a colleague about a caller he holds: the colleague is rung, they talk, and maybe he takes over.

The caller's talk stays the first agent's until the colleague has the caller; the colleague has no call of his own yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from acd.agent_state import AgentMachine
from acd.hall import Hall
from acd.queue import Queue
from telephony.commands import AgentState, RefuseConsult, RingColleague
from telephony.events import ConsultAsked
from telephony.ids import AgentNumber, CallId, QueueId, Topic

NO_QUEUE = Queue(QueueId(""), "")
"""Ring and wrap-up times where the talk's queue is not known any more."""


@dataclass(frozen=True, slots=True)
class Consult:
    """One colleague asked about one call."""

    call: CallId
    colleague: AgentNumber
    queue: Queue


class Consults:
    """The consultations going on: at most one per call."""

    def __init__(self, hall: Hall, queues: Mapping[QueueId, Queue]) -> None:
        self._hall = hall
        self._queues = queues
        self._by_call: dict[CallId, Consult] = {}
        self._engaged: dict[AgentNumber, CallId] = {}
        """The call each colleague was asked about last; he may be free again without its end having been told."""

    def ask(self, event: ConsultAsked, now: float) -> None:
        """Reserve the colleague and have him rung, or say that nobody can be asked."""
        hall = self._hall
        talk = hall.talks.of_call(event.call)
        colleague = event.colleague or self._somebody(event)
        free = colleague is not None and hall.floor.is_free(colleague) and event.call not in self._by_call
        if talk is None or talk.agent != event.agent or colleague is None or not free:
            hall.orders.append(RefuseConsult(event.call))
            return
        queue = talk.queue or NO_QUEUE
        self._by_call[event.call] = Consult(event.call, colleague, queue)
        machine = hall.floor.take(colleague)
        machine.reserve(event.call, queue, now)
        self._engaged[colleague] = event.call
        self._show(machine)
        hall.orders.append(RingColleague(event.call, colleague, queue.ring_s))

    def _somebody(self, event: ConsultAsked) -> AgentNumber | None:
        """Whoever of the queue has been free for the longest time; by its steps of widening where nobody else is."""
        queue = self._queues.get(event.queue or QueueId(""))
        if queue is None:
            return None
        staffing, topic = self._hall.floor.staffing, event.topic or Topic(queue.id)
        levels = (queue.min_level, *(step.min_level for step in queue.widen))
        free = (staffing.longest_free(staffing.lane(queue, topic, level)) for level in levels)
        return next((number for number in free if number is not None), None)

    def asks(self, call: CallId, colleague: AgentNumber) -> bool:
        """Whether this colleague was asked about this call with our help."""
        return self._of(call, colleague) is not None

    def answered(self, call: CallId, colleague: AgentNumber, now: float) -> None:
        """The two agents hear each other."""
        consult, machine = self._of(call, colleague), self._hall.floor.machine(colleague)
        if consult is None or machine is None:
            return
        if not self._is_engaged(consult, machine):
            self._hall.belongs_elsewhere(colleague, now)  # his phone had been given up, and he was quicker
        self._engaged[colleague] = call
        machine.connect(call, consult.queue, now)
        self._show(machine)

    def end(self, call: CallId, colleague: AgentNumber, now: float) -> None:
        """The colleague is out of it."""
        consult, machine = self._of(call, colleague), self._hall.floor.machine(colleague)
        if consult is None:
            return
        del self._by_call[call]
        if machine is None or not self._is_engaged(consult, machine):
            return
        del self._engaged[colleague]
        if machine.state is AgentState.RINGING:
            machine.free(now)
        else:
            machine.end_talk(now)
        self._hall.follow(machine)

    def takes_over(self, call: CallId, agent: AgentNumber, now: float) -> bool:
        """Whether the colleague now has the caller; then he talks to him, and the first agent is through."""
        consult = self._of(call, agent)
        if consult is None:
            return False
        del self._by_call[call]
        self._engaged.pop(agent, None)
        self._hall.connect(call, agent, consult.queue, now)
        return True

    def call_ended(self, call: CallId, now: float) -> None:
        """The caller is gone: so is what there was to ask."""
        if (consult := self._by_call.get(call)) is not None:
            self.end(call, consult.colleague, now)

    def _is_engaged(self, consult: Consult, machine: AgentMachine) -> bool:
        """Whether the colleague is rung or talks for this, and not for a call of his own or for another question."""
        busy = machine.state in {AgentState.RINGING, AgentState.TALKING}
        return busy and machine.call is None and self._engaged.get(consult.colleague) == consult.call

    def _of(self, call: CallId, colleague: AgentNumber) -> Consult | None:
        consult = self._by_call.get(call)
        return consult if consult is not None and consult.colleague == colleague else None

    def _show(self, machine: AgentMachine) -> None:
        """The call is another agent's."""
        machine.call = None
        self._hall.follow(machine)
