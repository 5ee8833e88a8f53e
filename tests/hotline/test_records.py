"""Where a talk's recording goes."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from hotline.records import recording_file
from hotline.settings import Settings
from telephony.ids import CallId

WHEN_ON = datetime(2026, 11, 22, 23, 59, tzinfo=timezone(timedelta(hours=8)))


def test_recordings_lie_by_the_callers_day_and_every_talk_has_its_own(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    first = recording_file(settings, CallId("1763772471.12"), WHEN_ON, 1)
    assert first == tmp_path / "call-recordings/2026/11/22/1763772471.12-1.wav"
    assert recording_file(settings, CallId("1763772471.12"), WHEN_ON, 2).name == "1763772471.12-2.wav"


@pytest.mark.parametrize("call", ["../../etc/passwd", "a/b", "a b\n", "x'$(reboot)"])
def test_a_strange_call_id_does_not_lead_elsewhere(tmp_path: Path, call: str) -> None:
    settings = Settings(state_dir=tmp_path)
    file = recording_file(settings, CallId(call), WHEN_ON, 1)
    assert file.parent == tmp_path / "call-recordings/2026/11/22"
    assert not set(file.name) & set("/ \n'$()")


def test_a_folder_of_the_admins_own(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path / "var", call_recordings_dir=tmp_path / "big disk")
    assert recording_file(settings, CallId("1.2"), WHEN_ON, 1).is_relative_to(tmp_path / "big disk")
