from acd.demand import ASSUMED_OCCUPANCY, FAST_S, MEMORY_TALKS, SLOW_S, DemandSeen
from acd.pricing import ASSUMED_HANDLE_S
from telephony.commands import CloseTalk, NoteCaller
from telephony.events import CallEnded, CallQueued, TalkEndedBy
from telephony.ids import AgentNumber, CallId, QueueId, Topic

LOAN, CARD = Topic("loan"), Topic("card")


def queued(call: str, topic: Topic = LOAN) -> CallQueued:
    return CallQueued(CallId(call), QueueId("q"), topic, "", 0.0)


def talked(call: str, seconds: float) -> CloseTalk:
    return CloseTalk(CallId(call), AgentNumber("8001"), seconds, TalkEndedBy.CALLER)


def begun(agents: int = 10) -> DemandSeen:
    demand = DemandSeen()
    demand.begin([LOAN, CARD], agents, 0.0)
    return demand


def test_before_there_is_data_everybody_is_as_busy_as_planned() -> None:
    calls_per_s, handle_s = begun().expected(LOAN, 0.0)
    assert calls_per_s * handle_s * 2 == ASSUMED_OCCUPANCY * 10
    assert handle_s == ASSUMED_HANDLE_S


def test_data_takes_over_step_by_step() -> None:
    demand = begun()
    for index in range(3600):
        demand.apply(queued(f"c{index}"), float(index))
        demand.apply(CallEnded(CallId(f"c{index}"), 16), float(index))
    loan, card = demand.expected(LOAN, 3600.0)[0], demand.expected(CARD, 3600.0)[0]
    assert 0.5 < loan < 1.0, "the fast half knows, the slow one is on its way"
    assert card < 0.5 * begun().expected(CARD, 0.0)[0]
    assert demand.expected(CARD, 3600.0 + 5 * SLOW_S)[0] < 1e-3
    assert FAST_S < SLOW_S


def test_a_second_word_about_a_call_is_no_second_call() -> None:
    demand = begun()
    demand.apply(queued("c"), 0.0)
    once = demand.expected(LOAN, 0.0)
    demand.apply(queued("c"), 0.0)
    demand.apply(object(), 0.0)
    assert demand.expected(LOAN, 0.0) == once


def test_handle_times_are_learned_for_the_topic_that_was_reckoned_with() -> None:
    demand = begun()
    demand.apply(queued("c"), 0.0)
    demand.apply(NoteCaller(CallId("c"), CARD, 0.0), 0.0)
    demand.apply(talked("c", 720.0), 0.0)
    assert demand.expected(LOAN, 0.0)[1] == ASSUMED_HANDLE_S
    assert demand.expected(CARD, 0.0)[1] == ASSUMED_HANDLE_S + 20.0
    demand.apply(talked("unknown", 720.0), 0.0)
    for _ in range(int(MEMORY_TALKS)):
        demand.apply(talked("c", 100.0), 0.0)
    assert 100.0 < demand.expected(CARD, 0.0)[1] < 115.0


def test_a_topic_nobody_began_is_not_counted() -> None:
    demand = begun()
    demand.apply(queued("c", Topic("other")), 0.0)
    demand.apply(talked("c", 1.0), 0.0)
    demand.begin([LOAN, Topic("other")], 3, 5.0)
    assert demand.expected(LOAN, 0.0)[0] == begun().expected(LOAN, 0.0)[0], "what was begun stays"
