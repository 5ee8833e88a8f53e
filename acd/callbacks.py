"""Customers who are called back at their turn: each waits at the place he had, without being on the line.

When the assigner chooses such a customer, the agent is reserved and the customer is called; when he answers, he enters
the queue as a call at the old place, and that agent's phone rings. So nobody is called to hear that he must wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from acd.assigner import Assignment, WaitingCall
from acd.hall import Hall
from acd.line import Line
from acd.offers import Ring
from acd.queue import CallbackRules, Queue, Roster
from telephony.calendar import Calendar
from telephony.commands import CallbackState, CallCustomer, ShowCallback, WidenCall
from telephony.events import CallbackAsked
from telephony.ids import CallbackId, CallId, QueueId

CUSTOMER_RINGS_S = 30.0
"""How long a customer's phone rings: people carry theirs in a bag, and voice boxes answer later than this."""

GREETING_S = 45.0
"""What an answered customer hears before the agent's phone rings, and room for it: the agent is kept free so long."""

NO_RULES = CallbackRules()
"""Where the roster no longer has any for the queue: who was promised a call gets it."""


@dataclass(slots=True)
class Callback:
    """One customer to be called back."""

    asked: CallbackAsked
    expires_at: float
    state: CallbackState = CallbackState.WAITING
    tries: int = 0
    stands: bool = False
    """He has his place in the line."""
    level: int | None = None
    """Demanded by now; None: the queue's, since he has not stood in line yet."""

    @property
    def id(self) -> CallbackId:
        """Its id."""
        return self.asked.callback

    @property
    def call(self) -> CallId:
        """The call to the customer, at this try."""
        return CallId(f"{self.id}.{self.tries}")


class Callbacks:
    """Every call-back that is still to be made; one per number."""

    def __init__(self, hall: Hall, queues: Mapping[QueueId, Queue], calendar: Calendar, roster: Roster) -> None:
        self._hall = hall
        self._queues = queues
        self._calendar = calendar
        self.roster = roster
        self._by_id: dict[CallbackId, Callback] = {}
        self._by_number: dict[str, CallbackId] = {}
        self._by_call: dict[CallId, CallbackId] = {}
        """Calls to customers that are being made."""
        self._due: Line[CallbackId] = Line()
        """Those that do not stand in line now: when they do again."""
        self._expiry: Line[CallbackId] = Line()
        self._widening: Line[CallbackId] = Line()
        """Those who stand in line: when they may be offered to more agents."""

    def deadlines(self) -> tuple[float | None, ...]:
        """When `time_up` has something to do."""
        return self._due.first_at, self._expiry.first_at, self._widening.first_at

    def listed(self) -> list[Callback]:
        """All, in the order of their places."""
        return sorted(self._by_id.values(), key=lambda one: one.asked.place_at)

    def in_line(self) -> list[WaitingCall]:
        """Those who may get an agent now, as policies see them."""
        return [self._waiting(one) for one in self._by_id.values() if one.stands or self._wants_another(one)]

    def back_in_line_at(self, one: Callback) -> float | None:
        """When he stands in line again; None if he does, is being called, or his queue never opens."""
        return self._due.at(one.id)

    def _wants_another(self, one: Callback) -> bool:
        """He is being called, and the agent kept free for him is so no longer."""
        return one.state is CallbackState.CALLING and self._hall.rings.of_call(one.call) is None

    # ---- coming and going -------------------------------------------------------------------------

    def ask(self, event: CallbackAsked, now: float, *, asked_at: float | None = None, tries: int = 0) -> None:
        """Somebody asks for a call-back; a number that is on the list already keeps its place there."""
        if event.number in self._by_number or event.queue not in self._queues:
            if event.callback not in self._by_id:
                self._show(Callback(event, now, CallbackState.CANCELLED))
            return
        expires_at = (now if asked_at is None else asked_at) + self._rules(event.queue).expires_s
        one = Callback(event, expires_at, tries=tries)
        self._by_id[one.id], self._by_number[event.number] = one, one.id
        self._expiry.add(one.id, expires_at)
        self._show(one)
        self._line_up(one, now)

    def _rules(self, queue: QueueId) -> CallbackRules:
        return self._queues[queue].callback or NO_RULES

    def _line_up(self, one: Callback, now: float) -> None:
        """Stand in line, or as soon as the queue opens."""
        queue = self._queues[one.asked.queue]
        opens_at = self._calendar.opens_at(queue.hours, now)
        if opens_at is None:
            self._show(one, one.expires_at)
            return
        if opens_at > now:
            self._due.add(one.id, opens_at)
            self._show(one, opens_at)
            return
        self._hall.waiting.keep_place(queue.id, _place(one))
        one.stands = True
        self._offer(one, now)

    def _leave_line(self, one: Callback) -> None:
        self._hall.assigner.remove_call(CallId(one.id))
        self._widening.discard(one.id)
        if one.stands:
            self._hall.waiting.give_up_place(one.asked.queue, _place(one))
            one.stands = False

    # ---- as for any caller: longer waits are for more agents --------------------------------------

    def _offer(self, one: Callback, now: float) -> None:
        """He may have an agent now: of the level his wait demands, or less where nobody signed in has that."""
        self._demand(one, self._within_reach(one, self._queues[one.asked.queue].level_after(now - one.asked.place_at)))

    def _demand(self, one: Callback, level: int) -> None:
        """He is for agents of this level from now on, until the next step is due."""
        queue, place_at = self._queues[one.asked.queue], one.asked.place_at
        if level != (queue.min_level if one.level is None else one.level):
            self._hall.orders.append(WidenCall(CallId(one.id), level))
        one.level = level
        self._hall.assigner.remove_call(CallId(one.id))
        self._hall.assigner.add_call(self._waiting(one))
        if steps := queue.steps_below(level):
            self._widening.add(one.id, place_at + steps[0].after_s)
        else:
            self._widening.discard(one.id)

    def _within_reach(self, one: Callback, level: int) -> int:
        """This level, or the first below it that anybody signed in has; this one if nobody has any of them."""
        staffing, queue, topic = self._hall.floor.staffing, self._queues[one.asked.queue], one.asked.topic
        if staffing.anybody(staffing.lane(queue, topic, level)):
            return level
        return staffing.level_of_somebody(queue, topic, level) or level

    def _widen(self, one: Callback, now: float) -> None:
        level = self._waiting(one).min_level
        self._demand(one, self._queues[one.asked.queue].next_level(level, now - one.asked.place_at))

    def widen_for_want(self) -> None:
        """Somebody left: who stands in line for a level that nobody has any more is for the next that somebody has."""
        for one in self._by_id.values():
            level = self._waiting(one).min_level
            if one.stands and (found := self._within_reach(one, level)) != level:
                self._demand(one, found)

    def _waiting(self, one: Callback) -> WaitingCall:
        """The customer as a policy sees him: the caller he was."""
        asked = one.asked
        return WaitingCall(
            CallId(one.id),
            self._queues[asked.queue],
            asked.topic,
            asked.place_at,
            0,
            caller=asked.number,
            vip=asked.vip,
            wanted=tuple(agent for agent in asked.wanted if agent in self.roster.agents),
            caller_class=self.roster.routing.caller_class(asked.topic, vip=asked.vip),
            wish=asked.wish,
            level=one.level,
            transferred=asked.transferred,
        )

    def line_up_again(self, now: float) -> None:
        """A new roster or policy: whoever stood in line does so by the new rules."""
        for one in self._by_id.values():
            if one.state is CallbackState.WAITING and one.id not in self._due:
                self._leave_line(one)
                self._line_up(one, now)
            elif self._wants_another(one):
                self._offer(one, now)

    def cancel(self, callback: CallbackId) -> None:
        """Taken off the list; a call that is being made goes on."""
        one = self._by_id.get(callback)
        if one is not None and one.state is CallbackState.WAITING:
            self._finish(one, CallbackState.CANCELLED)

    def time_up(self, now: float) -> None:
        """Those whose time has come: to stand in line again, or to be given up."""
        for callback in self._due.take_due(now):
            self._line_up(self._by_id[callback], now)
        for callback in self._widening.take_due(now):
            self._widen(self._by_id[callback], now)
        for callback in self._expiry.take_due(now):
            one = self._by_id[callback]
            if one.state is CallbackState.WAITING:
                self._finish(one, CallbackState.EXPIRED)

    def _finish(self, one: Callback, state: CallbackState) -> None:
        one.state = state
        del self._by_id[one.id], self._by_number[one.asked.number]
        self._by_call.pop(one.call, None)
        self._leave_line(one)
        self._due.discard(one.id)
        self._expiry.discard(one.id)
        self._show(one)

    def _show(self, one: Callback, next_at: float | None = None) -> None:
        self._hall.orders.append(ShowCallback(one.id, one.asked.queue, one.state, one.tries, next_at))

    # ---- calling ----------------------------------------------------------------------------------

    def is_one(self, call: CallId) -> bool:
        """Whether the assigner has chosen a customer who is not on the line."""
        return CallbackId(call) in self._by_id

    def dial(self, choice: Assignment, now: float) -> None:
        """It is his turn: reserve the agent, call the customer."""
        hall, one = self._hall, self._by_id[CallbackId(choice.call)]
        asked, queue = one.asked, self._queues[one.asked.queue]
        rings_already = one.state is CallbackState.CALLING
        if not rings_already:
            one.state, one.tries = CallbackState.CALLING, one.tries + 1
            self._by_call[one.call] = one.id
        self._leave_line(one)
        machine = hall.floor.taken(choice.agent)
        record = choice.choice(self._waiting(one))
        hall.rings.begin(Ring(one.call, choice.agent, queue, reserved=True, reason=choice.reason, choice=record))
        machine.reserve(one.call, queue, now)
        machine.deadline = now + CUSTOMER_RINGS_S + GREETING_S
        hall.follow(machine)
        if rings_already:
            return
        hall.orders.append(
            CallCustomer(
                one.id, one.call, asked.number, queue.id, asked.topic, asked.place_at, asked.dialled, asked.vip,
                CUSTOMER_RINGS_S, asked.transferred, (asked.asked or asked.topic) if asked.named else None,
            )
        )  # fmt: skip
        self._show(one)

    def find_others(self, now: float) -> None:
        """Agents kept free for customers who are being called have gone: others are to be kept free instead."""
        calls, self._hall.unreserved = self._hall.unreserved, []
        for call in calls:
            if (callback := self._by_call.get(call)) is not None:
                self._offer(self._by_id[callback], now)

    def reached(self, call: CallId) -> None:
        """The customer has answered and stands in the queue."""
        if (callback := self._by_call.get(call)) is not None:
            self._finish(self._by_id[callback], CallbackState.DONE)

    def failed(self, callback: CallbackId, now: float) -> None:
        """He did not answer: the agent is free again, and he is called later, or no more."""
        one = self._by_id.get(callback)
        if one is None or one.state is not CallbackState.CALLING:
            return
        self._let_agent_go(one.call, now)
        self._leave_line(one)
        self._by_call.pop(one.call, None)
        rules = self._rules(one.asked.queue)
        if one.tries >= rules.tries:
            self._finish(one, CallbackState.FAILED)
        elif now >= one.expires_at:
            self._finish(one, CallbackState.EXPIRED)
        else:
            one.state = CallbackState.WAITING
            self._due.add(one.id, now + rules.gap_s)
            self._show(one, now + rules.gap_s)

    def _let_agent_go(self, call: CallId, now: float) -> None:
        hall = self._hall
        ring = hall.rings.of_call(call)
        if ring is None:
            return
        hall.rings.end(ring)
        machine = hall.floor.machine(ring.agent)
        assert machine is not None, "an agent is not forgotten while he is reserved"
        machine.free(now)
        hall.follow(machine)


def _place(one: Callback) -> tuple[float, int]:
    """As a segment's; his ticket is 0, so that he is before whoever entered at the same instant."""
    return one.asked.place_at, 0
