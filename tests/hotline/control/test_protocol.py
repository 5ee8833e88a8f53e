"""The words of the control socket: what is sent arrives, and what is not a request is refused clearly."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.control.protocol import (
    MAX_REPLY_BYTES,
    VERSION,
    ControlError,
    Dropped,
    ErrorCode,
    Reply,
    Request,
    Streamed,
    encode_error,
    encode_reply,
    encode_request,
    parse_reply,
    parse_request,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.integers(), st.text(), st.dictionaries(st.text(), json_values))
def test_a_request_arrives_as_it_was_sent(number: int, op: str, args: dict[str, Any]) -> None:
    line = encode_request(Request(number, op, args))
    assert line.count(b"\n") == 1
    assert parse_request(line) == Request(number, op, args)


@given(st.integers(), json_values)
def test_an_answer_arrives_as_it_was_sent(number: int, value: object) -> None:
    for frame in (Reply(number, value), Streamed(number, value), Dropped(number, 3)):
        line = encode_reply(frame)
        assert line.count(b"\n") == 1
        assert parse_reply(line) == frame


@given(st.binary(max_size=200))
def test_garbage_is_refused_not_raised(line: bytes) -> None:
    with pytest.raises(ControlError):
        parse_request(line)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", ErrorCode.BAD_FRAME),
        (b"GET / HTTP/1.1\r\n", ErrorCode.BAD_FRAME),
        (b"[]", ErrorCode.BAD_FRAME),
        (b"[" * 100_000, ErrorCode.BAD_FRAME),
        (b"\xff\xfe", ErrorCode.BAD_FRAME),
        (b"{}", ErrorCode.WRONG_VERSION),
        (b'{"v":2,"id":1,"op":"status","args":{}}', ErrorCode.WRONG_VERSION),
        (b'{"v":1,"op":"status"}', ErrorCode.BAD_FRAME),
        (b'{"v":1,"id":true,"op":"status"}', ErrorCode.BAD_FRAME),
        (b'{"v":1,"id":"1","op":"status"}', ErrorCode.BAD_FRAME),
        (b'{"v":1,"id":1,"op":7}', ErrorCode.BAD_FRAME),
        (b'{"v":1,"id":1,"op":"status","args":[]}', ErrorCode.BAD_FRAME),
    ],
)
def test_what_is_not_a_request_is_named(line: bytes, code: ErrorCode) -> None:
    with pytest.raises(ControlError) as caught:
        parse_request(line)
    assert caught.value.code == code


def test_an_error_names_the_request_it_answers_where_that_can_be_read() -> None:
    with pytest.raises(ControlError) as caught:
        parse_request(b'{"v":9,"id":4,"op":"status"}')
    assert caught.value.request_id == 4
    assert "9" in caught.value.message
    assert str(VERSION) in caught.value.message


def test_arguments_may_be_left_out() -> None:
    assert parse_request(b'{"v":1,"id":1,"op":"ping"}') == Request(1, "ping", {})


def test_an_error_reply_is_raised_with_its_details() -> None:
    with pytest.raises(ControlError) as caught:
        parse_reply(encode_error(ControlError(ErrorCode.CONFIG, "problems", ["menus.yaml:1:2: x"]), 7))
    assert (caught.value.code, caught.value.message) == ("config", "problems")
    assert caught.value.details == ["menus.yaml:1:2: x"]


@pytest.mark.parametrize("line", [b'{"v":1}', b'{"v":1,"id":1}', b'{"v":1,"id":1,"ok":false}', b"[1]", b"x"])
def test_an_answer_that_is_none_is_named(line: bytes) -> None:
    with pytest.raises(ControlError) as caught:
        parse_reply(line)
    assert caught.value.code == ErrorCode.BAD_FRAME


def test_an_answer_of_another_version_is_named() -> None:
    with pytest.raises(ControlError) as caught:
        parse_reply(b'{"v":2,"id":1,"ok":true}')
    assert caught.value.code == ErrorCode.WRONG_VERSION


def test_our_own_types_become_plain_json() -> None:
    class State(StrEnum):
        READY = "ready"

    @dataclass(frozen=True, slots=True)
    class Agent:
        state: State
        skills: frozenset[str]
        calls: tuple[str, ...]

    line = encode_reply(Reply(1, {"agents": [Agent(State.READY, frozenset({"b", "a"}), ("1.1",))]}))
    assert json.loads(line)["result"] == {"agents": [{"state": "ready", "skills": ["a", "b"], "calls": ["1.1"]}]}


def test_what_json_has_no_word_for_is_our_bug() -> None:
    with pytest.raises(TypeError):
        encode_reply(Reply(1, object()))
    with pytest.raises(ValueError, match="JSON"):
        encode_reply(Reply(1, float("nan")))


def test_a_lone_surrogate_travels_as_a_question_mark() -> None:
    assert parse_reply(encode_reply(Reply(1, "\ud800"))) == Reply(1, "?")


def test_an_answer_too_large_becomes_an_error() -> None:
    with pytest.raises(ControlError) as caught:
        parse_reply(encode_reply(Reply(1, "x" * MAX_REPLY_BYTES)))
    assert caught.value.code == ErrorCode.TOO_LARGE
