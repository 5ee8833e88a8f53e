"""Folders only this user may enter, and short ones for sockets."""

import os
import stat
from pathlib import Path

import pytest

from hotline.folders import SOCKET_PATH_BYTES, make_private_dir, short_run_dir


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def test_a_new_folder_is_its_users_alone(tmp_path: Path) -> None:
    make_private_dir(tmp_path / "a" / "b")
    assert mode(tmp_path / "a" / "b") == 0o700
    make_private_dir(tmp_path / "a" / "b")  # once more changes nothing


def test_an_open_folder_of_our_own_is_closed(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o775)
    make_private_dir(tmp_path / "open")
    assert mode(tmp_path / "open") == 0o700


def test_a_link_somebody_laid_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o755)
    (tmp_path / "run").symlink_to(tmp_path / "theirs")
    before = mode(tmp_path / "theirs")
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        make_private_dir(tmp_path / "run")
    assert mode(tmp_path / "theirs") == before


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        make_private_dir(tmp_path / "run")


def test_the_short_folder_is_the_same_from_every_shell_and_another_for_every_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = short_run_dir(tmp_path)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert short_run_dir(tmp_path) == here
    assert short_run_dir(tmp_path / "other") != here
    assert len(os.fsencode(here / "run/asterisk/asterisk.ctl")) < SOCKET_PATH_BYTES
