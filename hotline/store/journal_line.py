"""One record as one line of text: JSON that people and `jq` can read, closed by a checksum of everything before it.

{"v":1,"seq":12,"boot":"b1","wall":1750000000.5,"at":81.25,"fact":"DigitPressed","fields":{…},"crc":"5d1e9a0b"}
"""

import json
from typing import Any
from zlib import crc32

from hotline.store.codec import decode_fact, encode_fact
from hotline.store.facts import Fact, Record

VERSION = 1
"""Format of a line. A reader refuses what is newer, and must go on reading what is older."""

SHORTEST_LINE = 80
"""Bytes of the shortest line possible: bounds how many records a damaged stretch can have held."""

_CRC_KEY = b',"crc":"'
_TRAILER = len(_CRC_KEY) + 8 + len(b'"}\n')

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_to_ascii_json = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), check_circular=False).encode


class LineError(ValueError):
    """These bytes are not a record; the text says in which way, without quoting them."""


class NewerVersionError(LineError):
    """An intact record of a version this program does not know."""


def encode_line(seq: int, boot: str, fact: Fact, *, at: float, wall: float) -> bytes:
    """One line, with its newline. TypeError for what is no fact."""
    name, values = encode_fact(fact)
    frame = {"v": VERSION, "seq": seq, "boot": boot, "wall": wall, "at": at, "fact": name, "fields": values}
    try:
        body = _to_json(frame)[:-1].encode()
    except UnicodeEncodeError:  # half a character, as Asterisk cuts names: `\udce5` keeps it, and stays valid JSON
        body = _to_ascii_json(frame)[:-1].encode()
    return b'%b%b%08x"}\n' % (body, _CRC_KEY, crc32(body))


def decode_line(line: bytes) -> Record:
    """The record of one complete line; LineError for anything that `encode_line` did not write."""
    body, trailer = line[:-_TRAILER], line[-_TRAILER:]
    crc = crc32(body)
    if trailer != b'%b%08x"}\n' % (_CRC_KEY, crc):
        raise LineError("checksum does not match")
    try:
        frame = json.loads((body + b"}").decode())  # as text: spares the guess at the encoding
    except ValueError as error:
        raise LineError("not JSON") from error
    return _record(frame, crc)


def _record(frame: Any, crc: int) -> Record:
    try:
        if frame["v"] > VERSION:
            raise NewerVersionError(f"format {frame['v']}, but this program knows only up to {VERSION}")
        return Record(
            seq=int(frame["seq"]),
            boot=str(frame["boot"]),
            wall=float(frame["wall"]),
            at=float(frame["at"]),
            fact=decode_fact(str(frame["fact"]), frame["fields"]),
            crc=crc,
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, LineError):
            raise
        raise LineError("not a record") from error
