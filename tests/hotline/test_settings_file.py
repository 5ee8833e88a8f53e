"""The settings file alone: found, read, its paths made relative to it, a mistake's line named."""

from pathlib import Path

import pytest

from hotline.settings_file import FILE_VARIABLE, SettingProblem, hint, locate, read_settings_file, settings_file
from telephony.errors import ConfigError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_file_of_this_folder_is_taken_unless_another_or_none_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings_file() is None
    (folder / "hotline.toml").write_text("")
    assert settings_file() == folder / "hotline.toml"
    monkeypatch.setenv(FILE_VARIABLE, "../etc/mine.toml")
    assert settings_file() == folder.parent / "etc/mine.toml"
    monkeypatch.setenv(FILE_VARIABLE, "")
    assert settings_file() is None


def test_no_file_means_no_values() -> None:
    assert read_settings_file({"menus"}) == {}


def test_only_paths_are_made_relative_to_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "etc").mkdir()
    (folder / "etc/x.toml").write_text('menus = "m.yaml"\nagents = "/a.yaml"\nvip = 3\nlanguage = "en"\n')
    monkeypatch.setenv(FILE_VARIABLE, "etc/x.toml")
    assert read_settings_file({"menus", "agents", "vip"}) == {
        "menus": f"{folder}/etc/m.yaml",
        "agents": "/a.yaml",
        "vip": 3,  # for the settings to complain about
        "language": "en",
    }


def test_a_home_is_not_below_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "hotline.toml").write_text('menus = "~/m.yaml"\n')
    monkeypatch.setenv("HOME", "/home/wang")
    assert read_settings_file({"menus"})["menus"] == "/home/wang/m.yaml"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"a = 1\nb =\n", ":2:4: Invalid value"),
        (b"a = 1\na = 2\n", ":2:6: Cannot overwrite a value"),
        (b"a = '\xff'", ": is not UTF-8"),
        (b"a = 'x", ': Expected "\'" (at end of document)'),
    ],
)
def test_what_is_no_toml_is_named_at_its_place(folder: Path, content: bytes, complaint: str) -> None:
    (folder / "hotline.toml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_settings_file(())
    assert str(caught.value) == f"{folder}/hotline.toml{complaint}"


def test_a_folder_in_the_files_place(folder: Path) -> None:
    (folder / "hotline.toml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_settings_file(())


def test_a_value_is_located_however_its_name_is_written(folder: Path) -> None:
    file = folder / "x.toml"
    file.write_text('# sip_port = 1\nmy_sip_port = 2\n  "sip_port" = 3\n')
    assert str(locate(file, "sip_port", "is too small")) == f"{file}:3:4: sip_port: is too small"
    assert str(locate(file, "absent", "is missing")) == "absent: is missing"


def test_a_mistake_without_a_line_is_still_one_clear_line() -> None:
    assert str(SettingProblem("HOTLINE_X", 0, 0, "is not a setting")) == "HOTLINE_X: is not a setting"
    assert str(SettingProblem("x.toml", 2, 1, "y: is wrong")) == "x.toml:2:1: y: is wrong"


def test_a_near_name_is_suggested_and_a_far_one_is_not() -> None:
    assert hint("sip_prot", ["sip_port", "ami_port"]) == "; did you mean sip_port?"
    assert hint("zzz", ["sip_port"]) == ""
