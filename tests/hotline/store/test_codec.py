import json
from dataclasses import dataclass, make_dataclass
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.store.codec import DECODERS, FACTS, FormatError, _decoder, _encoder, decode_fact, encode_fact
from hotline.store.facts import Checkpoint, Counters, Phase, RecoveredCall, UnknownFact
from telephony.commands import PlayPrompt, TellPlace
from telephony.events import CallArrived, CallEnded, CallQueued, Outcome
from telephony.ids import CallId, QueueId, Topic
from telephony.prompt import BargeIn, Prompt, Recording, Say
from tests.hotline.store.journal_stories import ANY_FACT


@given(ANY_FACT)
def test_every_fact_survives_json(fact: Any) -> None:
    name, values = encode_fact(fact)
    back = decode_fact(name, json.loads(json.dumps(values)))
    assert back == fact
    assert type(back) is type(fact)


def test_every_member_of_the_unions_is_known() -> None:
    assert {"CallArrived", "AgentAsked", "PlayPrompt", "RingAgent", "Checkpoint", "TimeReached"} <= FACTS.keys()


def test_what_is_no_fact_is_refused() -> None:
    with pytest.raises(TypeError, match="Say is not a fact"):
        encode_fact(Say("x"))


def test_nested_types_keep_their_names() -> None:
    prompt = Prompt((Say("您好"), Recording("a.wav")), BargeIn.OFF)
    _, values = encode_fact(PlayPrompt(CallId("c"), 1, prompt))
    assert values["what"]["segments"] == [
        {"is": "Say", "text": "您好"},
        {"is": "Recording", "file": "a.wav", "text": ""},
    ]


def test_tuples_of_fixed_length() -> None:
    fact = TellPlace(CallId("c"), 2, (30.0, 60.0))
    name, values = encode_fact(fact)
    assert decode_fact(name, json.loads(json.dumps(values))) == fact
    values["expected_wait_s"] = [30.0]
    assert decode_fact(name, values) == UnknownFact("TellPlace")


def test_a_checkpoint_holds_enum_keys_and_nested_records() -> None:
    call = RecoveredCall(CallId("c"), "4001", "138", "张", 5.0, Phase.QUEUED, queue=QueueId("q"), topic=Topic("t"))
    fact = Checkpoint((call,), (), Counters(1, 0, 1, {Outcome.ANSWERED: 3}))
    name, values = encode_fact(fact)
    assert decode_fact(name, json.loads(json.dumps(values))) == fact


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("CallTeleported", {"call": "c"}),
        ("CallEnded", {"call": "c"}),  # a field is missing
        ("CallEnded", {"call": "c", "cause": "16"}),
        ("CallEnded", {"call": 7, "cause": 16}),
        ("CallEnded", {"call": "c", "cause": True}),
        ("CallEnded", ["c", 16]),
        ("CallEnded", None),
        ("CallLeftQueue", {"call": "c", "outcome": "evaporated"}),
        ("CallLeftQueue", {"call": "c", "outcome": ["answered"]}),
        ("PlayPrompt", {"call": "c", "prompt": 1, "what": {"segments": [{"is": "Hum"}]}}),
        ("PlayPrompt", {"call": "c", "prompt": 1, "what": {"segments": "x"}}),
        ("TellPlace", {"call": "c", "position": 1, "expected_wait_s": "x"}),
        ("Checkpoint", {"counters": {"outcomes": []}}),
    ],
)
def test_what_another_version_wrote_is_unknown_not_fatal(name: str, values: object) -> None:
    assert decode_fact(name, values) == UnknownFact(name)


def test_fields_of_a_newer_version_are_passed_over_and_missing_ones_take_their_defaults() -> None:
    assert decode_fact("CallEnded", {"call": "c", "cause": 16, "mood": "good"}) == CallEnded(CallId("c"), 16)
    assert decode_fact("CallArrived", {"call": "c", "dialled": "1", "caller": "2"}) == CallArrived(
        CallId("c"), "1", "2"
    )


def test_a_whole_number_is_a_float_too() -> None:
    values = {"call": "c", "queue": "q", "topic": "t", "caller": "", "entered_at": 3}
    fact = decode_fact("CallQueued", values)
    assert isinstance(fact, CallQueued)
    assert isinstance(fact.entered_at, float)


class _Level(IntEnum):
    ONE = 1


@pytest.mark.parametrize("kind", [bytes, set[str], list[int], _Level, complex])
def test_a_field_the_journal_cannot_hold_is_told_at_once(kind: Any) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        _encoder(kind)
    with pytest.raises(TypeError, match="cannot hold"):
        _decoder(kind)


@dataclass(frozen=True)
class _Inner:
    n: int


def test_other_shapes_that_facts_may_take() -> None:
    kind = make_dataclass("Outer", [("one", _Inner | None), ("many", tuple[_Inner, ...] | None), ("either", int | str)])
    for value in (kind(_Inner(1), (_Inner(2),), "x"), kind(None, None, 5)):
        plain = json.loads(json.dumps(_encoder(kind)(value)))
        assert _decoder(kind)(plain) == value
    with pytest.raises(FormatError):
        _decoder(kind)({"one": None, "many": None, "either": 1.5})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)


@given(st.sampled_from(sorted(DECODERS)), json_values)
def test_no_json_value_can_crash_reading(name: str, values: object) -> None:
    fact = decode_fact(name, values)
    assert isinstance(fact, UnknownFact) or type(fact) is FACTS[name]
