"""The worker's process, where it has no model; with one it is started by every end-to-end test of speech."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.settings import Settings
from hotline.speech import models, worker_main


def test_a_worker_without_a_model_says_so_and_ends(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "EMBEDDED", own_settings.state_dir / "missing")
    assert worker_main.main("recogniser-1") == 1


def test_a_folder_that_is_no_model_ends_it_with_one_clear_line(own_settings: Settings, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "hotline.speech.worker_main", "recogniser-1"],
        env={"HOTLINE_STATE_DIR": str(own_settings.state_dir), "HOTLINE_ASR_MODEL": str(tmp_path), "PATH": "/usr/bin"},
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert ended.returncode == 1
    assert f"{tmp_path}: is not a speech model" in ended.stderr


def test_utterances_are_kept_only_where_the_setting_says_so(own_settings: Settings, tmp_path: Path) -> None:
    assert own_settings.keep_utterances is None
    assert worker_main._keeper(own_settings) is None
    keeper = worker_main._keeper(own_settings.model_copy(update={"keep_utterances": Path("said")}))
    assert keeper is not None
    keeper.close()
    assert stat.S_IMODE((own_settings.state_dir / "said").stat().st_mode) == 0o700
    (tmp_path / "file").touch()
    assert worker_main._keeper(own_settings.model_copy(update={"keep_utterances": tmp_path / "file"})) is None


def test_a_wrong_setting_is_the_admins_to_mend(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ASR_THREADS", "none")
    assert own_settings.asr_threads == 2
    assert worker_main.main("recogniser-1") == 2
