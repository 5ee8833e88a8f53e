import asyncio
from pathlib import Path
from typing import Any

import pytest

from hotline.control.client import NotRunningError
from hotline.trial.engine_watch import EngineWatch
from telephony.errors import WorldError
from tests.hotline.trial.trial_play import engine_at, soon


async def test_facts_of_the_call_are_handed_on_also_those_that_came_before_it_was_known(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    async with engine_at(tmp_path) as engine, EngineWatch(engine.socket, told.append) as watch:
        await soon(lambda: engine.server.followers)
        engine.tell("EnterNode", node="main")
        engine.server.publish(type("Other", (), {})())
        assert (await watch.ask("status"))["agents"]
        assert await watch.find("13800138000", within_s=1) == "call-1"
        engine.tell("CallQueued", queue="loan")
        fact = await watch.fact("CallQueued", within_s=2)
        assert fact is not None
        assert fact["queue"] == "loan"
        await soon(lambda: [one["kind"] for one in told] == ["EnterNode", "CallQueued"])
        assert [one["kind"] for one in watch.facts()] == ["EnterNode", "CallQueued"]
        assert await watch.fact("AgentAnswered", within_s=0.05) is None


async def test_a_call_the_engine_does_not_know(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine, EngineWatch(engine.socket) as watch:
        engine.call = None
        with pytest.raises(WorldError, match="but not its engine"):
            await watch.find("1", within_s=0.1)


async def test_an_engine_that_goes_away(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine, EngineWatch(engine.socket) as watch:
        await watch.find("1", within_s=1)
        waiting = asyncio.ensure_future(watch.fact("AgentAnswered", within_s=5))
        await engine.server.close()
        with pytest.raises(WorldError, match="went away"):
            await waiting


async def test_no_engine(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError):
        async with EngineWatch(tmp_path / "nobody.sock"):
            pass
