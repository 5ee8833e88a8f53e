"""What the control socket can ask of the engine, over the socket itself."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from acd.shifts import Shift
from hotline.control.protocol import ControlError, ErrorCode
from hotline.snapshot import parse_snapshot
from telephony.events import AgentReachable, CallbackAsked, CallbackFailed, CallQueued
from telephony.ids import AgentNumber, CallbackId, CallId, QueueId, Topic
from tests.hotline.hotline_play import channel_event, hotline_running

pytestmark = pytest.mark.usefixtures("own_settings")

CALLER = "13912345678"


async def test_ping_says_which_boot_is_there() -> None:
    async with hotline_running() as running:
        assert await running.ask("ping") == {"boot": running.hotline.boot.id}


async def test_status_is_the_whole_snapshot_and_what_the_engine_holds() -> None:
    async with hotline_running() as running:
        await running.visit.say(channel_event("AsyncAGIStart"))
        await running.visit.heard_action("AGI")
        told = await running.ask("status")
        snapshot = parse_snapshot(told)
        assert snapshot.boot == running.hotline.boot.id
        assert snapshot.config_version == running.hotline.config.version
        assert [call.caller for call in snapshot.calls] == ["139****5678"]
        assert [agent.number for agent in snapshot.agents] == list(running.hotline.config.roster.agents)
        held = told["held"]
        assert isinstance(held, dict)
        assert held["lines"] == 1
        assert held["deadlines"] >= 1
        assert held["tasks"] > 3


async def test_who_begins_work_outside_his_shift_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hotline_running() as running:
        config = running.hotline.config
        roster = replace(config.roster, shifts={"night": Shift(20 * 60, 8 * 60)})
        roster.agents[AgentNumber("8001")] = replace(roster.agents[AgentNumber("8001")], shift="night")
        monkeypatch.setattr(running.hotline, "config", replace(config, roster=roster))
        monkeypatch.setattr(running.hotline, "local_now", lambda: datetime(2026, 11, 25, 12, tzinfo=UTC))
        assert (await running.ask("agent", number="8001", wish="sign_in"))["outside_shift"] is True
        assert "outside_shift" not in await running.ask("agent", number="8001", wish="not_ready")
        monkeypatch.setattr(running.hotline, "local_now", lambda: datetime(2026, 11, 25, 23, tzinfo=UTC))
        assert "outside_shift" not in await running.ask("agent", number="8001", wish="ready")


@pytest.mark.parametrize(
    ("asked", "found"),
    [(CALLER, "1763772471.1"), (f"+86{CALLER}", "1763772471.1"), ("13800138000", None), ("anonymous", None)],
)
async def test_a_call_is_found_by_whoever_knows_the_callers_number(asked: str, found: str | None) -> None:
    async with hotline_running() as running:
        await running.visit.say(channel_event("AsyncAGIStart"))
        await running.visit.heard_action("AGI")
        assert await running.ask("find_call", caller=asked) == {"call": found}


async def test_an_agents_wish_is_granted_or_explained() -> None:
    async with hotline_running() as running:
        refused = await running.ask("agent", number="8001", wish="extend_wrap_up")
        assert refused["granted"] is False
        assert refused["explanation"]
        assert await running.ask("agent", number="8001", wish="sign_in") == {"granted": True, "explanation": ""}
        assert (await running.ask("agent", number="8001", wish="not_ready", reason="1"))["granted"] is True
        (agent,) = [one for one in running.hotline.board.snapshot(0.0).agents if one.number == "8001"]
        assert (agent.state, agent.reason) == ("not_ready", "小休")


@pytest.mark.parametrize(
    ("op", "args", "why"),
    [
        ("agent", {"number": "4711", "wish": "ready"}, "agent 4711 is not in the roster"),
        ("agent", {"number": "8001", "wish": "dance"}, "unknown wish 'dance'; known are sign_in, "),
        ("agent", {"wish": "ready"}, "number is missing"),
        ("agent", {"number": 8001, "wish": "ready"}, "number is missing"),
        ("find_call", {"caller": ""}, "caller is missing"),
    ],
)
async def test_what_makes_no_sense_is_one_clear_line(op: str, args: dict[str, object], why: str) -> None:
    async with hotline_running() as running:
        with pytest.raises(ControlError) as caught:
            await running.ask(op, **args)
    assert caught.value.code == ErrorCode.BAD_ARGS
    assert why in caught.value.message


async def test_a_reload_tells_what_it_took() -> None:
    async with hotline_running() as running:
        config = running.hotline.config
        assert await running.ask("reload") == {
            "version": config.version,
            "nodes": len(config.menu.nodes),
            "agents": len(config.roster.agents),
        }


async def test_an_agent_the_distributor_says_nothing_about_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hotline_running() as running:
        monkeypatch.setattr(running.hotline.engine.distributor, "handle", lambda _event, _now: [])
        told = await running.ask("agent", number="8001", wish="sign_in")
    assert told == {"granted": False, "explanation": "no_answer"}


async def test_why_somebody_still_waits() -> None:
    async with hotline_running() as running:
        engine = running.hotline.engine
        for wish in ("sign_in", "not_ready"):
            await running.ask("agent", number="8003", wish=wish, reason="1" if wish == "not_ready" else "")
        engine.post(CallQueued(CallId("9.9"), QueueId("repayment"), Topic("repayment.early"), CALLER, engine.now))
        told = await running.ask("why", call="9.9")
        assert (told["waits"], told["queue"], told["topic"], told["min_level"]) == (
            True, "还款专席", "repayment.early", 1,
        )  # fmt: skip
        agents = told["agents"]
        assert isinstance(agents, list)
        assert {one["who"]: one["removed_by"] for one in agents}["8003"] == "not_ready"
        assert told["position"] == 1
        assert await running.ask("why", call="1.2") == {"waits": False}


async def test_why_somebody_still_waits_to_be_called_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hotline_running() as running:
        engine = running.hotline.engine
        monkeypatch.setattr(engine.callbacks, "dial", lambda _order: None)
        for wish in ("sign_in", "not_ready"):
            await running.ask("agent", number="8003", wish=wish, reason="1" if wish == "not_ready" else "")
        place_at = engine.now - 60.0
        asked = CallbackAsked(
            CallbackId("callback-b1-1"), CALLER, QueueId("repayment"), Topic("repayment.early"), place_at,
            asked_in=CallId("9.9"),
        )  # fmt: skip
        engine.post(asked)
        for call in ("9.9", "callback-b1-1"):
            told = await running.ask("why", call=call)
            assert (told["waits"], told["queue"], told["position"]) == (True, "还款专席", 1)
            agents, callback, waited_s = told["agents"], told["callback"], told["wait_s"]
            assert isinstance(agents, list)
            assert {one["who"]: one["removed_by"] for one in agents}["8003"] == "not_ready"
            assert isinstance(callback, dict)
            assert (callback["id"], callback["state"], callback["tries"]) == ("callback-b1-1", "waiting", 0)
            assert callback["expires_wall"] > callback["place_wall"]
            assert isinstance(waited_s, float)
            assert waited_s >= 60.0
            assert CALLER not in str(told)
        engine.post(AgentReachable(AgentNumber("8003"), reachable=True))
        await running.ask("agent", number="8003", wish="ready")
        told = await running.ask("why", call="9.9")
        callback = told["callback"]
        assert isinstance(callback, dict)
        assert (callback["state"], callback["kept_free"], callback["kept_free_name"]) == ("calling", "8003", "张敏")
        assert "agents" not in told
        engine.post(CallbackFailed(CallbackId("callback-b1-1")))
        told = await running.ask("why", call="9.9")
        callback = told["callback"]
        assert isinstance(callback, dict)
        assert callback["again_wall"] > callback["place_wall"]
