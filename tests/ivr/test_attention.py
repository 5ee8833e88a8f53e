"""Who listens, and to what end."""

from ivr.attention import FALSE_ALARMS, Attention
from telephony.ids import NodeId
from telephony.speech import SpeechOffered
from telephony.wish import Unheard
from tests.builders import CALL, DEAF, SPEECH_LOST, listen, not_understood

MAIN, LOAN = NodeId("main"), NodeId("loan")


def attentive() -> Attention:
    attention = Attention(CALL, offered=True)
    assert attention.turn_to(MAIN, asks=False) == [listen(1, "main")]
    return attention


def test_each_purpose_is_a_listening_of_its_own() -> None:
    attention = attentive()
    assert attention.turn_to(MAIN, asks=False) == []
    assert attention.turn_to(MAIN, asks=True) == [listen(2, "main", asks=True)]
    assert attention.turn_to(LOAN, asks=False) == [listen(3, "loan")]
    assert attention.turn_away() == [DEAF]
    assert attention.turn_away() == []
    assert attention.turn_to(LOAN, asks=False) == [listen(4, "loan")]


def test_a_listening_is_over_with_what_it_heard() -> None:
    attention = attentive()
    assert not attention.takes(not_understood(7))
    assert attention.takes(not_understood(1, Unheard.NOTHING))
    assert not attention.is_on
    assert not attention.takes(not_understood(1))
    assert attention.turn_away() == []


def test_what_was_forgotten_is_told_so_or_replaced() -> None:
    attention = attentive()
    attention.forget(fresh=True)
    assert not attention.is_on
    assert attention.turn_away() == [DEAF]
    attention.forget()
    assert attention.turn_to(MAIN, asks=False) == [listen(2, "main", fresh=True)]
    attention.forget()
    assert not attention.takes(not_understood(2))
    assert attention.turn_to(MAIN, asks=False) == [listen(3, "main")]


def test_without_an_offer_nothing_new_begins() -> None:
    attention = attentive()
    attention.offer(SpeechOffered(CALL, offered=False))
    assert attention.turn_to(MAIN, asks=False) == []
    assert attention.is_on
    assert attention.turn_to(LOAN, asks=False) == [DEAF]
    attention.offer(SpeechOffered(CALL, offered=True))
    assert attention.turn_to(LOAN, asks=False) == [listen(2, "loan")]


def test_who_lost_his_recogniser_is_not_offered_another() -> None:
    attention = attentive()
    attention.offer(SPEECH_LOST)
    attention.offer(SpeechOffered(CALL, offered=True))
    assert (attention.is_lost, attention.is_on, attention.offered) == (True, False, False)
    assert attention.turn_to(MAIN, asks=False) == attention.turn_away() == []


def test_a_line_that_cries_wolf_is_not_believed() -> None:
    attention = attentive()
    attention.alarms = FALSE_ALARMS - 1
    assert not attention.is_wary
    attention.alarms += 1
    assert attention.is_wary
