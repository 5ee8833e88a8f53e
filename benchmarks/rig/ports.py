"""Ports nobody has: for SIP, for control, and whole ranges for sound."""

import socket
from pathlib import Path


def free_port(address: str) -> int:
    """A port free for UDP and TCP at this address now, below Linux's ephemeral range."""
    for port in range(14_000, 19_000):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            try:
                udp.bind((address, port))
                tcp.bind((address, port))
            except OSError:
                continue
            return port
    raise SystemExit("no port is free between 14000 and 19000")


def quiet_range(size: int, *, first: int = 19_000, last: int = 32_700) -> int:
    """The first even port of a range in which no UDP port is taken now; above those `free_port` gives."""
    taken = {int(line.split()[1].rpartition(":")[2], 16) for line in Path("/proc/net/udp").read_text().splitlines()[1:]}
    start = first
    while start + size <= last:
        in_the_way = [port for port in taken if start <= port < start + size]
        if not in_the_way:
            return start
        start = (max(in_the_way) + 2) & ~1
    raise SystemExit(f"no {size} UDP ports in a row are free between {first} and {last}")
