import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from hotline.speech import archives
from hotline.speech.archives import unpack
from telephony.errors import RecognizerError

FILES = {"m/am/final.mdl": b"model", "m/conf/mfcc.conf": b"--x\n"}


def zipped(path: Path, files: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
        for name, target in (links or {}).items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            packed.writestr(entry, target)
    return path


def tarred(path: Path, files: dict[str, bytes], *others: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as packed:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
        for entry in others:
            packed.addfile(entry)
    return path


def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_model_is_found_one_folder_down(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    root = unpack(pack(tmp_path / "a", FILES), into(tmp_path))
    assert root.name == "m"
    assert (root / "am" / "final.mdl").read_bytes() == b"model"


def test_a_model_may_lie_at_the_top(tmp_path: Path) -> None:
    folder = into(tmp_path)
    assert unpack(zipped(tmp_path / "a.zip", {"final.mdl": b"x"}), folder) == folder


def test_folders_of_a_zip_are_no_files(tmp_path: Path) -> None:
    assert unpack(zipped(tmp_path / "a.zip", {"m/": b"", **FILES}), into(tmp_path)).name == "m"


def test_folders_of_a_tar_are_no_files(tmp_path: Path) -> None:
    folder = tarfile.TarInfo("m")
    folder.type = tarfile.DIRTYPE
    assert unpack(tarred(tmp_path / "a.tgz", FILES, folder), into(tmp_path)).name == "m"


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "m/../../evil", "m\\..\\evil", "C:evil", "m/a\x1bb", "m/" + "a" * 300]
)
def test_nothing_lands_outside(tmp_path: Path, name: str) -> None:
    for pack in (zipped, tarred):
        folder = tmp_path / pack.__name__
        folder.mkdir()
        with pytest.raises(RecognizerError, match="outside its folder"):
            unpack(pack(tmp_path / "a", {name: b"x"}), folder)
        assert not (tmp_path / "evil").exists()


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="link or a device"):
        unpack(zipped(tmp_path / "a.zip", FILES, {"m/link": "/etc/passwd"}), into(tmp_path))
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        entry = tarfile.TarInfo("m/odd")
        entry.type, entry.linkname = kind, "m/am/final.mdl"
        folder = tmp_path / str(kind)
        folder.mkdir()
        with pytest.raises(RecognizerError, match="link or a device"):
            unpack(tarred(tmp_path / "a.tgz", FILES, entry), folder)


def test_a_bomb_does_not_go_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE_BYTES", 1000)
    folder = into(tmp_path)
    with pytest.raises(RecognizerError, match="far too large"):
        unpack(zipped(tmp_path / "a.zip", {"m/am/final.mdl": bytes(2_000_000)}), folder)
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 1_000_000


def test_many_small_files_are_a_bomb_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    with pytest.raises(RecognizerError, match="too many files"):
        unpack(zipped(tmp_path / "a.zip", {f"m/{number}": b"" for number in range(4)}), into(tmp_path))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_comes_once(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", FILES)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("m/am/final.mdl", b"another")
    with pytest.raises(RecognizerError, match="twice"):
        unpack(path, into(tmp_path))


def test_what_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=r"no am/final\.mdl"):
        unpack(zipped(tmp_path / "a.zip", {"m/readme": b"hello"}), into(tmp_path))


def test_what_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"hello")
    with pytest.raises(RecognizerError, match="neither a zip nor a tar"):
        unpack(tmp_path / "a.zip", into(tmp_path))


def test_an_archive_that_is_cut_or_mangled(tmp_path: Path) -> None:
    content = bytes(range(256)) * 400
    whole = tarred(tmp_path / "a.tgz", {"m/am/final.mdl": content}).read_bytes()
    (tmp_path / "cut.tgz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RecognizerError, match="damaged"):
        unpack(tmp_path / "cut.tgz", into(tmp_path))
    packed = bytearray(zipped(tmp_path / "a.zip", {"m/am/final.mdl": content}).read_bytes())
    packed[80:120] = bytes(40)
    (tmp_path / "b.zip").write_bytes(packed)
    (tmp_path / "into2").mkdir()
    with pytest.raises(RecognizerError, match="damaged"):
        unpack(tmp_path / "b.zip", tmp_path / "into2")
