"""What callers said, kept where the admin wants it: private, nameless, as `hotline asr eval` reads it, forgotten."""

import stat
import wave
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hotline import clock
from hotline.speech import keeping as module
from hotline.speech.evaluation import parse_manifest
from hotline.speech.hearing import Utterance
from hotline.speech.keeping import MANIFEST, Keeper, forget, keep
from telephony.ids import NodeId
from telephony.wish import Answered, Everywhere, Meaning, NotUnderstood, Understood, Unheard, Unsure, Wish
from tests.intent_menus import sample_index

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC).timestamp()
EARLY = Wish(NodeId("repayment.early"))


def utterance(text: str = "我想提前还款", meaning: Meaning | None = None, node: str = "main") -> Utterance:
    return Utterance(b"\1\2" * 800, text, node, meaning or Understood(EARLY))


def test_each_is_a_private_file_and_a_line_that_asr_eval_reads(tmp_path: Path) -> None:
    meanings = (
        Understood(EARLY), Unsure(EARLY), Understood(Wish(everywhere=Everywhere.AGENT)), Answered(yes=False),
        NotUnderstood(Unheard.UNKNOWN),
    )  # fmt: skip
    for meaning in meanings:
        keep(tmp_path, utterance("我想\t提前\n还款", meaning, "repayment"), NOON)
    day = tmp_path / "2026-11-26"
    found, problems = parse_manifest((day / MANIFEST).read_text("utf-8"), MANIFEST, sample_index().menu)
    assert problems == []
    assert [one.expected for one in found] == ["repayment.early", "repayment.early", "@agent", "@no", "foreign"]
    assert [one.kind for one in found] == ["Understood", "Unsure", "Understood", "Answered", "NotUnderstood"]
    assert {(one.text, one.node) for one in found} == {("我想 提前 还款", "repayment")}
    assert {one.file for one in found} == {file.name for file in day.glob("*.wav")}
    for file in day.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(day.stat().st_mode) == 0o700
    with wave.open(str(day / found[0].file)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        assert sound.readframes(9999) == utterance().pcm


def test_old_days_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    for name in ("2026-10-26", "2026-10-27", "2026-11-26", "mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / MANIFEST).touch()
    forget(tmp_path, date(2026, 10, 27))
    assert sorted(day.name for day in tmp_path.iterdir()) == ["2026-10-27", "2026-11-26", "mine"]


def test_a_keeper_writes_in_its_own_thread_and_tidies_up_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall_s", lambda: NOON)
    (tmp_path / "kept" / "2026-11-18").mkdir(parents=True)
    keeper = Keeper(tmp_path / "kept", days=7)
    keeper.start()
    for _ in range(3):
        keeper.take(utterance())
    keeper.close(within_s=30.0)
    assert [day.name for day in (tmp_path / "kept").iterdir()] == ["2026-11-26"]
    assert len(list((tmp_path / "kept" / "2026-11-26").glob("*.wav"))) == 3


def test_time_passes_and_days_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIDY_EVERY_S", 0.0)
    monkeypatch.setattr(clock, "wall_s", lambda: NOON)
    keeper = Keeper(tmp_path, days=7)
    looks: list[date] = []

    def look(_folder: Path, before: date) -> None:
        looks.append(before)
        if len(looks) == 3:
            monkeypatch.setattr(module, "TIDY_EVERY_S", 3600.0)
            keeper._waiting.put_nowait(None)

    monkeypatch.setattr(module, "forget", look)
    keeper.start()
    keeper._thread.join(30.0)
    assert looks == [date(2026, 11, 19)] * 3


def test_a_disk_that_fails_or_is_slow_costs_recordings_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper(tmp_path, days=7)
    keeper._waiting.maxsize = 1
    with capture_logs() as logs:
        keeper.take(utterance())
        keeper.take(utterance())
        keeper._waiting.maxsize = 10
        monkeypatch.setattr(module, "make_private_dir", lambda _folder: None)
        keeper.start()
        monkeypatch.setattr(module, "_private", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
        keeper.close(within_s=30.0)
    assert "utterance_not_kept" in [one["event"] for one in logs]
    assert all("我想" not in str(one) for one in logs)
