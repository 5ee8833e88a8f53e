"""Settings: defaults, order of authority, every mistake in one clear line, paths."""

import os
import stat
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from hotline.folders import SOCKET_PATH_BYTES, make_private_dir
from hotline.settings import Settings, default_cache_dir, load_settings
from telephony.errors import ConfigError, ProvisionError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [key for key in os.environ if key.startswith("HOTLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def mistakes(**overrides: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(**overrides)
    return str(caught.value).splitlines()


def test_defaults_stay_on_loopback_and_in_the_current_folder(folder: Path) -> None:
    settings = load_settings()
    assert settings.sip_address == "127.0.0.1:5160"
    assert settings.state_dir == folder / "var"
    assert settings.menus == folder / "menus.yaml"
    assert settings.trunk_addresses == (IPv4Network("127.0.0.2/32"), IPv4Network("127.0.0.3/32"))
    assert settings.database == f"sqlite:///{folder}/var/hotline.sqlite"
    assert settings.call_recordings == folder / "var/call-recordings"


def test_environment_beats_the_file_and_arguments_beat_both(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "hotline.toml").write_text("sip_port = 6000\nami_port = 6001\nrtp_start = 30000\nrtp_end = 30999\n")
    monkeypatch.setenv("HOTLINE_SIP_PORT", "7000")
    monkeypatch.setenv("HOTLINE_AMI_PORT", "7001")
    settings = load_settings(ami_port=8001)
    assert (settings.sip_port, settings.ami_port, settings.rtp_end) == (7000, 8001, 30999)


def test_paths_in_the_file_are_relative_to_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "etc").mkdir()
    (folder / "etc/mine.toml").write_text('state_dir = "state"\nmenus = "../menus.yaml"\n')
    monkeypatch.setenv("HOTLINE_SETTINGS", "etc/mine.toml")
    settings = load_settings()
    assert settings.state_dir == folder / "etc/state"
    assert settings.menus == folder / "menus.yaml"


def test_an_empty_name_means_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "hotline.toml").write_text("nonsense")
    monkeypatch.setenv("HOTLINE_SETTINGS", "")
    assert load_settings().sip_port == 5160


def test_addresses_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_TRUNK_ADDRESSES", "192.0.2.1, 198.51.100.0/24")
    assert load_settings().trunk_addresses == (IPv4Network("192.0.2.1/32"), IPv4Network("198.51.100.0/24"))


def test_every_mistake_of_the_environment_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_SIP_PROT", "5160")
    monkeypatch.setenv("HOTLINE_RTP_START", "many")
    monkeypatch.setenv("HOTLINE_LANGUAGE", "fr")
    lines = mistakes()
    assert len(lines) == 3
    assert lines[0].startswith("HOTLINE_LANGUAGE: Input should be 'zh-CN' or 'en'")
    assert lines[1].startswith("HOTLINE_RTP_START: Input should be a valid integer")
    assert lines[2] == "HOTLINE_SIP_PROT: is not a setting; did you mean HOTLINE_SIP_PORT?"


def test_mistakes_in_the_file_are_named_at_their_line(folder: Path) -> None:
    (folder / "hotline.toml").write_text("# mine\nsip_port = 99999\n  max_cals = 3\nnonsense = 1\n")
    path = folder / "hotline.toml"
    assert mistakes() == [
        f"{path}:2:1: sip_port: Input should be less than or equal to 65535",
        f"{path}:3:3: max_cals: is not a setting; did you mean max_calls?",
        f"{path}:4:1: nonsense: is not a setting",
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"sip_port =\n", ":1:11: Invalid value"),
        (b"sip_port = 'caf\xe9'", ": is not UTF-8"),
    ],
)
def test_a_file_that_is_not_toml(folder: Path, content: bytes, line: str) -> None:
    (folder / "hotline.toml").write_bytes(content)
    assert mistakes() == [f"{folder}/hotline.toml{line}"]


def test_a_file_named_but_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_SETTINGS", "absent.toml")
    monkeypatch.setenv("HOTLINE_SIP_PROT", "1")
    assert mistakes() == [
        f"{folder}/absent.toml: cannot be read: No such file or directory",
        "HOTLINE_SIP_PROT: is not a setting; did you mean HOTLINE_SIP_PORT?",
    ]


@pytest.mark.parametrize("path", ["a,b", "a;b", "a${X}", "a:b", 'a"b', "a\nb", "a&b"])
def test_paths_that_asterisk_would_misread_are_refused(path: str) -> None:
    assert "which Asterisk reads as its own" in mistakes(state_dir=path)[0]


def test_blanks_and_chinese_in_paths_are_fine(folder: Path) -> None:
    assert load_settings(state_dir="我的 热线").state_dir == folder / "我的 热线"


@pytest.mark.parametrize(
    "wrong",
    [
        {"rtp_start": 20001},
        {"rtp_start": 20000, "rtp_end": 20010},
        {"sip_port": 20100},
    ],
)
def test_ports_must_fit_together(wrong: dict[str, int]) -> None:
    assert mistakes(**wrong)[0].startswith("settings: ")


def test_sockets_stay_short_enough_however_long_the_state_folders_path() -> None:
    short, long = Settings(state_dir=Path("/srv/hotline")), Settings(state_dir=Path("/srv", "x" * 90))
    assert short.control_socket == Path("/srv/hotline/run/control.sock")
    assert long.control_socket.parent.parent == Path("/tmp")
    assert len(os.fsencode(long.asterisk_run_dir / "asterisk.ctl")) <= SOCKET_PATH_BYTES
    assert long.run_dir == Settings(state_dir=Path("/srv", "x" * 90)).run_dir
    assert long.run_dir != Settings(state_dir=Path("/srv", "y" * 90)).run_dir


def test_folders_are_made_private(folder: Path) -> None:
    settings = load_settings()
    settings.make_dirs()
    for made in (settings.run_dir, settings.asterisk_run_dir, settings.journal_dir, settings.call_recordings):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_state_folder_that_cannot_be_made_is_one_line(folder: Path) -> None:
    (folder / "var").write_text("a file")
    with pytest.raises(ProvisionError, match=r"^\S+/var\S*: cannot be created: .* names another folder\)$"):
        load_settings().make_dirs()


def test_a_private_folder_is_not_taken_from_somebody_else(folder: Path) -> None:
    (folder / "theirs").mkdir()
    (folder / "link").symlink_to(folder / "theirs")
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        make_private_dir(folder / "link")
    (folder / "theirs").chmod(0o755)
    make_private_dir(folder / "theirs")
    assert stat.S_IMODE((folder / "theirs").stat().st_mode) == 0o700


def test_the_cache_is_xdgs_or_the_homes_or_beside_the_state(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/srv/cache")
    assert default_cache_dir() == Path("/srv/cache/hotline")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(folder))
    assert default_cache_dir() == folder / ".cache/hotline"
    monkeypatch.setenv("HOME", "/nonexistent")
    assert load_settings().cache_dir == folder / "var/cache"


def test_a_password_in_the_database_address_is_not_shown() -> None:
    assert "hunter2" not in repr(load_settings(database_url="postgresql://hotline:hunter2@db/hotline"))


def test_as_many_recognisers_as_half_the_processors_unless_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    assert load_settings().recogniser_names == ("recogniser-1", "recogniser-2")
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert load_settings().recognisers == 1
    assert load_settings(asr_workers=0).recogniser_names == ()
    assert load_settings(asr_model="models/cn").asr_model == folder / "models/cn"
