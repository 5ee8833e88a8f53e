from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from acd.agent import Agent
from acd.assigner import Assigner, Assignment, LongestIdle, WaitingCall
from acd.queue import Queue
from telephony.ids import AgentNumber, CallId, Topic
from tests.acd.floor_play import agent, queue


def waiting(
    call: str, entered_at: float, topic: str = "loan", *, ticket: int = 1, in_queue: Queue | None = None
) -> WaitingCall:
    return WaitingCall(CallId(call), in_queue or queue(), Topic(topic), entered_at, ticket)


def test_nothing_to_do_is_none() -> None:
    policy: Assigner = LongestIdle()
    assert policy.next_assignment(0.0) is None
    policy.add_call(waiting("c", 0.0))
    assert policy.next_assignment(0.0) is None
    assert policy.deadline is None


def test_the_longest_idle_agent_with_the_skill_gets_the_call_that_entered_first() -> None:
    policy = LongestIdle()
    policy.add_agent(agent("fresh", loan=5), idle_since=90.0)
    policy.add_agent(agent("idle", loan=2), idle_since=50.0)
    policy.add_agent(agent("unable", repayment=5), idle_since=1.0)
    policy.add_call(waiting("second", 80.0))
    policy.add_call(waiting("first", 70.0))
    assert policy.next_assignment(100.0) == Assignment(
        CallId("first"), AgentNumber("idle"), queue().id, "longest idle 50.0 s, level 2 ≥ 1, waited 30.0 s"
    )
    second = policy.next_assignment(100.0)
    assert second is not None
    assert (second.call, second.agent) == ("second", "fresh")
    assert policy.next_assignment(100.0) is None


def test_an_agent_of_several_queues_takes_the_longest_waiting_call_of_all() -> None:
    policy = LongestIdle()
    policy.add_call(waiting("loan", 5.0, in_queue=queue("a")))
    policy.add_call(waiting("repay", 4.0, "repayment", in_queue=queue("b")))
    policy.add_agent(agent("1", loan=1, repayment=1), idle_since=0.0)
    choice = policy.next_assignment(10.0)
    assert choice is not None
    assert (choice.call, choice.queue) == ("repay", "b")


def test_the_level_demanded_is_a_filter() -> None:
    policy = LongestIdle()
    policy.add_call(waiting("c", 5.0, in_queue=queue(min_level=4)))
    policy.add_agent(agent("1", loan=3), idle_since=0.0)
    assert policy.next_assignment(9.0) is None
    policy.add_agent(agent("2", loan=4), idle_since=5.0)
    choice = policy.next_assignment(9.0)
    assert choice is not None
    assert choice.agent == "2"


def test_a_pair_is_taken_out() -> None:
    policy = LongestIdle()
    policy.add_call(waiting("c", 5.0))
    policy.add_agent(agent("1"), idle_since=0.0)
    assert policy.next_assignment(9.0) is not None
    policy.add_agent(agent("1"), idle_since=9.0)
    assert policy.next_assignment(9.0) is None
    policy.add_call(waiting("c", 5.0))
    assert policy.next_assignment(9.0) is not None


def test_removing_is_idempotent_and_adding_replaces() -> None:
    policy = LongestIdle()
    policy.remove_call(CallId("c"))
    policy.remove_agent(AgentNumber("1"))
    policy.add_call(waiting("c", 5.0))
    policy.add_call(waiting("c", 5.0, "repayment"))
    policy.add_agent(agent("1"), idle_since=0.0)
    policy.add_agent(agent("2"), idle_since=0.0)
    policy.remove_agent(AgentNumber("2"))
    assert policy.next_assignment(9.0) is None
    policy.add_agent(agent("1", repayment=1), idle_since=0.0)
    assert policy.next_assignment(9.0) is not None


@dataclass
class BruteForce:
    """The same policy by looking at everybody."""

    calls: dict[CallId, WaitingCall] = field(default_factory=dict)
    agents: dict[AgentNumber, tuple[float, int, Agent]] = field(default_factory=dict)
    added: int = 0

    def add_agent(self, one: Agent, idle_since: float) -> None:
        self.added += 1
        self.agents[one.number] = (idle_since, self.added, one)

    def next_pair(self) -> tuple[CallId, AgentNumber] | None:
        for call in sorted(self.calls.values(), key=lambda call: (call.entered_at, call.ticket)):
            demanded = max(1, call.queue.min_level)
            for _, _, one in sorted(self.agents.values(), key=lambda entry: entry[:2]):
                if one.level(call.topic) >= demanded and all(one.level(b) >= least for b, least in call.queue.skills):
                    del self.calls[call.call], self.agents[one.number]
                    return call.call, one.number
        return None


TOPICS = ["a", "a.x", "a.y", "b", "b.x", "c"]
STEP = st.one_of(
    st.tuples(st.just("call"), st.integers(0, 30), st.sampled_from(TOPICS), st.integers(0, 4), st.integers(0, 9)),
    st.tuples(
        st.just("agent"),
        st.integers(0, 12),
        st.dictionaries(st.sampled_from(TOPICS), st.integers(1, 5), max_size=3),
        st.just(0),
        st.integers(0, 9),
    ),
    st.tuples(st.just("hang up"), st.integers(0, 30), st.just("a"), st.just(0), st.just(0)),
    st.tuples(st.just("sign off"), st.integers(0, 12), st.just("a"), st.just(0), st.just(0)),
    st.tuples(st.just("decide"), st.integers(1, 40), st.just("a"), st.just(0), st.just(0)),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(STEP, max_size=60))
def test_the_choice_is_that_of_a_brute_force_scan(steps: list[tuple[str, int, object, int, int]]) -> None:
    policy, brute = LongestIdle(), BruteForce()
    queues = [queue(f"q{level}", min_level=level) for level in range(4)]
    queues.append(queue("q4", skills=((Topic("b"), 2), (Topic("c"), 1))))
    for ticket, (kind, number, what, level, at) in enumerate([*steps, ("decide", 99, "a", 0, 0)]):
        if kind == "call":
            call = WaitingCall(CallId(f"c{number}"), queues[level], Topic(str(what)), float(at), ticket)
            policy.add_call(call)
            brute.calls[call.call] = call
        elif kind == "agent":
            assert isinstance(what, dict)
            one = Agent(AgentNumber(f"{number}"), "", "", what)
            policy.add_agent(one, idle_since=float(at))
            brute.add_agent(one, float(at))
        elif kind == "hang up":
            policy.remove_call(CallId(f"c{number}"))
            brute.calls.pop(CallId(f"c{number}"), None)
        elif kind == "sign off":
            policy.remove_agent(AgentNumber(f"{number}"))
            brute.agents.pop(AgentNumber(f"{number}"), None)
        else:
            decide(policy, brute, number)


def decide(policy: LongestIdle, brute: BruteForce, most: int) -> None:
    """The engine asks until there is nothing left; so does this, unless something comes in between."""
    for _ in range(most):
        choice = policy.next_assignment(100.0)
        assert (None if choice is None else (choice.call, choice.agent)) == brute.next_pair()
        if choice is None:
            return
