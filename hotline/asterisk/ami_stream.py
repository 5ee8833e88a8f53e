"""Cuts a connection's bytes into messages, however TCP chopped them, and refuses what could fill the memory. Pure."""

from collections.abc import Set as AbstractSet

from hotline.asterisk.ami_message import AmiMessage, parse_message

MAX_MESSAGE_BYTES = 1_048_576
"""Longest message. Real ones of a call (AsyncAGIStart, CoreShowChannel) stay below 4 kB, ListCommands has 9 kB."""

MAX_LINE_BYTES = 65_536
"""Longest line. Asterisk builds a header in 4 kB pieces; the AsyncAGI environment is below 2 kB."""

MAX_BANNER_BYTES = 256
"""`Asterisk Call Manager/11.0.0` is 28."""

BANNER = b"Asterisk Call Manager/"

_BLANK_LINE = b"\r\n\r\n"

_SLACK = len(_BLANK_LINE) - 1
"""An unfinished piece may end in part of its separator; it counts no sooner than the finished one would."""


class AmiStream:
    """Feed bytes, get messages. Any cutting of the same bytes gives the same messages."""

    def __init__(self, wanted: AbstractSet[str] | None = None) -> None:
        self.wanted = None if wanted is None else frozenset(name.encode() for name in wanted)
        """Events by name that are parsed; all others are dropped as bytes, ten times faster. None: parse all."""
        self.listing = False
        """A list is awaited: keep every event with an ActionID, wanted or not."""
        self.version = ""
        """Asterisk's AMI version, known once the banner has come."""
        self.broken = ""
        """Why the stream cannot go on; `""` while it is sound. Nothing more is read then."""
        self.garbage = 0
        """Messages that were neither event nor response."""
        self._rest = bytearray()
        self._seen = 0
        """Bytes of the rest in which no separator begins."""

    def feed(self, data: bytes) -> list[AmiMessage]:
        """Take the next bytes and return the messages they complete."""
        if self.broken:
            return []
        if self._rest or not self.version:
            self._rest += data
            if not self.version and not self._take_banner():
                return []
            if self._rest.find(_BLANK_LINE, self._seen) < 0:
                self._wait_for_more()
                return []
            data = bytes(self._rest)
        pieces = data.split(_BLANK_LINE)
        self._rest = bytearray(pieces.pop())
        messages = self._messages(pieces)
        self._seen = 0
        self._wait_for_more()
        return messages

    def _take_banner(self) -> bool:
        end = self._rest.find(b"\r\n")
        length = len(self._rest) if end < 0 else end
        if not BANNER.startswith(bytes(self._rest[: len(BANNER)])):
            self.broken = "the other side is not an Asterisk manager: it does not greet as one"
        elif length > MAX_BANNER_BYTES + (end < 0):
            self.broken = f"greeting longer than {MAX_BANNER_BYTES} bytes"
        elif end >= 0:
            self.version = self._rest[len(BANNER) : end].decode("utf-8", "replace").strip() or "unknown"
            del self._rest[: end + 2]
        return bool(self.version)

    def _messages(self, pieces: list[bytes]) -> list[AmiMessage]:
        wanted, messages = self.wanted, []
        for piece in pieces:
            if len(piece) > MAX_LINE_BYTES and self._oversized(piece):
                break
            if wanted is not None and piece.startswith(b"Event: "):
                end = piece.find(b"\r\n")
                name = piece[7:end] if end > 0 else piece[7:]
                if name not in wanted and not (self.listing and b"\r\nActionID:" in piece):
                    continue
            message = parse_message(piece)
            if message is not None:
                messages.append(message)
            elif piece.strip():
                self.garbage += 1
        return messages

    def _oversized(self, piece: bytes) -> bool:
        if len(piece) > MAX_MESSAGE_BYTES:
            self.broken = f"message longer than {MAX_MESSAGE_BYTES} bytes"
        elif max(map(len, piece.split(b"\r\n"))) > MAX_LINE_BYTES:
            self.broken = f"line longer than {MAX_LINE_BYTES} bytes"
        return bool(self.broken)

    def _wait_for_more(self) -> None:
        """Keep the unfinished piece, unless it is already too long to become a message."""
        length, line_end = len(self._rest), self._rest.rfind(b"\r\n")
        self._seen = max(0, length - _SLACK)
        if length > MAX_MESSAGE_BYTES + _SLACK:
            self.broken = self.broken or f"message longer than {MAX_MESSAGE_BYTES} bytes"
        elif length - (line_end + 2 if line_end >= 0 else 0) > MAX_LINE_BYTES + 1:
            self.broken = self.broken or f"line longer than {MAX_LINE_BYTES} bytes"
        if self.broken:
            self._rest.clear()
