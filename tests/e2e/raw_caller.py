"""A caller without manners: sends an INVITE whose From header is exactly the bytes a test wants."""

import asyncio
import re
import secrets
import socket
from typing import Self

ANSWERED_WITHIN_S = 5.0


class RawCaller:
    """One call over UDP, without sound; `async with` dials, waits for the answer and hangs up at the end."""

    def __init__(self, hotline: str, address: str, caller: str) -> None:
        self._hotline = hotline
        self._address = address
        self._from = f"{caller};tag={secrets.token_hex(4)}"
        self._to = f"<sip:95001@{hotline}>"
        self._call_id = secrets.token_hex(8)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    async def __aenter__(self) -> Self:
        host, _, port = self._hotline.partition(":")
        self._socket.bind((self._address, 0))
        self._socket.setblocking(False)
        self._socket.connect((host, int(port)))
        self._send("INVITE", 1, self._offer())
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            await self._answer()
        self._send("ACK", 1)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._send("BYE", 2)
        self._socket.close()

    async def _answer(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            reply = (await loop.sock_recv(self._socket, 65_536)).decode(errors="replace")
            status = int(reply.split()[1])
            if status >= 300:
                raise ConnectionRefusedError(reply.partition("\r\n")[0])
            if status >= 200:
                found = re.search(r"^To: (.*)$", reply, re.MULTILINE)
                assert found
                self._to = found[1].strip()
                return

    def _send(self, method: str, number: int, body: str = "") -> None:
        here = "{}:{}".format(*self._socket.getsockname())
        lines = [
            f"{method} sip:95001@{self._hotline} SIP/2.0",
            f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{secrets.token_hex(8)}",
            f"From: {self._from}",
            f"To: {self._to}",
            f"Call-ID: {self._call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:raw@{here}>",
            "Max-Forwards: 70",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._socket.send(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    def _offer(self) -> str:
        """A-law at a port where nobody listens."""
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self._address}\r\ns=-\r\nc=IN IP4 {self._address}\r\nt=0 0\r\n"
            "m=audio 9 RTP/AVP 8\r\n"
        )
