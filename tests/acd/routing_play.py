"""Random offices for the tests of the policy: agents, callers and prices in plain values, and a brute-force scorer."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from acd.agent import Agent
from acd.assigner import Assignment, WaitingCall
from acd.call_kinds import kind_in
from acd.pricing import Price, Prices
from acd.profiles import Profile, profile_of
from acd.queue import Queue
from acd.standing import Standing
from acd.weights import Weights
from telephony.ids import AgentNumber, CallId, Topic
from tests.acd.floor_play import queue

TOPICS = [Topic("loan"), Topic("loan.amount"), Topic("card")]
ROWS = [{"loan": 5}, {"loan": 2}, {"loan": 3, "card": 4}, {"card": 1}, {"loan.amount": 4, "card": 5}]
QUEUES = [queue("any"), queue("experts", min_level=4), queue("first", priority_s=30.0), queue("last", priority_s=-45.0)]
QUEUES += [queue("both", skills=((Topic("card"), 2),)), queue("most", skills=((Topic("card"), 5), (Topic("loan"), 1)))]
STANDINGS = [Standing(), Standing(1), Standing(2, frozenset({(Topic("loan"), -2)}))]
FRAUD = "fraud"
WEIGHTS = Weights(
    class_bonus_s={"vip": 75.0, FRAUD: 200.0, "later": -20.0},
    transferred_s=50.0,
    unbound_classes=frozenset({FRAUD}),
    version="test",
)


def an_agent(number: int, row: int) -> Agent:
    """Agent `number` with one of the rows of skills."""
    return Agent(AgentNumber(str(number)), "", "", {Topic(topic): level for topic, level in ROWS[row].items()})


PROFILES = [
    profile_of(an_agent(0, row), standing.form) for row in range(len(ROWS)) for standing in (STANDINGS[0], STANDINGS[2])
]
KINDS = sorted({kind_in(one, topic) for one in QUEUES for topic in TOPICS})
PRICES = st.builds(
    lambda pairs: Prices("drawn", pairs),
    st.dictionaries(
        st.tuples(st.sampled_from(PROFILES), st.sampled_from(KINDS)),
        st.builds(Price, st.sampled_from([0.0, -3.0, -20.0, -120.0]), st.sampled_from([0.0, 0.0, 4.0, 10.0])),
    ),
)


@dataclass
class Brute:
    """The rules of the policy, by looking at every agent and every caller."""

    prices: Prices
    weights: Weights
    calls: dict[CallId, WaitingCall] = field(default_factory=dict)
    agents: dict[AgentNumber, tuple[Agent, Standing, float]] = field(default_factory=dict)

    def able(self, call: WaitingCall, number: AgentNumber) -> bool:
        one, queue = self.agents[number][0], call.queue
        speaks = not queue.language or queue.language in one.languages
        further = all(one.level(skill) >= level for skill, level in queue.skills)
        return speaks and further and one.level(call.topic) >= max(1, queue.min_level)

    def caller_class(self, call: WaitingCall) -> str:
        return call.caller_class or ("vip" if call.vip else "")

    def class_s(self, call: WaitingCall) -> float:
        passed_on_s = 50.0 if call.transferred else 0.0
        return self.weights.class_bonus_s.get(self.caller_class(call), 0.0) + call.queue.priority_s + passed_on_s

    def profile(self, number: AgentNumber) -> Profile:
        one, standing, _ = self.agents[number]
        return profile_of(one, standing.form)

    def price(self, call: WaitingCall, number: AgentNumber) -> Price:
        return self.prices.of(self.profile(number), call.topic, kind_in(call.queue, call.topic))

    def held(self, call: WaitingCall, number: AgentNumber, now: float) -> bool:
        hold_s = min(self.price(call, number).hold_s, self.weights.overtake_bound_s)
        favoured = self.class_s(call) > 0 or number in call.wanted
        return not favoured and call.entered_at + hold_s > now

    def free(self, call: WaitingCall, number: AgentNumber, now: float) -> bool:
        """Whether this pair may be made now."""
        return self.able(call, number) and not self.held(call, number, now)

    def history_s(self, call: WaitingCall, number: AgentNumber) -> float:
        return 10.0 * call.wish * (self.profile(number).level(call.topic) - 3.0)

    def score_of_agent(self, call: WaitingCall, number: AgentNumber, now: float) -> float:
        """How well this idle agent suits a call that arrives."""
        _, standing, since = self.agents[number]
        idle_s = self.weights.idle_per_s * min(now - since, 600.0)
        own_s = 40.0 * (number in call.wanted)
        skill_s = self.weights.skill_on_arrival * self.price(call, number).skill_s + self.history_s(call, number)
        return skill_s - 10.0 * standing.band + idle_s + own_s

    def score_of_call(self, call: WaitingCall, number: AgentNumber, now: float) -> float:
        """How much this caller is next for an agent who becomes free."""
        own_s = 40.0 * (number in call.wanted)
        fit_s = self.weights.skill_on_free * self.price(call, number).skill_s + self.history_s(call, number) + own_s
        return now - call.entered_at + max(fit_s, -120.0) + self.class_s(call)

    def check(self, made: Assignment, now: float) -> None:
        """The policy's choice is the best there is, by the rule it names."""
        call, decision = self.calls[made.call], made.decision
        assert decision is not None
        assert self.free(call, made.agent, now)
        if decision.by_agent:
            score = self.check_call(call, made.agent, now)
        else:
            others = [number for number in self.agents if self.free(call, number, now)]
            score = self.score_of_agent(call, made.agent, now)
            assert score >= max(self.score_of_agent(call, number, now) for number in others) - 1e-9
        assert abs(decision.score - score) < 1e-9
        del self.calls[made.call], self.agents[made.agent]

    def check_call(self, call: WaitingCall, number: AgentNumber, now: float) -> float:
        others = [other for other in self.calls.values() if self.free(other, number, now)]
        eldest = min(others, key=lambda other: (other.entered_at, other.ticket))
        if now - eldest.entered_at >= self.weights.overtake_bound_s:
            unbound = self.weights.unbound_classes
            others = [other for other in others if other is eldest or self.caller_class(other) in unbound]
        best = max(self.score_of_call(other, number, now) for other in others)
        score = self.score_of_call(call, number, now)
        assert call in others
        assert score >= best - 1e-9
        return score

    def settled(self, now: float) -> None:
        """Nobody waits beside a ready agent who may take him."""
        for call in self.calls.values():
            assert not any(self.free(call, number, now) for number in self.agents), "a pair was left"


def a_call(number: int, at: float, ticket: int, **traits: object) -> WaitingCall:
    in_queue = traits.pop("in_queue", QUEUES[0])
    topic = traits.pop("topic", TOPICS[0])
    assert isinstance(in_queue, Queue)
    return WaitingCall(CallId(f"c{number}"), in_queue, Topic(str(topic)), at, ticket, **traits)  # type: ignore[arg-type]
