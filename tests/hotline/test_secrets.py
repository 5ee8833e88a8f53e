"""Secrets: made once, kept, private, never shown."""

import json
import stat
from pathlib import Path

import pytest

from hotline.secrets import load_secrets
from telephony.errors import WorldError
from telephony.ids import AgentNumber

ANNA, BEN = AgentNumber("8001"), AgentNumber("8002")


def test_made_on_the_first_run_and_the_same_ever_after(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secrets.json"
    first = load_secrets(path, [ANNA])
    assert load_secrets(path, [ANNA]) == first
    assert len(first.ami) >= 32
    assert first.ami != first.sip[ANNA]


def test_new_agents_get_theirs_and_nobody_elses_changes(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    first = load_secrets(path, [ANNA])
    second = load_secrets(path, [BEN])
    assert second.ami == first.ami
    assert second.sip[ANNA] == first.sip[ANNA]
    assert second.sip[BEN] not in {second.ami, second.sip[ANNA]}
    assert load_secrets(path, [ANNA, BEN]) == second


def test_an_older_file_gets_what_it_lacks_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text('{"ami": "alt", "sip": {"8001": "auch"}}')
    made = load_secrets(path, [ANNA])
    assert (made.ami, made.sip[ANNA]) == ("alt", "auch")
    assert len(made.asr) >= 32
    assert load_secrets(path, [ANNA]) == made
    assert made.asr not in repr(made)


def test_the_file_is_for_its_user_only(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    load_secrets(path, [ANNA])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    load_secrets(path, [ANNA])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [left.name for left in tmp_path.iterdir()] == ["secrets.json"]


def test_they_are_not_shown(tmp_path: Path) -> None:
    made = load_secrets(tmp_path / "secrets.json", [ANNA])
    assert made.ami not in repr(made)
    assert made.sip[ANNA] not in str(made)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"ami": "top-secret"}',
        '{"ami": "top-secret", "sip": []}',
        '{"ami": "top-secret\\nx", "sip": {}}',
    ],
)
def test_a_damaged_file_is_named_without_quoting_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content)
    with pytest.raises(WorldError, match="damaged") as caught:
        load_secrets(path, [ANNA])
    assert "top-secret" not in str(caught.value)
    assert path.read_text() == content


def test_an_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").mkdir()
    with pytest.raises(WorldError, match="cannot be read: Is a directory"):
        load_secrets(tmp_path / "secrets.json", [])


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secrets.json"
    first = load_secrets(path, [ANNA])

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dump", full)
    with pytest.raises(OSError, match="No space"):
        load_secrets(path, [ANNA, BEN])
    monkeypatch.undo()
    assert load_secrets(path, [ANNA]) == first
    assert [left.name for left in tmp_path.iterdir()] == ["secrets.json"]
