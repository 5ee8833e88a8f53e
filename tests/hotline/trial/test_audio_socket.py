import asyncio
from uuid import UUID, uuid4

from hotline.trial.audio_socket import AUDIO, FRAME_BYTES, IDENTITY, AudioConnection, split_frames
from tests.hotline.trial.trial_play import soon


class Listener:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.mouth: AudioConnection | None = None
        self.sound = b""
        self.gone = False

    def connected(self, mouth: AudioConnection) -> None:
        self.mouth = mouth

    def received(self, pcm: bytes) -> None:
        self.sound += pcm

    def disconnected(self) -> None:
        self.gone = True


def frame(kind: int, payload: bytes) -> bytes:
    return bytes((kind, *len(payload).to_bytes(2, "big"))) + payload


def test_frames_are_cut_wherever_the_network_cuts_them() -> None:
    data = frame(AUDIO, b"ab") + frame(AUDIO, b"") + frame(IDENTITY, b"x" * 16)
    for cut in range(len(data) + 1):
        first, rest = split_frames(data[:cut])
        second, nothing = split_frames(rest + data[cut:])
        assert first + second == [(AUDIO, b"ab"), (AUDIO, b""), (IDENTITY, b"x" * 16)]
        assert nothing == b""


async def test_a_connection_belongs_to_whom_its_identity_says_and_carries_sound_both_ways() -> None:
    identity, ears = uuid4(), dict[UUID, Listener]()
    ears[identity] = Listener()
    server = await asyncio.get_running_loop().create_server(lambda: AudioConnection(ears.get), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(frame(IDENTITY, identity.bytes) + frame(AUDIO, b"12") + frame(AUDIO, b"34"))
        await soon(lambda: ears[identity].sound == b"1234")
        mouth = ears[identity].mouth
        assert mouth is not None
        mouth.say(b"\1\2" * (FRAME_BYTES // 2))
        assert await reader.readexactly(3 + FRAME_BYTES) == frame(AUDIO, b"\1\2" * (FRAME_BYTES // 2))
        mouth.close()
        assert await reader.read() == b""
        await soon(lambda: ears[identity].gone)
        mouth.say(b"too late")
        writer.close()


async def test_a_stranger_is_turned_away() -> None:
    server = await asyncio.get_running_loop().create_server(lambda: AudioConnection(lambda _: None), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(frame(IDENTITY, uuid4().bytes))
        assert await reader.read() == b""
        writer.close()
