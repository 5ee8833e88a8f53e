"""A telephone for exact measurements: SIP and RTP of its own, arrival times from the kernel, keys by RFC 4733.

It stands in for a second Asterisk, whose own 20 ms rhythm would blur what is measured.
"""

import asyncio
import contextlib
import random
import re
import secrets
import socket
import struct
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

SO_TIMESTAMPNS: Final = 35
"""Linux: hand over with each packet when the kernel got it, in CLOCK_REALTIME (socket(7))."""

FRAME_S: Final = 0.020
FRAME_SAMPLES: Final = 160
SILENCE: Final = b"\xd5" * FRAME_SAMPLES
AUDIO, EVENT = 8, 101
"""RTP payload types: A-law, and telephone events as offered in our SDP."""

KEYS = "0123456789*#"
VOLUME = 10
END_REPEATS = 3
"""RFC 4733, 2.5.1.4: the last packet of an event is sent three times."""

ANSWER_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One packet of sound."""

    at_ns: int
    """When the kernel received it."""
    sound: bytes


@dataclass(frozen=True, slots=True)
class Press:
    """One key that was pressed; nanoseconds of CLOCK_REALTIME."""

    down_ns: int
    """Just before its first packet was sent."""
    up_ns: int
    """Just before the packet was sent that ends it."""


@dataclass(frozen=True, slots=True)
class _Awaited:
    """Packets in a row that somebody waits for."""

    sounds: tuple[bytes, ...]
    since: int
    found: asyncio.Future[int]


class Caller:
    """One call at a time, from `dial` to `hang_up`.

    Each 20 ms it sends its packet and takes what has come since, which the kernel has dated: fifty callers who are
    woken for every packet take a third of a processor from what they measure.
    """

    def __init__(self, address: str, hotline: tuple[str, int], *, number: str, caller: str) -> None:
        self.heard: list[Frame] = []
        """Everything since the answer, as it arrived."""
        self.ended = False
        """The hotline has hung up."""
        self._hotline = hotline
        self._number, self._caller = number, caller
        self._loop = asyncio.get_running_loop()
        self._awaited: _Awaited | None = None
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._call_id, self._tag = secrets.token_hex(8), secrets.token_hex(4)
        self._to = f"<{self._dialled}>"
        self._target = self._dialled
        self._sequence, self._stamp, self._source = random.randrange(30_000), 0, random.randrange(1 << 32)
        self._remote: tuple[str, int] | None = None
        self._pressing = False
        self._speech: deque[bytes] = deque()
        self.said_ns: list[int] = []
        """When each frame of what was said last was sent."""
        self._due = 0.0
        self._ticking: asyncio.TimerHandle | None = None
        self._media, self._signalling = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self._media.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        for one in (self._media, self._signalling):
            one.bind((address, 0))
        self._loop.add_reader(self._signalling.fileno(), self._receive_message)

    # ---- life ------------------------------------------------------------------------------------

    @classmethod
    async def dial(cls, address: str, hotline: tuple[str, int], number: str, *, caller: str) -> Self:
        """Call, and return when it has been answered."""
        self = cls(address, hotline, number=number, caller=caller)
        self._send_request("INVITE", 1, self._offer())
        async with asyncio.timeout(ANSWER_WITHIN_S):
            while not (status := await self._answers.get()).startswith("2"):
                if status[0] in "3456":
                    raise SystemExit(f"the call was refused: {status}")
        self._due = self._loop.time()
        self._tick()
        return self

    async def hang_up(self) -> None:
        """End the call and give the sockets back."""
        if self._ticking:
            self._ticking.cancel()
        if not self.ended:
            self._send_request("BYE", 2)
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._answers.get()
        self._loop.remove_reader(self._signalling.fileno())
        for one in (self._media, self._signalling):
            one.close()

    # ---- sound -----------------------------------------------------------------------------------

    async def press(self, key: str, *, seconds: float) -> Press:
        """Press a key for so long: an event packet each 20 ms, the last one thrice."""
        self._pressing = True
        began, down_ns, up_ns = self._loop.time(), time.time_ns(), 0
        last = round(seconds / FRAME_S)
        for step in range(last + END_REPEATS):
            await asyncio.sleep(max(0.0, began + step * FRAME_S - self._loop.time()))
            if step == last:
                up_ns = time.time_ns()
            duration = FRAME_SAMPLES * min(step + 1, last)
            ending = 0x80 if step >= last else 0
            event = struct.pack("!BBH", KEYS.index(key), ending | VOLUME, duration)
            self._send_rtp(EVENT, event, first=step == 0)
        self._stamp += FRAME_SAMPLES * (last + END_REPEATS)
        self._pressing = False
        return Press(down_ns, up_ns)

    def say(self, speech: Sequence[bytes]) -> None:
        """Say this from now on, frame by frame in A-law, and be silent after it."""
        self.said_ns = []
        self._speech = deque(speech)

    def find(self, sounds: Sequence[bytes], since: int) -> int | None:
        """Index of the packet with which these begin, in a row, at or after that one."""
        heard, wanted = self.heard, tuple(sounds)
        for at in range(max(0, since), len(heard) - len(wanted) + 1):
            if heard[at].sound == wanted[0] and tuple(frame.sound for frame in heard[at : at + len(wanted)]) == wanted:
                return at
        return None

    async def hears(self, sounds: Sequence[bytes], since: int, *, within_s: float) -> int:
        """Wait for these packets in a row, as `find`; TimeoutError if they do not come. One wait at a time."""
        if (at := self.find(sounds, since)) is not None:
            return at
        self._awaited = _Awaited(tuple(sounds), since, self._loop.create_future())
        try:
            async with asyncio.timeout(within_s):
                return await self._awaited.found
        finally:
            self._awaited = None

    def _tick(self) -> None:
        """A telephone is never silent on the wire."""
        if not self._pressing:
            if self._speech:
                self.said_ns.append(time.time_ns())
            self._send_rtp(AUDIO, self._speech.popleft() if self._speech else SILENCE)
            self._stamp += FRAME_SAMPLES
        self._receive_sound()
        self._due = max(self._due + FRAME_S, self._loop.time() - FRAME_S)
        self._ticking = self._loop.call_at(self._due, self._tick)

    def _send_rtp(self, kind: int, payload: bytes, *, first: bool = False) -> None:
        assert self._remote is not None
        self._sequence = (self._sequence + 1) & 0xFFFF
        marked = kind | (0x80 if first else 0)
        stamp = self._stamp & 0xFFFFFFFF
        self._media.sendto(
            struct.pack("!BBHII", 0x80, marked, self._sequence, stamp, self._source) + payload, self._remote
        )

    def _receive_sound(self) -> None:
        """Take every packet that has come."""
        with contextlib.suppress(BlockingIOError):
            while True:
                packet, control, _, _ = self._media.recvmsg(2048, 64, socket.MSG_DONTWAIT)
                if len(packet) <= 12 or packet[1] & 0x7F != AUDIO:
                    continue
                seconds, rest = struct.unpack_from("@qq", control[0][2])
                self.heard.append(Frame(seconds * 10**9 + rest, packet[12:]))
                self._look_for_awaited()

    def _look_for_awaited(self) -> None:
        """See whether the packet that came last is the last of those somebody waits for."""
        awaited = self._awaited
        if awaited is None or awaited.found.done() or self.heard[-1].sound != awaited.sounds[-1]:
            return
        at = self.find(awaited.sounds, max(awaited.since, len(self.heard) - len(awaited.sounds)))
        if at is not None:
            awaited.found.set_result(at)

    # ---- SIP -------------------------------------------------------------------------------------

    @property
    def _dialled(self) -> str:
        return f"sip:{self._number}@{self._hotline[0]}:{self._hotline[1]}"

    @property
    def _here(self) -> str:
        address, port = self._signalling.getsockname()
        return f"{address}:{port}"

    def _receive_message(self) -> None:
        """Take an answer, or the hotline's BYE."""
        head, _, body = self._signalling.recv(65_536).decode(errors="replace").partition("\r\n\r\n")
        first = head.partition("\r\n")[0]
        if not first.startswith("SIP/2.0 "):
            self._answer(head, ended=first.startswith("BYE "))
            return
        status = first.split(" ", 1)[1]
        if _header(head, "CSeq").endswith("INVITE") and not status.startswith("1"):
            self._take_answer(head, body, status)
        self._answers.put_nowait(status)

    def _take_answer(self, head: str, body: str, status: str) -> None:
        self._to = _header(head, "To")
        if status.startswith("2"):
            self._target = _header(head, "Contact").partition("<")[2].partition(">")[0]
            address, port = re.search(r"c=IN IP4 (\S+)", body), re.search(r"m=audio (\d+)", body)
            assert address is not None
            assert port is not None
            self._remote = (address[1], int(port[1]))
        self._send_request("ACK", 1)

    def _answer(self, head: str, *, ended: bool) -> None:
        self.ended = self.ended or ended
        wanted = re.compile(r"(Via|From|To|Call-ID|CSeq):", re.IGNORECASE)
        kept = [line for line in head.split("\r\n")[1:] if wanted.match(line)]
        self._send(["SIP/2.0 200 OK", *kept, "Content-Length: 0"])

    def _send_request(self, method: str, sequence: int, body: str = "") -> None:
        head = [
            f"{method} {self._target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._here};branch=z9hG4bK{secrets.token_hex(6)};rport",
            f"From: <sip:{self._caller}@{self._here}>;tag={self._tag}",
            f"To: {self._to}",
            f"Call-ID: {self._call_id}",
            f"CSeq: {sequence} {method}",
            f"Contact: <sip:{self._caller}@{self._here}>",
            "Max-Forwards: 70",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._send(head, body)

    def _send(self, head: list[str], body: str = "") -> None:
        self._signalling.sendto("\r\n".join([*head, "", body]).encode(), self._hotline)

    def _offer(self) -> str:
        address, port = self._media.getsockname()
        lines = [
            "v=0",
            f"o=- 1 1 IN IP4 {address}",
            "s=-",
            f"c=IN IP4 {address}",
            "t=0 0",
            f"m=audio {port} RTP/AVP {AUDIO} {EVENT}",
            f"a=rtpmap:{AUDIO} PCMA/8000",
            f"a=rtpmap:{EVENT} telephone-event/8000",
            f"a=fmtp:{EVENT} 0-15",
            "a=ptime:20",
            "a=sendrecv",
            "",
        ]
        return "\r\n".join(lines)


def _header(head: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*?)\s*$", head, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""
