"""What crosses between engine and worker, and what does not."""

import dataclasses
import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.speech import protocol as p
from telephony.ids import NodeId
from telephony.wish import Answered, Everywhere, Meaning, NotUnderstood, Understood, Unheard, Unsure, Wish

MEANINGS: list[Meaning] = [
    Understood(Wish(NodeId("repayment.early"))),
    Understood(Wish(everywhere=Everywhere.AGENT)),
    Unsure(Wish(NodeId("loan"))),
    Answered(yes=False),
    NotUnderstood(Unheard.DENIED),
]

MESSAGES: list[p.Message] = [
    p.Hello("geheim"),
    p.TakeMenu("9f86d0", "menu:\n  say: “您好” \U0001f600\n"),
    p.OpenTap("6f96", "9f86d0"),
    p.ListenTo("6f96", 3, "main", asks=True, fresh=False),
    p.SoundBegan("6f96"),
    p.Pause("6f96"),
    p.CloseTap("6f96"),
    p.Ready("127.0.0.1:4000", "small-cn", demo=True, most_taps=200),
    *(p.Heard("6f96", 3, meaning, "settled", 0.14, 0.02) for meaning in MEANINGS),
    p.TapFailed("6f96"),
    p.TapClosed("6f96"),
    p.Load(3, 2, 0.01),
]


def test_every_message_comes_back_as_it_was_on_one_line() -> None:
    assert {type(message) for message in MESSAGES} == set(get_args(p.Message))
    for message in MESSAGES:
        line = p.encode(message)
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        assert p.parse(line) == message


def test_no_message_has_a_place_for_words() -> None:
    names = {field.name for kind in get_args(p.FromWorker) for field in dataclasses.fields(kind)}
    assert not names & {"text", "transcript", "words", "partial"}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[1]",
        b'{"v": 2, "is": "Load", "taps": 1, "listening": 1, "lag_s": 0.1}',
        b'{"v": 1, "is": "Sing"}',
        b'{"v": 1, "is": "Load", "taps": true, "listening": 1, "lag_s": 0.1}',
        b'{"v": 1, "is": "Pause"}',
        b'{"v": 1, "is": "Heard", "tap": "a", "listening": 1, "meaning": {}, "why": "", "waited_s": 0, "took_s": 0}',
        b"[" * 100_000,
        "\udcff".encode("utf-8", "surrogateescape"),
    ],
)
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(p.ProtocolError):
        p.parse(line)


@pytest.mark.parametrize("word", [{"everywhere": "somewhere"}, {"node": 7}, {}])
def test_an_unknown_wish_is_refused(word: dict[str, object]) -> None:
    plain = json.loads(p.encode(MESSAGES[8]))
    plain["meaning"] = {"is": "Understood", **word}
    with pytest.raises(p.ProtocolError):
        p.parse(json.dumps(plain).encode())


def test_whole_numbers_are_numbers_too() -> None:
    assert p.parse(b'{"v": 1, "is": "Load", "taps": 1, "listening": 1, "lag_s": 0}') == p.Load(1, 1, 0.0)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_no_value_in_any_field_gets_through_untyped(value: object) -> None:
    for message in MESSAGES[:8]:
        for field in dataclasses.fields(message):
            plain = json.loads(p.encode(message))
            plain[field.name] = value
            try:
                read = p.parse(json.dumps(plain).encode())
            except p.ProtocolError:
                continue
            assert type(getattr(read, field.name)) is type(getattr(message, field.name))
