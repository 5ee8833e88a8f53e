from acd.history import Known
from acd.queue import Roster
from acd.reception import Entrance, Received, receive
from telephony.events import CallQueued
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.acd.floor_play import agent, queue, roster

ROSTER = roster([agent("8001"), agent("8002")])


def received(
    known: Known | None = None,
    *,
    named: bool = True,
    vip: bool = False,
    own: str = "",
    able: bool = True,
    by: Roster = ROSTER,
) -> Received:
    event = CallQueued(
        CallId("c"), QueueId("loans"), Topic("general"), "1", 100.0, vip, named, AgentNumber(own) if own else None
    )
    return receive(Entrance(event, queue(), 7), by, known=known or Known(), can_serve=lambda _topic: able)


def test_of_a_stranger_there_is_nothing_to_note() -> None:
    got = received()
    assert not got.noteworthy
    assert (got.waiting.topic, got.waiting.entered_at, got.waiting.ticket) == ("general", 100.0, 7)
    assert not received(vip=True).noteworthy, "the event says so already"
    assert received(vip=True).waiting.caller_class == "vip"


def test_a_likely_topic_is_assumed_if_none_was_named_and_somebody_can_serve_it() -> None:
    known = Known(likely_topic=Topic("loan"), wish=1)
    got = received(known, named=False)
    assert (got.waiting.topic, got.waiting.wish, got.note.likely) == ("loan", 1, True)
    assert got.noteworthy
    assert received(known, named=True).waiting.topic == "general"
    assert received(known, named=False, able=False).waiting.topic == "general"
    assert received(known, named=False, able=False).waiting.wish == 0
    assert not received(Known(likely_topic=Topic("general")), named=False).note.likely


def test_his_own_agent_comes_before_the_last_one_and_who_left_is_not_wanted() -> None:
    known = Known(last_agent=AgentNumber("8001"))
    assert received(known, own="8002").waiting.wanted == ("8002", "8001")
    assert received(known, own="8001").waiting.wanted == ("8001",)
    assert received(Known(last_agent=AgentNumber("7000"))).waiting.wanted == ()


def test_who_was_passed_on_is_noted_as_such() -> None:
    event = CallQueued(CallId("c"), QueueId("loans"), Topic("loan"), "1", 100.0, place_at=70.0, transferred=True)
    got = receive(Entrance(event, queue(), 7), ROSTER, known=Known(), can_serve=lambda _topic: True)
    assert (got.noteworthy, got.note.transferred, got.note.place_at) == (True, True, 70.0)
    assert (got.waiting.transferred, got.waiting.entered_at) == (True, 70.0)


def test_a_place_kept_is_never_later_than_the_entry() -> None:
    assert received(Known(place_at=40.0)).waiting.entered_at == 40.0
    assert received(Known(place_at=40.0)).note.redialled
    assert received(Known(place_at=140.0)).waiting.entered_at == 100.0


def test_nothing_is_guessed_of_who_was_passed_on_but_a_guess_goes_with_him() -> None:
    def moved(likely: str, *, able: bool = True) -> Received:
        event = CallQueued(
            CallId("c"), QueueId("general"), Topic("general"), "1", 100.0, named=False, passed_on=True, place_at=10.0
        )
        known = Known(likely_topic=Topic(likely), wish=1)
        return receive(Entrance(event, queue(), 7), ROSTER, known=known, can_serve=lambda _topic: able)

    assert (moved("loan").waiting.topic, moved("loan").note.likely, moved("loan").waiting.wish) == ("general", False, 0)
    kept = moved("general", able=False)
    assert (kept.waiting.topic, kept.note.likely, kept.waiting.wish, kept.noteworthy) == ("general", True, 1, True)
