import struct

import numpy as np
import pytest

from hotline.prompts.wav import UnreadableSound, parse_wav


def wav(coding: int, channels: int, bits: int, data: bytes, *, rate: int = 16000, extra: bytes = b"") -> bytes:
    head = (
        struct.pack("<HHIIHH", coding, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits) + extra
    )
    chunks = b"".join(
        name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
        for name, body in ((b"LIST", b"odd"), (b"fmt ", head), (b"data", data))
    )
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


WAVE = np.array([0.0, 0.5, -0.5, 0.25], dtype=np.float32)


@pytest.mark.parametrize(
    ("coding", "bits", "data"),
    [
        (1, 8, bytes([128, 192, 64, 160])),
        (1, 16, (WAVE * 2**15).astype("<i2").tobytes()),
        (1, 24, b"".join(int(value * 2**23).to_bytes(3, "little", signed=True) for value in WAVE)),
        (1, 32, (WAVE * 2**31).astype("<i4").tobytes()),
        (3, 32, WAVE.astype("<f4").tobytes()),
        (3, 64, WAVE.astype("<f8").tobytes()),
    ],
)
def test_every_common_coding(coding: int, bits: int, data: bytes) -> None:
    samples, rate = parse_wav(wav(coding, 1, bits, data))
    assert rate == 16000
    assert samples == pytest.approx(WAVE, abs=0.001)


def test_telephone_codings() -> None:
    assert parse_wav(wav(6, 1, 8, bytes([0xD5, 0x2A, 0xAA])))[0] == pytest.approx([0, -0.98, 0.98], abs=0.01)
    assert parse_wav(wav(7, 1, 8, bytes([0xFF, 0x80, 0x00])))[0] == pytest.approx([0, 0.98, -0.98], abs=0.01)


def test_stereo_becomes_the_mean_and_the_extensible_header_is_understood() -> None:
    data = np.array([16384, 0, -16384, -16384], dtype="<i2").tobytes()
    samples, _ = parse_wav(wav(0xFFFE, 2, 16, data, extra=struct.pack("<HHIH", 22, 16, 3, 1) + b"\0" * 14))
    assert samples == pytest.approx([0.25, -0.5])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a WAV"),
        (b"ID3\x03" + b"\0" * 100, "not a WAV"),
        (wav(1, 1, 16, b""), "no sound"),
        (wav(1, 0, 16, b"12"), "damaged"),
        (wav(85, 1, 16, b"1234"), "format 85"),
        (b"RIFF\0\0\0\0WAVEfmt \x04\0\0\0abcd", "no sound"),
    ],
)
def test_unreadable_files_say_why(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableSound, match=why):
        parse_wav(content)
