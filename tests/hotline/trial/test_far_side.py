"""What needs no Asterisk; the far side itself is tried in tests/e2e/test_far_side.py."""

import socket
from pathlib import Path

import pytest

from hotline.asterisk.provision import AsteriskInstall
from hotline.trial.far_side import FarSide, free_port
from telephony.errors import ProvisionError


def test_a_free_port_is_free_at_every_address() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.5", 0))
        port = free_port(socket.SOCK_DGRAM, "127.0.0.2", "127.0.0.5")
        assert port != taken.getsockname()[1]
    for address in ("127.0.0.2", "127.0.0.5"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((address, port))


def test_no_port_where_no_address_is_ours() -> None:
    with pytest.raises(ProvisionError, match="no free port"):
        free_port(socket.SOCK_STREAM, "192.0.2.1")


async def test_an_asterisk_that_does_not_start_leaves_nothing(tmp_path: Path) -> None:
    install = AsteriskInstall(("false",), tmp_path, tmp_path, tmp_path, "22.0.0", "system")
    far = FarSide(install, tmp_path / "far")
    with pytest.raises(ProvisionError, match="Asterisk ended while starting"):
        async with far:
            pass
    assert not far.asterisk.running
