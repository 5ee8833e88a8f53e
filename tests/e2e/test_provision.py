"""Provisioning from nothing, with the real mirror: a small package takes the way Asterisk takes."""

import subprocess
from pathlib import Path

import pytest

from hotline.asterisk import provision as module
from hotline.asterisk.modules import MODULES
from hotline.asterisk.provision import AsteriskInstall
from telephony.errors import ProvisionError

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_a_package_is_fetched_verified_unpacked_and_runs_and_then_needs_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = list[str]()
    try:
        command = module._provision_tool(tmp_path, "sip-tester", steps.append)
    except ProvisionError as error:
        if error.retryable:
            pytest.skip(f"the mirror is out of reach: {error}")
        raise
    assert any("downloading sip-tester" in step and "100 %" in step for step in steps)
    said = subprocess.run([*command, "-v"], capture_output=True, text=True, check=False)
    assert "SIPp v3" in said.stdout + said.stderr
    assert not (tmp_path / "sip-tester/apt").exists()

    (tmp_path / "sip-tester/root/usr/bin/sipp").write_bytes(b"damaged")
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert module._provision_tool(tmp_path, "sip-tester", steps.append) == command
    assert subprocess.run([*command, "-v"], capture_output=True, check=False).stdout == said.stdout.encode()


def test_the_provisioned_asterisk_has_every_module_we_load(install: AsteriskInstall) -> None:
    assert [name for name in MODULES if not (install.modules_dir / name).is_file()] == []
    assert (install.data_dir / "documentation").is_dir()
    said = subprocess.run([*install.command, "-V"], capture_output=True, text=True, check=True)
    assert install.version in said.stdout
