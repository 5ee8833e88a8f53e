"""What every end-to-end test stands on: an Asterisk that runs, provisioned once, and ports nobody uses."""

import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from hotline.asterisk.provision import AsteriskInstall, provision
from hotline.settings import Settings
from tests.e2e.hotline_rig import HotlineUp


@pytest.fixture(scope="session")
def install(pytestconfig: pytest.Config) -> AsteriskInstall:
    """The Asterisk `make run` would use, from the user's cache; the first time it is fetched."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def report(step: str) -> None:
        with capture.global_and_fixture_disabled():
            sys.stderr.write(f"{step}\n")

    return provision(Settings(), report)


@pytest.fixture(scope="session")
def free_port() -> Callable[[str, int], int]:
    """`free_port(address, kind)`: a port nobody has now, below the ephemeral range, never the same twice.

    Nobody listens on it until Asterisk does, so the workers of pytest-xdist choose from ports of their own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    own = list(range(14_000 + 2 * worker, 19_000, 2 * workers))
    begin = os.getpid() * 37 % len(own)  # so that two runs on one machine seldom meet
    candidates: Iterator[int] = iter(own[begin:] + own[:begin])

    def choose(address: str, kind: int) -> int:
        for port in candidates:
            with socket.socket(socket.AF_INET, kind) as probe:
                try:
                    probe.bind((address, port))
                except OSError:
                    continue
                return port
        raise RuntimeError("no port is free")

    return choose


@pytest_asyncio.fixture(loop_scope="module")
async def hotline(running: HotlineUp) -> AsyncIterator[HotlineUp]:
    """The module's `running` hotline, with nobody left on it from the test before."""
    yield running
    await running.tidy()
