"""AudioSocket out of any pieces; whatever else it may be is refused."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.speech.frames import AUDIO, DIGIT, FAILED, HANG_UP, IDENTITY, LONGEST_PAYLOAD, FrameError, FrameReader

WHO = UUID("6f9619ff-8b86-d011-b42d-00cf4fc964ff")


def frame(kind: int, payload: bytes = b"") -> bytes:
    return bytes((kind, *len(payload).to_bytes(2, "big"))) + payload


HELLO = frame(IDENTITY, WHO.bytes)


@given(st.lists(st.integers(1, 700), max_size=8))
def test_frames_come_in_any_pieces(cuts: list[int]) -> None:
    stream = HELLO + frame(AUDIO, b"ab" * 160) + frame(DIGIT, b"5") + frame(AUDIO, b"cd" * 160)
    reader, sound, place = FrameReader(), b"", 0
    for cut in [*cuts, len(stream)]:
        sound += reader.take(stream[place : place + cut])
        place += cut
    assert (reader.identity, sound, reader.is_over) == (WHO, b"ab" * 160 + b"cd" * 160, False)


@pytest.mark.parametrize("kind", [HANG_UP, FAILED])
def test_after_the_end_nothing_counts(kind: int) -> None:
    reader = FrameReader()
    assert reader.take(HELLO + frame(kind, b"") + frame(AUDIO, b"xx")) == b""
    assert reader.is_over
    assert reader.take(b"anything at all") == b""


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        frame(AUDIO, b"ab"),
        frame(IDENTITY, b"short"),
        HELLO + HELLO,
        HELLO + bytes((0x42, 0, 0)),
        HELLO + bytes((AUDIO, *(LONGEST_PAYLOAD + 1).to_bytes(2, "big"))),
    ],
)
def test_garbage_is_refused_as_soon_as_it_shows(stream: bytes) -> None:
    with pytest.raises(FrameError):
        FrameReader().take(stream)


@given(st.binary(max_size=400))
def test_any_bytes_are_frames_or_refused(stream: bytes) -> None:
    reader = FrameReader()
    try:
        reader.take(stream)
    except FrameError:
        return
    assert len(reader._rest) <= len(stream)
