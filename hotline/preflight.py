"""Before the first call: whether this machine lets the hotline run. Every obstacle in one line, all at once."""

import errno
import os
import re
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hotline.pidfile import PidFile
from hotline.settings import Settings
from telephony.errors import ProvisionError

NEEDED_BYTES = 300_000_000
"""Free space for the state folder: prompts 30 MB, the journal and an hour of recorded talks (16 kB/s each)."""

PORTS_PER_CALL = 4
"""RTP and RTCP, towards the caller and towards the agent."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What can be in the way."""

    taken: str
    address: str
    listening: str
    space: str
    writing: str
    audio: str


WORDING = {
    "zh-CN": Wording(
        taken="{kind} 端口 {address}:{port} 已被占用{who}：请释放，或设置 {setting}",
        address="本机没有地址 {address}：请检查 {setting}",
        listening="无法监听 {address}:{port}（{reason}）：请检查 {setting}",
        space="{folder} 所在磁盘只剩 {free} MB，需要 {needed} MB",
        writing="{folder} 不可写：{reason}（HOTLINE_STATE_DIR 可指定其他目录）",
        audio="RTP 端口 {start}-{end} 只够 {enough} 路通话，HOTLINE_MAX_CALLS 为 {wanted}：请扩大 HOTLINE_RTP_END",
    ),
    "en": Wording(
        taken="{kind} port {address}:{port} is taken{who}: free it, or set {setting}",
        address="this machine has no address {address}: check {setting}",
        listening="cannot listen on {address}:{port} ({reason}): check {setting}",
        space="only {free} MB free on the disk of {folder}, {needed} MB needed",
        writing="{folder} cannot be written to: {reason} (HOTLINE_STATE_DIR names another folder)",
        audio="RTP ports {start}-{end} suffice for {enough} calls, HOTLINE_MAX_CALLS={wanted}: raise HOTLINE_RTP_END",
    ),
}
"""By the language of screens."""


def check_machine(settings: Settings) -> None:
    """Raise `ProvisionError` with one line per obstacle."""
    if obstacles := list(find_obstacles(settings)):
        raise ProvisionError("\n".join(obstacles), retryable=True)


def find_obstacles(settings: Settings) -> Iterator[str]:
    """Whatever would keep the hotline from running. Ports are left out while our own Asterisk holds them."""
    words = WORDING[settings.language]
    yield from _obstacles_of_disk(settings, words)
    enough = (settings.rtp_end - settings.rtp_start + 1) // PORTS_PER_CALL
    if enough < settings.max_calls:
        yield words.audio.format(
            start=settings.rtp_start, end=settings.rtp_end, enough=enough, wanted=settings.max_calls
        )
    if PidFile(settings.asterisk_home / "asterisk.pid").living():
        return
    for kind, address, port, setting in (
        ("UDP", str(settings.bind_address), settings.sip_port, "HOTLINE_SIP_PORT"),
        ("TCP", "127.0.0.1", settings.ami_port, "HOTLINE_AMI_PORT"),
        ("UDP", str(settings.bind_address), settings.rtp_start, "HOTLINE_RTP_START"),
    ):
        failure = _cannot_bind(kind, address, port)
        if failure == errno.EADDRINUSE:
            who = _holder(kind, port)
            yield words.taken.format(kind=kind, address=address, port=port, setting=setting, who=who)
        elif failure == errno.EADDRNOTAVAIL:
            yield words.address.format(address=address, setting="HOTLINE_BIND_ADDRESS")
            return
        elif failure:
            yield words.listening.format(address=address, port=port, setting=setting, reason=os.strerror(failure))


def _obstacles_of_disk(settings: Settings, words: Wording) -> Iterator[str]:
    folder = settings.state_dir
    probe = folder / ".writable"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.write_bytes(b"")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield words.writing.format(folder=folder, reason=error.strerror)
        return
    if free < NEEDED_BYTES:
        yield words.space.format(folder=folder, free=free // 10**6, needed=NEEDED_BYTES // 10**6)


def _cannot_bind(kind: str, address: str, port: int) -> int:
    """Why nobody can listen there, as an errno; 0 if it works."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "UDP" else socket.SOCK_STREAM) as probe:
        if kind == "TCP":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a closed connection's rest is no obstacle
        try:
            probe.bind((address, port))
            if kind == "TCP":
                probe.listen(1)
        except OSError as error:
            return error.errno or errno.EADDRINUSE
    return 0


def _holder(kind: str, port: int) -> str:
    """` (asterisk, pid 4711)` where we may know; root sees everybody, others see their own."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(kind.lower(), port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(link.readlink()) in sockets for link in (process / "fd").iterdir()):
                return f" ({(process / 'comm').read_text().strip()}, pid {process.name})"
        except OSError:
            continue
    return ""


def _inodes(kind: str, port: int) -> list[str]:
    """The sockets bound to a port, by /proc/net (proc(5)): local address in hexadecimal, inode in the tenth column."""
    lines = Path(f"/proc/net/{kind}").read_text("ascii").splitlines()[1:]
    return [line.split()[9] for line in lines if re.match(rf"\s*\d+: [0-9A-F]+:{port:04X} ", line)]
