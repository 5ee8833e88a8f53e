"""How many AMI messages a second of CPU time each takes: panoramisk, asterisk-ami, the link; in one run.

    python benchmarks/ami_parser.py [--messages 20000] [--rounds 5]

All read the same bytes (a recorded call with a Chinese name, over and over) in the same pieces, except asterisk-ami,
which asks for 1 kB at a time, and hand every event to one callback. CPU time is taken and the rounds are interleaved: a
busy machine harms the comparison little.
"""

import argparse
import asyncio
import os
import platform
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from asterisk.ami import AMIClient
from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from hotline.asterisk.ami_protocol import Listener, SafeProtocol
from hotline.asterisk.ami_stream import AmiStream
from hotline.asterisk.translate import WANTED_EVENTS

RECORDING = Path(__file__).parents[1] / "tests" / "fixtures" / "ami" / "async_agi.txt"
BANNER = b"Asterisk Call Manager/11.0.0\r\n"
PIECE_BYTES = 65_536
"""As much as asyncio reads at a time from a busy socket (its limit is 256 kB; loopback hands over about 64 kB)."""

Seconds = float


def recorded_call() -> bytes:
    """What Asterisk said during one call."""
    lines = [line[3:] for line in RECORDING.read_bytes().splitlines()[1:] if line.startswith(b"S: ")]
    said = b"\r\n".join(lines) + b"\r\n"
    return said[said.index(b"Event: Newchannel") :]


class Ear:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.heard = 0

    def __call__(self, *_args: object, **_more: object) -> None:
        self.heard += 1


def panoramisk(pieces: list[bytes], ear: Ear) -> None:
    """panoramisk's protocol with one subscriber to everything."""
    manager = Manager()
    manager.register_event("*", ear)
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.factory, protocol.encoding = manager, "utf8"
    for piece in pieces:
        protocol.data_received(piece)


class Pipe:
    """The socket asterisk-ami reads from."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def recv(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]

    def close(self) -> None:
        pass


def asterisk_ami(pieces: list[bytes], ear: Ear) -> None:
    """asterisk-ami's reader and parser with one listener."""
    client = AMIClient()
    client.add_event_listener(ear)
    client.finished, client._socket = threading.Event(), Pipe(b"".join(pieces))  # noqa: SLF001 - it has no other door
    packs = client._next_pack()  # noqa: SLF001
    next(packs)  # the banner
    for pack in packs:
        client.fire_recv_pack(pack)


def link(wanted: frozenset[str] | None) -> Callable[[list[bytes], Ear], None]:
    """The link's protocol: framing, pre-filter, parsing, matching of replies."""

    def run(pieces: list[bytes], ear: Ear) -> None:
        async def read() -> None:
            protocol = SafeProtocol(AmiStream(wanted), Listener(ear, ear))
            for piece in pieces:
                protocol.data_received(piece)

        asyncio.run(read())

    return run


PARSERS: dict[str, Callable[[list[bytes], Ear], None]] = {
    "panoramisk 1.4": panoramisk,
    "asterisk-ami": asterisk_ami,
    "link, every event": link(None),
    "link, the engine's events": link(WANTED_EVENTS),
    "link, none of these events": link(frozenset({"FullyBooted"})),
}


def timed(parser: Callable[[list[bytes], Ear], None], pieces: list[bytes]) -> tuple[Seconds, int]:
    ear = Ear()
    began = time.process_time()
    parser(pieces, ear)
    return time.process_time() - began, ear.heard


def main() -> None:
    """Run all, print medians and ratios."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--messages", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    call = recorded_call()
    per_call = call.count(b"\r\n\r\n")
    calls = max(1, chosen.messages // per_call)
    data = BANNER + call * calls
    pieces = [data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES)]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} before")
    print(f"{calls * per_call} messages, {len(data) / 1e6:.1f} MB, {chosen.rounds} rounds, medians\n")
    took: dict[str, list[Seconds]] = {name: [] for name in PARSERS}
    heard: dict[str, int] = {}
    for _ in range(chosen.rounds):
        for name, parser in PARSERS.items():
            seconds, heard[name] = timed(parser, pieces)
            took[name].append(seconds)
    base = median(took["panoramisk 1.4"])
    print(f"{'parser':28}{'per CPU-s':>12}{'ratio':>8}{'told of':>10}")
    for name, seconds_each in took.items():
        middle = median(seconds_each)
        print(f"{name:28}{calls * per_call / middle:>12,.0f}{base / middle:>8.1f}{heard[name]:>10}")
    print(f"\nload {os.getloadavg()[0]:.2f} after")


if __name__ == "__main__":
    main()
