"""One supervisor at a time; the lock of a dead one is free."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.lock import AlreadyRunningError, SupervisorLock

HOLDER = """
import pathlib, sys, time
from hotline.lock import SupervisorLock
with SupervisorLock(pathlib.Path(sys.argv[1])).held():
    print("held", flush=True)
    time.sleep(600)
"""


def test_the_lock_names_its_owner_and_is_given_back(tmp_path: Path) -> None:
    lock = SupervisorLock(tmp_path)
    assert lock.owner is None
    with lock.held():
        owner = lock.owner
        assert owner is not None
        assert owner.pid == os.getpid()
        with pytest.raises(AlreadyRunningError, match=f"pid {os.getpid()}"), SupervisorLock(tmp_path).held():
            pass
    assert lock.owner is None
    with lock.held():
        pass


def test_the_lock_of_a_killed_owner_is_free(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyRunningError) as caught, SupervisorLock(tmp_path).held():
        pass
    assert caught.value.pid == holder.pid
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    with SupervisorLock(tmp_path).held():
        pass


def test_an_owner_that_can_not_be_named_still_holds_the_lock(tmp_path: Path) -> None:
    with SupervisorLock(tmp_path).held():
        (tmp_path / "supervisor.pid").unlink()
        with pytest.raises(AlreadyRunningError, match="is already running;"), SupervisorLock(tmp_path).held():
            pass
