"""Which Asterisk is taken: the system's where it is fit."""

from pathlib import Path

import pytest

from hotline.asterisk import provision as module
from hotline.asterisk.modules import MODULES
from hotline.asterisk.provision import (
    AsteriskInstall,
    find_system_asterisk,
    is_new_enough,
    parse_version,
    provision,
)
from hotline.settings import Settings
from telephony.errors import ProvisionError


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with its own Asterisk."""
    sbin, modules, share = tmp_path / "sbin", tmp_path / "modules", tmp_path / "share"
    for folder in (sbin, modules, share / "documentation"):
        folder.mkdir(parents=True)
    program = sbin / "asterisk"
    program.write_text("#!/bin/sh\necho Asterisk 22.4.1~dfsg built by someone\n")
    program.chmod(0o755)
    for name in MODULES:
        (modules / name).touch()
    monkeypatch.setenv("PATH", f"{sbin}:/usr/bin:/bin")
    monkeypatch.setattr(module, "MODULE_FOLDERS", (str(tmp_path / "absent*"), str(modules)))
    monkeypatch.setattr(module, "DATA_FOLDERS", (str(share),))
    return tmp_path


def test_the_systems_is_taken_where_it_is_fit(system: Path) -> None:
    install = provision(Settings(state_dir=system / "state", cache_dir=system / "cache"), pytest.fail)
    assert install == AsteriskInstall(
        (str(system / "sbin/asterisk"),), system / "modules", system / "share", system / "sbin", "22.4.1", "system"
    )
    assert not (system / "cache").exists()


def test_not_if_it_is_old_or_broken_or_lacks_modules_or_documentation(system: Path) -> None:
    assert find_system_asterisk()
    (system / "modules/res_agi.so").unlink()
    assert find_system_asterisk() is None
    (system / "modules/res_agi.so").touch()
    (system / "share/documentation").rmdir()
    assert find_system_asterisk() is None
    (system / "share/documentation").mkdir()
    program = system / "sbin/asterisk"
    program.write_text("#!/bin/sh\necho Asterisk 18.10.0\n")
    assert find_system_asterisk() is None
    program.write_text("#!/bin/sh\necho Asterisk GIT-unknown\n")
    assert find_system_asterisk() is None
    program.write_text("#!/bin/sh\nexit 1\n")
    assert find_system_asterisk() is None
    program.unlink()
    assert find_system_asterisk() is None


def test_asking_for_the_systems_where_there_is_none(system: Path) -> None:
    (system / "sbin/asterisk").unlink()
    settings = Settings(state_dir=system / "state", cache_dir=system / "cache", asterisk="system")
    with pytest.raises(ProvisionError, match=r"^the system has no Asterisk 20\.10 or newer"):
        provision(settings, pytest.fail)


def test_a_tool_is_asked_for_by_name(system: Path) -> None:
    settings = Settings(state_dir=system / "state", cache_dir=system / "cache")
    with pytest.raises(ProvisionError, match=r"^nmap is not a tool we know"):
        provision(settings, pytest.fail, tools=("nmap",))
    with pytest.raises(ProvisionError, match=r"^sip-tester was not provisioned"):
        provision(settings, pytest.fail).tool("sip-tester")


@pytest.mark.parametrize(
    ("text", "version", "fit"),
    [
        ("Asterisk 20.9.3", "20.9.3", False),
        ("Asterisk 20.10.0~dfsg+~cs6.14", "20.10.0", True),
        ("Asterisk 21.4.0", "21.4.0", False),
        ("Asterisk 21.5.0", "21.5.0", True),
        ("Asterisk 22.0.0", "22.0.0", True),
        ("Asterisk certified-20.7-cert3", "20.7", False),
        ("Asterisk 18.26.2", "18.26.2", False),
    ],
)
def test_versions(text: str, version: str, fit: bool) -> None:
    assert parse_version(text) == version
    assert is_new_enough(version) is fit
