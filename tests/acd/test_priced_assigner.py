"""The policy against a brute-force scorer, what it promises, and its rules one by one."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from acd.assigner import Assigner, Assignment, WaitingCall
from acd.priced_assigner import PricedAssigner
from acd.pricing import HOLD_MOST_S, Price, Prices
from acd.profiles import profile_of
from acd.standing import Standing
from acd.weights import Weights
from telephony.ids import AgentNumber, CallId
from tests.acd.floor_play import agent, queue
from tests.acd.routing_play import (
    FRAUD,
    PRICES,
    QUEUES,
    ROWS,
    STANDINGS,
    TOPICS,
    WEIGHTS,
    Brute,
    a_call,
    an_agent,
)

BOUND_S = WEIGHTS.overtaking_bound_s(HOLD_MOST_S, [in_queue.priority_s for in_queue in QUEUES])
STEP_S = [0.0, 0.0, 1.0, 4.0, 6.0, 30.0, 119.0]


class Office(RuleBasedStateMachine):
    """Callers and agents come and go as they like; the policy is asked as the engine asks it."""

    @initialize(prices=PRICES, most_groups=st.sampled_from([3, 500]))
    def open(self, prices: Prices, most_groups: int) -> None:
        self.policy = PricedAssigner(prices, WEIGHTS, most_groups=most_groups)
        self.most_groups = most_groups
        self.most_at_once = 0
        self.brute = Brute(prices, WEIGHTS)
        self.now = 1000.0
        self.tickets = 0
        self.settled = True

    @rule(
        number=st.integers(0, 12),
        topic=st.sampled_from(TOPICS),
        in_queue=st.sampled_from(QUEUES),
        ago=st.sampled_from([0.0, 0.0, 0.0, 5.0, 150.0]),
        caller_class=st.sampled_from(["", "", "", "vip", FRAUD, "later"]),
        wish=st.sampled_from([0, 0, 1, 2]),
        transferred=st.sampled_from([False, False, True]),
        wanted=st.lists(st.integers(0, 8).map(lambda number: AgentNumber(str(number))), max_size=2),
    )
    def waits(self, number: int, ago: float, wanted: list[AgentNumber], **traits: object) -> None:
        self.tickets += 1
        call = a_call(number, self.now - ago, self.tickets, wanted=tuple(wanted), **traits)
        self.policy.add_call(call)
        self.brute.calls[call.call] = call
        self.settled = False

    @rule(number=st.integers(0, 8), row=st.integers(0, len(ROWS) - 1), standing=st.sampled_from(STANDINGS))
    def is_idle(self, number: int, row: int, standing: Standing) -> None:
        one = an_agent(number, row)
        since = self.now - (number * 37 % 11) * 90.0
        self.policy.add_agent(one, idle_since=since, standing=standing)
        self.brute.agents[one.number] = (one, standing, since)
        self.most_at_once = max(self.most_at_once, len(self.brute.agents))
        assert len(self.policy.terms.groups) <= max(self.most_groups, self.most_at_once), "numbers are used again"
        self.settled = False

    @rule(number=st.integers(0, 12))
    def hangs_up(self, number: int) -> None:
        self.policy.remove_call(CallId(f"c{number}"))
        self.brute.calls.pop(CallId(f"c{number}"), None)

    @rule(number=st.integers(0, 8))
    def leaves(self, number: int) -> None:
        self.policy.remove_agent(AgentNumber(str(number)))
        self.brute.agents.pop(AgentNumber(str(number)), None)

    @rule(prices=PRICES)
    def reprices(self, prices: Prices) -> None:
        self.policy.reprice(prices)
        self.brute.prices = prices
        self.settled = False

    @rule()
    def decides(self) -> None:
        while (made := self.policy.next_assignment(self.now)) is not None:
            overtaken = [call for call in self.brute.calls.values() if self.overtaken(call, made)]
            self.brute.check(made, self.now)
            assert not overtaken, "overtaken beyond the bound"
        self.settled = True

    def overtaken(self, call: WaitingCall, made: Assignment) -> bool:
        """Whether this caller, able to have that agent, is passed over by somebody too late to do so."""
        taker = self.brute.calls[made.call]
        if not self.brute.able(call, made.agent) or self.brute.caller_class(taker) in WEIGHTS.unbound_classes:
            return False
        later_by = taker.entered_at - call.entered_at
        late = later_by > BOUND_S
        return late or (later_by > 0 and self.now - call.entered_at >= WEIGHTS.overtake_bound_s)

    @rule(seconds=st.sampled_from(STEP_S))
    def time_passes(self, seconds: float) -> None:
        """As the engine: woken at every deadline."""
        self.decides()
        until = self.now + seconds
        while (due := self.policy.deadline) is not None and due <= until:
            assert due > self.now, "a deadline that stays in the past keeps the engine busy for ever"
            self.now = due
            self.decides()
        self.now = until
        self.decides()

    @invariant()
    def nobody_waits_beside_a_ready_agent(self) -> None:
        if hasattr(self, "policy") and self.settled:
            self.brute.settled(self.now)


Office.TestCase.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
TestOffice = Office.TestCase


BULK = st.tuples(
    PRICES,
    st.lists(
        st.tuples(st.sampled_from(TOPICS), st.sampled_from(QUEUES), st.integers(0, 200), st.sampled_from(["", "vip"])),
        max_size=30,
    ),
    st.lists(st.tuples(st.integers(0, len(ROWS) - 1), st.sampled_from(STANDINGS), st.integers(0, 900)), max_size=40),
)


@settings(max_examples=400, deadline=None)
@given(BULK, st.booleans())
def test_choices_are_those_of_a_brute_force_scorer(state: tuple[Prices, list, list], calls_first: bool) -> None:  # type: ignore[type-arg]
    prices, calls, agents = state
    policy, brute = PricedAssigner(prices, WEIGHTS), Brute(prices, WEIGHTS)

    def add_calls() -> None:
        for number, (topic, in_queue, ago, caller_class) in enumerate(calls):
            call = a_call(number, 1000.0 - ago, number, topic=topic, in_queue=in_queue, caller_class=caller_class)
            policy.add_call(call)
            brute.calls[call.call] = call

    def add_agents() -> None:
        for number, (row, standing, ago) in enumerate(agents):
            one = an_agent(number, row)
            policy.add_agent(one, idle_since=1000.0 - ago, standing=standing)
            brute.agents[one.number] = (one, standing, 1000.0 - ago)

    for add in (add_calls, add_agents) if calls_first else (add_agents, add_calls):
        add()
        while (made := policy.next_assignment(1000.0)) is not None:
            brute.check(made, 1000.0)
        brute.settled(1000.0)


# ---- one rule at a time ---------------------------------------------------------------------------


PLAIN = Weights(skill_on_arrival=2.0, idle_per_s=0.05, class_bonus_s={"vip": 75.0})
"""So that sums are easy to follow."""


def prices(**skill_s: float) -> Prices:
    """Prices for `agent(name, loan=level)` by `level_N`; every one below the best is held for 10 s."""
    pairs = {}
    for name, value in skill_s.items():
        level = int(name.removeprefix("level_"))
        pairs[profile_of(agent("x", loan=level)), "loan"] = Price(value, 10.0 if value < -20 else 0.0)
    return Prices("by hand", pairs)


def made(policy: PricedAssigner, now: float) -> tuple[str, str] | None:
    found = policy.next_assignment(now)
    return None if found is None else (found.call, found.agent)


def test_it_is_an_assigner_and_has_nothing_to_do() -> None:
    policy: Assigner = PricedAssigner()
    assert policy.next_assignment(0.0) is None
    assert policy.deadline is None


def test_the_better_agent_is_worth_some_idleness() -> None:
    policy = PricedAssigner(prices(level_5=0.0, level_4=-10.0), PLAIN)
    policy.add_agent(agent("good", loan=5), idle_since=990.0)
    policy.add_agent(agent("idle", loan=4), idle_since=590.0)
    assert made(policy, 1000.0) is None
    policy.add_call(a_call(1, 1000.0, 1))
    found = policy.next_assignment(1000.0)
    assert found is not None
    assert found.decision is not None
    assert (found.agent, found.decision.rival) == ("good", "idle")
    assert found.decision.margin_s == 0.0
    assert found.reason == "idle 0.5 + skill 0.0 = 0.5 s, ahead by 0.0 s"
    policy.add_agent(agent("good", loan=5), idle_since=1000.0)
    assert made(policy, 1010.0) is None
    policy.add_call(a_call(2, 1010.0, 2))
    assert made(policy, 1010.0) == ("c2", "idle")


def test_a_call_waits_a_little_for_a_better_agent_and_no_longer() -> None:
    policy = PricedAssigner(prices(level_5=0.0, level_1=-60.0), PLAIN)
    policy.add_agent(agent("poor", loan=1), idle_since=0.0)
    policy.add_call(a_call(1, 1000.0, 1))
    assert made(policy, 1000.0) is None
    assert policy.deadline == 1010.0
    policy.add_call(a_call(2, 1004.0, 2))
    policy.add_agent(agent("good", loan=5), idle_since=1005.0)
    assert made(policy, 1005.0) == ("c1", "good")
    assert made(policy, 1005.0) is None
    assert policy.deadline is not None
    assert made(policy, policy.deadline) is None
    assert policy.deadline == 1014.0
    assert made(policy, 1014.0) == ("c2", "poor")
    assert policy.deadline is None


def test_an_agent_who_becomes_free_is_held_back_too() -> None:
    policy = PricedAssigner(prices(level_5=0.0, level_1=-60.0), PLAIN)
    policy.add_call(a_call(1, 1000.0, 1))
    assert made(policy, 1000.0) is None
    policy.add_agent(agent("poor", loan=1), idle_since=1003.0)
    assert made(policy, 1003.0) is None
    assert policy.deadline == 1010.0
    policy.remove_agent(AgentNumber("poor"))
    assert made(policy, 1010.0) is None
    assert policy.deadline is None


def test_a_vip_and_the_own_agent_are_never_held_back() -> None:
    policy = PricedAssigner(prices(level_5=0.0, level_1=-60.0), PLAIN)
    policy.add_agent(agent("a", loan=1), idle_since=0.0)
    policy.add_agent(agent("b", loan=1), idle_since=1.0)
    assert made(policy, 1000.0) is None
    policy.add_call(a_call(1, 1000.0, 1))
    policy.add_call(a_call(2, 1000.0, 2, wanted=(AgentNumber("b"),)))
    assert made(policy, 1000.0) == ("c2", "b")
    policy.add_call(a_call(3, 1000.0, 3, vip=True))
    assert made(policy, 1000.0) == ("c3", "a")


def test_the_own_agent_is_a_preference_in_seconds() -> None:
    policy = PricedAssigner(prices(level_5=0.0, level_4=-10.0, level_3=-20.5), PLAIN)
    for name, level in (("best", 5), ("own", 4), ("far", 3)):
        policy.add_agent(agent(name, loan=level), idle_since=1000.0)
    assert made(policy, 1000.0) is None
    policy.add_call(a_call(1, 1000.0, 1, wanted=(AgentNumber("far"), AgentNumber("gone"))))
    assert made(policy, 1000.0) == ("c1", "best")
    policy.add_call(a_call(2, 1000.0, 2, wanted=(AgentNumber("own"),)))
    found = policy.next_assignment(1000.0)
    assert found is not None
    assert found.agent == "own"
    assert found.reason == "idle 0.0 + own agent 40.0 - skill 20.0 = 20.0 s"


def test_an_own_agent_without_the_skill_is_not_offered() -> None:
    policy = PricedAssigner()
    policy.add_agent(agent("own", card=5), idle_since=0.0)
    policy.add_call(a_call(1, 1000.0, 1, wanted=(AgentNumber("own"),)))
    assert made(policy, 1000.0) is None
    policy.add_agent(agent("own", card=5), idle_since=1001.0)
    policy.add_call(a_call(2, 1000.0, 2, topic="card"))
    assert made(policy, 1001.0) == ("c2", "own")


def test_a_wish_that_can_not_be_met_holds_nobody_up() -> None:
    policy = PricedAssigner(prices(level_5=0.0, level_1=-60.0), PLAIN)
    policy.add_call(a_call(1, 1000.0, 1, topic="card", wanted=(AgentNumber("poor"),)))
    policy.add_call(a_call(2, 1000.0, 2))
    assert made(policy, 1000.0) is None
    policy.add_agent(agent("poor", loan=1), idle_since=1001.0)
    assert made(policy, 1001.0) is None
    assert policy.deadline == 1010.0
    assert made(policy, 1010.0) == ("c2", "poor")


def test_an_agent_who_becomes_free_takes_who_wants_him_from_the_middle_of_the_lane() -> None:
    policy = PricedAssigner(weights=PLAIN)
    policy.add_call(a_call(1, 990.0, 1))
    policy.add_call(a_call(2, 1000.0, 2, wanted=(AgentNumber("own"),)))
    policy.add_call(a_call(3, 1000.0, 3, wanted=(AgentNumber("own"),)))
    assert made(policy, 1000.0) is None
    policy.add_agent(agent("own", loan=5), idle_since=1000.0)
    found = policy.next_assignment(1000.0)
    assert found is not None
    assert found.decision is not None
    assert (found.call, found.decision.rival, found.decision.own_agent) == ("c2", "c1", True)
    assert found.decision.margin_s == 30.0


def test_who_asked_before_prefers_the_skilled() -> None:
    policy = PricedAssigner(prices(level_5=0.0, level_4=0.0), PLAIN)
    policy.add_agent(agent("skilled", loan=5), idle_since=1000.0)
    policy.add_agent(agent("idle", loan=4), idle_since=950.0)
    assert made(policy, 1000.0) is None
    policy.add_call(a_call(1, 1000.0, 1))
    assert made(policy, 1000.0) == ("c1", "idle")
    policy.add_agent(agent("idle", loan=4), idle_since=950.0)
    assert made(policy, 1000.0) is None
    policy.add_call(a_call(2, 1000.0, 2, wish=1))
    assert made(policy, 1000.0) == ("c2", "skilled")


def test_nobody_who_waited_two_minutes_is_overtaken_except_by_a_class_the_admin_names() -> None:
    policy = PricedAssigner(weights=WEIGHTS)
    policy.add_call(a_call(1, 879.9, 1))
    policy.add_call(a_call(2, 920.0, 2, vip=True))
    policy.add_call(a_call(3, 990.0, 3, caller_class=FRAUD))
    order = []
    for number in range(3):
        policy.add_agent(agent(str(number)), idle_since=1000.0)
        found = policy.next_assignment(1000.0)
        assert found is not None
        assert found.decision is not None
        order.append((found.call, found.decision.aged))
    assert order == [("c3", True), ("c1", True), ("c2", False)]
    policy.add_call(a_call(4, 881.0, 4))
    policy.add_call(a_call(5, 920.0, 5, vip=True))
    policy.add_agent(agent("9"), idle_since=1000.0)
    assert made(policy, 1000.0) == ("c5", "9")


def chosen_by(policy: PricedAssigner, agents: str) -> list[tuple[str, str]]:
    """Whom these agents get, one after the other at 1000 s, and by which terms."""
    order = []
    for number in agents:
        policy.add_agent(agent(number, loan=5), idle_since=1000.0)
        found = policy.next_assignment(1000.0)
        assert found is not None
        order.append((str(found.call), found.reason.partition(" = ")[0]))
    return order


def test_a_caller_who_was_passed_on_has_a_head_start_but_passes_nobody_who_has_waited_for_the_bound() -> None:
    policy = PricedAssigner(prices(level_5=0.0), Weights(transferred_s=60.0, skill_on_arrival=2.0))
    for ticket, (waited_s, transferred) in enumerate(((120.0, False), (30.0, True), (80.0, False), (10.0, True))):
        policy.add_call(a_call(ticket, 1000.0 - waited_s, ticket, transferred=transferred))
    assert chosen_by(policy, "abcd") == [
        ("c0", "waited 120.0 + skill 0.0"),
        ("c1", "waited 30.0 + transferred 60.0 + skill 0.0"),
        ("c2", "waited 80.0 + skill 0.0"),
        ("c3", "waited 10.0 + transferred 60.0 + skill 0.0"),
    ]


def test_a_queue_s_priority_is_a_head_start_of_its_callers_and_keeps_them_from_being_held_back() -> None:
    policy = PricedAssigner(prices(level_5=0.0, level_1=-60.0), PLAIN)
    urgent, later = queue("urgent", priority_s=30.0), queue("later", priority_s=-20.0)
    policy.add_call(a_call(1, 980.0, 1))
    policy.add_call(a_call(2, 995.0, 2, in_queue=urgent))
    policy.add_call(a_call(3, 970.0, 3, in_queue=later))
    assert chosen_by(policy, "abc") == [
        ("c2", "waited 5.0 + queue priority 30.0 + skill 0.0"),
        ("c1", "waited 20.0 + skill 0.0"),
        ("c3", "waited 30.0 - queue priority 20.0 + skill 0.0"),
    ]
    policy.add_agent(agent("poor", loan=1), idle_since=0.0)
    assert made(policy, 1000.0) is None
    policy.add_call(a_call(4, 1000.0, 4))
    assert made(policy, 1000.0) is None
    policy.add_call(a_call(5, 1000.0, 5, in_queue=urgent))
    assert made(policy, 1000.0) == ("c5", "poor")


def test_age_never_goes_below_a_hold() -> None:
    weights = replace(WEIGHTS, overtake_bound_s=3.0)
    policy = PricedAssigner(prices(level_5=0.0, level_1=-60.0), weights)
    policy.add_agent(agent("poor", loan=1), idle_since=0.0)
    policy.add_call(a_call(1, 1000.0, 1))
    assert made(policy, 1000.0) is None
    assert policy.deadline == 1003.0


def test_the_load_of_an_agent_counts_against_him() -> None:
    policy = PricedAssigner(weights=PLAIN)
    policy.add_agent(agent("busy"), idle_since=900.0, standing=Standing(1))
    policy.add_agent(agent("rested"), idle_since=950.0)
    assert made(policy, 1000.0) is None
    policy.add_call(a_call(1, 1000.0, 1))
    assert made(policy, 1000.0) == ("c1", "rested")


def test_a_new_table_frees_who_was_held_back() -> None:
    policy = PricedAssigner(prices(level_5=0.0, level_1=-60.0), PLAIN)
    policy.add_agent(agent("poor", loan=1), idle_since=0.0)
    policy.add_call(a_call(1, 1000.0, 1))
    assert made(policy, 1000.0) is None
    policy.reprice(Prices("next"))
    found = policy.next_assignment(1000.0)
    assert found is not None
    assert found.decision is not None
    assert found.decision.version == "default/next"


def test_many_idle_groups_are_ranked_not_scanned() -> None:
    policy = PricedAssigner(weights=PLAIN)
    for number in range(60):
        one = agent(str(number), loan=1 + number % 5, **{f"other{number}": 1})
        policy.add_agent(one, idle_since=1000.0 - number)
    assert made(policy, 1000.0) is None
    policy.add_call(a_call(1, 1000.0, 1))
    assert made(policy, 1000.0) == ("c1", "59")
    assert made(policy, 1000.0) is None


def test_leaving_and_coming_again() -> None:
    policy = PricedAssigner()
    policy.remove_call(CallId("x"))
    policy.remove_agent(AgentNumber("x"))
    policy.add_call(a_call(1, 1000.0, 1, wanted=(AgentNumber("1"), AgentNumber("1"))))
    policy.add_call(a_call(1, 1000.0, 1, topic="card"))
    policy.add_agent(agent("1"), idle_since=1.0)
    policy.add_agent(agent("2"), idle_since=1.0)
    policy.remove_agent(AgentNumber("2"))
    assert made(policy, 1000.0) is None
    policy.add_agent(agent("1", card=3), idle_since=1.0)
    assert made(policy, 1000.0) == ("c1", "1")


def test_the_queue_is_named() -> None:
    policy = PricedAssigner(weights=Weights())
    policy.add_call(a_call(1, 1000.0, 1, in_queue=queue("night")))
    policy.add_agent(agent("1"), idle_since=1.0)
    found = policy.next_assignment(1000.0)
    assert found is not None
    assert found.queue == "night"
