"""A telephone's ear and mouth: Asterisk's AudioSocket protocol, 8 kHz frames both ways over TCP.

A frame is a type byte, the payload's length in two bytes (big-endian), and the payload.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol
from uuid import UUID

HANG_UP: Final = 0x00
IDENTITY: Final = 0x01
DIGIT: Final = 0x03
AUDIO: Final = 0x10

FRAME_BYTES: Final = 320
"""20 ms of 16-bit samples at 8 kHz, as RTP carries them."""


class Ear(Protocol):
    """Who listens on one connection."""

    def connected(self, mouth: "AudioConnection") -> None:
        """The call is answered and sound flows."""
        ...

    def received(self, pcm: bytes) -> None:
        """Sound that arrived together, 16-bit."""
        ...

    def disconnected(self) -> None:
        """The connection is gone."""
        ...


class AudioConnection(asyncio.Protocol):
    """One connection from Asterisk, which says by its UUID whose it is."""

    def __init__(self, find_ear: Callable[[UUID], Ear | None]) -> None:
        self._find_ear = find_ear
        self._ear: Ear | None = None
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def say(self, pcm: bytes) -> None:
        """Send sound, a frame at a time; the caller keeps the pace."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(bytes((AUDIO, *len(pcm).to_bytes(2, "big"))) + pcm)

    def close(self) -> None:
        """Leave the application: the dialplan goes on, which hangs up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asterisk has connected; its first frame says for whom."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take frames; sound that came together is handed on together, so that its listener can date it."""
        frames, self._rest = split_frames(self._rest + data)
        sound = []
        for kind, payload in frames:
            if kind == AUDIO:
                sound.append(payload)
            elif kind == IDENTITY and len(payload) == 16:
                self._introduce(UUID(bytes=payload))
        if sound and self._ear is not None:
            self._ear.received(b"".join(sound))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        """Tell the listener."""
        if self._ear is not None:
            self._ear.disconnected()

    def _introduce(self, identity: UUID) -> None:
        self._ear = self._find_ear(identity)
        if self._ear is None:
            self.close()
        else:
            self._ear.connected(self)


def split_frames(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Whole frames as type and payload, and the rest."""
    frames, place = [], 0
    while len(data) - place >= 3:
        end = place + 3 + int.from_bytes(data[place + 1 : place + 3], "big")
        if end > len(data):
            break
        frames.append((data[place], data[place + 3 : end]))
        place = end
    return frames, data[place:]
