"""Asterisk's AudioSocket, as it comes from a network that may send anything: whole frames out of pieces, bounded. Pure.

A frame is a type byte, the payload's length in two bytes (big-endian), and the payload.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

HANG_UP: Final = 0x00
IDENTITY: Final = 0x01
DIGIT: Final = 0x03
AUDIO: Final = 0x10
"""Signed 16-bit samples at 8 kHz; other rates have other types, and nobody asks for them."""
FAILED: Final = 0xFF

LONGEST_PAYLOAD: Final = 3200
"""Bytes: ten of Asterisk's frames of 20 ms. What claims to be longer is no AudioSocket."""

HANG_UP_FRAME: Final = bytes((HANG_UP, 0, 0))

_KNOWN = frozenset({HANG_UP, IDENTITY, DIGIT, AUDIO, FAILED})


class FrameError(ValueError):
    """Not AudioSocket; says nothing of what came."""


@dataclass(slots=True)
class FrameReader:
    """The frames of one connection."""

    identity: UUID | None = None
    """Whose sound it is; the first frame says so."""
    is_over: bool = False
    """The other side has hung up, or failed."""
    _rest: bytes = b""

    def take(self, data: bytes) -> bytes:
        """Take what has come; return the sound in it. Raises `FrameError`, after which nothing may be taken."""
        data = self._rest + data
        sound, place = [], 0
        while len(data) - place >= 3 and not self.is_over:
            kind, size = data[place], int.from_bytes(data[place + 1 : place + 3], "big")
            self._check(kind, size)
            if place + 3 + size > len(data):
                break
            sound.append(self._open(kind, data[place + 3 : place + 3 + size]))
            place += 3 + size
        self._rest = data[place:]
        return b"".join(sound)

    def _check(self, kind: int, size: int) -> None:
        if kind not in _KNOWN or size > LONGEST_PAYLOAD:
            raise FrameError("not an AudioSocket frame")
        if (self.identity is None) is not (kind == IDENTITY) or (kind == IDENTITY and size != 16):
            raise FrameError("not introduced by one identity")

    def _open(self, kind: int, payload: bytes) -> bytes:
        if kind == IDENTITY:
            self.identity = UUID(bytes=payload)
        self.is_over = kind in {HANG_UP, FAILED}
        return payload if kind == AUDIO else b""
