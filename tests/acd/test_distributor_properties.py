"""Any row of facts, sensible or not: what must hold of the distributor whatever happens."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from acd.agent import Agent
from acd.assigner import Assigner, LongestIdle
from acd.history import History
from acd.limits import Limits
from acd.metrics import Metrics
from acd.pair_terms import GroupKey, LaneKey
from acd.priced_assigner import PricedAssigner
from acd.pricing import HOLD_MOST_S, Price, Prices
from acd.profiles import profile_of
from acd.queue import Emptiness, Overflow, Roster, Widening
from acd.waiting_calls import Segment
from acd.weights import Weights
from telephony.commands import (
    AgentState,
    CancelRing,
    CloseSegment,
    CloseTalk,
    DistributionCommand,
    MoveCall,
    RefuseCall,
    RingAgent,
    ShowAgent,
)
from telephony.events import (
    AgentAnswered,
    AgentAsked,
    AgentReachable,
    AgentWish,
    CallEnded,
    CallLeftQueue,
    CallOfferable,
    CallQueued,
    DistributionEvent,
    Outcome,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
    TalkHeld,
    TimeReached,
)
from telephony.ids import AgentNumber, CallId, QueueId, Topic
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
        for number in NUMBERS:
            self.signs_in(number)

    # ---- the policy -----------------------------------------------------------------------------

    def assigner(self) -> Assigner:
        return LongestIdle()

    def history(self) -> History | None:
        return None

    def check_order(self, rung: Segment, agent: Agent) -> None:
        """First come, first served, across all queues."""
        hall = self.stage.distributor._hall
        for other in hall.waiting:
            if other.offerable and hall.rings.of_call(other.call) is None and self.able(agent, other.call):
                assert rung.place < other.place, "somebody who came first was passed over"

    def may_wait(self, agent: Agent, segment: Segment) -> bool:
        """Whether the caller may wait beside this free agent who is able."""
        return False

    # ---- the shell ------------------------------------------------------------------------------

    def tell(self, event: DistributionEvent) -> None:
        self.metrics.apply(event, self.stage.now)
        self.carry_out(self.stage.tell(event))

    def carry_out(self, orders: list[DistributionCommand]) -> None:
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
                    self.talks += self.with_nobodys_phone(order)
                    if order.outcome in {Outcome.TIMED_OUT, Outcome.REJECTED_FULL, Outcome.REJECTED_NO_AGENTS}:
                        refused[order.call] -= 1
                case CloseTalk(call, agent):
                    self.talks = [talk for talk in self.talks if talk != (call, agent)]
                case ShowAgent(agent, AgentState.TALKING, _, call):
                    assert call is not None
                    if (call, agent) not in self.talks:
                        self.talks.append((call, agent))
                case _:
                    pass
        assert not any(refused.values()), "every refusal closes its segment at once"
        overflowed = [order.call for order in orders if isinstance(order, CloseSegment)]
        for move in moves:
            assert move.call in overflowed, "the stay there begins when the one here has ended"
            self.enter(move.call, move.queue, move.topic, 0.0, place_at=move.place_at)

    def with_nobodys_phone(self, closed: CloseSegment) -> list[Pair]:
        """The talk of one who answered after the ring was given up, and whom the roster had lost by then."""
        gone = closed.agent is not None and self.stage.distributor._hall.floor.machine(closed.agent) is None
        return [(closed.call, closed.agent)] if closed.agent is not None and gone else []

    def order_ring(self, order: RingAgent) -> None:
        hall = self.stage.distributor._hall
        assert order.call not in self.ringing, "one ring at a time per call"
        assert order.agent not in self.ringing.values(), "one call per agent"
        assert order.agent not in {agent for _, agent in self.talks}
        assert (order.call, order.queue) in self.segments
        rung, machine = hall.waiting.segment(order.call), hall.floor.machine(order.agent)
        assert rung is not None
        assert rung.offerable
        assert machine is not None
        self.check_order(rung, machine.agent)
        self.ringing[order.call] = order.agent
        self.phones.append((order.call, order.agent))

    def able(self, agent: Agent, call: CallId) -> bool:
        segment = self.stage.distributor._hall.waiting.segment(call)
        assert segment is not None
        return agent.level(segment.waiting.topic) >= max(1, segment.waiting.min_level)

    def stop_ringing(self, pair: Pair) -> None:
        self.phones.remove(pair)
        if self.ringing.get(pair[0]) == pair[1]:
            del self.ringing[pair[0]]

    # ---- callers --------------------------------------------------------------------------------

    def enter(self, call: CallId, name: str, topic: str, ago: float, *, place_at: float | None = None) -> None:
        key = (call, QueueId(name))
        if key not in self.segments:
            self.offered += 1
            self.segments[key] = self.stage.now - ago
        event = CallQueued(
            call, key[1], Topic(topic), self.caller(call), self.stage.now - ago, *self.traits(call), place_at=place_at
        )
        self.tell(event)

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

    @precondition(lambda self: self.alive)
    @rule(data=st.data())
    def has_heard_all(self, data: st.DataObject) -> None:
        self.tell(CallOfferable(data.draw(st.sampled_from(self.alive))))

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), name=st.sampled_from(QUEUES), topic=st.sampled_from(TOPICS))
    def asks_again(self, data: st.DataObject, name: str, topic: str) -> None:
        self.enter(data.draw(st.sampled_from(self.alive)), name, topic, 0.0)

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
            assert (machine.call is not None) == (machine.state in BUSY)

    @invariant()
    def machines_and_lists_agree(self) -> None:
        hall = self.stage.distributor._hall
        assert dict(self.talks) == hall.talks.by_call()
        for machine in hall.floor:
            ring, talk = hall.rings.of_agent(machine.agent.number), hall.talks.of_agent(machine.agent.number)
            assert (ring is not None) == (machine.state is AgentState.RINGING)
            assert (talk is not None) == (machine.state in TALKS)
            bounded = machine.state in BUSY | {AgentState.WRAP_UP, AgentState.NOT_READY}
            assert (machine.deadline is not None) == (bounded or machine.state is AgentState.READY)
            assert machine.deadline is None or machine.deadline >= self.stage.now, "stuck past the deadline"

    @invariant()
    def nobody_waits_beside_a_free_agent(self) -> None:
        hall = self.stage.distributor._hall
        free = [m for m in hall.floor if m.state is AgentState.READY]
        free = [m for m in free if m.agent.number not in hall.floor._cooling]
        free = [m for m in free if m.agent.number not in hall.floor._unreachable]
        for segment in hall.waiting:
            if segment.offerable and hall.rings.of_call(segment.call) is None:
                able = [m.agent for m in free if self.able(m.agent, segment.call)]
                assert all(self.may_wait(one, segment) for one in able)

    @invariant()
    def nobody_waits_for_nobody(self) -> None:
        hall = self.stage.distributor._hall
        there = [m.agent for m in hall.floor if m.state is not AgentState.SIGNED_OFF]
        for segment in hall.waiting:
            if hall.rings.of_call(segment.call) is None:
                assert any(self.able(agent, segment.call) for agent in there)

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
            (profile_of(Agent(AgentNumber("x"), "", "", row)), Topic(topic)): Price(-20.0, HOLD_MOST_S)  # type: ignore[arg-type]
            for row in held
            for topic in TOPICS
        }
        return PricedAssigner(Prices("drawn", pairs), self.weights)

    def history(self) -> History:
        return History()

    def caller(self, call: CallId) -> str:
        return f"138{int(call[1:]) % 3:08}"

    def traits(self, call: CallId) -> tuple[bool, bool]:
        number = int(call[1:])
        return number % 4 == 0, number % 5 != 0

    def check_order(self, rung: Segment, agent: Agent) -> None:
        """Nobody is overtaken by more than the bound that the weights state."""
        hall = self.stage.distributor._hall
        bound_s = self.weights.overtaking_bound_s(HOLD_MOST_S)
        for other in hall.waiting:
            waits = other.offerable and hall.rings.of_call(other.call) is None and self.able(agent, other.call)
            if waits and not self.may_wait(agent, other):
                assert rung.waiting.entered_at - other.waiting.entered_at <= bound_s + 1e-9
                if self.stage.now - other.waiting.entered_at >= self.weights.overtake_bound_s:
                    assert rung.place < other.place, "aged, and overtaken"

    def may_wait(self, agent: Agent, segment: Segment) -> bool:
        """Only within the hold that the prices state."""
        hall, waiting = self.stage.distributor._hall, segment.waiting
        assert isinstance(hall.assigner, PricedAssigner)
        terms, machine = hall.assigner.terms, hall.floor.machine(agent.number)
        assert machine is not None
        standing = hall.floor._standing_of(machine)
        lane = terms.lane(LaneKey(waiting.topic, waiting.min_level, waiting.caller_class, waiting.wish))
        group = terms.group(GroupKey(profile_of(agent, standing.form), standing.band))
        return waiting.entered_at + terms.price(lane, group).hold_s > self.stage.now


Facts.TestCase.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
TestFacts = Facts.TestCase
PricedFacts.TestCase.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
TestPricedFacts = PricedFacts.TestCase
for case in (TestFacts, TestPricedFacts):
    case.pytestmark = [pytest.mark.timeout(600)]  # type: ignore[attr-defined]  # a busy machine is slow, no more
