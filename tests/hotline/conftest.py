"""A state folder of its own for everything that reads settings."""

from pathlib import Path

import pytest

from hotline.settings import Settings, load_settings
from tests.hotline.board_play import ROOT


@pytest.fixture
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The sample configuration with its state below a temporary folder, as any command would load it."""
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("HOTLINE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("HOTLINE_SETTINGS", "")
    monkeypatch.chdir(ROOT)
    settings = load_settings()
    settings.make_dirs()
    return settings
