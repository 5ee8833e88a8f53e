"""The distributor: callers who want an agent and agents who are ready, brought together one ring at a time.

A call keeps its place from the moment it entered until it has its outcome, through every ring that fails. A pair is
reserved the moment it is chosen: the assigner has taken both out of its lines before the phone rings.
"""

from collections import Counter
from typing import assert_never

from acd.agent_wishes import answer_wish
from acd.assigner import Assigner
from acd.callbacks import Callback, Callbacks
from acd.callers import Callers
from acd.consults import Consults
from acd.continuity import FoundTalk, Remembered, restore_agent, restore_talk, take_over
from acd.explain import Moment
from acd.hall import Hall
from acd.history import History
from acd.limits import CoolDowns
from acd.moments import CallbackNow, callback_now, moment_of
from acd.pricing import Prices
from acd.profiles import Profile
from acd.queue import Queue, Roster
from acd.stranded import Doubted, doubted, release
from telephony.calendar import Calendar
from telephony.commands import (
    AgentState,
    CloseSegment,
    DistributionCommand,
)
from telephony.events import (
    AgentAnswered,
    AgentAsked,
    AgentReachable,
    AgentRinging,
    AgentStranded,
    CallbackAsked,
    CallbackCancelled,
    CallbackFailed,
    CallEnded,
    CallLeftQueue,
    CallOfferable,
    CallQueued,
    CallTransferred,
    ConsultAnswered,
    ConsultAsked,
    ConsultEnded,
    DistributionEvent,
    Outcome,
    PhonesSeen,
    RingEnded,
    TalkEnded,
    TalkEndedBy,
    TalkHeld,
    TimeReached,
    TransferKind,
)
from telephony.ids import AgentNumber, CallId, QueueId, Topic


class Distributor:
    """The machine: facts in, orders out, `deadline` for the next `TimeReached`."""

    def __init__(
        self,
        roster: Roster,
        assigner: Assigner,
        *,
        cool_downs: CoolDowns | None = None,
        history: History | None = None,
        calendar: Calendar | None = None,
    ) -> None:
        self._roster = roster
        self._queues: dict[QueueId, Queue] = dict(roster.queues)
        """Also those an older roster had: calls in progress may still be on their way there."""
        self.calendar = calendar or Calendar()
        """The time of day; whoever runs the machine keeps it right."""
        self._hall = Hall(assigner, cool_downs or roster.cool_downs, self._queues, self.calendar)
        self._hall.version = roster.version
        self._hall.waiting.head_start_s = roster.routing.weights.head_start_s
        self._hall.floor.take_rules(roster.limits, cool_downs or roster.cool_downs, 0.0)
        self._consults = Consults(self._hall, self._queues)
        self._callbacks = Callbacks(self._hall, self._queues, self.calendar, roster)
        self._callers = Callers(self._hall, self._consults, self._callbacks, roster=roster, queues=self._queues)
        if history is not None:
            self.remember(history)
        for agent in roster.agents.values():
            self._hall.floor.seat(agent)

    @property
    def deadline(self) -> float | None:
        """When to send `TimeReached`; None: never."""
        hall = self._hall
        instants = (
            *hall.floor.deadlines(),
            *hall.waiting.deadlines(),
            *self._callbacks.deadlines(),
            hall.assigner.deadline,
        )
        return min((instant for instant in instants if instant is not None), default=None)

    def handle(self, event: DistributionEvent, now: float) -> list[DistributionCommand]:
        """Take one fact."""
        self._take(event, now)
        orders = self._settle(now)
        if (history := self._callers.history) is not None:
            self._learn(history, event, orders, now)
        return orders

    def _take(self, event: DistributionEvent, now: float) -> None:
        match event:
            case CallQueued() | CallOfferable() | CallLeftQueue() | CallEnded():
                self._callers.handle(event, now)
            case AgentRinging() | RingEnded() | AgentAnswered() | TalkHeld() | TalkEnded():
                self._on_ring(event, now)
            case CallTransferred() | ConsultAsked() | ConsultAnswered() | ConsultEnded():
                self._on_transfer(event, now)
            case CallbackAsked() | CallbackFailed() | CallbackCancelled():
                self._on_callback(event, now)
            case AgentAsked():
                answer_wish(self._hall, self._roster.not_ready_reasons, event, now)
            case AgentReachable() | PhonesSeen() | AgentStranded():
                self._on_phone(event, now)
            case TimeReached():
                pass  # time is looked at after every event
            case _:
                assert_never(event)

    def _learn(self, history: History, event: DistributionEvent, orders: list[DistributionCommand], now: float) -> None:
        """What happened, and how segments ended; who enters a queue was noted then."""
        if not isinstance(event, CallQueued):
            history.apply(event, now)
        for order in orders:
            if isinstance(order, CloseSegment):
                history.apply(order, now)

    def _settle(self, now: float) -> list[DistributionCommand]:
        """What follows from any fact: deadlines, then pairs, then places."""
        hall = self._hall
        self._time_up(now)
        self._callbacks.find_others(now)
        while (choice := hall.assigner.next_assignment(now)) is not None:
            if self._callbacks.is_one(choice.call):
                self._callbacks.dial(choice, now)
            else:
                hall.ring(choice, now)
        for segment in hall.waiting.to_be_told(now):
            hall.tell(segment, now)
        return hall.take_orders()

    def _time_up(self, now: float) -> None:
        hall = self._hall
        for machine in hall.floor.overdue(now):
            hall.sweep(machine, now)
        hall.floor.thaw(now)
        hall.believe_no_longer(now)
        for machine in hall.floor.ease(now):
            hall.show(machine)
        for segment in hall.waiting.out_of_patience(now):
            hall.refuse(segment, Outcome.TIMED_OUT, now)
        for segment in hall.waiting.to_be_widened(now):
            hall.widen(segment, now)
        if hall.somebody_left:
            hall.somebody_left = False
            hall.let_hopeless_go(now)
            self._callbacks.widen_for_want()
        for segment in hall.waiting.to_move_on(now):
            hall.move_on(segment, now)
        self._callbacks.time_up(now)

    # ---- new rosters and restarts -----------------------------------------------------------------

    def reload(self, roster: Roster, now: float, assigner: Assigner | None = None) -> list[DistributionCommand]:
        """Take a new, checked roster: rings and talks go on, who is gone from it leaves when his talk is over.

        A new assigner, which knows nobody yet, takes over from the old one: as when the weights have changed.
        """
        self._roster = self._callers.roster = self._callbacks.roster = roster
        self._hall.version = roster.version
        if assigner is not None:
            self._hall.use(assigner)
        self._queues |= roster.queues
        self._hall.waiting.head_start_s = roster.routing.weights.head_start_s
        take_over(self._hall, roster, self._queues, now)
        self._callbacks.line_up_again(now)
        return self._settle(now)

    def restore_agent(self, number: AgentNumber, remembered: Remembered) -> list[DistributionCommand]:
        """After a restart, before any call: the agent's state as the journal has it, on this run's clock.

        Follow with `restore_talk` for every talk found going on, and with `TalkEnded` for those that are not.
        """
        restore_agent(self._hall, number, remembered, self._queues)
        return self._hall.take_orders()

    def restore_talk(
        self, call: CallId, agent: AgentNumber, queue: QueueId, *, since: float, entered_at: float | None = None
    ) -> list[DistributionCommand]:
        """After a restart: this talk is going on.

        If the journal did not know of it, its segment is closed as answered: `since` is then when the talk began, as
        well as is known, and `entered_at` when the segment did.
        """
        wait_s = 0.0 if entered_at is None else max(0.0, since - entered_at)
        restore_talk(self._hall, FoundTalk(call, agent, queue, self._queues.get(queue), since), wait_s=wait_s)
        return self._hall.take_orders()

    # ---- what the shell may ask -------------------------------------------------------------------

    def agent_state(self, number: AgentNumber) -> AgentState | None:
        """The agent's state, None if the roster has no such agent."""
        machine = self._hall.floor.machine(number)
        return None if machine is None else machine.state

    def takes_transfer(self, queue: QueueId, topic: Topic, now: float) -> bool:
        """Whether a caller passed on to this queue would be served, by it or by one it overflows to."""
        known = self._queues.get(queue)
        return known is not None and self._hall.doors.serves_inside(known, topic, now)

    def profiles_at_work(self) -> Counter[Profile]:
        """How many agents are at work, by what they can do: what prices are solved for."""
        return self._hall.floor.profiles_at_work()

    def moment(self, now: float, prices: Prices) -> Moment:
        """Everybody who is there: for whoever asks why somebody still waits. Looks at all agents, so not on a call."""
        return moment_of(self._hall, self._callbacks, self._roster, now=now, prices=prices)

    def callback_now(self, call: CallId) -> CallbackNow | None:
        """How it stands with the call-back asked for in this call, or made by it."""
        return callback_now(self._hall, self._callbacks, call)

    def remember(self, history: History) -> None:
        """Another history from now on, which has all that the one before had: after the past has been read."""
        self._callers.history = history
        self._hall.floor.form = history.form.steps

    def talks(self) -> dict[CallId, AgentNumber]:
        """Who talks to whom, to be compared with what Asterisk says."""
        return self._hall.talks.by_call()

    def doubted(self) -> list[Doubted]:
        """Agents in a ring or talk whose phones have been idle for too long: whoever has no channel is stranded."""
        return list(doubted(self._hall))

    # ---- rings and talks --------------------------------------------------------------------------

    def _on_ring(self, event: AgentRinging | RingEnded | AgentAnswered | TalkHeld | TalkEnded, now: float) -> None:
        hall = self._hall
        match event:
            case AgentRinging():
                pass  # the reservation is older than the sound of the bell
            case RingEnded(call, agent, outcome):
                if (ring := hall.rings.between(call, agent)) is not None:
                    hall.ring_ended(ring, outcome, now)
            case AgentAnswered(call, agent):
                self._answered(call, agent, now)
            case TalkHeld(call, agent, on_hold):
                hall.hold(call, agent, now, on_hold=on_hold)
            case TalkEnded():
                self._talk_ended(event, now)
            case _:
                assert_never(event)

    def _talk_ended(self, event: TalkEnded, now: float) -> None:
        talk = self._hall.talks.of_call(event.call)
        if talk is not None and talk.agent == event.agent:
            self._hall.end_talk(talk, event.by, now)

    def _answered(self, call: CallId, agent: AgentNumber, now: float) -> None:
        """The agent rung, even if we had given that ring up; or a colleague who was asked and takes over."""
        hall = self._hall
        if self._consults.takes_over(call, agent, now):
            return
        if hall.rings.between(call, agent) is not None or hall.waiting.segment(call) is not None:
            hall.connect(call, agent, None, now)

    # ---- phones -----------------------------------------------------------------------------------

    def _on_phone(self, event: AgentReachable | PhonesSeen | AgentStranded, now: float) -> None:
        hall = self._hall
        match event:
            case AgentReachable(agent, reachable):
                hall.floor.reach(agent, now, reachable=reachable)
                hall.somebody_left = hall.somebody_left or not reachable
            case PhonesSeen():
                hall.hear(event, now)
            case AgentStranded():
                release(hall, event, now)
            case _:
                assert_never(event)

    # ---- transfers --------------------------------------------------------------------------------

    def _on_transfer(self, event: CallTransferred | ConsultAsked | ConsultAnswered | ConsultEnded, now: float) -> None:
        match event:
            case CallTransferred():
                self._transferred(event, now)
            case ConsultAsked():
                self._consults.ask(event, now)
            case ConsultAnswered(call, colleague):
                self._consults.answered(call, colleague, now)
            case ConsultEnded(call, colleague):
                self._consults.end(call, colleague, now)
            case _:
                assert_never(event)

    def _transferred(self, event: CallTransferred, now: float) -> None:
        """The agent is through. A colleague we did not ask ourselves, but the agent's telephone, has the caller now."""
        hall, talk = self._hall, self._hall.talks.of_call(event.call)
        if talk is None or talk.agent != event.agent:
            return
        hall.end_talk(talk, TalkEndedBy.AGENT, now)
        colleague = event.to_agent
        if event.kind is TransferKind.WARM and colleague is not None and not self._consults.asks(event.call, colleague):
            hall.connect(event.call, colleague, talk.queue, now)

    # ---- call-backs -------------------------------------------------------------------------------

    def _on_callback(self, event: CallbackAsked | CallbackFailed | CallbackCancelled, now: float) -> None:
        match event:
            case CallbackAsked():
                self._callbacks.ask(event, now)
            case CallbackFailed(callback):
                self._callbacks.failed(callback, now)
            case CallbackCancelled(callback):
                self._callbacks.cancel(callback)
            case _:
                assert_never(event)

    def restore_callback(
        self, asked: CallbackAsked, now: float, *, asked_at: float, tries: int
    ) -> list[DistributionCommand]:
        """After a restart: this customer is still to be called back."""
        self._callbacks.ask(asked, now, asked_at=asked_at, tries=tries)
        return self._settle(now)

    def callbacks(self) -> list[Callback]:
        """Customers to be called back, in the order of their places."""
        return self._callbacks.listed()
