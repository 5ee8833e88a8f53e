import json
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.store.facts import Record, UnknownFact
from hotline.store.journal_line import SHORTEST_LINE, VERSION, LineError, NewerVersionError, decode_line, encode_line
from telephony.events import CallArrived, DigitPressed, TimeReached
from telephony.ids import CallId
from tests.hotline.store.journal_stories import ANY_FACT

LINE = encode_line(12, "b1", CallArrived(CallId("1.2"), "4001", "138", "张三丰"), at=81.25, wall=1750000000.5)


def signed(frame: Any) -> bytes:
    body = json.dumps(frame).encode()[:-1]
    return b'%b,"crc":"%08x"}\n' % (body, crc32(body))


@given(st.integers(1, 10**15), st.text(max_size=5), ANY_FACT, st.tuples(st.floats(0, 1e9), st.floats(0, 1e11)))
def test_every_record_survives(seq: int, boot: str, fact: Any, when: tuple[float, float]) -> None:
    at, wall = when
    line = encode_line(seq, boot, fact, at=at, wall=wall)
    assert line.count(b"\n") == 1
    assert len(line) >= SHORTEST_LINE
    assert decode_line(line) == Record(seq, boot, wall, at, fact)


def test_a_line_is_plain_json_that_people_can_read() -> None:
    frame = json.loads(LINE)
    assert list(frame) == ["v", "seq", "boot", "wall", "at", "fact", "fields", "crc"]
    assert frame["fields"]["caller_name"] == "张三丰"
    assert "张三丰" in LINE.decode()


def test_half_a_character_survives_in_valid_json() -> None:
    line = encode_line(1, "b", CallArrived(CallId("c"), "", "", "\udce5"), at=0.0, wall=0.0)
    assert line.isascii()
    assert decode_line(line).fact == CallArrived(CallId("c"), "", "", "\udce5")


@given(st.integers(0, len(LINE) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place: int, flip: int) -> None:
    changed = bytearray(LINE)
    changed[place] ^= flip
    with pytest.raises(LineError):
        decode_line(bytes(changed))


@given(st.binary(max_size=200))
def test_no_bytes_can_crash_reading(junk: bytes) -> None:
    with pytest.raises(LineError):
        decode_line(junk + b"\n")


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"v": VERSION},
        {"v": "one", "seq": 1},
        {"v": VERSION, "seq": "x", "boot": "", "wall": 0, "at": 0, "fact": "CallEnded", "fields": {}},
        {"v": VERSION, "seq": 1, "boot": "", "wall": None, "at": 0, "fact": "CallEnded", "fields": {}},
    ],
)
def test_signed_nonsense_is_no_record(frame: Any) -> None:
    with pytest.raises(LineError, match="not a record"):
        decode_line(signed(frame))


def test_signed_text_that_is_no_json() -> None:
    body = b"[1,2"
    with pytest.raises(LineError, match="not JSON"):
        decode_line(b'%b,"crc":"%08x"}\n' % (body, crc32(body)))


def test_a_newer_version_is_told_apart_from_damage() -> None:
    with pytest.raises(NewerVersionError, match="format 2"):
        decode_line(signed({"v": VERSION + 1}))


def test_a_fact_of_another_vocabulary_keeps_its_place() -> None:
    frame = {"v": 1, "seq": 5, "boot": "b", "wall": 1.0, "at": 2.0, "fact": "CallTeleported", "fields": {"to": "Mars"}}
    assert decode_line(signed(frame)) == Record(5, "b", 1.0, 2.0, UnknownFact("CallTeleported"))


def test_the_error_never_quotes_what_was_written() -> None:
    line = encode_line(1, "b", DigitPressed(CallId("c"), "7"), at=0.0, wall=0.0).replace(b'"7"', b'"8"')
    with pytest.raises(LineError) as caught:
        decode_line(line)
    assert str(caught.value) == "checksum does not match"


def test_the_shortest_line_is_not_longer_than_said() -> None:
    assert len(encode_line(1, "", TimeReached(), at=0.0, wall=0.0)) >= SHORTEST_LINE
