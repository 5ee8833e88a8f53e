"""Any row of facts, sensible or not: what must hold of the distributor whatever happens."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from acd.agent import Agent
from acd.assigner import Assigner, LongestIdle, WaitingCall
from acd.history import History
from acd.limits import Limits
from acd.metrics import Metrics
from acd.pair_terms import GroupKey, LaneKey
from acd.priced_assigner import PricedAssigner
from acd.pricing import HOLD_MOST_S, Price, Prices
from acd.profiles import profile_of
from acd.queue import Emptiness, Overflow, Roster, Widening
from acd.weights import Weights
from telephony.commands import (
    AgentState,
    CallCustomer,
    CancelRing,
    CloseSegment,
    CloseTalk,
    DistributionCommand,
    MoveCall,
    NoteCaller,
    RefuseCall,
    RingAgent,
    RingColleague,
    ShowAgent,
)
from telephony.events import (
    AgentAnswered,
    AgentAsked,
    AgentReachable,
    AgentStranded,
    AgentWish,
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
    PhoneUse,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
    TalkHeld,
    TimeReached,
    TransferKind,
)
from telephony.ids import AgentNumber, CallbackId, CallId, QueueId, Topic
from tests.acd.floor_play import Stage, queue, roster

NUMBERS = ["1", "2", "3", "4"]
TOPICS = ["loan", "loan.amount", "repayment"]
QUEUES = ["loans", "repayments", "experts"]
SKILLS = st.one_of(
    st.just({"loan": 3, "repayment": 3}),
    st.just({"loan": 5}),
    st.dictionaries(st.sampled_from(TOPICS), st.integers(1, 5), min_size=1, max_size=2),
)
WISHES = [AgentWish.READY, AgentWish.READY, AgentWish.NOT_READY, AgentWish.SIGN_OFF, AgentWish.EXTEND_WRAP_UP]
TALKS = {AgentState.TALKING, AgentState.ON_HOLD}
BUSY = {AgentState.RINGING, *TALKS}

Pair = tuple[CallId, AgentNumber]
Consulted = dict[CallId, AgentNumber]


def a_roster(skills: list[dict[str, int]], numbers: list[str], settings_: dict[str, Any]) -> Roster:
    agents = [
        Agent(AgentNumber(number), "", "", {Topic(topic): level for topic, level in known.items()}, max_missed_rings=2)
        for number, known in zip(numbers, skills, strict=False)
    ]
    rules = {name: value for name, value in settings_.items() if name != "overflow"}
    to_loans, to_repayments = (
        settings_["overflow"] and replace(settings_["overflow"], to=QueueId(q)) for q in QUEUES[:2]
    )
    queues = [queue("loans", **rules), queue("repayments", **rules, overflow=to_loans)]
    experts = queue("experts", min_level=4, **rules, overflow=to_repayments)
    return roster(agents, [*queues, replace(experts, widen=(Widening(20.0, 3), Widening(40.0, 2)))])


SETTINGS = st.fixed_dictionaries(
    {
        "ring_s": st.sampled_from([5.0, 20.0]),
        "wrap_up_s": st.sampled_from([0.0, 15.0]),
        "max_wait_s": st.sampled_from([60.0, 600.0]),
        "max_waiting": st.sampled_from([3, 100]),
        "announce_every_s": st.sampled_from([0.0, 30.0]),
        "let_go_if": st.sampled_from([frozenset(), frozenset({Emptiness.PAUSED})]),
        "turn_away_if": st.sampled_from([frozenset(), frozenset({Emptiness.UNREACHABLE})]),
        "overflow": st.sampled_from([None, Overflow(QueueId("")), Overflow(QueueId(""), 20.0, topic=Topic("loan"))]),
    }
)


class Facts(RuleBasedStateMachine):
    """A world that is often wrong: rings end unreported, phones answer late, callers vanish, rosters change."""

    @initialize(skills=st.lists(SKILLS, min_size=4, max_size=4), settings_=SETTINGS)
    def open(self, skills: list[dict[str, int]], settings_: dict[str, Any]) -> None:
        first = a_roster(skills, NUMBERS, settings_)
        self.stage = Stage(
            *first.agents.values(), queues=first.queues.values(), assigner=self.assigner(), history=self.history()
        )
        self.metrics = Metrics(first)
        self.calls = 0
        self.alive: list[CallId] = []
        self.segments: dict[tuple[CallId, QueueId], float] = {}
        self.offered = 0
        self.outcomes: Counter[Outcome] = Counter()
        self.ringing: dict[CallId, AgentNumber] = {}
        """As the shell sees it: from RingAgent until its end was reported or taken back."""
        self.phones: list[Pair] = []
        """Phones that ring in the world, also those the distributor has given up."""
        self.talks: list[Pair] = []
        self.places: dict[CallId, float] = {}
        """So long ago as each caller has waited in all: reckoned here from what he lived through, not asked for."""
        self.waited: dict[CallId, float] = {}
        """By who was answered: how long he had waited in all."""
        self.passed_on: set[CallId] = set()
        self.consults: Consulted = {}
        """As the shell sees it: from RingColleague until it told the end."""
        self.asked: set[AgentNumber] = set()
        """Colleagues who are kept busy by that."""
        self.customers: dict[CallId, CallCustomer] = {}
        """Whose phones ring, to be called back."""
        self.reserved: set[CallId] = set()
        for number in NUMBERS:
            self.signs_in(number)

    # ---- the policy -----------------------------------------------------------------------------

    def assigner(self) -> Assigner:
        return LongestIdle()

    def history(self) -> History | None:
        return None

    def check_order(self, rung: WaitingCall, agent: Agent) -> None:
        """First come, first served, across all queues."""
        for other in self.in_line():
            if self.able(agent, other):
                assert _place(rung) <= _place(other), "somebody who came first was passed over"

    def may_wait(self, agent: Agent, waiting: WaitingCall) -> bool:
        """Whether the caller may wait beside this free agent who is able."""
        return False

    def in_line(self) -> list[WaitingCall]:
        """Everybody who may have an agent now: on the line, or to be called back."""
        hall, callbacks = self.stage.distributor._hall, self.stage.distributor._callbacks
        found = [one.waiting for one in hall.waiting if one.offerable and hall.rings.of_call(one.call) is None]
        return found + [callbacks._waiting(one) for one in callbacks.listed() if one.stands]

    # ---- the shell ------------------------------------------------------------------------------

    def tell(self, event: DistributionEvent) -> None:
        self.metrics.apply(event, self.stage.now)
        rings = self.stage.distributor._hall.rings._by_call.values()
        self.reserved = {ring.call for ring in rings if ring.reserved}
        self.carry_out(self.stage.tell(event))

    def carry_out(self, orders: list[DistributionCommand]) -> None:  # noqa: PLR0912 - a case per order
        refused: Counter[CallId] = Counter()
        moves = [order for order in orders if isinstance(order, MoveCall)]
        for order in orders:
            self.metrics.apply(order, self.stage.now)
            match order:
                case RingAgent():
                    self.order_ring(order)
                case CancelRing(call, agent):
                    assert self.ringing.pop(call) == agent
                case RefuseCall(call):
                    assert call not in self.ringing, "let go while a phone rings for him"
                    refused[call] += 1
                case CloseSegment():
                    assert self.segments.pop((order.call, order.queue), None) is not None, "closed twice"
                    self.outcomes[order.outcome] += 1
                    if order.outcome is Outcome.ANSWERED:
                        self.waited[order.call] = self.stage.now - self.places[order.call]
                    if order.outcome in {Outcome.TIMED_OUT, Outcome.REJECTED_FULL, Outcome.REJECTED_NO_AGENTS}:
                        refused[order.call] -= 1
                case CloseTalk(call, agent):
                    self.talks = [talk for talk in self.talks if talk != (call, agent)]
                case NoteCaller(call, place_at=place_at, redialled=True):
                    self.places[call] = place_at
                case RingColleague(call, agent):
                    assert agent not in {*self.ringing.values(), *self.asked, *(agent for _, agent in self.talks)}
                    self.consults[call] = agent
                    self.asked.add(agent)
                case CallCustomer():
                    self.call_customer(order)
                case ShowAgent(agent, AgentState.TALKING, _, None):
                    assert agent in self.consults.values(), "talks to nobody"
                    self.asked.add(agent)
                case ShowAgent(agent, state) if state not in BUSY:
                    self.asked.discard(agent)
                case ShowAgent(agent, AgentState.TALKING, _, call):
                    assert call is not None
                    self.asked.discard(agent)
                    if (call, agent) not in self.talks:
                        self.talks.append((call, agent))
                case _:
                    pass
        assert not any(refused.values()), "every refusal closes its segment at once"
        overflowed = [order.call for order in orders if isinstance(order, CloseSegment)]
        for move in moves:
            assert move.call in overflowed, "the stay there begins when the one here has ended"
            assert move.place_at == pytest.approx(self.places[move.call]), "the place is kept"
            self.enter(move.call, move.queue, move.topic, 0.0, place_at=move.place_at)

    def order_ring(self, order: RingAgent) -> None:
        hall = self.stage.distributor._hall
        assert order.call not in self.ringing, "one ring at a time per call"
        assert order.agent not in self.ringing.values(), "one call per agent"
        assert order.agent not in {agent for _, agent in self.talks}
        assert order.agent not in self.asked
        assert (order.call, order.queue) in self.segments
        rung, machine = hall.waiting.segment(order.call), hall.floor.machine(order.agent)
        assert rung is not None
        assert rung.offerable
        assert machine is not None
        assert machine.pending is None, "he wants to be away"
        use = hall.floor.phones.use_of(order.agent)
        assert use in {None, PhoneUse.RINGING}, "his phone is in use for something else"
        if order.call not in self.reserved and use is None:  # else he was passed on to this agent by name
            self.check_order(rung.waiting, machine.agent)
        self.ringing[order.call] = order.agent
        self.phones.append((order.call, order.agent))

    def call_customer(self, order: CallCustomer) -> None:
        hall, callbacks = self.stage.distributor._hall, self.stage.distributor._callbacks
        ring = hall.rings.of_call(order.call)
        assert ring is not None
        assert ring.reserved
        machine = hall.floor.machine(ring.agent)
        assert machine is not None
        assert self.able(machine.agent, callbacks._waiting(callbacks._by_id[order.callback]))
        self.check_order(callbacks._waiting(callbacks._by_id[order.callback]), machine.agent)
        self.customers[order.call] = order

    def able(self, agent: Agent, waiting: WaitingCall) -> bool:
        return agent.level(waiting.topic) >= max(1, waiting.min_level)

    def stop_ringing(self, pair: Pair) -> None:
        self.phones.remove(pair)
        if self.ringing.get(pair[0]) == pair[1]:
            del self.ringing[pair[0]]

    # ---- callers --------------------------------------------------------------------------------

    def enter(
        self, call: CallId, name: str, topic: str, ago: float, *, place_at: float | None = None, **how: Any
    ) -> None:
        key, entered_at = (call, QueueId(name)), self.stage.now - ago
        if key not in self.segments:
            self.offered += 1
            self.segments[key] = entered_at
            self.places[call] = entered_at if place_at is None else place_at
        event = CallQueued(call, key[1], Topic(topic), self.caller(call), entered_at, *self.traits(call))
        self.tell(replace(event, place_at=place_at, transferred=call in self.passed_on, **how))

    def caller(self, call: CallId) -> str:
        return ""

    def traits(self, call: CallId) -> tuple[bool, bool]:
        """VIP, and whether he named the topic."""
        return False, True

    @rule(name=st.sampled_from(QUEUES), topic=st.sampled_from(TOPICS), ago=st.sampled_from([0.0, 0.0, 7.0]))
    def arrives(self, name: str, topic: str, ago: float) -> None:
        self.calls += 1
        call = CallId(f"c{self.calls}")
        self.alive.append(call)
        self.enter(call, name, topic, ago)

    @rule(name=st.sampled_from(QUEUES), topic=st.sampled_from(TOPICS))
    def arrives_and_has_heard_all(self, name: str, topic: str) -> None:
        self.arrives(name, topic, 0.0)
        self.tell(CallOfferable(self.alive[-1]))

    @rule(name=st.sampled_from(QUEUES), topic=st.sampled_from(TOPICS))
    def arrives_and_is_answered(self, name: str, topic: str) -> None:
        self.arrives_and_has_heard_all(name, topic)
        if (agent := self.ringing.get(call := self.alive[-1])) is not None:
            self.stop_ringing((call, agent))
            self.tell(AgentAnswered(call, agent))

    @precondition(lambda self: self.alive)
    @rule(data=st.data())
    def has_heard_all(self, data: st.DataObject) -> None:
        self.tell(CallOfferable(data.draw(st.sampled_from(self.alive))))

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), name=st.sampled_from(QUEUES), topic=st.sampled_from(TOPICS))
    def asks_again(self, data: st.DataObject, name: str, topic: str) -> None:
        call = data.draw(st.sampled_from(self.alive))
        if (call, name) not in self.segments:
            self.passed_on.discard(call)
        self.enter(call, name, topic, 0.0)

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), outcome=st.sampled_from([Outcome.LEFT_BY_KEY, Outcome.CALLBACK_REQUESTED]))
    def leaves(self, data: st.DataObject, outcome: Outcome) -> None:
        call = data.draw(st.sampled_from(self.alive))
        self.tell(CallLeftQueue(call, outcome))
        assert call not in self.ringing, "the ring is taken back"

    @precondition(lambda self: self.alive)
    @rule(data=st.data())
    def hangs_up(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.alive))
        self.alive.remove(call)
        self.ringing.pop(call, None)
        self.consults.pop(call, None)
        self.phones = [pair for pair in self.phones if pair[0] != call]
        self.tell(CallEnded(call, 16))
        assert not any(call == open_call for open_call, _ in self.segments)

    # ---- phones ---------------------------------------------------------------------------------

    @precondition(lambda self: self.phones)
    @rule(data=st.data(), outcome=st.sampled_from(RingOutcome))
    def ring_ends(self, data: st.DataObject, outcome: RingOutcome) -> None:
        pair = data.draw(st.sampled_from(self.phones))
        self.stop_ringing(pair)
        self.tell(RingEnded(*pair, outcome))

    @precondition(lambda self: self.phones)
    @rule(data=st.data())
    def ring_ends_unreported(self, data: st.DataObject) -> None:
        self.phones.remove(data.draw(st.sampled_from(self.phones)))

    @precondition(lambda self: self.phones)
    @rule(data=st.data())
    def answers(self, data: st.DataObject) -> None:
        pair = data.draw(st.sampled_from(self.phones))
        self.stop_ringing(pair)
        self.tell(AgentAnswered(*pair))

    @precondition(lambda self: self.phones)
    @rule(data=st.data(), seconds=st.sampled_from([45.0, 100.0]))
    def answers_after_the_ring_was_given_up(self, data: st.DataObject, seconds: float) -> None:
        pair = data.draw(st.sampled_from(self.phones))
        self.wake_until(self.stage.now + seconds)
        self.stop_ringing(pair)
        self.tell(AgentAnswered(*pair))

    @precondition(lambda self: self.talks)
    @rule(data=st.data(), on_hold=st.booleans())
    def is_held(self, data: st.DataObject, on_hold: bool) -> None:
        self.tell(TalkHeld(*data.draw(st.sampled_from(self.talks)), on_hold))

    @precondition(lambda self: self.talks)
    @rule(data=st.data(), by=st.sampled_from(TalkEndedBy))
    def talk_ends(self, data: st.DataObject, by: TalkEndedBy) -> None:
        self.tell(TalkEnded(*data.draw(st.sampled_from(self.talks)), by))

    # ---- transfers ------------------------------------------------------------------------------

    @precondition(lambda self: self.talks)
    @rule(
        data=st.data(),
        to=st.sampled_from([*NUMBERS, *QUEUES, "menu", "back"]),
        topic=st.sampled_from(TOPICS),
        heard=st.booleans(),
    )
    def is_passed_on(self, data: st.DataObject, to: str, topic: str, heard: bool) -> None:
        """Blindly; or nobody took him, and he comes back to the queue he was in."""
        call, agent = data.draw(st.sampled_from(self.talks))
        queue = QueueId(to if to in QUEUES else QUEUES[0])
        wanted = AgentNumber(to) if to in NUMBERS else None
        sent_to = None if to == "menu" else queue
        self.tell(CallTransferred(call, agent, TransferKind.BLIND, sent_to, Topic(topic), wanted, queue))
        assert call not in {call for call, _ in self.talks}
        if sent_to is None or call not in self.alive:
            return
        self.passed_on.add(call)
        self.enter(call, queue, topic, 0.0, place_at=self.stage.now - self.waited.get(call, 0.0), wanted=wanted)
        if heard:
            self.tell(CallOfferable(call))

    @precondition(lambda self: self.talks)
    @rule(
        data=st.data(),
        name=st.sampled_from([*QUEUES, None, None]),
        answers=st.booleans(),
        later=st.sampled_from([0.0, 0.0, 45.0]),
    )
    def asks_a_colleague(self, data: st.DataObject, name: str | None, answers: bool, later: float) -> None:
        """He answers at once, or when his ring has long been given up, or not yet."""
        call, agent = data.draw(st.sampled_from(self.talks))
        floor = self.stage.distributor._hall.floor
        others = [AgentNumber(number) for number in NUMBERS if floor.is_free(AgentNumber(number))] or [agent]
        asked = data.draw(st.sampled_from(others)) if name is None else None
        self.tell(ConsultAsked(call, agent, asked, QueueId(name or ""), Topic("loan")))
        self.wake_until(self.stage.now + later)
        if answers and call in self.consults:
            self.tell(ConsultAnswered(call, self.consults[call]))

    @precondition(lambda self: self.consults)
    @rule(data=st.data())
    def colleague_answers(self, data: st.DataObject) -> None:
        self.tell(ConsultAnswered(*data.draw(st.sampled_from(sorted(self.consults.items())))))

    @precondition(lambda self: self.consults)
    @rule(data=st.data())
    def colleague_is_out_of_it(self, data: st.DataObject) -> None:
        call, colleague = data.draw(st.sampled_from(sorted(self.consults.items())))
        del self.consults[call]
        self.tell(ConsultEnded(call, colleague))

    @precondition(lambda self: self.consults)
    @rule(data=st.data(), told=st.booleans())
    def colleague_takes_over(self, data: st.DataObject, told: bool) -> None:
        call, colleague = data.draw(st.sampled_from(sorted(self.consults.items())))
        del self.consults[call]
        if told and call in dict(self.talks):
            self.tell(CallTransferred(call, dict(self.talks)[call], TransferKind.WARM, to_agent=colleague))
        self.tell(AgentAnswered(call, colleague))

    @precondition(lambda self: self.talks)
    @rule(data=st.data(), number=st.sampled_from(NUMBERS))
    def is_put_through_by_a_telephone(self, data: st.DataObject, number: str) -> None:
        call, agent = data.draw(st.sampled_from(self.talks))
        if number != agent:
            self.tell(CallTransferred(call, agent, TransferKind.WARM, to_agent=AgentNumber(number)))
            self.tell(AgentAnswered(call, AgentNumber(number)))

    # ---- call-backs -----------------------------------------------------------------------------

    @precondition(lambda self: self.segments)
    @rule(data=st.data(), same_number=st.booleans(), topic=st.sampled_from(TOPICS), wish=st.sampled_from([0, 2]))
    def asks_to_be_called_back(self, data: st.DataObject, same_number: bool, topic: str, wish: int) -> None:
        call, queue = data.draw(st.sampled_from(sorted(self.segments)))
        self.calls += 1
        number = "139" if same_number else f"139{self.calls}"
        self.tell(
            CallbackAsked(
                *(CallbackId(f"b{self.calls}"), number, queue, Topic(topic), self.places[call]),
                wish=wish,
                wanted=(AgentNumber("2"),) if wish else (),
                transferred=call in self.passed_on,
            )
        )
        self.tell(CallLeftQueue(call, Outcome.CALLBACK_REQUESTED))

    @precondition(lambda self: self.customers)
    @rule(data=st.data(), heard=st.booleans())
    def customer_answers(self, data: st.DataObject, heard: bool) -> None:
        order = self.customers.pop(data.draw(st.sampled_from(sorted(self.customers))))
        self.alive.append(order.call)
        if order.transferred:
            self.passed_on.add(order.call)
        self.enter(order.call, order.queue, order.topic, 0.0, place_at=order.place_at, resumed=True)
        if heard:
            self.tell(CallOfferable(order.call))

    @precondition(lambda self: self.customers)
    @rule(data=st.data())
    def customer_does_not_answer(self, data: st.DataObject) -> None:
        order = self.customers.pop(data.draw(st.sampled_from(sorted(self.customers))))
        self.tell(CallbackFailed(order.callback))

    @rule(data=st.data())
    def call_back_is_cancelled(self, data: st.DataObject) -> None:
        if known := [one.id for one in self.stage.distributor.callbacks()]:
            self.tell(CallbackCancelled(data.draw(st.sampled_from(known))))

    # ---- agents ---------------------------------------------------------------------------------

    @rule(number=st.sampled_from(NUMBERS))
    def signs_in(self, number: str) -> None:
        self.tell(AgentAsked(AgentNumber(number), AgentWish.SIGN_IN))
        self.tell(AgentAsked(AgentNumber(number), AgentWish.READY))

    @rule(number=st.sampled_from([*NUMBERS, "9"]), wish=st.sampled_from(WISHES), reason=st.sampled_from(["1", "x"]))
    def asks(self, number: str, wish: AgentWish, reason: str) -> None:
        self.tell(AgentAsked(AgentNumber(number), wish, reason))

    @precondition(lambda self: self.calls % 3 == 2)
    @rule(number=st.sampled_from(NUMBERS), reachable=st.sampled_from([True, True, False]))
    def is_reachable(self, number: str, reachable: bool) -> None:
        self.tell(AgentReachable(AgentNumber(number), reachable))

    @rule(
        uses=st.dictionaries(st.sampled_from([*NUMBERS, "9"]), st.sampled_from(PhoneUse), max_size=3),
        listed=st.booleans(),
    )
    def phones_are_seen(self, uses: dict[str, PhoneUse], listed: bool) -> None:
        """Whatever is said of phones: nobody's state changes but by a call he is offered."""
        before = self.states()
        self.tell(PhonesSeen({AgentNumber(number): use for number, use in uses.items()}, 90.0, listed))
        for number, state in self.states().items():
            assert state is before[number] or (before[number], state) == (AgentState.READY, AgentState.RINGING)

    @rule()
    def phones_stay_idle_and_whom_that_makes_doubtful_is_released(self) -> None:
        for _ in range(3):
            self.wake_until(self.stage.now + 30.0)
            self.tell(PhonesSeen(dict.fromkeys(map(AgentNumber, NUMBERS), PhoneUse.IDLE), 90.0, listed=True))
        for one in self.stage.distributor.doubted():
            self.tell(AgentStranded(one.agent, one.call, one.idle_s))
            if one.call in self.alive:
                self.alive.remove(one.call)
            self.phones = [pair for pair in self.phones if pair[0] != one.call]
            if one.call is not None:
                self.ringing.pop(one.call, None)
                self.consults.pop(one.call, None)
                self.tell(CallEnded(one.call, 0))

    def states(self) -> dict[AgentNumber, AgentState]:
        return {machine.agent.number: machine.state for machine in self.stage.distributor._hall.floor}

    @precondition(lambda self: self.calls % 5 == 4)
    @rule(
        skills=st.lists(SKILLS, min_size=4, max_size=4),
        numbers=st.lists(st.sampled_from(NUMBERS), unique=True, min_size=3),
        settings_=SETTINGS,
    )
    def roster_changes(self, skills: list[dict[str, int]], numbers: list[str], settings_: dict[str, Any]) -> None:
        self.carry_out(self.stage.distributor.reload(a_roster(skills, numbers, settings_), self.stage.now))

    # ---- time -----------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.5, 3.0, 12.0, 45.0, 200.0]))
    def time_passes(self, seconds: float) -> None:
        self.wake_until(self.stage.now + seconds)

    def wake_until(self, until: float) -> None:
        distributor, woken = self.stage.distributor, 0
        while (due := distributor.deadline) is not None and due <= until:
            self.stage.now = max(self.stage.now, due)
            self.tell(TimeReached())
            woken += 1
            assert woken < 1000, "a deadline that stays in the past keeps the engine busy for ever"
        self.stage.now = until

    # ---- what always holds ----------------------------------------------------------------------

    @invariant()
    def nobody_has_two(self) -> None:
        machines = list(self.stage.distributor._hall.floor)
        calls = [machine.call for machine in machines if machine.call is not None]
        assert len(calls) == len(set(calls))
        assert len({call for call, _ in self.talks}) == len({agent for _, agent in self.talks}) == len(self.talks)
        for machine in machines:
            asked = machine.agent.number in self.asked
            assert (machine.call is not None) == (machine.state in BUSY and not asked)

    @invariant()
    def machines_and_lists_agree(self) -> None:
        hall = self.stage.distributor._hall
        of_agents = {call: agent for call, agent in hall.talks.by_call().items() if hall.floor.machine(agent)}
        assert dict(self.talks) == of_agents, "the others are phones that are no agent's"
        for machine in hall.floor:
            ring, talk = hall.rings.of_agent(machine.agent.number), hall.talks.of_agent(machine.agent.number)
            asked = machine.agent.number in self.asked
            assert (ring is not None) == (machine.state is AgentState.RINGING and not asked)
            assert (talk is not None) == (machine.state in TALKS and not asked)
            assert machine.state in BUSY or not asked
            bounded = machine.state in BUSY | {AgentState.WRAP_UP, AgentState.NOT_READY}
            assert (machine.deadline is not None) == (bounded or machine.state is AgentState.READY)
            assert machine.deadline is None or machine.deadline >= self.stage.now, "stuck past the deadline"

    @invariant()
    def nobody_waits_beside_a_free_agent(self) -> None:
        hall = self.stage.distributor._hall
        free = [m for m in hall.floor if m.state is AgentState.READY]
        free = [m for m in free if m.agent.number not in hall.floor._cooling]
        free = [m for m in free if m.agent.number not in hall.floor._unreachable]
        free = [m for m in free if hall.floor.phones.use_of(m.agent.number) is None]
        for waiting in self.in_line():
            able = [m.agent for m in free if self.able(m.agent, waiting)]
            assert all(self.may_wait(one, waiting) for one in able)

    @invariant()
    def nobody_waits_for_nobody(self) -> None:
        hall = self.stage.distributor._hall
        there = [m.agent for m in hall.floor if m.state is not AgentState.SIGNED_OFF]
        for segment in hall.waiting:
            awaits_one = segment.wanted is not None and not segment.offerable
            if hall.rings.of_call(segment.call) is None and not awaits_one:
                assert any(self.able(agent, segment.waiting) for agent in there)

    @invariant()
    def every_place_is_what_the_caller_has_waited(self) -> None:
        for segment in self.stage.distributor._hall.waiting:
            assert segment.waiting.entered_at == pytest.approx(self.places[segment.call])
            assert segment.waiting.transferred is (segment.call in self.passed_on)

    @invariant()
    def nobody_is_kept_free_who_wants_to_be_away(self) -> None:
        hall = self.stage.distributor._hall
        for ring in hall.rings._by_call.values():
            machine = hall.floor.machine(ring.agent)
            assert machine is not None
            assert not ring.reserved or machine.pending is None

    @invariant()
    def segments_add_up(self) -> None:
        hall = self.stage.distributor._hall
        assert {(s.call, s.queue.id) for s in hall.waiting} == set(self.segments)
        assert self.outcomes.total() + len(self.segments) == self.offered
        figures = [self.metrics.figures(QueueId(name), self.stage.now) for name in QUEUES]
        assert sum(f.offered for f in figures) == self.offered
        assert sum(f.waiting for f in figures) == len(self.segments)
        assert all(f.outcomes.total() + f.waiting == f.offered for f in figures)
        assert sum((f.outcomes for f in figures), Counter()) == self.outcomes

    def teardown(self) -> None:
        if not hasattr(self, "stage"):
            return
        self.phones.clear()
        for call in list(self.alive):
            self.ringing.pop(call, None)
            self.tell(CallEnded(call, 16))
        for one in self.stage.distributor.callbacks():
            self.tell(CallbackFailed(one.id))
            self.tell(CallbackCancelled(one.id))
        for one in self.stage.distributor.callbacks():  # who was dialled when another was cancelled
            self.tell(CallbackFailed(one.id))
            self.tell(CallbackCancelled(one.id))
        assert self.stage.distributor.callbacks() == []
        self.wake_until(self.stage.now + 2 * Limits().talk_s + Limits().ready_s)
        hall = self.stage.distributor._hall
        assert list(hall.waiting) == []
        assert not self.segments
        assert hall.talks.by_call() == {}
        assert all(machine.state not in BUSY | {AgentState.WRAP_UP} for machine in hall.floor)
        assert self.stage.distributor.deadline is None


class PricedFacts(Facts):
    """The same world under the policy that runs the hotline, with callers who are known and come again."""

    weights = Weights(overtake_bound_s=60.0)

    def assigner(self) -> Assigner:
        held = [{"loan": 3, "repayment": 3}, {"loan": 5}, {"loan": 1}, {"repayment": 2}]
        pairs = {
            (profile_of(Agent(AgentNumber("x"), "", "", row)), str(topic)): Price(-20.0, HOLD_MOST_S)  # type: ignore[arg-type]
            for row in held
            for topic in TOPICS
        }
        return PricedAssigner(Prices("drawn", pairs), self.weights)

    def history(self) -> History:
        return History()

    def caller(self, call: CallId) -> str:
        return f"138{_number(call) % 3:08}"

    def traits(self, call: CallId) -> tuple[bool, bool]:
        number = _number(call)
        return number % 4 == 0, number % 5 != 0

    def check_order(self, rung: WaitingCall, agent: Agent) -> None:
        """Nobody is overtaken by more than the bound that the weights state, by who was passed on neither."""
        bound_s = self.weights.overtaking_bound_s(HOLD_MOST_S)
        for other in self.in_line():
            if self.able(agent, other) and not self.may_wait(agent, other):
                assert rung.entered_at - other.entered_at <= bound_s + 1e-9
                if self.stage.now - other.entered_at >= self.weights.overtake_bound_s:
                    assert _place(rung) <= _place(other), "aged, and overtaken"

    def may_wait(self, agent: Agent, waiting: WaitingCall) -> bool:
        """Only within the hold that the prices state."""
        hall = self.stage.distributor._hall
        assert isinstance(hall.assigner, PricedAssigner)
        terms, machine = hall.assigner.terms, hall.floor.machine(agent.number)
        assert machine is not None
        standing = hall.floor._standing_of(machine)
        key = LaneKey(waiting.topic, waiting.min_level, waiting.caller_class, waiting.wish)
        lane = terms.lane(replace(key, transferred=waiting.transferred))
        group = terms.group(GroupKey(profile_of(agent, standing.form), standing.band))
        return waiting.entered_at + terms.price(lane, group).hold_s > self.stage.now


def _number(call: CallId) -> int:
    """Of a caller, or of a call-back at whatever try."""
    return int(call[1:].partition(".")[0])


def _place(waiting: WaitingCall) -> tuple[float, int]:
    return waiting.entered_at, waiting.ticket


Facts.TestCase.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
TestFacts = Facts.TestCase
PricedFacts.TestCase.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
TestPricedFacts = PricedFacts.TestCase
for case in (TestFacts, TestPricedFacts):
    case.pytestmark = [pytest.mark.timeout(600)]  # type: ignore[attr-defined]  # a busy machine is slow, no more
