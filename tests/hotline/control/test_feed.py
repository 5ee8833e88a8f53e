"""Followers see what happens, not who calls; a slow one loses the oldest and is told how many."""

import pytest

from hotline.control.feed import Feed, shown
from telephony.commands import PlayPrompt
from telephony.events import CallArrived, DigitPressed
from telephony.ids import CallId, NodeId
from telephony.prompt import Prompt, Say
from telephony.speech import SpeechHeard
from telephony.wish import NotUnderstood, Understood, Unheard, Wish

CALL = CallId("1763772471.17")


def test_a_fact_is_named_and_the_caller_masked() -> None:
    assert shown(CallArrived(CALL, "4008001234", "13912345678", "张三丰")) == {
        "kind": "CallArrived",
        "call": CALL,
        "dialled": "4008001234",
        "caller": "139****5678",
        "caller_name": "***",
    }


def test_keyed_digits_are_hidden() -> None:
    assert shown(DigitPressed(CALL, "7"))["digit"] == "*"


def test_what_words_meant_is_shown_by_its_kind() -> None:
    assert shown(SpeechHeard(CALL, 3, NotUnderstood(Unheard.DENIED))) == {
        "kind": "SpeechHeard",
        "call": CALL,
        "listening": 3,
        "meaning": {"is": "NotUnderstood", "why": "denied"},
    }
    meaning = shown(SpeechHeard(CALL, 3, Understood(Wish(NodeId("loan")))))["meaning"]
    assert meaning == {"is": "Understood", "wish": {"node": "loan", "everywhere": None}}


def test_a_prompt_is_shown_by_its_words() -> None:
    assert shown(PlayPrompt(CALL, 3, Prompt((Say("您好"),))))["what"] == "您好"


def test_anything_else_is_named_by_its_kind() -> None:
    assert shown("words") == {"kind": "str"}


@pytest.mark.parametrize(("put", "dropped", "left"), [(2, 0, [0, 1]), (3, 0, [0, 1, 2]), (5, 2, [2, 3, 4])])
def test_the_oldest_go_first_and_are_counted_once(put: int, dropped: int, left: list[int]) -> None:
    feed = Feed(3)
    for number in range(put):
        feed.put(number)
    assert feed.take() == (dropped, left)
    assert feed.take() == (0, [])
