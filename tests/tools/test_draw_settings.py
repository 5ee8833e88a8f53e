"""The settings' page: nothing is missing, and it says what the code says."""

from pathlib import Path

import pytest

from hotline.settings import Settings
from tools.draw_settings import PAGE, described, main, page, row


def test_the_page_in_the_repository_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tools/draw_settings.py"


def test_every_setting_is_described() -> None:
    assert set(described()) == set(Settings.model_fields)
    assert all(f"| `{name}` |" in page() for name in Settings.model_fields)


def test_defaults_read_as_one_writes_them() -> None:
    assert row("record_calls", "Record.") == "| `record_calls` | `true` | Record. |"
    assert row("trunk_addresses", "x").startswith("| `trunk_addresses` | `127.0.0.2/32` `127.0.0.3/32` |")
    assert row("over_cap", "What\nthen.").endswith("| What then. One of `busy`, `prompt`. |")


def test_nothing_of_this_machine_is_on_the_page() -> None:
    assert str(Path.home()) not in page()
    assert str(PAGE.parents[2]) not in page()


def test_checking_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "settings.md"
    assert main(["--check", str(file)]) == 1
    assert "out of date" in capsys.readouterr().err
    assert not file.exists()
    assert main([str(file)]) == 0
    assert main(["--check", str(file)]) == 0
