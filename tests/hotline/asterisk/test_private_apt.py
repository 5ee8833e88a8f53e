"""apt with a state of its own, tried with the machine's real apt against mirrors that fail in their ways."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from hotline.asterisk.private_apt import Deb, PrivateApt, SuiteMissingError, architecture, find_mirror, sha256_of
from telephony.errors import ProvisionError

pytestmark = pytest.mark.skipif(not shutil.which("apt-get"), reason="not a Debian system")

Sources = Callable[[str], None]


def quiet(_: str) -> None:
    """Report nothing."""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    """`sources(text)`: the machine's apt now has these sources and no index yet."""

    def configure(text: str) -> None:
        etc = tmp_path / "machine"
        (etc / "parts").mkdir(parents=True)
        (etc / "lists/partial").mkdir(parents=True)
        (etc / "parts/machine.sources").write_text(text)
        (etc / "apt.conf").write_text(
            f'Dir::Etc::Parts "/dev/null"; Dir::Etc::Main "/dev/null"; Dir::Etc::SourceList "/dev/null";\n'
            f'Dir::Etc::SourceParts "{etc}/parts"; Dir::State::Lists "{etc}/lists";\n'
        )
        monkeypatch.setenv("APT_CONFIG", str(etc / "apt.conf"))

    return configure


def source(uri: str, suite: str) -> str:
    return f"Types: deb\nURIs: {uri}\nSuites: {suite}\nComponents: main\n\n"


def test_the_mirror_is_the_machines_own_also_before_its_first_update(sources: Sources) -> None:
    sources(
        source("http://mirror.example/debian-security", "stable-security")
        + source("http://mirror.example/debian", "stable")
    )
    assert find_mirror() == "http://mirror.example/debian/"


def test_no_mirror_is_one_clear_line(sources: Sources) -> None:
    sources("")
    with pytest.raises(ProvisionError, match=r"^apt has no mirror configured") as caught:
        find_mirror()
    assert not caught.value.retryable


def test_only_security_updates_are_no_mirror(sources: Sources) -> None:
    sources(source("http://mirror.example/debian-security", "stable-security"))
    with pytest.raises(ProvisionError, match=r"^apt has no Debian mirror"):
        find_mirror()


def test_no_network_may_be_tried_again(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: every connection is refused
        mirror = f"http://127.0.0.1:{taken.getsockname()[1]}/debian/"
        with pytest.raises(ProvisionError, match=r"^no network to the Debian mirror") as caught:
            PrivateApt(tmp_path / "apt", mirror, "forky").update(quiet)
    assert caught.value.retryable
    assert "\n" not in str(caught.value)


def test_a_suite_the_mirror_lacks(tmp_path: Path) -> None:
    (tmp_path / "mirror/dists").mkdir(parents=True)
    with pytest.raises(SuiteMissingError, match="Debian forky is not to be had"):
        PrivateApt(tmp_path / "apt", f"file:{tmp_path}/mirror/", "forky").update(quiet)


def test_an_unsigned_mirror_is_refused(tmp_path: Path) -> None:
    suite = tmp_path / "mirror/dists/forky"
    suite.mkdir(parents=True)
    (suite / "Release").write_text("Origin: Debian\nSuite: forky\nCodename: forky\nComponents: main\n")
    with pytest.raises(ProvisionError, match="signature does not verify") as caught:
        PrivateApt(tmp_path / "apt", f"file:{tmp_path}/mirror/", "forky").update(quiet)
    assert not isinstance(caught.value, SuiteMissingError)


def test_without_debians_keys_nothing_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(ProvisionError, match="install debian-archive-keyring"):
        PrivateApt(tmp_path / "apt", "http://mirror.example/", "forky", keyrings=(str(tmp_path / "absent"),))


def test_the_machines_hooks_do_not_run_but_its_proxy_counts(
    tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources("")
    conf = tmp_path / "machine/apt.conf"
    hook = f'APT::Update::Post-Invoke {{ "touch {tmp_path}/hook-ran"; }};\n'
    conf.write_text(conf.read_text() + hook + 'Acquire::http::Proxy "http://proxy.example:3128";\n')
    (tmp_path / "mirror/dists").mkdir(parents=True)
    apt = PrivateApt(tmp_path / "apt", f"file:{tmp_path}/mirror/", "forky")
    with pytest.raises(SuiteMissingError):
        apt.update(quiet)
    assert not (tmp_path / "hook-ran").exists()
    assert 'Acquire::http::Proxy "http://proxy.example:3128";' in (tmp_path / "apt/apt.conf").read_text()


def test_a_machine_without_apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProvisionError, match=r"^dpkg is missing: this needs a Debian system"):
        architecture()


def test_a_package_is_what_its_digest_says(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(b"content")
    deb = Deb("a.deb", 7, sha256_of(tmp_path / "a.deb"))
    assert deb.is_in(tmp_path)
    (tmp_path / "a.deb").write_bytes(b"Content")
    assert not deb.is_in(tmp_path)
    (tmp_path / "a.deb").unlink()
    assert not deb.is_in(tmp_path)
