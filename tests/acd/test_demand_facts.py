"""What counts as a call, and as handling one: the facts of the hotline against what the estimator is told."""

from acd.demand import DemandSeen
from acd.demand_facts import DemandFacts
from acd.queue import CallKind, call_kind
from telephony.commands import AgentState, CloseSegment, MoveCall, NoteCaller, ShowAgent
from telephony.events import CallEnded, CallQueued, Outcome
from telephony.ids import AgentNumber, CallId, QueueId, Topic

LOAN, CARD, HOUSING = Topic("loan"), Topic("card"), Topic("housing")
CALL, QUEUE, ENGLISH = CallId("c"), QueueId("q"), QueueId("english")
LOAN_IN_ENGLISH, CARD_IN_ENGLISH, HOUSING_IN_ENGLISH = "loan|en|", "card|en|", "housing|en|"
S = AgentState


def kind_there(queue: QueueId, topic: Topic, asked: CallKind | None) -> CallKind:
    """Nobody asks in English about housing."""
    kind = call_kind(topic, "en" if queue == ENGLISH else "")
    return asked or LOAN_IN_ENGLISH if kind == HOUSING_IN_ENGLISH else kind


class Told(DemandSeen):
    """Writes down what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: dict[str, float] = {}
        self.handles: list[tuple[str, float]] = []

    def called(self, kind: CallKind, now: float, *, calls: float = 1.0) -> None:
        self.calls[kind] = self.calls.get(kind, 0.0) + calls

    def handled(self, kind: CallKind, handle_s: float) -> None:
        self.handles.append((kind, handle_s))


class Play:
    def __init__(self, factor: float = 1.0) -> None:
        self.told = Told()
        self._facts = DemandFacts(self.told, lambda _agent, _topic: factor, kind_there)

    def happen(self, *facts: object, at: float = 0.0) -> None:
        for fact in facts:
            self._facts.apply(fact, at)

    def agent(self, state: AgentState, at: float, call: CallId | None = None, name: str = "8001") -> None:
        self.happen(ShowAgent(AgentNumber(name), state, call=call), at=at)

    @property
    def counted(self) -> dict[str, float]:
        return {topic: calls for topic, calls in self.told.calls.items() if calls}


def queued(topic: Topic = LOAN, queue: QueueId = QUEUE) -> CallQueued:
    return CallQueued(CALL, queue, topic, "", 0.0)


def noted(topic: Topic) -> NoteCaller:
    return NoteCaller(CALL, topic, 0.0)


def closed(outcome: Outcome) -> CloseSegment:
    return CloseSegment(CALL, QUEUE, outcome, 0.0)


def test_a_second_word_about_a_call_is_no_second_call() -> None:
    play = Play()
    play.happen(queued(), queued(), object(), noted(LOAN))
    assert play.counted == {LOAN: 1.0}


def test_what_skill_is_reckoned_for_is_what_was_asked_for() -> None:
    play = Play()
    play.happen(noted(CARD), queued(), noted(CARD))
    assert play.counted == {CARD: 1.0}
    play.happen(queued(LOAN))
    assert play.counted == {LOAN: 1.0}, "he changed his mind"


def test_passed_on_by_his_queue_he_still_wants_what_he_asked_for() -> None:
    play = Play()
    play.happen(MoveCall(CALL, QUEUE, CARD, 0.0), queued(), MoveCall(CALL, QUEUE, CARD, 0.0), queued(CARD), noted(CARD))
    assert play.counted == {LOAN: 1.0}
    play.agent(S.TALKING, 10.0, CALL)
    play.agent(S.READY, 40.0)
    assert play.told.handles == [(CARD, 30.0)], "but it was a talk about that"


def test_a_call_out_of_hours_is_none() -> None:
    play = Play()
    play.happen(closed(Outcome.REJECTED_CLOSED), queued(), closed(Outcome.REJECTED_CLOSED))
    assert play.counted == {}
    play.happen(noted(CARD))
    assert play.counted == {}
    play.happen(CallEnded(CALL, 16), queued(), closed(Outcome.REJECTED_FULL))
    assert play.counted == {LOAN: 1.0}, "one too many is one"


def test_handling_is_from_the_ring_to_the_end_of_wrap_up() -> None:
    play = Play(factor=2.0)
    play.happen(queued())
    play.agent(S.RINGING, 100.0, CALL)
    play.agent(S.TALKING, 104.0, CALL)
    play.agent(S.ON_HOLD, 150.0, CALL)
    play.agent(S.TALKING, 160.0, CALL)
    play.happen(CallEnded(CALL, 16), at=200.0)
    play.agent(S.WRAP_UP, 200.0)
    play.happen(ShowAgent(AgentNumber("8001"), S.READY, since=220.0), at=221.0)
    assert play.told.handles == [(LOAN, 60.0)], "120 s of somebody who takes twice as long"
    play.agent(S.READY, 230.0)
    assert len(play.told.handles) == 1


def test_a_ring_without_an_answer_is_no_handling() -> None:
    play = Play()
    play.happen(queued())
    play.agent(S.RINGING, 100.0, CALL)
    play.agent(S.READY, 120.0)
    play.agent(S.RINGING, 130.0, CALL)
    play.agent(S.RINGING, 140.0, CALL)
    play.agent(S.TALKING, 150.0, CALL)
    play.agent(S.NOT_READY, 160.0)
    assert play.told.handles == [(LOAN, 20.0)]


def test_a_colleague_who_takes_over_has_a_call_too() -> None:
    play = Play()
    play.happen(queued())
    play.agent(S.TALKING, 0.0, CALL)
    play.agent(S.RINGING, 50.0, name="8002")
    play.agent(S.TALKING, 60.0, name="8002")
    play.agent(S.TALKING, 80.0, CALL, name="8002")
    play.agent(S.READY, 80.0)
    play.agent(S.READY, 100.0, name="8002")
    assert play.counted == {LOAN: 2.0}
    assert play.told.handles == [(LOAN, 80.0), (LOAN, 50.0)]


def test_who_is_passed_on_to_another_queue_after_a_talk_calls_again() -> None:
    play = Play()
    play.happen(queued())
    play.agent(S.TALKING, 0.0, CALL)
    play.happen(queued(CARD))
    assert play.counted == {LOAN: 1.0, CARD: 1.0}


def test_one_talk_right_after_another_ends_the_first() -> None:
    play = Play()
    other = CallId("d")
    play.happen(queued(), CallQueued(other, QUEUE, CARD, "", 0.0))
    play.agent(S.TALKING, 0.0, CALL)
    play.agent(S.TALKING, 30.0, other)
    play.agent(S.SIGNED_OFF, 50.0)
    assert play.told.handles == [(LOAN, 30.0), (CARD, 20.0)]


def test_a_talk_of_before_a_restart_is_not_known() -> None:
    play = Play()
    play.agent(S.RINGING, 0.0, CALL)
    play.agent(S.TALKING, 5.0, CALL)
    play.agent(S.WRAP_UP, 10.0)
    play.agent(S.READY, 20.0)
    assert play.told.handles == []


def test_what_his_queue_demands_besides_is_part_of_what_he_asks_for() -> None:
    play = Play()
    play.happen(queued(LOAN, ENGLISH))
    assert play.counted == {LOAN_IN_ENGLISH: 1.0}
    play.happen(noted(CARD))
    assert play.counted == {CARD_IN_ENGLISH: 1.0}, "what was asked about before, in the queue he is in"
    play.happen(queued(CARD))
    assert play.counted == {CARD: 1.0}, "he went to another queue"
    play.happen(MoveCall(CALL, ENGLISH, CARD, 0.0), queued(CARD, ENGLISH))
    assert play.counted == {CARD: 1.0}
    play.agent(S.TALKING, 10.0, CALL)
    play.agent(S.READY, 40.0)
    assert play.told.handles == [(CARD_IN_ENGLISH, 30.0)]


def test_a_call_that_becomes_of_a_kind_nobody_asks_for_stays_counted_and_teaches_what_was_asked_for() -> None:
    play = Play()
    play.happen(queued(CARD, ENGLISH), noted(HOUSING))
    assert play.counted == {CARD_IN_ENGLISH: 1.0}, "history supplied the topic"
    play.happen(queued(CARD))
    assert play.counted == {CARD: 1.0}, "he changed his mind all the same"
    play.happen(MoveCall(CALL, ENGLISH, HOUSING, 0.0), queued(HOUSING, ENGLISH), noted(HOUSING))
    play.agent(S.TALKING, 10.0, CALL)
    play.agent(S.TALKING, 40.0, CALL, name="8002")
    assert play.counted == {CARD: 2.0}, "a colleague has the work another time"
    play.agent(S.READY, 40.0)
    play.agent(S.READY, 50.0, name="8002")
    assert play.told.handles == [(CARD, 30.0), (CARD, 10.0)]


def test_who_stands_in_a_queue_for_what_nobody_asks_for_counts_as_such_callers_do() -> None:
    play = Play()
    play.happen(queued(HOUSING, ENGLISH))
    assert play.counted == {LOAN_IN_ENGLISH: 1.0}, "called back, and nobody was free"


def test_who_is_called_back_asks_once() -> None:
    play = Play()
    play.happen(queued(), closed(Outcome.CALLBACK_REQUESTED), CallEnded(CALL, 16))
    assert play.counted == {}
    play.happen(queued(CARD))
    assert play.counted == {CARD: 1.0}
