"""An instance's life where Asterisk does not come up; the real one is in tests/e2e."""

import os
import stat
from pathlib import Path

import pytest

from hotline.asterisk import instance as module
from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import AsteriskInstall
from hotline.folders import SOCKET_PATH_BYTES
from telephony.errors import ProvisionError


def instance(folder: Path, script: str, files: dict[str, str] | None = None) -> AsteriskInstance:
    """A shell script in Asterisk's place."""
    install = AsteriskInstall(("/bin/sh", "-c", script), folder, folder, folder, version="22.0", source="system")
    return AsteriskInstance(install, folder / "home", files or {})


def test_an_asterisk_that_ends_at_once_says_why(tmp_path: Path) -> None:
    asterisk = instance(tmp_path, "echo no such licence; exit 1")
    with pytest.raises(ProvisionError, match="Asterisk ended while starting: no such licence"):
        asterisk.start()
    assert not asterisk.running
    assert not (tmp_path / "home/asterisk.pid").exists()


def test_its_log_is_quoted_rather_than_its_console(tmp_path: Path) -> None:
    line = "[2026-01-01 08:00:00] ERROR[77] loader.c: chan_pjsip declined to load."
    asterisk = instance(tmp_path, f'echo noise; echo "{line}" > {tmp_path}/home/log/messages.log; exit 1')
    with pytest.raises(ProvisionError, match="while starting: chan_pjsip declined to load"):
        asterisk.start()


def test_one_that_hangs_is_ended_after_the_limit(tmp_path: Path) -> None:
    asterisk = instance(tmp_path, 'test "$3" = -rx && exit 1; exec sleep 60')
    with pytest.raises(ProvisionError, match="is not up after 1 s") as caught:
        asterisk.start(boot_limit_s=1)
    assert caught.value.retryable
    assert not asterisk.running


def test_a_port_in_use_is_an_error_although_asterisk_runs_on(tmp_path: Path) -> None:
    line = "[2026-01-01 08:00:00] ERROR[77] res_pjsip: Unable to bind to 127.0.0.1:5160: Address already in use"
    script = f"""
        if test "$2" = -rx; then echo Asterisk has fully booted.; exit 0; fi
        echo "{line}" > {tmp_path}/home/log/messages.log
        touch {tmp_path}/home/run/asterisk.ctl
        exec sleep 60"""
    with pytest.raises(ProvisionError, match=r"Asterisk cannot listen: .*127\.0\.0\.1:5160"):
        instance(tmp_path, script).start()


def test_it_is_not_started_twice_and_found_again_by_another_object(tmp_path: Path) -> None:
    script = f"""
        if test "$2" = -rx; then echo Asterisk has fully booted.; exit 0; fi
        touch {tmp_path}/home/run/asterisk.ctl
        exec sleep 60"""
    first, second = instance(tmp_path, script), instance(tmp_path, script)
    first.start()
    try:
        with pytest.raises(ProvisionError, match="an Asterisk is running in"):
            second.start()
        assert second.pid == first.pid
        assert second.rss_bytes > 0
        second.stop()
        assert not first.running
        assert first.rss_bytes == 0
    finally:
        first.stop()


def test_a_stubborn_one_is_killed(tmp_path: Path) -> None:
    script = f"""
        if test "$2" = -rx; then echo Asterisk has fully booted.; exit 0; fi
        trap '' TERM
        touch {tmp_path}/home/run/asterisk.ctl
        while :; do sleep 0.1; done"""
    asterisk = instance(tmp_path, script)
    asterisk.start()
    asterisk.stop(grace_s=0.2)
    assert not asterisk.running


def test_files_are_private_whole_and_only_ours(tmp_path: Path) -> None:
    asterisk = instance(tmp_path, "", {"pjsip.conf": "password", "old.conf": ""})
    assert asterisk.write_files() == ("asterisk.conf", "old.conf", "pjsip.conf")
    etc = tmp_path / "home/etc"
    assert stat.S_IMODE((etc / "pjsip.conf").stat().st_mode) == 0o600
    assert asterisk.write_files({"pjsip.conf": "password", "new.conf": "张三"}) == ("new.conf",)
    assert sorted(path.name for path in etc.iterdir()) == ["asterisk.conf", "new.conf", "pjsip.conf"]
    assert (etc / "new.conf").read_text("utf-8") == "张三"
    assert f"astetcdir => {etc}" in (etc / "asterisk.conf").read_text()


def test_a_reload_happens_only_if_something_changed(tmp_path: Path) -> None:
    asterisk = instance(tmp_path, f"echo reload >> {tmp_path}/asked")
    asterisk.write_files({"a.conf": "1"})
    assert asterisk.reload({"a.conf": "1"}) == ()
    assert not (tmp_path / "asked").exists()
    assert asterisk.reload({"a.conf": "2"}) == ("a.conf",)
    assert (tmp_path / "asked").read_text() == "reload\n"


def test_a_command_line_that_fails_or_hangs_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProvisionError, match="refuses 'core show': nobody is there"):
        instance(tmp_path, "echo nobody is there >&2; exit 1").cli("core show")
    with pytest.raises(ProvisionError, match="does not answer 'core show'"):
        instance(tmp_path, "exec sleep 9").cli("core show", timeout_s=0.1)


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    asterisk = instance(tmp_path / ("x" * 90), "")
    assert len(os.fsencode(asterisk.run_dir / "asterisk.ctl")) <= SOCKET_PATH_BYTES


def test_long_logs_are_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOG_LIMIT_BYTES", 10)
    asterisk = instance(tmp_path, "exit 1")
    asterisk.write_files()
    asterisk.log.write_text("x" * 100)
    with pytest.raises(ProvisionError, match="it left no message"):
        asterisk.start()
    assert (tmp_path / "home/log/messages.old.log").read_text() == "x" * 100
