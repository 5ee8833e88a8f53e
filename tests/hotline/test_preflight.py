"""Preflight: every obstacle in one line, all at once."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline import preflight
from hotline.preflight import check_machine, find_obstacles
from hotline.settings import Settings
from telephony.errors import ProvisionError


@pytest.fixture
def taken() -> Iterator[tuple[int, int]]:
    """A UDP and a TCP port that are in use."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind(("127.0.0.1", 0))
        tcp.bind(("127.0.0.1", 0))
        tcp.listen(1)
        yield udp.getsockname()[1], tcp.getsockname()[1]


def settings(folder: Path, **values: object) -> Settings:
    chosen: dict[str, object] = {
        "state_dir": folder,
        "sip_port": 19_871,
        "ami_port": 19_873,
        "rtp_start": 12_000,
        "rtp_end": 13_999,
        "language": "en",
        **values,
    }
    return Settings(**chosen)  # type: ignore[arg-type]


def test_a_fit_machine_has_no_obstacle(tmp_path: Path) -> None:
    check_machine(settings(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_taken_ports_are_named_with_their_holder_and_setting(tmp_path: Path, taken: tuple[int, int]) -> None:
    udp, tcp = taken
    with pytest.raises(ProvisionError) as caught:
        check_machine(settings(tmp_path, sip_port=udp, ami_port=tcp))
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"UDP port 127.0.0.1:{udp} is taken (")
    assert first.endswith("free it, or set HOTLINE_SIP_PORT")
    assert "pid" in first
    assert second.startswith(f"TCP port 127.0.0.1:{tcp} is taken (")


def test_a_foreign_address(tmp_path: Path) -> None:
    (line,) = find_obstacles(settings(tmp_path, bind_address="203.0.113.7"))
    assert line == "this machine has no address 203.0.113.7: check HOTLINE_BIND_ADDRESS"


def test_too_few_audio_ports(tmp_path: Path) -> None:
    (line,) = find_obstacles(settings(tmp_path, rtp_end=12_399))
    assert line == "RTP ports 12000-12399 suffice for 100 calls, HOTLINE_MAX_CALLS=400: raise HOTLINE_RTP_END"


def test_a_full_disk_and_a_folder_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    (line,) = find_obstacles(settings(tmp_path / "file"))
    assert "cannot be written to" in line
    monkeypatch.setattr(preflight, "NEEDED_BYTES", 10**18)
    (line,) = find_obstacles(settings(tmp_path))
    assert line.startswith("only ")


def test_obstacles_are_chinese_by_default(tmp_path: Path) -> None:
    (line,) = find_obstacles(settings(tmp_path, rtp_end=12_399, language="zh-CN"))
    assert line.startswith("RTP 端口 12000-12399 只够 100 路通话")
