"""The worker's process, where it has no model; with one it is started by every end-to-end test of speech."""

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


def test_a_wrong_setting_is_the_admins_to_mend(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ASR_THREADS", "none")
    assert own_settings.asr_threads == 2
    assert worker_main.main("recogniser-1") == 2
