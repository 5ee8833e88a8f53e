import hashlib
import zipfile
from pathlib import Path

import pytest

from hotline.speech import model_store
from hotline.speech.fetching import Checksum, Progress
from hotline.speech.model_check import ModelFacts
from hotline.speech.model_store import KNOWN, ModelStore
from telephony.errors import RecognizerError

FACTS = ModelFacts("m", 8000, takes_grammar=True, has_filler=True, load_s=0.1, memory_mb=50.0)


def good(folder: Path) -> ModelFacts:
    assert (folder / "am" / "final.mdl").is_file()
    return FACTS


def bad(folder: Path) -> ModelFacts:
    raise RecognizerError(f"{folder}: damaged", retryable=False)


def packed(path: Path, content: bytes = b"model", *, top: str = "my-model/") -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{top}am/final.mdl", content)
    return path


def quiet(_have: int, _total: int | None) -> None:
    """Nobody watches."""


def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def test_a_file_is_unpacked_tried_and_placed(tmp_path: Path) -> None:
    store = ModelStore(models(tmp_path), good)
    installed = store.install(str(packed(tmp_path / "a.zip")), None, quiet)
    assert installed.folder == models(tmp_path) / "my-model"
    assert installed.facts is FACTS
    assert store.models() == [installed.folder]
    assert [path.name for path in models(tmp_path).iterdir()] == ["my-model"]


def test_without_a_folder_of_its_own_it_is_named_after_its_archive(tmp_path: Path) -> None:
    installed = ModelStore(models(tmp_path), good).install(str(packed(tmp_path / "银行.v1.zip", top="")), None, quiet)
    assert installed.folder.name == "v1"


def test_a_folder_is_copied(tmp_path: Path) -> None:
    (tmp_path / "mine" / "am").mkdir(parents=True)
    (tmp_path / "mine" / "am" / "final.mdl").write_bytes(b"x")
    installed = ModelStore(models(tmp_path), good).install(str(tmp_path / "mine"), None, quiet)
    assert (installed.folder / "am" / "final.mdl").read_bytes() == b"x"
    assert (tmp_path / "mine" / "am" / "final.mdl").exists()


def test_a_newer_one_takes_the_place_of_the_older(tmp_path: Path) -> None:
    store = ModelStore(models(tmp_path), good)
    store.install(str(packed(tmp_path / "a.zip", b"old")), None, quiet)
    folder = store.install(str(packed(tmp_path / "a.zip", b"new")), None, quiet).folder
    assert (folder / "am" / "final.mdl").read_bytes() == b"new"


def test_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    folder = ModelStore(models(tmp_path), good).install(str(packed(tmp_path / "a.zip", b"old")), None, quiet).folder
    with pytest.raises(RecognizerError, match="damaged"):
        ModelStore(models(tmp_path), bad).install(str(packed(tmp_path / "a.zip", b"new")), None, quiet)
    assert (folder / "am" / "final.mdl").read_bytes() == b"old"
    assert [path.name for path in models(tmp_path).iterdir()] == ["my-model"]


def test_a_file_must_be_what_it_should_be(tmp_path: Path) -> None:
    file = packed(tmp_path / "a.zip")
    store = ModelStore(models(tmp_path), good)
    store.install(str(file), Checksum("sha256", hashlib.sha256(file.read_bytes()).hexdigest()), quiet)
    with pytest.raises(RecognizerError, match="not what it should be"):
        store.install(str(file), Checksum("sha256", "0" * 64), quiet)


def test_what_is_nothing_we_know(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="none of small-cn"):
        ModelStore(models(tmp_path), good).install("large-cn", None, quiet)


def test_no_models_yet(tmp_path: Path) -> None:
    assert ModelStore(models(tmp_path), good).models() == []


class Web:
    """The publisher's site."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = packed(tmp_path / "web.zip", top="vosk-model-small-cn-0.22/")
        self.listed: object = [{}, "odd", {"name": "vosk-model-small-cn-0.22", "md5": self.md5}]
        self.fetched: list[str] = []
        monkeypatch.setattr(model_store, "fetch", self.fetch)
        monkeypatch.setattr(model_store, "fetch_json", lambda _url: self.listed)

    @property
    def md5(self) -> str:
        return hashlib.md5(self.file.read_bytes(), usedforsecurity=False).hexdigest()

    def fetch(self, url: str, target: Path, _progress: Progress) -> None:
        self.fetched.append(url)
        target.write_bytes(self.file.read_bytes())


def test_a_known_model_by_its_short_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = Web(tmp_path, monkeypatch)
    installed = ModelStore(models(tmp_path), good).install("small-cn", None, quiet)
    assert web.fetched == [KNOWN["small-cn"].url]
    assert installed.folder.name == "vosk-model-small-cn-0.22"
    assert [path.name for path in models(tmp_path).iterdir()] == ["vosk-model-small-cn-0.22"]


def test_another_than_the_publishers_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = Web(tmp_path, monkeypatch)
    web.listed = [{"name": "vosk-model-small-cn-0.22", "md5": "0" * 32}]
    with pytest.raises(RecognizerError, match="not what it should be"):
        ModelStore(models(tmp_path), good).install("small-cn", None, quiet)
    assert list(models(tmp_path).iterdir()) == []


def test_without_the_publishers_checksum_it_waits_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = Web(tmp_path, monkeypatch)
    web.listed = []
    store = ModelStore(models(tmp_path), good)
    with pytest.raises(RecognizerError, match="--sha256"):
        store.install("small-cn", None, quiet)
    store.install("small-cn", Checksum("md5", web.md5), quiet)
    assert len(web.fetched) == 1  # what had come is not fetched again


def test_an_address_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = Web(tmp_path, monkeypatch)
    ModelStore(models(tmp_path), good).install("https://example.com/x/my.zip", None, quiet)
    assert web.fetched == ["https://example.com/x/my.zip"]
