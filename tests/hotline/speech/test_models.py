"""Which model is loaded."""

from pathlib import Path

import pytest

from hotline.settings import Settings
from hotline.speech import models
from hotline.speech.models import model_folder


def test_the_admins_own_comes_first_and_without_any_there_is_none(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(models, "EMBEDDED", tmp_path / "missing")
    assert model_folder(own_settings) is None
    monkeypatch.setattr(models, "EMBEDDED", tmp_path)
    assert model_folder(own_settings) == tmp_path
    assert model_folder(own_settings.model_copy(update={"asr_model": Path("/real")})) == Path("/real")
