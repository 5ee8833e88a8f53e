from pathlib import Path

import pytest

from hotline.trial.engine_watch import EngineWatch
from hotline.trial.phone import NotHeardError
from hotline.trial.shift import SIGN_IN, SIGN_OFF, Shift
from hotline.trial.voices import voice_of
from telephony.errors import WorldError
from tests.hotline.trial.trial_play import Engine, Stage, engine_at

ANSWERS = {"sign_in": voice_of("签入成功"), "sign_off": voice_of("签出成功")}


def at_work(engine: Engine, stage: Stage, state: str) -> None:
    """Confirm both codes, with this state afterwards."""
    stage.codes |= {SIGN_IN: ANSWERS["sign_in"], SIGN_OFF: ANSWERS["sign_off"]}
    engine.states["8001"] = state


async def test_an_agent_signs_in_by_code_and_off_at_the_end(tmp_path: Path) -> None:
    stage = Stage()
    async with engine_at(tmp_path) as engine, EngineWatch(engine.socket) as watch:
        at_work(engine, stage, "ready")
        async with Shift(stage, watch, "8001", ANSWERS) as shift:  # type: ignore[arg-type]
            agent = await shift.begin("pw")
            assert agent.number == "8001"
            engine.states["8001"] = "signed_off"
        assert len(stage.phones) == 2
        assert all(phone.ended.is_set() for phone in stage.phones)
        assert engine.wishes == []


async def test_who_can_not_sign_off_by_phone_is_signed_off_by_the_socket(tmp_path: Path) -> None:
    stage = Stage()
    async with engine_at(tmp_path) as engine, EngineWatch(engine.socket) as watch:
        at_work(engine, stage, "ready")
        async with Shift(stage, watch, "8001", ANSWERS) as shift:  # type: ignore[arg-type]
            await shift.begin("pw")
        assert engine.wishes == [("8001", "sign_off")]


async def test_a_refusal_is_the_reason_and_nobody_stays_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.trial.shift.CONFIRMED_WITHIN_S", 0.2)
    stage = Stage(codes={SIGN_IN: voice_of("当前状态下不能进行此操作")})
    async with engine_at(tmp_path) as engine, EngineWatch(engine.socket) as watch:
        with pytest.raises(NotHeardError, match=r"8001 did not hear \*11 confirmed"):
            async with Shift(stage, watch, "8001", ANSWERS) as shift:  # type: ignore[arg-type]
                await shift.begin("pw")
        assert engine.wishes == []


async def test_signed_in_but_not_ready(tmp_path: Path) -> None:
    stage = Stage()
    async with engine_at(tmp_path) as engine, EngineWatch(engine.socket) as watch:
        at_work(engine, stage, "not_ready")
        with pytest.raises(WorldError, match="is not_ready, not ready"):
            async with Shift(stage, watch, "8001", ANSWERS) as shift:  # type: ignore[arg-type]
                await shift.begin("pw")
        assert engine.wishes == [("8001", "sign_off")]
