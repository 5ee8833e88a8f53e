"""What the admin at the terminal reads."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from hotline import run_lines
from hotline.run_lines import WORDS, RunLines, shown_program
from hotline.screen import Screen
from hotline.settings import Settings
from hotline.speech import models
from hotline.supervisor import Milestone, Told


def told(settings: Settings, *milestones: Told) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=200, color_system=None, highlight=False)
    lines = RunLines(settings, Screen(console), program=".venv/bin/hotline")
    for milestone in milestones:
        lines.tell(milestone)
    lines.ended()
    return [line[10:] for line in out.getvalue().splitlines()]


def test_a_death_with_its_last_words(own_settings: Settings) -> None:
    death = Told(Milestone.DIED, "engine", exit_code=-9, again_in_s=0.5, last_lines=("Traceback", "KeyError"))
    assert told(own_settings, death) == ["引擎意外退出（-9），0.5 秒后重启", "| Traceback", "| KeyError", "已全部停止"]


def test_a_death_nobody_can_explain(own_settings: Settings) -> None:
    assert told(own_settings, Told(Milestone.CRASH_LOOP, "engine", again_in_s=30.0))[0] == (
        "引擎反复退出（原因不明），请查看日志；30 秒后再试"
    )


def test_good_news_quotes_nothing(own_settings: Settings) -> None:
    news = Told(Milestone.STARTED, "asterisk", pid=17, last_lines=("noise",))
    assert told(own_settings, news) == ["Asterisk已启动（pid 17）", "已全部停止"]


def test_when_all_is_ready_the_next_steps_are_named(own_settings: Settings) -> None:
    lines = told(own_settings, Told(Milestone.ALL_READY))
    assert f"sip:95001@{own_settings.sip_address}" in lines[0]
    assert ".venv/bin/hotline call --keys 2,2 --agent-answers" in lines[1]
    assert "status --watch" in lines[2]


@pytest.mark.parametrize("language", list(WORDS))
def test_every_milestone_has_a_line(language: str) -> None:
    assert {*WORDS[language].told, Milestone.ALL_READY} == set(Milestone)


def test_the_program_is_shown_as_the_user_starts_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/opt/bin")
    assert shown_program("/opt/bin/hotline") == "hotline"
    assert shown_program(str(tmp_path / ".venv/bin/hotline")) == ".venv/bin/hotline"


def test_a_recogniser_is_named_in_words(own_settings: Settings) -> None:
    assert told(own_settings, Told(Milestone.READY, "recogniser-2", pid=5))[0] == "✓ 语音识别 2就绪"


def test_whether_callers_may_speak_is_said_when_all_is_ready(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(models, "EMBEDDED", tmp_path / "nothing")
    assert "来电只能按键" in told(own_settings, Told(Milestone.ALL_READY))[3]
    monkeypatch.setattr(models, "EMBEDDED", tmp_path)
    monkeypatch.setattr(run_lines, "EMBEDDED", tmp_path)
    lines = told(own_settings, Told(Milestone.ALL_READY))
    assert "call --say 我想提前还款" in lines[3]
    assert "仅供试用" in lines[4]
    real = own_settings.model_copy(update={"asr_model": tmp_path / "real"})
    assert len(told(real, Told(Milestone.ALL_READY))) == 4
    off = own_settings.model_copy(update={"asr_workers": 0})
    assert len(told(off, Told(Milestone.ALL_READY))) == 4
