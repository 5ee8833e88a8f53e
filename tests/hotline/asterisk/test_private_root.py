"""A private root made from packages at hand: whole or not at all, once for everybody, made again when damaged."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hotline.asterisk import private_root
from hotline.asterisk.private_apt import sha256_of
from hotline.asterisk.private_root import PrivateRoot, run_proof
from telephony.errors import ProvisionError

pytestmark = pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="not a Debian system")

Build = Callable[..., PrivateRoot]


def prove(_: PrivateRoot, tree: Path) -> str:
    """Runs the program of the tree."""
    return run_proof((str(tree / "usr/bin/hello"), "-V"))


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """`build(says)`: a root whose packages are all in its pool; there is no mirror to fetch from."""
    conf = tmp_path / "no-sources.conf"
    conf.write_text('Dir::Etc::Parts "/dev/null"; Dir::Etc::SourceList "/dev/null"; Dir::Etc::SourceParts "/dev/null";')
    monkeypatch.setenv("APT_CONFIG", str(conf))
    monkeypatch.setattr(private_root, "NEEDED_BYTES", 1)

    def make(says: str = "hello 1.2", *, exit_code: int = 0) -> PrivateRoot:
        source = tmp_path / "source"
        for folder in ("DEBIAN", "usr/bin", "usr/share/doc/hello"):
            (source / folder).mkdir(parents=True, exist_ok=True)
        (source / "DEBIAN/control").write_text(
            "Package: hello\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n"
        )
        program = source / "usr/bin/hello"
        program.write_text(f"#!/bin/sh\necho {says}\nexit {exit_code}\n" if says else "#!/bin/sh\nexit 1\n")
        program.chmod(0o755)
        (source / "usr/share/doc/hello/README").write_text("not needed")
        pool = tmp_path / "cache/hello/debs"
        pool.mkdir(parents=True, exist_ok=True)
        deb = pool / "hello_1_all.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", source, deb], check=True, capture_output=True)
        (pool / "index.json").write_text(json.dumps({deb.name: sha256_of(deb)}))
        return PrivateRoot("hello", tmp_path / "cache/hello", proof=prove)

    return make


def quiet(_: str) -> None:
    """Report nothing."""


def test_made_from_kept_packages_without_a_network_and_found_again_at_once(build: Build) -> None:
    root, steps = build(), list[str]()
    assert root.ensure(steps.append) == "hello 1.2"
    assert steps == ["unpacking hello: 0 of 1 packages"]
    assert not (root.tree / "usr/share/doc/hello/README").exists()
    assert root.ensure(pytest.fail) == "hello 1.2"
    assert sorted(path.name for path in root.folder.iterdir()) == ["debs", "lock", "root"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda tree: (tree / "usr/bin/hello").write_text("#!/bin/sh\n"),
        lambda tree: (tree / "usr/bin/hello").unlink(),
        lambda tree: (tree / "usr/bin/hello").chmod(0o644),
        lambda tree: (tree / private_root.MARKER).unlink(),
        lambda tree: (tree / private_root.MARKER).write_text("{"),
        lambda tree: (tree / private_root.MARKER).write_text('{"package": "other", "files": {}}'),
        shutil.rmtree,
    ],
)
def test_a_damaged_tree_is_made_again(build: Build, damage: Callable[[Path], object]) -> None:
    root = build()
    root.ensure(quiet)
    damage(root.tree)
    steps = list[str]()
    assert root.ensure(steps.append) == "hello 1.2"
    assert steps
    assert root.ensure(pytest.fail) == "hello 1.2"


def test_a_setup_that_was_cut_off_leaves_nothing_in_the_way(build: Build) -> None:
    root = build()
    (root.folder / "root.new/usr").mkdir(parents=True)
    (root.folder / "root.old/usr").mkdir(parents=True)
    (root.folder / "apt").mkdir()
    assert root.ensure(quiet) == "hello 1.2"
    assert not (root.folder / "root.new").exists()


def test_damaged_packages_are_not_unpacked_but_fetched_again(build: Build) -> None:
    root = build()
    deb = root.pool / "hello_1_all.deb"
    deb.write_bytes(deb.read_bytes()[:-1] + b"?")
    with pytest.raises(ProvisionError, match="apt has no mirror configured"):
        root.ensure(quiet)
    assert not root.tree.exists()


def test_what_does_not_run_is_not_installed(build: Build) -> None:
    root = build("")
    with pytest.raises(ProvisionError, match=r"hello does not run \(exit code 1\)"):
        root.ensure(quiet)
    assert not root.tree.exists()


def test_two_setups_at_once_make_it_once(build: Build) -> None:
    root, steps = build(), list[str]()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: root.ensure(steps.append), range(4))) == ["hello 1.2"] * 4
    assert steps.count("unpacking hello: 0 of 1 packages") == 1


def test_too_little_space_is_said_before_anything_is_fetched(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    root = build()
    monkeypatch.setattr(private_root, "NEEDED_BYTES", 10**18)
    with pytest.raises(ProvisionError, match=r"^not enough space in .*: \d+ MB free, \d+ MB needed"):
        root.ensure(quiet)


def test_a_disk_that_fills_up_on_the_way(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    root = build()

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(ProvisionError, match=r"^cannot write .*: No space left on device$"):
        root.ensure(quiet)


def test_an_unknown_architecture_is_sent_to_its_distribution(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_root, "LOADERS", {"z80": ("z80-linux-gnu", "ld.so")})
    with pytest.raises(ProvisionError, match=r"no private Asterisk for the architecture \w+ \(only z80\)"):
        build().ensure(quiet)


def test_a_program_that_is_not_there_does_not_run(tmp_path: Path) -> None:
    with pytest.raises(ProvisionError, match=r"^absent does not run: "):
        run_proof((str(tmp_path / "absent"), "-V"))
